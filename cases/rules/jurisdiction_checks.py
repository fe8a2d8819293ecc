"""What a value of a jurisdiction file must be, and on which line it stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

#: A check answers what is wrong with a value, or nothing.
Check = Callable[[Any], str]

#: As the column of case numbers.
_LONGEST_NUMBER = 20
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "must be a text that is not empty."


def slug(value: Any) -> str:
    good = isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value)
    return "" if good else "must be a key: small letters, digits and _, a letter first."


def day(value: Any) -> str:
    good = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return "" if good else "must be a date, without quotes: 2013-01-01."


def yes_no(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false."


def whole(least: int, most: int) -> Check:
    def check(value: Any) -> str:
        good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if good else f"must be a whole number from {least} to {most}."

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any) -> str:
        return "" if value in allowed else f"must be one of: {', '.join(allowed)}."

    return check


def texts(value: Any) -> str:
    good = isinstance(value, list) and value and all(isinstance(one, str) and one for one in value)
    return "" if good else "must be a list of texts, at least one."


def number_form(value: Any) -> str:
    good = (
        isinstance(value, str)
        and re.fullmatch(r"[A-Z0-9-]*(yyyy|yy)[A-Z0-9-]*n{1,9}", value)
        and len(value) <= _LONGEST_NUMBER
    )
    return "" if good else "must be capital letters, digits and -, then yy or yyyy, then a run of n: CMyy-nnnnnnn."


def month_day(value: Any) -> str:
    try:
        dt.date.fromisoformat(f"2024-{value}")
    except ValueError:
        return "must be a day of the year: MM-DD."
    return ""


def state(value: Any) -> str:
    good = isinstance(value, str) and re.fullmatch(r"[A-Z]{2}", value)
    return "" if good else "must be a state in two capital letters: CA."


def zone(value: Any) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError):
        return "must be a time zone: America/Los_Angeles."
    return ""


class Lines:
    """On which line a table, a row or one of its keys stands."""

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, int, str], int] = {}
        table, counts, closing = "", dict[str, int](), ""
        for number, line in enumerate(text.splitlines(), 1):
            if closing:
                closing = "" if closing in line else closing
            elif head := re.match(r"\s*\[{1,2}\s*([\w-]+)\s*\]{1,2}", line):
                table = head[1]
                counts[table] = counts.get(table, -1) + 1
                self._found[table, counts[table], ""] = number
            elif key := re.match(r"\s*([\w-]+)\s*=\s*(.*)", line):
                self._found.setdefault((table, counts.get(table, 0), key[1]), number)
                closing = _still_open(key[2])

    def of(self, table: str = "", row: int = 0, key: str = "") -> int:
        """The line of a key, else of its row, else the first."""
        return self._found.get((table, row, key)) or self._found.get((table, row, "")) or 1


def _still_open(value: str) -> str:
    """What ends a value that goes on over several lines; empty when it ends on its own."""
    for quotes in ('"""', "'''"):
        if value.count(quotes) == 1:
            return quotes
    return "]" if value.startswith("[") and "]" not in value else ""
