"""The one way this site says no: a typed error that names the rule and tells people what to do."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """An act was refused because a rule forbids it.

    rule:    short key of the rule that failed, from the field ("gate.license", "workflow.state").
    message: one or two sentences for people: what is refused, why, and what to do next.
    fields:  optional field name -> message, so that a form can show each beside its field.
    """

    def __init__(self, rule: str, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return self.message


class InputRefusal(Refusal):
    """What was typed or filed cannot be taken as it is."""


class StateRefusal(Refusal):
    """The act does not fit the state that the record is in now."""


class RightRefusal(Refusal):
    """The actor may not do this."""


class RuleRefusal(Refusal):
    """A rule of law or of the house stands against the act."""
