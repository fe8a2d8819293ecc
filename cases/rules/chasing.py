"""The ladder of reminders for records that do not come, and the penalty for late ones. Pure.

Rungs and amounts come from the jurisdiction file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: `days` after the due date (before it where negative).

    notice: a chaser goes out; call: the case comes on the call sheet; evidence: the penalty evidence is due.
    """

    key: str
    label: str
    days: int
    notice: bool = True
    call: bool = False
    evidence: bool = False

    def day(self, due_on: dt.date) -> dt.date:
        return due_on + dt.timedelta(days=self.days)


@dataclass(frozen=True)
class DueRungs:
    """What a sweep has to do for one case: the highest rung that is due, and the lower ones that were missed."""

    rung: Rung
    skipped: tuple[Rung, ...] = ()


def due_rungs(
    rungs: Sequence[Rung], *, asked_on: dt.date, due_on: dt.date, today: dt.date, done: Collection[str]
) -> DueRungs | None:
    """The highest rung whose day has come and that is neither done nor below a done one; None when there is none.

    Rungs on or before the day of asking are none: nobody is reminded on the day of the request. `done` holds the keys
    of rungs sent or skipped. Every rung below the one returned is skipped: after an outage nobody gets three letters.
    """
    ladder = sorted((rung for rung in rungs if rung.day(due_on) > asked_on), key=lambda rung: (rung.days, rung.key))
    reached = max((place for place, rung in enumerate(ladder) if rung.key in done), default=-1)
    waiting = [rung for rung in ladder[reached + 1 :] if rung.day(due_on) <= today]
    return DueRungs(waiting[-1], tuple(waiting[:-1])) if waiting else None


def of_this_request(climbed_on: dt.date, *, asked_on: dt.date) -> bool:
    """Whether a rung climbed on a day belongs to the request made on `asked_on`: records asked for again are chased by
    a ladder of their own, and no rung stands on the day of asking."""
    return climbed_on > asked_on


@dataclass(frozen=True)
class PenaltyRule:
    """Dollars a day for late records, up to a most, for records due from `start` to `end` (either may be open)."""

    per_day: int
    most: int
    source: str
    start: dt.date | None = None
    end: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)


def days_late(*, due_on: dt.date, received_on: dt.date | None, as_of: dt.date) -> int:
    """Whole days after the due date until receipt, or until `as_of` while nothing came; 0 when in time."""
    return max(((received_on or as_of) - due_on).days, 0)


def penalty(rules: Sequence[PenaltyRule], *, due_on: dt.date, late: int) -> int | None:
    """Dollars for `late` days under the rule in force when the records were due; None where no rule is on file."""
    rule = next((one for one in rules if one.holds_on(due_on)), None)
    return None if rule is None else min(rule.per_day * late, rule.most)


@dataclass(frozen=True)
class AgeBand:
    """A bar of the ageing chart: cases late by `first` to `last` days (no last: that many and more)."""

    label: str
    first: int
    last: int | None


#: In the order of burning; the first holds what is asked and not yet due.
BANDS = (
    AgeBand("Not yet due", -10_000, 0),
    AgeBand("1 to 5 days", 1, 5),
    AgeBand("6 to 10 days", 6, 10),
    AgeBand("11 to 30 days", 11, 30),
    AgeBand("31 to 90 days", 31, 90),
    AgeBand("More than 90 days", 91, None),
)


def band_of(late: int) -> AgeBand:
    """The band for a number of days late (0 or less: not yet due)."""
    return next(band for band in BANDS if late >= band.first and (band.last is None or late <= band.last))
