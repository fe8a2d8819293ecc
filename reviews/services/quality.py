"""The quality check: approve, which freezes the determination, or return with reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import MEDICAL_DIRECTOR, QUALITY_REVIEWER
from cases.models import Case
from cases.services import workflow
from cases.workflow import Event, State
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.rules.characters import first_unprintable
from letters.models import Letter
from letters.services.ordering import SEAL_JOB
from reviews.models import Assignment, Cancellation, Determination, QualityCheck, Review
from reviews.models.review import LONGEST_TEXT
from reviews.services.determination import Reviewed, freeze_determination, order
from reviews.services.gate import keeping_refusals, refuse_unless_gate_open
from reviews.services.item_checks import CURRENT_LAYOUT
from reviews.services.qualifications import qualifications
from reviews.services.review import gaps_of, hand_back
from reviews.services.seats import approved_seats, reviews_in_hand

#: The same page for a case that more than one reviewer decided; it says how they decided.
SEVERAL_LAYOUT = "2016-several"


def approve(*, case: Case, actor: Actor, now: dt.datetime) -> Determination:
    """Approve the submitted review: the determination is frozen, its letter ordered; the case moves when it is sealed.

    Raises StateRefusal when it is not (or no longer) waiting for a check, RightRefusal for the wrong role or the case's
    own reviewer, and what the gate finds at the door "approve".
    """
    with keeping_refusals(actor=actor, now=now), transaction.atomic():
        locked, waiting = _waiting(case, actor)
        workflow.ask_guard("not_approved_yet", locked)
        today = california_date(now)
        reviewed: list[Reviewed] = []
        for review, assignment in waiting:
            _refuse_gaps(locked, review)
            refuse_unless_gate_open(case=locked, assignment=assignment, door="approve", now=now)
            QualityCheck.objects.create(
                review=review, outcome=QualityCheck.Outcome.APPROVED, checked_by_id=actor.user_id, checked_at=now
            )
            reviewed.append(Reviewed(review, qualifications(reviewer=assignment.reviewer, on=today)))
        determination = freeze_determination(
            case=locked,
            reviewed=reviewed,
            layout=CURRENT_LAYOUT if len(reviewed) == 1 else SEVERAL_LAYOUT,
            determined_on=today,
            actor=actor,
            now=now,
        )
        order(determination=determination, now=now)
        workflow.record(
            case=locked,
            kind="determination.approved",
            sentence=f"Approved: {determination.get_outcome_display().lower()}. The letter is being sealed.",
            facts={"version": determination.version, "sha256": determination.sha256},
            actor=actor,
            now=now,
        )
        return determination


def _refuse_gaps(case: Case, review: Review) -> None:
    """An item that came back into the dispute after the review was submitted has nothing written on it yet."""
    found = gaps_of(review)
    if found:
        raise StateRefusal(
            "quality.complete",
            f"The review of case {case.number} is not complete: {' '.join(gap.sentence for gap in found)} "
            "Return it to the reviewer.",
        )


def return_review(
    *, case: Case, reasons: str, actor: Actor, now: dt.datetime, seats: Collection[int] | None = None
) -> Case:
    """Send the review back to its reviewer. Raises InputRefusal without reasons, StateRefusal once approved.

    seats: of several reviewers those whose review goes back; None: everybody's. Nobody reads what another is told.
    """
    _check_words(reasons, "reasons", "Say what the reviewer is to change.")
    with transaction.atomic():
        locked, waiting = _waiting(case, actor)
        back = [review for review, assignment in waiting if seats is None or assignment.seat in seats]
        if not back:
            said = "Choose whose review goes back."
            raise InputRefusal("quality.seats", said, fields={"seats": said})
        moved = workflow.move(
            case=locked, event=Event.RETURN, actor=actor, now=now, sentence="Review returned with reasons."
        )
        for review in back:
            QualityCheck.objects.create(
                review=review,
                outcome=QualityCheck.Outcome.RETURNED,
                reasons=reasons.strip(),
                checked_by_id=actor.user_id,
                checked_at=now,
            )
            hand_back(review)
        return moved


def _check_words(text: str, field: str, wanted: str) -> None:
    said = wanted
    if bad := first_unprintable(text):
        said = f"This holds {bad.spoken}. Take it out or write it in words."
    elif len(text) > LONGEST_TEXT:
        said = f"This has {len(text):,} characters; at most {LONGEST_TEXT:,} can be kept."
    elif text.strip():
        return
    raise InputRefusal(f"quality.{field}", said, fields={field: said})


def _waiting(case: Case, actor: Actor) -> tuple[Case, list[tuple[Review, Assignment]]]:
    """The locked case and by seat every submitted review with its assignment, after role and state are checked."""
    locked = workflow.lock_case(case.pk)
    if not actor.has_any({QUALITY_REVIEWER, MEDICAL_DIRECTOR}):
        raise RightRefusal("quality.role", "Only a quality reviewer or the medical director checks reviews.")
    if locked.state != State.QUALITY_CHECK:
        raise StateRefusal(
            "quality.state",
            f"Case {locked.number} is not waiting for a quality check: it is “{locked.get_state_display()}”.",
        )
    waiting = [(one, one.assignment) for one in reviews_in_hand(locked) if one.submitted_at and one.assignment]
    if len(waiting) < approved_seats(locked):
        raise StateRefusal("quality.review", f"Case {locked.number} has not every review submitted.")
    if actor.user_id is not None and any(held.reviewer.user_id == actor.user_id for _, held in waiting):
        raise RightRefusal("quality.own_review", "Nobody checks the own review. Another person must do it.")
    return locked, waiting


def cancel_approval(*, case: Case, reason: str, actor: Actor, now: dt.datetime) -> Cancellation:
    """Take an approval back whose letter is not sealed yet; the review can then be returned or the reviewer taken off.

    For the medical director, when a conflict came to light or the letter cannot be made. Raises InputRefusal without a
    reason, RightRefusal, and StateRefusal when nothing is approved or the letter is sealed: then only a superseding
    version corrects it.
    """
    if not actor.has_any({MEDICAL_DIRECTOR}) or actor.user_id is None:
        raise RightRefusal("quality.cancel", "Only the medical director takes an approval back.")
    _check_words(reason, "reason", "Say why the approval is taken back.")
    with transaction.atomic():
        # The job's row, the letter's, then the case: the order in which the worker that seals takes them.
        keys = [str(pk) for pk in Letter.objects.filter(key=case.number).values_list("pk", flat=True)]
        list(OutboxJob.objects.select_for_update(no_key=True).filter(kind=SEAL_JOB, key__in=keys).order_by("pk"))
        letters = list(Letter.objects.select_for_update(no_key=True).filter(key=case.number).order_by("pk"))
        locked = workflow.lock_case(case.pk)
        determination = locked.determinations.standing().filter(review__round=locked.round).last()
        if determination is None:
            raise StateRefusal("quality.cancel", f"No approval of case {locked.number} stands.")
        letter = next((row for row in letters if row.frozen_id == determination.document_id), None)
        if letter is None or letter.is_sealed:
            raise StateRefusal(
                "quality.cancel", f"The letter of case {locked.number} is sealed. A correction is a new version."
            )
        why = f"Approval taken back: {reason.strip()}"
        OutboxJob.objects.filter(kind=SEAL_JOB, key=str(letter.pk)).update(held_at=now, last_error=why)
        workflow.record(case=locked, kind="determination.cancelled", sentence=why, actor=actor, now=now)
        return Cancellation.objects.create(
            determination=determination, reason=reason.strip(), cancelled_by_id=actor.user_id, cancelled_at=now
        )


def reviews_to_check(case: Case) -> QuerySet[Review]:
    """What the page of the quality check shows: every review of those who hold or held the case to its end, by seat."""
    done = Review.objects.filter(case=case, round=case.round).exclude(
        Q(assignment__recused_at__isnull=False) | Q(assignment__withdrawn_at__isnull=False)
    )
    return done.select_related("assignment").order_by("assignment__seat", "pk")


def opens_letter(user: User, letter: Letter) -> bool:
    """Whoever checked a review of the case may open its letters."""
    own = QualityCheck.objects.filter(review__case__number=letter.key, checked_by_id=user.pk)
    return user.has_right("check_quality") and own.exists()


def refuse_sight(*, case: Case, actor: Actor) -> None:
    """A quality reviewer sees only what is, or was just, in the quality queue; the medical director sees every case.

    Source: minimum necessary (standards HI-8). Raises RightRefusal.
    """
    if actor.has_any({MEDICAL_DIRECTOR}):
        return
    own = QualityCheck.objects.filter(review__case=case, checked_by_id=actor.user_id).exists()
    if case.state != State.QUALITY_CHECK and not own:
        raise RightRefusal("quality.sight", f"Case {case.number} is not in the quality queue.")
