"""The register that every installation starts with: real corporate families, as data in the exchange form.

Rows none of whose names is known go in together; every other one is brought up to date row by row, as by an import.
What staff decided stays: aliases and parents are only ever added, and a row that contradicts a decision is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from cases.models import Organization, OrganizationAlias, OrganizationParent
from cases.rules.names import name_key
from cases.services.alike_names import look_for_pairs
from cases.services.organization_import import REJECTED, Result, import_row, lock_register
from cases.services.schemas import organization_schema
from cases.services.writing import day, text
from common.actor import Actor, acting
from common.services.exchange import Row, read_rows

STARTER = Path(__file__).resolve().parent.parent / "data" / "organizations.json"


def load_starter_register(*, actor: Actor, path: Path = STARTER) -> list[Result]:
    """Load the rows that are missing or have changed. Returns those that were left out, each with its reason."""
    rows = list(read_rows(path, organization_schema()))
    with transaction.atomic(), acting(actor, "starter register"):
        lock_register()
        known = set(Organization.objects.values_list("key", flat=True))
        known.update(OrganizationAlias.objects.values_list("key", flat=True))
        new = [row.data for row in rows if row.data and known.isdisjoint(_keys(row.data))]
        _add_all(new)
        look_for_pairs(list(Organization.objects.standing().filter(registered=False)))
    added, linked = {row["name"] for row in new}, _linked()
    return [result for row in rows if (result := _import(row, added, linked, actor)) and result.status == REJECTED]


def _import(row: Row, added: set[str], linked: Counter[str], actor: Actor) -> Result | None:
    """Bring a row up to date that was known before, or whose parents were: then a link is still to be made."""
    data = row.data
    if data and data["name"] in added and linked[name_key(data["name"])] >= len(data.get("parents") or []):
        return None
    return import_row(row=row, actor=actor)


def _keys(row: dict[str, Any]) -> set[str]:
    return {name_key(name) for name in (row["name"], *(row.get("aliases") or []))}


def _add_all(rows: Iterable[dict[str, Any]]) -> None:
    made = {
        name_key(row["name"]): (
            Organization(
                key=name_key(row["name"]), name=row["name"].strip(), kind=row.get("kind") or Organization.Kind.OTHER,
                npi=text(row.get("npi")), addresses=row.get("addresses") or [], source=row["source"], registered=True,
            ),
            row,
        )
        for row in rows
    }  # fmt: skip
    Organization.objects.bulk_create(organization for organization, _ in made.values())
    OrganizationAlias.objects.bulk_create(
        OrganizationAlias(organization=organization, name=alias.strip(), key=name_key(alias))
        for organization, row in made.values()
        for alias in row.get("aliases") or []
        if name_key(alias) != organization.key
    )
    OrganizationParent.objects.bulk_create(
        OrganizationParent(
            child=organization, parent=made[name_key(parent["name"])][0],
            from_date=day(parent.get("from")), to_date=day(parent.get("to")),
        )
        for organization, row in made.values()
        for parent in row.get("parents") or []
        if name_key(parent["name"]) in made
    )  # fmt: skip


def _linked() -> Counter[str]:
    """How many parents each organization has, by its key."""
    return Counter(OrganizationParent.objects.values_list("child__key", flat=True))
