"""From the approved review to the issued determination: freeze, order the letter, move the case once it is sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import Case
from cases.services import workflow
from cases.workflow import Event, State
from common.actor import Actor
from common.errors import StateRefusal
from letters.models import Letter
from letters.services.ordering import freeze, order_letter
from reviews.models import Assignment, Determination, Review
from reviews.services.anonymity import refuse_named_in_document
from reviews.services.citation_uses import keep_citations
from reviews.services.document import build_document
from reviews.services.gate import refuse_unless_gate_open
from reviews.services.seats import reviews_in_hand
from reviews.services.several_reviews import lead_review, with_every_review


@dataclass(frozen=True)
class Reviewed:
    """A review and what a letter says of who wrote it (`reviews.services.qualifications`)."""

    review: Review
    qualifications: dict[str, Any]


def freeze_determination(
    *,
    case: Case,
    reviewed: Sequence[Reviewed],
    layout: str,
    determined_on: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> Determination:
    """Freeze the decision as the case's next version; call with the case locked. `order` orders its letter.

    reviewed: by seat; more than one: the majority decides each item. Raises RuleRefusal when a text names a reviewer.
    """
    earlier = case.determinations.order_by("-version").first()
    version = earlier.version + 1 if earlier else 1
    contents = [
        build_document(
            case=case,
            review=one.review,
            qualifications=one.qualifications,
            layout=layout,
            version=version,
            supersedes=earlier.sha256 if earlier else None,
            determined_on=determined_on,
        )
        for one in reviewed
    ]
    reviews = [one.review for one in reviewed]
    review = lead_review(reviews)
    content = contents[0]
    if len(contents) > 1:
        content = with_every_review(
            contents,
            qualifications=[one.qualifications for one in reviewed],
            lead_place=reviews.index(review),
        )
    for one in reviews:
        if one.assignment is not None:
            refuse_named_in_document(content=content, reviewer=one.assignment.reviewer)
    document = freeze(content=content, kind="determination", now=now)
    determination = Determination.objects.create(
        case=case,
        review=review,
        version=version,
        supersedes=earlier,
        outcome=content["outcome"],
        document=document,
        sha256=document.sha256,
        layout=layout,
        determined_on=determined_on,
        approved_at=now,
        approved_by_id=actor.user_id,
    )
    keep_citations(determination=determination, content=content)
    return determination


def order(*, determination: Determination, now: dt.datetime, to_worker: bool = True) -> Letter:
    """Order the letter of a frozen determination. to_worker=False: a command seals it in its own process.

    Raises what `letters.services.ordering.order_letter` refuses: no wording, or a fact that the wording prints missing.
    """
    earlier = determination.supersedes
    return order_letter(
        frozen=determination.document,
        key=determination.case.number,
        version=determination.version,
        supersedes=letter_of(earlier) if earlier else None,
        to_worker=to_worker,
        now=now,
    )


def letter_of(determination: Determination) -> Letter | None:
    """The newest letter of a determination; None before it is ordered."""
    return Letter.objects.filter(frozen_id=determination.document_id).order_by("-pk").first()


def issue(*, letter: Letter, now: dt.datetime) -> None:
    """The sealed letter is stored: the determination is issued and the case is determined.

    Called inside the transaction that stores the letter: the gate is asked a last time, and what it refuses undoes the
    sealing. A letter of an imported or superseding determination moves no case.
    """
    determination = (
        Determination.objects.filter(document_id=letter.frozen_id)
        .select_related("review__assignment", "cancellation")
        .first()
    )
    if determination is None:
        return
    case = workflow.lock_case(determination.case_id)
    if case.state != State.QUALITY_CHECK:
        return
    actor = Actor.system("letters.seal")
    if hasattr(determination, "cancellation"):
        raise StateRefusal("determination.cancelled", f"The approval of case {case.number} was taken back; no letter.")
    holding = Assignment.objects.accepted().filter(case=case, round=case.round).select_related("reviewer")
    for assignment in holding.order_by("seat"):
        refuse_unless_gate_open(case=case, assignment=assignment, door="seal", now=now)
        Assignment.objects.filter(pk=assignment.pk).update(completed_at=now)
    workflow.move(
        case=case,
        event=Event.APPROVE,
        actor=actor,
        now=now,
        sentence="The letter is sealed and verified; the case is determined.",
        facts={"letter": letter.pk, "sha256": letter.pdf_sha256, "version": determination.version},
    )


@workflow.guard("sealed_letter_verified")
def _sealed_letter_verified(case: Case) -> None:
    determination = case.determinations.order_by("-version").first()
    letter = letter_of(determination) if determination else None
    if letter is None or letter.sealed_at is None:
        raise StateRefusal(
            "determination.sealed",
            f"Case {case.number} is determined only when its letter is sealed, verified and stored.",
        )


@workflow.guard("not_approved_yet")
def _not_approved_yet(case: Case) -> None:
    if case.determinations.standing().filter(review__round=case.round).exists():
        raise StateRefusal(
            "determination.frozen",
            f"The determination of case {case.number} is approved and frozen; its letter is being sealed.",
        )


@workflow.guard("review_complete")
def _review_complete(case: Case) -> None:
    from reviews.services.review import gaps_of

    reviews = reviews_in_hand(case)
    if not reviews or any(gaps_of(review) for review in reviews):
        raise StateRefusal("review.complete", f"The review of case {case.number} is not complete.")
