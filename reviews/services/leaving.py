"""A reviewer leaves the panel: announced with a last day, and finished only when no work is left without an owner."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.models import User
from accounts.roles import require
from accounts.signals import account_closing
from cases.services.workflow import lock_case
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RuleRefusal, StateRefusal
from reviews.models import Assignment, Reviewer
from reviews.services.assignment import withdraw
from reviews.services.offering import lock_reviewer, make_offer
from reviews.services.rights import is_own, refuse_other_than_staff

_NAMED = 5


def open_work(reviewer: Reviewer) -> list[Assignment]:
    """Every offer and every case that the reviewer has, what is due first first."""
    rows = Assignment.objects.live().filter(reviewer=reviewer).select_related("case")
    return list(rows.order_by("report_due_on", "pk"))


def announce(*, reviewer: Reviewer, last_day: dt.date | None, actor: Actor, now: dt.datetime) -> Reviewer:
    """Keep the last day on the panel, or None: the reviewer stays after all. From now on the gate lets nothing
    through that is due later.

    Staff who keep the panel may, and the reviewer. Raises RightRefusal, InputRefusal (a day that is past).
    """
    if not is_own(reviewer, actor):
        require(actor, "manage_panel")
    if last_day is not None and last_day < california_date(now):
        said = f"{last_day:%b} {last_day.day}, {last_day.year} is past. Choose today or a later day."
        raise InputRefusal("leaving.day", said, fields={"last_day": said})
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        if not locked.active:
            raise StateRefusal("leaving.gone", f"{locked.reviewer_id} is not on the panel any more.")
        locked.leaving_on = last_day
        locked.save(update_fields=["leaving_on"])
        return locked


def hand_over(*, assignment_id: int, to: Reviewer, reason: str, actor: Actor, now: dt.datetime) -> Assignment:
    """Take a case from one reviewer and offer it to another, both or neither.

    Raises RightRefusal, StateRefusal (over already, handed in), GateRefusal: then nothing has changed.
    """
    refuse_other_than_staff(actor, "Handing cases over")
    with transaction.atomic():
        case_id, holder = Assignment.objects.values_list("case_id", "reviewer_id").get(pk=assignment_id)
        lock_case(case_id)
        # Both in one fixed order: two cases handed over crosswise would wait for each other otherwise.
        list(Reviewer.objects.select_for_update(no_key=True).filter(pk__in=[holder, to.pk]).order_by("pk"))
        taken = withdraw(assignment_id=assignment_id, reason=reason, actor=actor, now=now)
        return make_offer(
            case_id=taken.case_id, reviewer_id=to.pk, origin=Assignment.Origin.STAFF, actor=actor, now=now
        )


def finish(*, reviewer: Reviewer, actor: Actor, now: dt.datetime) -> Reviewer:
    """Take the reviewer off the panel for good. Raises RuleRefusal while any offer or case is left with them."""
    require(actor, "manage_panel")
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        refuse_with_open_work(locked)
        if not locked.active:
            raise StateRefusal("leaving.gone", f"{locked.reviewer_id} is not on the panel any more.")
        locked.active = False
        locked.leaving_on = locked.leaving_on or california_date(now)
        locked.save(update_fields=["active", "leaving_on"])
        return locked


def refuse_with_open_work(reviewer: Reviewer) -> None:
    """Raises RuleRefusal naming the cases that would be left without an owner."""
    if work := open_work(reviewer):
        named = ", ".join(one.case.number for one in work[:_NAMED])
        named += f" and {len(work) - _NAMED} more" if len(work) > _NAMED else ""
        raise RuleRefusal(
            "leaving.open_work",
            f"{reviewer.reviewer_id} still has {len(work)} {'case' if len(work) == 1 else 'cases'}: {named}. "
            "Hand each over to another reviewer first.",
        )


@receiver(account_closing)
def _account_closing(*, user: User, **_signal: Any) -> None:
    """An account with work on its desk is not closed: nobody could hand the work in."""
    found = Reviewer.objects.select_for_update(no_key=True).filter(user=user).first()
    if found is not None:
        refuse_with_open_work(found)
