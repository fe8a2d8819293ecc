"""The days on which no business day counts: holidays by rule, moved days, and what people overrode."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from cases.rules.jurisdiction import Holiday, Jurisdiction

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SATURDAY, _SUNDAY = 5, 6
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """One calendar of a programme. closed: days that somebody closed, with their names; opened: days opened again."""

    key: str
    name: str
    holidays: tuple[Holiday, ...] = ()
    closed: tuple[tuple[dt.date, str], ...] = ()
    opened: frozenset[dt.date] = frozenset()

    def holiday(self, day: dt.date) -> str:
        """The name of the holiday on a day; empty when it is none."""
        return _year(self, day.year).get(day, "")

    def shut(self, day: dt.date) -> str:
        """Why a day is no business day: "a Saturday", the holiday's name; empty when it is one."""
        if name := self.holiday(day):
            return name
        return {_SATURDAY: "a Saturday", _SUNDAY: "a Sunday"}.get(day.weekday(), "")

    def next_open(self, day: dt.date) -> dt.date:
        """The day itself, or the first business day after it."""
        while self.shut(day):
            day += _ONE_DAY
        return day

    def last_open(self, day: dt.date) -> dt.date:
        """The day itself, or the last business day before it."""
        while self.shut(day):
            day -= _ONE_DAY
        return day


def calendar_of(
    jurisdiction: Jurisdiction,
    key: str,
    *,
    closed: tuple[tuple[dt.date, str], ...] = (),
    opened: frozenset[dt.date] = frozenset(),
) -> Calendar:
    """A calendar of the jurisdiction with the overrides of it. Raises KeyError for a key it does not have."""
    name = next((one.name for one in jurisdiction.calendars if one.key == key), None)
    if name is None:
        raise KeyError(key)
    return Calendar(key, name, tuple(one for one in jurisdiction.holidays if key in one.calendars), closed, opened)


@lru_cache(maxsize=2048)
def _year(calendar: Calendar, year: int) -> dict[dt.date, str]:
    """The holidays that fall in a year after moving; New Year's Day may move into the year before."""
    found = {
        day: name
        for of in (year - 1, year, year + 1)
        if dt.MINYEAR < of < dt.MAXYEAR
        for day, name in _holidays(calendar, of)
        if day.year == year and day not in calendar.opened
    }
    return {**found, **{day: name for day, name in calendar.closed if day.year == year}}


def _holidays(calendar: Calendar, year: int) -> Iterator[tuple[dt.date, str]]:
    by_key = {one.key: one for one in calendar.holidays}
    for one in calendar.holidays:
        day = _first_day(one, by_key, year)
        if day is None or not one.holds(day):
            continue
        moved = _moved(one, day)
        yield moved, one.name if moved == day else f"{one.name}, moved from {_WEEKDAYS[day.weekday()].capitalize()}"


def _first_day(one: Holiday, by_key: dict[str, Holiday], year: int) -> dt.date | None:
    """The day by the rule itself; None for February 29 in other years, or after a holiday the calendar lacks."""
    if one.on:
        try:
            return dt.date(year, int(one.on[:2]), int(one.on[3:]))
        except ValueError:
            return None
    if one.after:
        before = by_key.get(one.after)
        day = _first_day(before, by_key, year) if before else None
        return day + dt.timedelta(days=one.days) if day else None
    return _nth_weekday(year, one.month, _WEEKDAYS.index(one.weekday), one.nth)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date | None:
    if nth > 0:
        first = dt.date(year, month, 1)
        day = first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    else:
        last = dt.date(year + month // 12, month % 12 + 1, 1) - _ONE_DAY
        day = last - dt.timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-nth - 1))
    return day if day.month == month else None


def _moved(one: Holiday, day: dt.date) -> dt.date:
    """Off a Sunday to a later weekday, off a Saturday to an earlier one, where the rule says so."""
    if day.weekday() == _SUNDAY and one.sunday:
        return day + dt.timedelta(days=(_WEEKDAYS.index(one.sunday) - _SUNDAY) % 7)
    if day.weekday() == _SATURDAY and one.saturday:
        later = one.saturday == "monday"
        ahead = (_WEEKDAYS.index(one.saturday) - _SATURDAY) % 7
        return day + dt.timedelta(days=ahead if later else ahead - 7)
    return day
