"""What a reviewer has earned, and paying it out. A fee follows from the size of the case, never from the outcome."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from accounts.roles import require
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, StateRefusal
from reviews.models import Assignment, Payment, Reviewer


@dataclass(frozen=True)
class EarningsLine:
    """One accepted case. released_on: the day its determination was issued; paid_on: the day the fee went out."""

    assignment: Assignment
    released_on: dt.date | None
    payment: Payment | None

    @property
    def state(self) -> str:
        return "paid" if self.payment else "released" if self.released_on else "open"


@dataclass(frozen=True)
class Earnings:
    """Sums in cents."""

    lines: list[EarningsLine]
    open: int
    released: int
    paid: int


def earnings_of(reviewer: Reviewer) -> Earnings:
    """Every case that the reviewer accepted and kept, the newest first, in two statements."""
    lines = [_line(one) for one in _with_fee().filter(reviewer=reviewer)]
    sums = {state: sum(one.assignment.fee_cents or 0 for one in lines if one.state == state) for state in _STATES}
    return Earnings(lines, **sums)


def to_be_paid() -> list[EarningsLine]:
    """Released and not paid, of everybody, by reviewer."""
    rows = _with_fee().filter(completed_at__isnull=False, payment=None)
    return [_line(one) for one in rows.order_by("reviewer__last_name", "reviewer__first_name", "completed_at", "pk")]


def pay(*, assignment_ids: list[int], paid_on: dt.date, reference: str, actor: Actor, now: dt.datetime) -> int:
    """Put down that these fees went out with one transfer. Returns how many; one that is paid already is refused.

    Raises RightRefusal, InputRefusal (nothing chosen, no reference, a day to come), StateRefusal (not released, paid).
    """
    require(actor, "manage_panel")
    if not assignment_ids:
        raise InputRefusal("payment.none", "Choose at least one fee.")
    if not reference.strip():
        raise InputRefusal("payment.reference", "Name the transfer.", fields={"reference": "Name the transfer."})
    if paid_on > california_date(now):
        said = "That day is still to come."
        raise InputRefusal("payment.day", said, fields={"paid_on": said})
    with transaction.atomic():
        rows = list(
            Assignment.objects.select_for_update(no_key=True, of=("self",))
            .select_related("payment", "case")
            .filter(pk__in=assignment_ids)
            .order_by("pk")
        )
        for one in rows:
            if one.completed_at is None or one.fee_cents is None:
                raise StateRefusal("payment.not_released", f"The fee of case {one.case.number} is not released yet.")
            if hasattr(one, "payment"):
                raise StateRefusal("payment.paid", f"The fee of case {one.case.number} is paid already.")
        Payment.objects.bulk_create(
            Payment(
                assignment=one, cents=one.fee_cents or 0, paid_on=paid_on, reference=reference.strip()[:100],
                recorded_at=now, recorded_by_id=actor.user_id,
            )
            for one in rows
        )  # fmt: skip
        return len(rows)


_STATES = ("open", "released", "paid")


def _with_fee() -> QuerySet[Assignment]:
    """Accepted and not given back or taken away: those are paid, or will be."""
    return (
        Assignment.objects.filter(
            accepted_at__isnull=False, recused_at=None, withdrawn_at=None, fee_cents__isnull=False
        )
        .select_related("case", "reviewer", "payment")
        .order_by("-accepted_at", "-pk")
    )


def _line(one: Assignment) -> EarningsLine:
    released = california_date(one.completed_at) if one.completed_at else None
    return EarningsLine(one, released, getattr(one, "payment", None))
