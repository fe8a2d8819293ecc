"""`import_cases`: a whole exchange file of applications, row by row; one bad row never stops the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from cases.models import Case
from cases.services.intake import content_hash, find_same, take_in
from cases.services.schemas import case_schema
from cases.services.workflow import lock_case, record
from common.actor import Actor, acting
from common.errors import InputRefusal, Refusal
from common.services.exchange import Row, read_rows

ACCEPTED, DUPLICATE, REJECTED = "accepted", "duplicate", "rejected"


@dataclass(frozen=True)
class Result:
    """What became of one row. `number` is the case's, also of a duplicate; `reason` says why not, else is empty."""

    row: int
    status: str
    external_id: str | None = None
    number: str | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "external_id": self.external_id,
            "status": self.status,
            "case": self.number,
            "reason": self.reason or None,
        }


def import_file(*, path: Path, actor: Actor, now: dt.datetime) -> Iterator[Result]:
    """Every row of the file with what became of it, in order. Raises InputRefusal when the file cannot be read."""
    rows = read_rows(path, case_schema())
    return (import_row(row=row, files_base=path.resolve().parent, actor=actor, now=now) for row in rows)


def import_row(*, row: Row, files_base: Path, actor: Actor, now: dt.datetime) -> Result:
    """Take one row in, in its own transaction; never raises for what the row holds."""
    external_id = _external_id(row)
    if row.data is None:
        return Result(row.number, REJECTED, external_id, reason=" ".join(row.problems))
    try:
        if known := _known(row.data):
            return _again(row.number, known, row.data)
        with transaction.atomic(), acting(actor, f"row {row.number} of an exchange file"):
            case = take_in(row=row.data, actor=actor, now=now, files_base=files_base, refuse_duplicate=True)
    except InputRefusal as refusal:
        return _refused(row.number, row.data, refusal, actor=actor, now=now)
    except Refusal as refusal:
        return Result(row.number, REJECTED, external_id, reason=refusal.message)
    return Result(row.number, ACCEPTED, external_id, case.number)


def _refused(number: int, row: dict[str, Any], refusal: InputRefusal, *, actor: Actor, now: dt.datetime) -> Result:
    # Another run may have taken the same row in meanwhile; then it is a duplicate like any other.
    if refusal.rule == "intake.again" and (known := _known(row)):
        return _again(number, known, row)
    if refusal.rule == "intake.duplicate":
        return _filed_before(number, row, refusal, actor=actor, now=now)
    return Result(number, REJECTED, row.get("external_id"), reason=refusal.message)


def _filed_before(number: int, row: dict[str, Any], refusal: InputRefusal, *, actor: Actor, now: dt.datetime) -> Result:
    """A certain duplicate is no new case: the earlier case's timeline keeps the whole filing, once."""
    known = Case.objects.get(number=refusal.fields["case"])
    digest = content_hash(row)
    with transaction.atomic():
        lock_case(known.pk)
        if not known.events.filter(kind="filed_again", facts__hash=digest).exists():
            record(
                case=known,
                kind="filed_again",
                sentence="The same application came again in a feed. It was not taken in a second time.",
                facts={"hash": digest, "external_id": row.get("external_id"), "filing": row},
                actor=actor,
                now=now,
            )
    return Result(number, DUPLICATE, row.get("external_id"), known.number, f"certain duplicate: {refusal.message}")


def _external_id(row: Row) -> str | None:
    value = row.raw.get("external_id") if isinstance(row.raw, dict) else None
    return value if isinstance(value, str) else None


def _known(row: dict[str, Any]) -> Case | None:
    """The case that this row was filed as before: by its external id, where it has none by its whole content."""
    if row.get("external_id"):
        return Case.objects.filter(external_id=row["external_id"]).first()
    return find_same(row)


def _again(number: int, known: Case, row: dict[str, Any]) -> Result:
    external_id = row.get("external_id")
    if known.feed_hash == content_hash(row):
        return Result(
            number, DUPLICATE, external_id, known.number, f"taken in before, unchanged, as case {known.number}."
        )
    return Result(
        number,
        REJECTED,
        external_id,
        known.number,
        f"external_id: {external_id!r} was taken in before as case {known.number}, with other content. "
        "Correct the facts on the case's page, or give a new application its own external_id.",
    )
