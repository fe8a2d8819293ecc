"""The same or similar specialties of a case, or of what somebody typed: the answer that the gate uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cases.models import Case
from reviews.rules.facts import Wanted
from reviews.rules.specialties import Asked, wanted, wanted_for
from reviews.services.gate_cases import load_case
from reviews.services.specialty_table import specialty_table


def specialties_of_case(case: Case) -> Wanted:
    return wanted_for(load_case(case.pk, reviewers=[]), specialty_table())


def specialties_of_row(row: dict[str, Any]) -> Wanted:
    """Of a row with any of `diagnoses`, `items`, `requesting_specialty`: texts or objects; what is missing is empty."""
    return wanted(
        diagnoses=list(_texts(row.get("diagnoses"), "text")),
        items=[_item(item) for item in _listed(row.get("items"))],
        requesting_specialty=_text(row.get("requesting_specialty")),
        table=specialty_table(),
    )


def _item(item: Any) -> Asked:
    if not isinstance(item, dict):
        return Asked(_text(item))
    named = {name: _text(item.get(name)) for name in ("service", "category", "subcategory", "body_part")}
    return Asked(**named, depends=bool(item.get("depends_on")))


def _texts(values: Any, key: str) -> Iterable[str]:
    for value in _listed(values):
        parts = [value.get(key), value.get("icd10")] if isinstance(value, dict) else [value]
        yield " ".join(map(_text, parts))


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [one for one in value if one is not None]
    return [] if value is None else [value]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
