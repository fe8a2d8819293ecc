"""The steps of the funnel in the order of the filters, and at which of them a rule stops somebody."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from reviews.rules.facts import Finding

#: A rule's group is the part before its dot.
FUNNEL = (
    ("On the panel", frozenset[str]()),
    ("Active and in practice", frozenset({"reviewer", "practice", "training", "sanction", "adverse"})),
    ("Licence in order", frozenset({"license"})),
    ("Same or similar specialty", frozenset({"specialty", "certification", "degree"})),
    ("Free of conflicts", frozenset({"conflict", "party", "attestation", "case", "register"})),
    ("Free to the due date", frozenset({"calendar", "capacity"})),
    ("Not asked before", frozenset({"earlier"})),
)
_STEP = {group: place for place, (_, groups) in enumerate(FUNNEL) for group in groups}


def step_of(finding: Finding) -> int:
    """The step of the funnel that the finding belongs to."""
    return _step_of_rule(finding.rule)


@cache
def _step_of_rule(rule: str) -> int:
    return _STEP[rule.partition(".")[0]]


def first_step(findings: Iterable[Finding]) -> int:
    """The first step at which one of the blocking findings stops somebody."""
    return min([step_of(finding) for finding in findings if finding.blocks])
