"""Calendar arithmetic of look-backs."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from functools import lru_cache


@lru_cache(maxsize=1024)
def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of the month, `months` earlier; the last day where that month is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_before(day: dt.date, years: int) -> dt.date:
    return months_before(day, 12 * years)


def shown(day: dt.date) -> str:
    """A date as the screens write it: "Jan 7, 2027"."""
    return f"{day:%b} {day.day}, {day.year}"
