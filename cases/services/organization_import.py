"""`import_organizations`: the register of organizations with aliases and dated parents, row by row.

A row is the register's word on one organization: a new one is added, a known one brought up to date, and an entry that
was first typed in a case or profile under one of its names is joined to it. Aliases and parents are only ever added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from cases.models import Organization, OrganizationAlias, OrganizationPair, OrganizationParent
from cases.rules.intake import unprintable
from cases.rules.names import ORGANIZATION_KEY_LENGTH, name_key
from cases.services.alike_names import look_for_pairs
from cases.services.merging import merge
from cases.services.schemas import organization_schema
from cases.services.writing import day, text
from common.actor import Actor, acting
from common.errors import InputRefusal, Refusal
from common.services.exchange import Row, read_rows

ACCEPTED, UPDATED, DUPLICATE, REJECTED = "accepted", "updated", "duplicate", "rejected"


@dataclass(frozen=True)
class Result:
    row: int
    status: str
    name: str | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "name": self.name, "status": self.status, "reason": self.reason or None}


def import_file(*, path: Path, actor: Actor) -> Iterator[Result]:
    """Every row with what became of it. Raises InputRefusal when the file cannot be read at all."""
    rows = read_rows(path, organization_schema())
    return (import_row(row=row, actor=actor) for row in rows)


def import_row(*, row: Row, actor: Actor) -> Result:
    name = row.raw.get("name") if isinstance(row.raw, dict) else None
    if row.data is None:
        return Result(row.number, REJECTED, name, " ".join(row.problems))
    try:
        with transaction.atomic(), acting(actor, f"row {row.number} of the register"):
            return Result(row.number, register(row.data), name)
    except Refusal as refusal:
        return Result(row.number, REJECTED, name, refusal.message)


def register(row: dict[str, Any]) -> str:
    """Bring one organization up to date. Returns accepted, updated or duplicate (nothing new); raises InputRefusal."""
    for problem in unprintable(row):
        raise InputRefusal("organization.text", str(problem))
    lock_register()
    organization, status = _own_row(row)
    changes = [
        *(_add_alias(organization, name) for name in row.get("aliases") or []),
        *(_add_parent(organization, parent) for parent in row.get("parents") or []),
    ]
    if status != DUPLICATE or any(changes):
        look_for_pairs([organization])
    return UPDATED if status == DUPLICATE and any(changes) else status


def lock_register() -> None:
    """One writer of the register at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('cases.register', 0))")


def _own_row(row: dict[str, Any]) -> tuple[Organization, str]:
    key = _key(row["name"], "name")
    alias = OrganizationAlias.objects.filter(key=key).select_related("organization").first()
    if alias:
        raise InputRefusal(
            "organization.alias",
            f"name: “{row['name']}” is an alias of “{alias.organization}” already. Name that organization instead.",
        )
    facts = {
        "name": row["name"].strip(),
        "kind": row.get("kind") or Organization.Kind.OTHER,
        "npi": text(row.get("npi")),
        "addresses": row.get("addresses") or [],
        "source": row["source"],
        "registered": True,
    }
    known = Organization.objects.standing().filter(key=key).first()
    if known is None:
        return Organization.objects.create(key=key, **facts), ACCEPTED
    if all(getattr(known, name) == value for name, value in facts.items()):
        return known, DUPLICATE
    for name, value in facts.items():
        setattr(known, name, value)
    known.save()
    return known, UPDATED


def _add_alias(organization: Organization, name: str) -> bool:
    """Whether the alias is new. Raises InputRefusal when another registered organization goes by that name."""
    key = _key(name, "aliases")
    if key == organization.key:
        return False
    other = Organization.objects.named(name).exclude(pk=organization.pk).first()
    if other and other.registered:
        raise InputRefusal(
            "organization.alias", f"aliases: “{name}” is a name of “{other}” already. One name means one organization."
        )
    if other:
        _join(other, organization)
    _, created = OrganizationAlias.objects.get_or_create(
        key=key, defaults={"organization": organization, "name": name.strip()}
    )
    return created


def _join(typed: Organization, organization: Organization) -> None:
    """Hang everything that points at an entry first typed somewhere onto the registered organization."""
    merge(gone=typed, kept=organization)
    pairs = OrganizationPair.objects.of(typed.pk)
    if not pairs.exclude(decision=OrganizationPair.Decision.OPEN).exists() and not typed.merged.exists():
        pairs.delete()
        typed.delete()  # nothing is known of it but the name, which is an alias now; the history keeps the row


def _add_parent(child: Organization, facts: dict[str, Any]) -> bool:
    """Whether the link is new or has other dates now. A parent that nobody knows is added, not yet confirmed."""
    starts, ends = day(facts.get("from")), day(facts.get("to"))
    _refuse_backwards(facts["name"], starts, ends)
    key = _key(facts["name"], "parents")
    parent = Organization.objects.named(facts["name"]).first() or Organization.objects.create(
        key=key, name=facts["name"].strip(), source=f"named as parent of {child}"
    )
    if parent == child or child in _above(parent):
        raise InputRefusal(
            "organization.cycle", f"parents: “{parent}” belongs to “{child}” itself, directly or by other companies."
        )
    link, created = OrganizationParent.objects.get_or_create(  # the database refuses rings too
        child=child, parent=parent, defaults={"from_date": starts, "to_date": ends}
    )
    if created or (link.from_date, link.to_date) == (starts, ends):
        return created
    link.from_date, link.to_date = starts, ends
    link.save()
    return True


def _above(organization: Organization) -> set[Organization]:
    """Every company that the organization belongs to, at any time, through any number of steps."""
    found: set[Organization] = set()
    level = {organization}
    while level:
        level = set(Organization.objects.filter(child_links__child__in=level)) - found
        found |= level
    return found


def _refuse_backwards(name: str, starts: dt.date | None, ends: dt.date | None) -> None:
    if starts and ends and ends < starts:
        raise InputRefusal("organization.period", f"parents: “{name}” ends on {ends}, before it begins on {starts}.")


def _key(name: str, where: str) -> str:
    key = name_key(name)
    if not key:
        raise InputRefusal("organization.name", f"{where}: {name!r} has no letter or figure.")
    if len(key) > ORGANIZATION_KEY_LENGTH:
        raise InputRefusal("organization.name", f"{where}: {name!r} is too long for a name.")
    return key
