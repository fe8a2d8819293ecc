"""Dates of the eligibility check by the clocks of the jurisdiction: the window to apply in, the last day to answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cases.rules.clocks import Moment, Worked, day_of, say_day
from cases.rules.eligibility import Window
from cases.rules.jurisdiction import ClockRule, Jurisdiction
from cases.services.working_out import due_by_rule
from common.errors import InputRefusal

#: Clocks by key; the first one that the jurisdiction has counts.
_WINDOW = ("application",)
_WINDOW_FORMULARY = ("application_formulary", "application")
_WINDOW_AFTER_LIABILITY = ("application_after_liability", "application")
ANSWER = "eligibility_answer"


@dataclass(frozen=True)
class Served:
    """A paper and the way it was served; `service` is a key of the jurisdiction's ways of service, or empty."""

    on: dt.date
    service: str = ""


def application_window(
    *,
    of: Jurisdiction,
    decided_on: dt.date,
    decision: Served | None,
    formulary: bool,
    after_liability: Served | None = None,
) -> Window:
    """The window of an application.

    decision: how the disputed decision was served; None when nobody knows: then the window counts from the decision
    itself, before which nothing is served. after_liability: the notice that a dispute of liability is resolved, which
    opens a fresh window.
    """
    keys = _WINDOW_AFTER_LIABILITY if after_liability else _WINDOW_FORMULARY if formulary else _WINDOW
    opened = after_liability or decision or Served(decided_on)
    rule = _rule(of, keys, opened.on)
    known = bool(after_liability or decision)
    worked = due_by_rule(of, rule, opened.on, service=opened.service)
    steps = worked.derivation
    if not known:
        steps = (f"Nobody knows when the decision was served; it is of {say_day(decided_on)}.", *steps)
    return Window(
        opens=opened.on,
        last_day=day_of(worked.due, of.zone),
        steps=steps,
        source=rule.source,
        opened_by=rule.starts_from if known else "decision",
        at_least=not known,
    )


def answer_due(*, of: Jurisdiction, asked: Moment) -> Worked:
    """The last day for the answer to an eligibility question, and how it was worked out. Raises InputRefusal."""
    return due_by_rule(of, of.clock(ANSWER, day_of(asked, of.zone)), asked)


def _rule(of: Jurisdiction, keys: Sequence[str], on: dt.date) -> ClockRule:
    for key in keys[:-1]:
        try:
            return of.clock(key, on)
        except InputRefusal:  # this programme does not tell such applications apart
            continue
    return of.clock(keys[-1], on)
