"""Assignment by hand: offer, accept, decline, lapse, withdraw, recuse.

Every operation locks the case, then the reviewer, then asks right, state and gate, and writes (in that order of locks,
so that two coordinators, two cases and one last free slot never meet without one waiting for the other).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from accounts.services.mail import post_mail
from cases.models import Case
from cases.services.workflow import lock_case, move
from cases.workflow import Event, State
from common.actor import SYSTEM, Actor
from common.days import california_date
from common.errors import InputRefusal, StateRefusal
from reviews.models import Assignment, Reviewer, Statement
from reviews.rules.facts import Door
from reviews.services import offer_lists
from reviews.services.gate import ask_gate, keep_note, keeping_refusals, refuse_if_blocked
from reviews.services.offering import came_to_nothing, lock_reviewer, make_offer, note_on_case
from reviews.services.review import begin_review
from reviews.services.rights import refuse_other_than_reviewer, refuse_other_than_staff
from reviews.services.seats import approved_seats, works_alone
from reviews.services.staff_tasks import tell_staff
from reviews.services.statement import KNOWN, MEANING, check_answers, check_declarations, statement_parties

LONGEST_REASON = 1000
Origin = Assignment.Origin


def offer(
    *, case: Case, reviewer: Reviewer, actor: Actor, now: dt.datetime, origin: Origin = Origin.STAFF
) -> Assignment:
    """Offer a case that is ready to a reviewer whom the gate lets pass, and write to the reviewer.

    origin: staff by hand, or the run of a batch that staff deployed. Raises RightRefusal, StateRefusal (not ready, or
    with somebody already), GateRefusal.
    """
    refuse_other_than_staff(actor, "Offering cases")
    with transaction.atomic():
        lock_case(case.pk)
        offer_lists.stop_open(case=case, actor=actor, now=now)
        return make_offer(case_id=case.pk, reviewer_id=reviewer.pk, origin=origin, actor=actor, now=now)


def accept(
    *,
    assignment_id: int,
    answers: Mapping[str, str],
    credentials_current: bool,
    knowledge_sufficient: bool,
    pay_independent: bool,
    signed_name: str,
    actor: Actor,
    now: dt.datetime,
) -> Assignment:
    """Answer an offer with a signed statement; the case is in review then.

    answers: key of each line of `statement_parties` -> "none" or "known". One "known" turns the acceptance into a
    refusal for conflict, without further questions: the returned assignment is declined. Raises RightRefusal,
    StateRefusal, InputRefusal (its fields name what is missing) and GateRefusal, which is kept with the offer.
    """
    with keeping_refusals(actor=actor, now=now), transaction.atomic():
        case, assignment = _lock_offer(assignment_id, actor, now)
        said = check_answers(statement_parties(case), answers)
        if any(line["answer"] == KNOWN for line in said):
            return _decline_known(assignment, said, actor, now)
        check_declarations(
            reviewer=assignment.reviewer,
            credentials_current=credentials_current,
            knowledge_sufficient=knowledge_sufficient,
            pay_independent=pay_independent,
            signed_name=signed_name,
        )
        result = ask_gate(case=case, reviewer=assignment.reviewer, on=california_date(now), door=Door.ACCEPT)
        refuse_if_blocked(result, assignment=assignment)
        assignment.accepted_at = now
        assignment.save(update_fields=["accepted_at"])
        keep_note(assignment, result, now)
        begin_review(case=case, assignment=assignment)
        Statement.objects.create(
            assignment=assignment,
            parties=said,
            credentials_current=True,
            knowledge_sufficient=True,
            pay_independent=True,
            signed_name=signed_name.strip(),
            meaning=MEANING,
            signed_at=now,
        )
        offer_lists.accepted(assignment=assignment, now=now)
        words = f"Accepted by {assignment.reviewer.reviewer_id}, with a signed statement on every party."
        if case.state == State.IN_REVIEW and not works_alone(case, assignment):
            note_on_case(assignment, "offer.accepted", words, actor, now)
        else:
            move(
                case=case, event=Event.ACCEPT, actor=actor, now=now, facts={"assignment": assignment.pk}, sentence=words
            )
        return assignment


def decline(*, assignment_id: int, reason: str, note: str, actor: Actor, now: dt.datetime) -> Assignment:
    """Turn an offer down. reason: a key of Assignment.DeclineReason; "other" needs a note."""
    if reason not in Assignment.DeclineReason.values:
        raise InputRefusal("assignment.reason", "Choose a reason.", fields={"reason": "Choose a reason."})
    if reason == Assignment.DeclineReason.OTHER and not note.strip():
        raise InputRefusal("assignment.note", "Say what the reason is.", fields={"note": "Say what the reason is."})
    with transaction.atomic():
        _, assignment = _lock_offer(assignment_id, actor, now)
        return _decline(assignment, reason, note.strip(), actor, now)


def withdraw(*, assignment_id: int, reason: str, actor: Actor, now: dt.datetime) -> Assignment:
    """Staff take an offer back, or take the reviewer off a case in review, which is ready for another then."""
    refuse_other_than_staff(actor, "Taking a case back")
    said = _reason(reason)
    with transaction.atomic():
        case, assignment = _lock_live(assignment_id)
        held = assignment.accepted_at is not None
        assignment.withdrawn_at, assignment.withdraw_reason = now, said
        assignment.save(update_fields=["withdrawn_at", "withdraw_reason"])
        roster_id = assignment.reviewer.reviewer_id
        if held:
            _leave(case, assignment, f"{roster_id} was taken off: {said}", actor, now)
        else:
            came_to_nothing(assignment, now)
            note_on_case(assignment, "offer.withdrawn", f"Offer to {roster_id} taken back: {said}", actor, now)
            if SYSTEM in actor.roles:
                offer_lists.go_on(assignment, now=now)
            else:
                offer_lists.stop_open(case=case, actor=actor, now=now)
        post_mail(kind="review_taken_back", to=assignment.reviewer.email, about={}, now=now)
        return assignment


def recuse(*, assignment_id: int, reason: str, actor: Actor, now: dt.datetime, handover: str = "") -> Assignment:
    """The holder gives the case back because of a conflict or another cause; it is ready for another reviewer then.

    handover: what the staff should know of the work so far; the next reviewer, who decides anew, does not see it.
    """
    said = _reason(reason)
    note = handover.strip()
    if len(note) > LONGEST_REASON:
        text = f"At most {LONGEST_REASON:,} characters; this has {len(note):,}."
        raise InputRefusal("assignment.handover", text, fields={"handover": text})
    with transaction.atomic():
        case, assignment = _lock_live(assignment_id)
        refuse_other_than_reviewer(assignment, actor)
        if assignment.accepted_at is None:
            raise StateRefusal("assignment.offer", "This is an offer still. Decline it instead.")
        assignment.recused_at, assignment.recuse_reason, assignment.handover_note = now, said, note
        assignment.save(update_fields=["recused_at", "recuse_reason", "handover_note"])
        _leave(case, assignment, f"Given back by {assignment.reviewer.reviewer_id}: {said}", actor, now)
        _place_is_free(case, assignment, "gave the case back", now)
        return assignment


def lapse_overdue(*, actor: Actor, now: dt.datetime) -> int:
    """Let every offer lapse whose time to answer is over, and end what is still open on cases that ended. How many."""
    ended = Q(case__state__in=[*State.ended(), State.SERVED])
    late = Q(accepted_at=None, response_due_at__lt=now)
    ids = list(Assignment.objects.live().filter(late | ended).order_by("pk").values_list("pk", flat=True))
    return sum(_lapse(pk, actor, now) for pk in ids)


# --- parts ---------------------------------------------------------------------------------------------------------


def _leave(case: Case, assignment: Assignment, sentence: str, actor: Actor, now: dt.datetime) -> None:
    """A holder is gone: the case is ready for another, or stays in review with the reviewers who work on."""
    if case.state == State.IN_REVIEW and not works_alone(case, assignment):
        note_on_case(assignment, "review.left", f"{sentence} The place is free.", actor, now)
    else:
        move(
            case=case, event=Event.RECUSE, actor=actor, now=now, facts={"assignment": assignment.pk}, sentence=sentence
        )


def _place_is_free(case: Case, assignment: Assignment, how: str, now: dt.datetime) -> None:
    """Nobody goes on by itself: a task for who holds the case, else for who made the offer."""
    who = assignment.reviewer.reviewer_id
    place = f"Place {assignment.seat} is free" if approved_seats(case) > 1 else "The case is without a reviewer"
    tell_staff(
        case=case, what=f"{place}: {who} {how}. Choose another reviewer.", or_else=assignment.offered_by, now=now
    )


def _lapse(assignment_id: int, actor: Actor, now: dt.datetime) -> bool:
    with transaction.atomic():
        case = lock_case(Assignment.objects.values_list("case_id", flat=True).get(pk=assignment_id))
        assignment = Assignment.objects.live().select_for_update(no_key=True).filter(pk=assignment_id).first()
        if assignment is None:
            return False
        if case.state in (*State.ended(), State.SERVED):
            assignment.withdrawn_at, assignment.withdraw_reason = now, "The case has ended."
            assignment.save(update_fields=["withdrawn_at", "withdraw_reason"])
            return True
        if not assignment.is_overdue(now):
            return False
        assignment.lapsed_at = now
        assignment.save(update_fields=["lapsed_at"])
        came_to_nothing(assignment, now)
        said = f"Offer to {assignment.reviewer.reviewer_id} lapsed unanswered."
        note_on_case(assignment, "offer.lapsed", said, actor, now)
        if not offer_lists.go_on(assignment, now=now):
            _place_is_free(case, assignment, "let the offer lapse", now)
        return True


def _decline_known(assignment: Assignment, said: list[dict[str, object]], actor: Actor, now: dt.datetime) -> Assignment:
    known = "; ".join(f"{line['role']}: {line['name']}" for line in said if line["answer"] == KNOWN)
    return _decline(assignment, Assignment.DeclineReason.CONFLICT, f"Known: {known}"[:LONGEST_REASON], actor, now)


def _decline(assignment: Assignment, reason: str, note: str, actor: Actor, now: dt.datetime) -> Assignment:
    assignment.declined_at, assignment.decline_reason, assignment.decline_note = now, reason, note[:LONGEST_REASON]
    assignment.save(update_fields=["declined_at", "decline_reason", "decline_note"])
    came_to_nothing(assignment, now)
    label = Assignment.DeclineReason(reason).label
    note_on_case(assignment, "offer.declined", f"Declined by {assignment.reviewer.reviewer_id}: {label}.", actor, now)
    offer_lists.go_on(assignment, now=now)
    return assignment


def _lock_live(assignment_id: int) -> tuple[Case, Assignment]:
    """Case and reviewer under lock, and the assignment, which must still be alive."""
    keys = Assignment.objects.filter(pk=assignment_id).values_list("case_id", "reviewer_id").first()
    if keys is None:
        raise StateRefusal("assignment.unknown", "There is no such offer any more.")
    case = lock_case(keys[0])
    lock_reviewer(keys[1])
    assignment = Assignment.objects.select_related("reviewer").get(pk=assignment_id)
    if assignment.status not in ("offered", "accepted", "submitted"):
        raise StateRefusal(
            "assignment.ended", f"This is over: the offer of case {case.number} was {assignment.status}."
        )
    return case, assignment


def _lock_offer(assignment_id: int, actor: Actor, now: dt.datetime) -> tuple[Case, Assignment]:
    """An offer that its reviewer may still answer. An offer past its time is not answered, it lapses."""
    case, assignment = _lock_live(assignment_id)
    refuse_other_than_reviewer(assignment, actor)
    if assignment.accepted_at is not None:
        raise StateRefusal("assignment.accepted", f"Case {case.number} is accepted already.")
    if assignment.is_overdue(now):
        raise StateRefusal("assignment.overdue", f"The time to answer the offer of case {case.number} is over.")
    return case, assignment


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise InputRefusal("assignment.reason", "Say why.", fields={"reason": "Say why."})
    if len(said) > LONGEST_REASON:
        text = f"At most {LONGEST_REASON:,} characters; this has {len(said):,}."
        raise InputRefusal("assignment.reason", text, fields={"reason": text})
    return said
