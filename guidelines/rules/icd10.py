"""ICD-10-CM codes and ranges of them: "M54.5", "M54-M54.9". Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable

_CODE = r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"
#: One code, or the first and the last of a range.
RANGE_PATTERN = rf"^{_CODE}(-{_CODE})?$"
#: Sorts behind every character that a code holds: the end of a range takes in the codes below it.
_LAST = "~"


def _ends(entry: str) -> tuple[str, str]:
    first, _, last = entry.partition("-")
    return first, (last or first) + _LAST


def covers(ranges: Iterable[str], code: str) -> bool:
    """Whether a code lies in one of the ranges; a range's last code takes in what is below it.

    "M54" covers M54.16, "M50-M54" covers M54.5, "M54.5" does not cover M54. Case and blanks of `code` do not count.
    """
    asked = "".join(code.split()).upper()
    return bool(asked) and any(first <= asked <= last for first, last in map(_ends, ranges))


def backward(ranges: Iterable[str]) -> str | None:
    """The first range that ends before it begins, or None."""
    return next((entry for entry in ranges if _ends(entry)[0] > _ends(entry)[1]), None)
