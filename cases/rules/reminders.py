"""Days as people say them when they want to be reminded."""

from __future__ import annotations

import datetime as dt
import re

from common.forms import read_date

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_WEEKDAY = 3
_AHEAD = re.compile(r"(?:in\s+)?(\d{1,3})\s*(d|days?|w|weeks?)")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})|([a-z]{3,9})\.?\s+(\d{1,2})")
_WEEK = 7


def read_day(text: str, *, today: dt.date) -> dt.date | None:
    """The day meant by "thu", "in 3 days", "2 weeks", "tomorrow", "11/30", "Nov 30", a whole date; None where unclear.

    A weekday is the next one after `today`; a month and day without a year is the next such day, today included.
    """
    typed = " ".join(text.lower().split()).removeprefix("on ").removeprefix("next ")
    plain = {"today": 0, "tomorrow": 1, "week": _WEEK}
    if typed in plain:
        return today + dt.timedelta(days=plain[typed])
    if match := _AHEAD.fullmatch(typed):
        days = int(match[1]) * (_WEEK if match[2].startswith("w") else 1)
        return today + dt.timedelta(days=days)
    if (weekday := _weekday(typed)) is not None:
        return today + dt.timedelta(days=(weekday - today.weekday() - 1) % _WEEK + 1)
    if match := _MONTH_AND_DAY.fullmatch(typed):
        return _next_such_day(match, today)
    return read_date(text, today=today)


def _weekday(typed: str) -> int | None:
    if len(typed) < _SHORTEST_WEEKDAY:
        return None
    return next((place for place, name in enumerate(_WEEKDAYS) if name.startswith(typed.rstrip("."))), None)


def _next_such_day(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Of this year or the next ones: Feb 29 may be years away."""
    shown = f"{match[1]}/{match[2]}" if match[1] else f"{match[3]} {match[4]},"
    sign = "/" if match[1] else " "
    days = (read_date(f"{shown}{sign}{year}", today=today) for year in range(today.year, today.year + 9))
    return next((day for day in days if day is not None and day >= today), None)
