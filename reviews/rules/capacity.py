"""Expected cases against free capacity, by specialty and week: where reviewers will be short, in words.

Pure. A reviewer's places count for every specialty that the reviewer holds: the numbers answer "could this field be
served", they do not add up over fields.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviews.rules.facts import Period


@dataclass(frozen=True)
class PanelMember:
    """specialties: name -> last day on which the certification holds, None without end. last_day: the earliest of
    leaving and the end of every licence, None without end. taken: cases and offers of this week."""

    specialties: dict[str, dt.date | None]
    per_week: int
    taken: int
    away: tuple[Period, ...] = ()
    last_day: dt.date | None = None


@dataclass(frozen=True)
class Week:
    """expected: cases, in tenths kept as a float for the picture. free: whole places."""

    begins: dt.date
    expected: float
    free: int

    @property
    def short(self) -> int:
        return max(0, round(self.expected) - self.free)


@dataclass(frozen=True)
class Outlook:
    specialty: str
    weeks: tuple[Week, ...]

    @property
    def short(self) -> int:
        return sum(week.short for week in self.weeks)


def outlook(
    *, arrivals: dict[str, int], over_weeks: int, waiting: dict[str, int], panel: Iterable[PanelMember],
    today: dt.date, weeks: int = 3,
) -> list[Outlook]:  # fmt: skip
    """arrivals: cases of the last `over_weeks` weeks by specialty; waiting: cases that are ready now, due to be placed
    in the first week. Returns each specialty with arrivals, waiting cases or members, the shortest first."""
    monday = today - dt.timedelta(days=today.weekday())
    begins = [monday + dt.timedelta(weeks=place) for place in range(weeks)]
    free: dict[str, list[int]] = defaultdict(lambda: [0] * weeks)
    for member in panel:
        for place, week in enumerate(begins):
            for specialty, until in member.specialties.items():
                free[specialty][place] += _places(member, week, until, first=place == 0)
    names = set(arrivals) | set(waiting) | set(free)
    found = [
        Outlook(
            name,
            tuple(
                Week(
                    week,
                    arrivals.get(name, 0) / over_weeks + (waiting.get(name, 0) if not place else 0),
                    free[name][place],
                )
                for place, week in enumerate(begins)
            ),
        )
        for name in names
    ]
    return sorted(found, key=lambda one: (-one.short, -sum(week.expected for week in one.weeks), one.specialty))


def _places(member: PanelMember, week: dt.date, until: dt.date | None, *, first: bool) -> int:
    """Whole places of one member in one week: the weekly number, by the share of its working days that count."""
    days = [week + dt.timedelta(days=day) for day in range(5)]
    last = min((day for day in (until, member.last_day) if day), default=dt.date.max)
    here = [day for day in days if day <= last and not any(_covers(away, day) for away in member.away)]
    if not here:
        return 0
    places = member.per_week * len(here) // len(days)
    return max(0, places - member.taken) if first else places


def _covers(period: Period, day: dt.date) -> bool:
    return (period.since is None or period.since <= day) and (period.until is None or day <= period.until)


def in_words(rows: Sequence[Outlook]) -> list[str]:
    """One sentence for each specialty that will be short, the shortest first."""
    return [
        f"{row.specialty}: "
        + "; ".join(
            f"week of {week.begins:%b} {week.begins.day}, about {_count(round(week.expected), 'case')} for "
            f"{_count(week.free, 'free place')}"
            for week in row.weeks
            if week.short
        )
        + "."
        for row in rows
        if row.short
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
