"""The cells of a row as the values of a section, and what differs from what stands there. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from guidelines.rules.columns import BY_KEY, Column
from guidelines.rules.icd10 import RANGE_PATTERN, backward
from guidelines.rules.limits import from_dict, read_limits, written
from guidelines.rules.pages import PAGES_PATTERN, page_range
from guidelines.rules.quoting import entries, joined

Problem = tuple[str, str]  # key of the column, sentence
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: 8 CCR 9792.25.1, best first.
STRENGTHS = ("1a", "1b", "1c", "2", "3", "4", "5")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_cells(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Key of a column -> value, for every cell of the row; and what cannot be taken, by column."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, cell in cells.items():
        try:
            values[key] = _value(BY_KEY[key], cell)
        except ValueError as error:
            problems.append((key, str(error)))
    if not values.get("heading") and not any(key == "heading" for key, _ in problems):
        problems.append(("heading", "The heading is missing. Write it, or take the row out."))
    return values, problems


def _value(column: Column, cell: str) -> Any:
    if sign := _NO_TEXT.search(cell):
        raise ValueError(f"holds a character that is no text (U+{ord(sign.group()):04X}). Take it out.")
    if column.kind == "list":
        words = entries(cell)
        for word in words:
            _short_enough(word, column)
        return _codes(words) if column.key == "icd10_ranges" else words
    if column.kind == "limits":
        return [limit.as_dict for limit in read_limits(cell)]
    text = cell.replace("\r\n", "\n").strip() if column.key == "summary" else " ".join(cell.split())
    _short_enough(text, column)
    check = _CHECKS.get(column.key)
    return check(text) if check and text else None if column.key in ("year", "position") else text


def _codes(words: list[str]) -> list[str]:
    codes = [re.sub(r"\s?[-–]\s?", "-", word.upper()) for word in words]
    for code in codes:
        if not re.match(RANGE_PATTERN, code):
            raise ValueError(f"“{code[:40]}” is no ICD-10 code or range. They are written “M54.5” or “M54-M54.9”.")
    if wrong := backward(codes):
        raise ValueError(f"“{wrong}” ends before it begins.")
    return codes


def _short_enough(text: str, column: Column) -> None:
    if len(text) > column.most:
        raise ValueError(f"is too long: at most {column.most:,} characters, has {len(text):,}.")


def _pages(text: str) -> str:
    if not re.match(PAGES_PATTERN, text):
        raise ValueError(f"“{text}” is no page range. Pages are written “98” or “98-99”.")
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if numbers[-1] < numbers[0]:
        raise ValueError(f"“{text}” ends before it begins. Write the whole second number.")
    return text


def _year(text: str) -> int:
    if not re.fullmatch(r"\d{4}", text) or not _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        raise ValueError(f"“{text}” is no year. Years are written with four digits.")
    return int(text)


def _position(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise ValueError(f"“{text}” is no whole number.")
    return int(text)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise ValueError(f"“{text[:60]}” is no web address. It begins with https://.")
    return text


def _strength(text: str) -> str:
    found = text.partition(":")[0].strip().lower()
    if found not in STRENGTHS:
        raise ValueError(f"“{text[:40]}” is no strength of evidence. They are: {', '.join(STRENGTHS)}.")
    return found


_CHECKS = {
    "strength_of_evidence": _strength, "pages": _pages, "year": _year, "position": _position,
    "deep_link": _web_address,
}  # fmt: skip


def problems_in_edition(values: Mapping[str, Any], *, pages: int | None, licensed: bool) -> list[Problem]:
    """What the edition stands against: pages outside it, a summary of licensed text."""
    found: list[Problem] = []
    span = page_range(values.get("pages") or "")
    if span and pages and span[1] > pages:
        found.append(("pages", f"The edition has {pages} pages; page {span[1]} lies outside."))
    if values.get("summary") and licensed:
        found.append(
            (
                "summary",
                "The text of this publication is licensed: no summary is kept. Use topics and leave this empty.",
            )
        )
    return found


def differences(keys: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[list[Any]]:
    """[key, before, after] of every field that differs."""
    return [[key, before.get(key), after[key]] for key in keys if key in after and before.get(key) != after[key]]


def shown(key: str, value: Any) -> str:
    """A value of a field as people read it."""
    if key == "limits":
        return written(from_dict(one) for one in value or [])
    if isinstance(value, list | tuple):
        return joined(str(one) for one in value)
    return "" if value is None else str(value)
