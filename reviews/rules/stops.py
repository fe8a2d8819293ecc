"""What stops a pair, small enough for millions of them: one bit per kind of reason, in the order of the funnel."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag
from functools import cache

from reviews.rules.facts import Finding, Severity
from reviews.rules.funnel import FUNNEL, step_of_rule


class Stop(IntFlag):
    STANDING = 1
    LICENSE = 2
    SPECIALTY = 4
    CONFLICT = 8
    WAIVABLE = 16
    UNKNOWN = 32
    AWAY = 64
    OPEN_CASES = 128
    WEEK = 256
    CAPACITY = 512
    EARLIER = 1024


_BY_STEP = {1: Stop.STANDING, 2: Stop.LICENSE, 3: Stop.SPECIALTY, 4: Stop.CONFLICT, 5: Stop.CAPACITY, 6: Stop.EARLIER}
_BY_RULE = {
    "calendar.away": Stop.AWAY,
    "capacity.open_cases": Stop.OPEN_CASES,
    "capacity.per_week": Stop.WEEK,
}
_CONFLICT_STEP = 4
_BY_SEVERITY = {Severity.WAIVABLE: Stop.WAIVABLE, Severity.UNKNOWN: Stop.UNKNOWN}

#: For each step of the funnel the reasons that stop somebody there.
OF_STEP = (
    Stop(0), Stop.STANDING, Stop.LICENSE, Stop.SPECIALTY, Stop.CONFLICT | Stop.WAIVABLE | Stop.UNKNOWN,
    Stop.AWAY | Stop.OPEN_CASES | Stop.WEEK | Stop.CAPACITY, Stop.EARLIER,
)  # fmt: skip
assert len(OF_STEP) == len(FUNNEL)  # noqa: S101 - a table that lacks a step must not load


def stops_of(findings: Iterable[Finding]) -> int:
    """The reasons of the blocking findings, together; 0 where nothing blocks."""
    stops = 0
    for finding in findings:
        if finding.blocks:
            stops |= _stop_of(finding.rule, finding.severity)
    return stops


@cache
def _stop_of(rule: str, severity: Severity) -> int:
    if rule in _BY_RULE:
        return int(_BY_RULE[rule])
    step = step_of_rule(rule)
    if step == _CONFLICT_STEP:
        return int(_BY_SEVERITY.get(severity, Stop.CONFLICT))
    return int(_BY_STEP[step])
