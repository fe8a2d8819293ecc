"""What lies on a reviewer's desk: offers with facts that need no names, cases in hand, what was handed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from cases.models import DisputedItem, Document
from reviews.models import Assignment
from reviews.models.assignment import AssignmentQuerySet


@dataclass(frozen=True)
class DeskRow:
    """An assignment with what its line says. items, pages: how many; specialty: what the case was matched by."""

    assignment: Assignment
    items: int
    pages: int
    specialty: str

    @property
    def number(self) -> str:
        return self.assignment.case.number


@dataclass(frozen=True)
class Desk:
    offers: list[DeskRow]
    held: list[DeskRow]
    submitted: list[DeskRow]


def desk_of(user: User) -> Desk:
    """The desk of the person's roster entry, what burns first; empty for an account without one."""
    rows = _with_sizes(Assignment.objects.live().filter(reviewer__user=user)).select_related("case")
    offers: list[DeskRow] = []
    held: list[DeskRow] = []
    submitted: list[DeskRow] = []
    for row in rows.order_by("response_due_at", "pk"):
        place = submitted if row.submitted_at else held if row.accepted_at else offers
        place.append(_line(row))
    held.sort(key=lambda one: (one.assignment.report_due_on or dt.date.max, one.number))
    return Desk(offers, held, submitted)


def desk_row(assignment_id: int) -> DeskRow:
    """One line of the desk."""
    return _line(_with_sizes(Assignment.objects.select_related("case").filter(pk=assignment_id)).get())


def _with_sizes(rows: AssignmentQuerySet) -> AssignmentQuerySet:
    items = (
        DisputedItem.objects.disputed().filter(case=OuterRef("case")).order_by().values("case").annotate(n=Count("pk"))
    )
    pages = Document.objects.filter(case=OuterRef("case")).order_by().values("case").annotate(n=Sum("pages"))
    return rows.annotate(
        item_count=Coalesce(Subquery(items.values("n"), output_field=IntegerField()), 0),
        page_count=Coalesce(Subquery(pages.values("n"), output_field=IntegerField()), 0),
    )


def _line(row: Assignment) -> DeskRow:
    noted = next((note.get("specialty") for note in row.gate_findings if note.get("specialty")), "")
    counts = vars(row)  # annotations
    return DeskRow(row, counts["item_count"], counts["page_count"], str(noted or ""))
