"""The making of one offer, whoever asks for it: staff, a ranked list, a reviewer who wants work, a batch.

Locks the case, then the reviewer, asks state and gate, and writes, as every act of `reviews.services.assignment`.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.services.mail import post_mail
from accounts.services.texts import post_text
from cases.services import deadlines
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.days import california_date
from common.errors import StateRefusal
from reviews.models import Assignment, Reviewer
from reviews.rules.facts import Door
from reviews.rules.offers import fee_cents, response_hours
from reviews.services.case_size import case_size
from reviews.services.gate import ask_gate, refuse_if_blocked
from reviews.services.reference import panel_numbers
from reviews.services.seats import FIRST_PLACE, refuse_unless_free


def make_offer(
    *, case_id: int, reviewer_id: int, origin: Assignment.Origin, actor: Actor, now: dt.datetime
) -> Assignment:
    """Offer a ready case to a reviewer whom the gate lets pass, and write to the reviewer. Rights are the caller's.

    Of several approved places the lowest free one is offered, also while the case is in review; a run of the batch
    offers the first place and no other. Raises StateRefusal (not ready, every place taken, the reviewer has one
    already), GateRefusal.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        seats = refuse_unless_free(case)
        if seats.live and origin == Assignment.Origin.ASKED:
            raise StateRefusal("assignment.live", f"A further place of case {case.number} is offered by staff alone.")
        if seats.free != FIRST_PLACE and origin == Assignment.Origin.RUN:
            raise StateRefusal(
                "assignment.first_place",
                f"The first place of case {case.number} is given away, and a run fills first places alone. Offer a "
                "further place on the case's board.",
            )
        reviewer = lock_reviewer(reviewer_id)
        if any(one.reviewer_id == reviewer.pk for one in seats.live):
            raise StateRefusal(
                "assignment.twice",
                f"{reviewer.reviewer_id} has a place in case {case.number} already. Choose another reviewer.",
            )
        today = california_date(now)
        result = ask_gate(case=case, reviewer=reviewer, on=today, door=Door.OFFER)
        refuse_if_blocked(result)
        numbers, size = panel_numbers(), case_size(case)
        hours = response_hours(
            priority=case.priority, now=now, due=deadlines.determination_due_at(case), numbers=numbers.offer
        )
        assignment = Assignment.objects.create(
            case=case,
            reviewer=reviewer,
            round=case.round,
            seat=seats.free or FIRST_PLACE,
            origin=origin,
            offered_at=now,
            offered_by_id=actor.user_id,
            response_due_at=now + dt.timedelta(hours=hours),
            report_due_on=deadlines.report_due(case, today=today),
            fee_cents=fee_cents(priority=case.priority, items=size.items, pages=size.pages, numbers=numbers.fee),
            gate_findings=[result.note(now)],
        )
        within = "1 hour" if hours == 1 else f"{hours} hours"
        note_on_case(
            assignment,
            "offered",
            f"Offered to {reviewer.reviewer_id}{_place(assignment)}; an answer is due within {within}.",
            actor,
            now,
        )
        deadlines.reached(case=case, target="offer", now=now)
        post_mail(kind="review_offer", to=reviewer.email, about={"hours": hours}, now=now)
        post_text(kind="text_offer", to=reviewer.phone, about={"hours": hours}, now=now)
        return assignment


def _place(assignment: Assignment) -> str:
    return f" as reviewer {assignment.seat} of the case" if assignment.seat > FIRST_PLACE else ""


def came_to_nothing(assignment: Assignment, now: dt.datetime) -> None:
    """An offer ended without a yes: the target "offer" is open again, unless another reviewer holds or was asked."""
    if not Assignment.objects.live().filter(case=assignment.case_id).exists():
        deadlines.reached(case=assignment.case, target="offer", now=now, back=True)


def lock_reviewer(reviewer_id: int) -> Reviewer:
    return Reviewer.objects.select_for_update(no_key=True).get(pk=reviewer_id)


def note_on_case(assignment: Assignment, kind: str, sentence: str, actor: Actor, now: dt.datetime) -> None:
    """An event of the case that names assignment and reviewer."""
    record(
        case=assignment.case, kind=kind, sentence=sentence, actor=actor, now=now,
        facts={"assignment": assignment.pk, "reviewer": assignment.reviewer.reviewer_id},
    )  # fmt: skip
