"""What must hold among the facts of one roster row (`exchange.md` "Reviewer") beyond the schema: pure, no database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cases.rules.names import ORGANIZATION_KEY_LENGTH, name_key, person_key
from common.rules.characters import first_unprintable

_PERIODS = ("away", "sanctions", "affiliations", "product_interests")


def problems_of_reviewer(row: dict[str, Any]) -> list[str]:
    """One sentence for each thing wrong with a row that has passed the schema, beginning with its key path."""
    return [
        *_unprintable(row, ""),
        *_nameless(row),
        *_nameless_relations(row),
        *_backward_periods(row),
        *_certificates(row),
        *_given_twice(row),
    ]


def _unprintable(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _unprintable(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unprintable(inner, f"{path}[{index}]")
    elif isinstance(value, str) and (bad := first_unprintable(value)):
        yield f"{path}: holds {bad.spoken}. Take it out."


def _nameless(row: dict[str, Any]) -> Iterator[str]:
    if not person_key(row["first_name"], row["last_name"]):
        yield "last_name: the name holds no letter."
    for key in ("billing_organizations", "do_not_send"):
        for index, name in enumerate(row.get(key) or []):
            if not 0 < len(name_key(name)) <= ORGANIZATION_KEY_LENGTH:
                yield f"{key}[{index}]: {name!r} is no name."
    for index, affiliation in enumerate(row.get("affiliations") or []):
        if not name_key(affiliation["organization"]):
            yield f"affiliations[{index}].organization: {affiliation['organization']!r} is no name."
    for index, interest in enumerate(row.get("product_interests") or []):
        if not name_key(interest.get("name") or "") and not name_key(interest.get("manufacturer") or ""):
            yield f"product_interests[{index}]: names neither a product nor its manufacturer. Name one of them."


def _nameless_relations(row: dict[str, Any]) -> Iterator[str]:
    for index, relation in enumerate(row.get("relations") or []):
        if not person_key(relation.get("first_name") or "", relation.get("last_name") or ""):
            yield f"relations[{index}]: names nobody. Give the person's name."


def _backward_periods(row: dict[str, Any]) -> Iterator[str]:
    for key in _PERIODS:
        for index, period in enumerate(row.get(key) or []):
            since, until = period.get("from"), period.get("to")
            if since and until and until < since:
                yield f"{key}[{index}].to: the end ({until}) lies before the beginning ({since}). Correct one."


def _certificates(row: dict[str, Any]) -> Iterator[str]:
    for index, certificate in enumerate(row.get("certifications") or []):
        since, until = certificate.get("certified_on"), certificate.get("expires_on")
        if since and until and until <= since:
            path = f"certifications[{index}].expires_on"
            yield f"{path}: the expiry ({until}) must lie after the issue ({since}). Correct one."


def _given_twice(row: dict[str, Any]) -> Iterator[str]:
    seen: set[tuple[str | None, str]] = set()
    for index, license_ in enumerate(row.get("licenses") or []):
        key = (license_.get("state"), license_["number"].strip())
        if key in seen:
            yield f"licenses[{index}]: the licence {' '.join(filter(None, key))} is given twice."
        seen.add(key)
