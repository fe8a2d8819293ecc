"""Rows of a drug list as files have them: columns, cells, what differs. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from guidelines.rules.columns import Column, plain
from guidelines.rules.quoting import entries, joined

Problem = tuple[str, str]  # key of the column, sentence
DRUG_COLUMNS: tuple[Column, ...] = (
    Column(
        "ingredient", "Active ingredients", "text", 200, ("drug ingredient", "drug", "generic name", "wirkstoff"),
        needed="the active ingredient",
    ),
    Column("brand_names", "Brand names", "list", 100, ("brand name", "brand", "brands", "examples of brand names")),
    Column("dosage_form", "Dosage form", "text", 100, ("form", "route", "darreichungsform")),
    Column("drug_class", "Drug class", "text", 200, ("class", "therapeutic class")),
    Column("status", "Status", "status", 20, ("exempt", "exempt non exempt", "exempt or non exempt")),
    Column("special_fill", "Special fill", "flag", 20),
    Column("special_fill_days", "Special fill, days of supply", "days", 20, ("special fill days",)),
    Column("perioperative_fill", "Perioperative fill", "flag", 20, ("peri op", "periop", "peri op fill")),
    Column("perioperative_fill_days", "Perioperative fill, days of supply", "days", 20, ("peri op days",)),
    Column(
        "reference_guideline", "Guideline that treats of it", "text", 300,
        ("reference", "reference in guidelines", "mtus guideline"),
    ),
    Column("dosage_note", "Note on the dosage", "text", 300, ("note", "notes", "unique pharmaceutical formulation")),
    Column("confirmed", "Confirmed", "flag", 20),
)  # fmt: skip
DRUG_KEYS: tuple[str, ...] = tuple(column.key for column in DRUG_COLUMNS)
DRUG_COLUMN: dict[str, Column] = {column.key: column for column in DRUG_COLUMNS}
#: What a drug holds beside what it is found by.
FACTS: tuple[str, ...] = tuple(key for key in DRUG_KEYS if key not in ("ingredient", "dosage_form"))
_STATUS = {"exempt": "exempt", "non exempt": "non_exempt", "nonexempt": "non_exempt", "unlisted": "unlisted"}
_YES, _NO = {"yes", "y", "true", "1", "x", "ja"}, {"", "no", "n", "false", "0", "none", "nein"}
_DAYS = re.compile(r"(\d{1,3})(?: days?)?")
_MOST_DAYS = 366


def drug_key(ingredient: str, form: str) -> tuple[str, str]:
    """By what a drug is found in a list, however it is capitalized."""
    return " ".join(ingredient.split()).casefold(), " ".join(form.split()).casefold()


def read_drug(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Key of a column -> value, for every cell of the row; and what cannot be taken, by column.

    A number of days in the column of a fill means the fill and its days ("4 days").
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, cell in cells.items():
        try:
            values[key] = _value(DRUG_COLUMN[key], cell)
        except ValueError as error:
            problems.append((key, str(error)))
    for fill in ("special_fill", "perioperative_fill"):
        if isinstance(values.get(fill), int) and not isinstance(values[fill], bool):
            values[f"{fill}_days"] = values.get(f"{fill}_days") or values[fill]
            values[fill] = True
    if not values.get("ingredient") and not any(key == "ingredient" for key, _ in problems):
        problems.append(("ingredient", "The active ingredient is missing. Write it, or take the row out."))
    return values, problems


def problems_of_drug(facts: Mapping[str, Any]) -> list[Problem]:
    """What a drug as a whole cannot be; the database would refuse it, too."""
    found: list[Problem] = []
    if not facts.get("status"):
        found.append(("status", "The status is missing: exempt, non-exempt or unlisted."))
    for fill, name in (("special_fill", "special"), ("perioperative_fill", "perioperative")):
        if facts.get(fill) and facts.get("status") not in ("non_exempt", None, ""):
            found.append((fill, f"Only a non-exempt drug has a {name} fill. Correct the status or the fill."))
        if facts.get(f"{fill}_days") is not None and not facts.get(fill):
            found.append((f"{fill}_days", f"Days of supply need the {name} fill that they belong to."))
    return found


def _value(column: Column, cell: str) -> Any:
    text = " ".join(cell.split())
    if column.kind == "list":
        words = entries(cell)
        if too_long := next((word for word in words if len(word) > column.most), ""):
            raise ValueError(f"“{too_long[:40]}” is too long: at most {column.most} characters.")
        return words
    if column.kind == "status":
        return _status(text)
    if column.kind == "flag":
        return _flag(text)
    if column.kind == "days":
        return _days(text)
    if len(text) > column.most:
        raise ValueError(f"is too long: at most {column.most} characters, has {len(text)}.")
    return text


def _status(text: str) -> str:
    if text and plain(text) not in _STATUS:
        raise ValueError(f"“{text[:40]}” is no status. Write exempt, non-exempt or unlisted.")
    return _STATUS.get(plain(text), "")


def _flag(text: str) -> bool | int:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    if match := _DAYS.fullmatch(text.casefold()):
        return int(match[1])
    raise ValueError(f"“{text[:40]}” is neither yes nor no, nor a number of days.")


def _days(text: str) -> int | None:
    if not text:
        return None
    match = _DAYS.fullmatch(text.casefold())
    if match is None or not 1 <= int(match[1]) <= _MOST_DAYS:
        raise ValueError(f"“{text[:40]}” is no number of days from 1 to {_MOST_DAYS}.")
    return int(match[1])


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], keys: Iterable[str] = DRUG_KEYS
) -> list[list[Any]]:
    """[key, before, after] of every field that differs."""
    return [[key, before.get(key), after[key]] for key in keys if key in after and before.get(key) != after[key]]


def drug_cell(key: str, value: Any) -> str:
    """A value as a cell of a list, and as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return joined(str(one) for one in value)
    text = "" if value is None else str(value)
    return text.replace("_", "-") if key == "status" else text
