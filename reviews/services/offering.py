"""The making of one offer, whoever asks for it: staff, a ranked list, a reviewer who wants work, a batch.

Locks the case, then the reviewer, asks state and gate, and writes, as every act of `reviews.services.assignment`.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.services.mail import post_mail
from accounts.services.texts import post_text
from cases.models import Case
from cases.services import deadlines
from cases.services.workflow import lock_case, record
from cases.workflow import State
from common.actor import Actor
from common.days import california_date
from common.errors import StateRefusal
from reviews.models import Assignment, Reviewer
from reviews.rules.facts import Door
from reviews.rules.offers import fee_cents, response_hours
from reviews.services.case_size import case_size
from reviews.services.gate import ask_gate, refuse_if_blocked
from reviews.services.reference import panel_numbers


def make_offer(
    *, case_id: int, reviewer_id: int, origin: Assignment.Origin, actor: Actor, now: dt.datetime
) -> Assignment:
    """Offer a ready case to a reviewer whom the gate lets pass, and write to the reviewer. Rights are the caller's.

    Raises StateRefusal (not ready, or with somebody already), GateRefusal.
    """
    with transaction.atomic():
        case = lock_case(case_id)
        refuse_unless_free(case)
        reviewer = lock_reviewer(reviewer_id)
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
            f"Offered to {reviewer.reviewer_id}; an answer is due within {within}.",
            actor,
            now,
        )
        deadlines.reached(case=case, target="offer", now=now)
        post_mail(kind="review_offer", to=reviewer.email, about={"hours": hours}, now=now)
        post_text(kind="text_offer", to=reviewer.phone, about={"hours": hours}, now=now)
        return assignment


def refuse_unless_free(case: Case) -> None:
    """Raises StateRefusal unless the locked case is ready and nobody has it or was asked."""
    if case.state != State.READY:
        raise StateRefusal(
            "assignment.state",
            f"Case {case.number} cannot be offered: it is in the state “{case.get_state_display()}”.",
        )
    if live := Assignment.objects.live().filter(case=case).first():
        word = "held by" if live.accepted_at else "offered to"
        raise StateRefusal(
            "assignment.live",
            f"Case {case.number} is {word} {live.reviewer.reviewer_id} already. Withdraw that first.",
        )


def lock_reviewer(reviewer_id: int) -> Reviewer:
    return Reviewer.objects.select_for_update(no_key=True).get(pk=reviewer_id)


def note_on_case(assignment: Assignment, kind: str, sentence: str, actor: Actor, now: dt.datetime) -> None:
    """An event of the case that names assignment and reviewer."""
    record(
        case=assignment.case, kind=kind, sentence=sentence, actor=actor, now=now,
        facts={"assignment": assignment.pk, "reviewer": assignment.reviewer.reviewer_id},
    )  # fmt: skip
