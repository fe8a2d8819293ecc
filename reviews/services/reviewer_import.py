"""`import_reviewers`: a whole roster file, row by row; one bad row never stops the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from cases.models import Case, Party
from common.actor import Actor, acting
from common.errors import Refusal
from common.services.exchange import Row, read_rows
from reviews.models import Reviewer
from reviews.services.roster import put_on_roster
from reviews.services.schemas import reviewer_schema

REJECTED = "rejected"


@dataclass(frozen=True)
class Result:
    """What became of one row; `reason` says why it was not taken, else is empty. note: what staff should know."""

    row: int
    status: str
    reviewer_id: str | None = None
    reason: str = ""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "reviewer_id": self.reviewer_id,
            "status": self.status,
            "reason": self.reason or None,
            "note": self.note or None,
        }


def import_file(*, path: Path, actor: Actor) -> Iterator[Result]:
    """Every row of the file with what became of it, in order. Raises InputRefusal when the file cannot be read."""
    rows = read_rows(path, reviewer_schema())
    seen: dict[str, int] = {}
    return (_import_once(row, seen, actor) for row in rows)


def _import_once(row: Row, seen: dict[str, int], actor: Actor) -> Result:
    """A reviewer_id given twice in one file: the second row is refused, because nobody can say which one is right."""
    reviewer_id = _reviewer_id(row)
    if reviewer_id is not None and row.data is not None:
        if first := seen.get(reviewer_id):
            return Result(
                row.number, REJECTED, reviewer_id,
                f"reviewer_id: {reviewer_id!r} stands in row {first} of this file already. Keep one of the two.",
            )  # fmt: skip
        seen[reviewer_id] = row.number
    return import_row(row=row, actor=actor)


def import_row(*, row: Row, actor: Actor) -> Result:
    """Take one row in, in its own transaction; never raises for what the row holds."""
    reviewer_id = _reviewer_id(row)
    if row.data is None:
        return Result(row.number, REJECTED, reviewer_id, " ".join(row.problems))
    try:
        with transaction.atomic(), acting(actor, f"row {row.number} of a roster file"):
            reviewer, status = put_on_roster(row=row.data, actor=actor, now=timezone.now())
    except Refusal as refusal:
        return Result(row.number, REJECTED, reviewer_id, refusal.message)
    except IntegrityError:
        return Result(
            row.number, REJECTED, reviewer_id,
            "Another import wrote the same reviewer or NPI at this moment. Import the file again.",
        )  # fmt: skip
    return Result(row.number, status, reviewer_id, note=_own_cases(reviewer))


def _own_cases(reviewer: Reviewer) -> str:
    """A reviewer who is a party is taken in, and named: the gate keeps the person out of those cases and no other."""
    same = Q(person__key=reviewer.key)
    if reviewer.npi:
        same = (same & Q(person__npi="")) | Q(person__npi=reviewer.npi)
    numbers = list(
        Party.objects.filter(same, case__in=Case.objects.in_work()).order_by("case__number").distinct()
        .values_list("case__number", flat=True)[:3]
    )  # fmt: skip
    return f"Is a party of {', '.join(numbers)}: the gate keeps the reviewer out of it." if numbers else ""


def _reviewer_id(row: Row) -> str | None:
    value = row.raw.get("reviewer_id") if isinstance(row.raw, dict) else None
    return value if isinstance(value, str) else None
