"""Page ranges as they stand in the library and in citations."""

from __future__ import annotations

import re

#: "98" or "98-99" (a hyphen or a dash), nothing else.
PAGES_PATTERN = r"^[1-9]\d{0,4}(\s?[-–]\s?[1-9]\d{0,4})?$"
_NUMBERS = re.compile(r"\d{1,5}")


def page_range(pages: str) -> tuple[int, int] | None:
    """First and last page of "98-99", "474" or "pg. 607"; None when no number is in it.

    A short second number is read as printed short: "150-2" is 150 to 152.
    """
    numbers = _NUMBERS.findall(pages or "")
    if not numbers:
        return None
    first, last = numbers[0], numbers[-1]
    if len(last) < len(first) and int(last) < int(first):
        last = first[: len(first) - len(last)] + last
    return int(first), max(int(first), int(last))
