"""ICD-10-CM codes and ranges of them: "M54.5", "M54-M54.9". Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CODE = r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"
#: One code, or the first and the last of a range.
RANGE_PATTERN = rf"^{_CODE}(-{_CODE})?$"
#: Sorts behind every character that a code holds: the end of a range takes in the codes below it.
_LAST = "~"


#: Codes within words: with a point, or alone in brackets ("(M17)"); "T12" on its own is a vertebra.
_WITHIN = re.compile(r"\b[A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}\b|(?<=[(\[])[A-Z][0-9][0-9A-Z](?=[)\]])")


def codes_in(text: str) -> tuple[str, ...]:
    """The ICD-10 codes that a text of diagnoses names, each once: "Radiculopathy (M54.16)"."""
    return tuple(dict.fromkeys(_WITHIN.findall(text)))


def without_codes(text: str) -> str:
    """The text with its codes left out: what stands in a code is no word of the diagnosis."""
    return _WITHIN.sub(" ", text)


def _ends(entry: str) -> tuple[str, str]:
    first, _, last = entry.partition("-")
    return first, (last or first) + _LAST


def covers(ranges: Iterable[str], code: str) -> bool:
    """Whether a code lies in one of the ranges; a range's last code takes in what is below it.

    "M54" covers M54.16, "M50-M54" covers M54.5, "M54.5" does not cover M54. Case and blanks of `code` do not count.
    """
    return range_of(ranges, code) is not None


def range_of(ranges: Iterable[str], code: str) -> str | None:
    """The first of the ranges that a code lies in, as `covers` says; None where it lies in none."""
    asked = "".join(code.split()).upper()
    found = (entry for entry in ranges if asked and _ends(entry)[0] <= asked <= _ends(entry)[1])
    return next(found, None)


def backward(ranges: Iterable[str]) -> str | None:
    """The first range that ends before it begins, or None."""
    return next((entry for entry in ranges if _ends(entry)[0] > _ends(entry)[1]), None)
