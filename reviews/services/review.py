"""The reviewer's work: open the form, keep drafts, submit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from cases.models import Case
from cases.services import workflow
from cases.workflow import Event, State
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.rules.characters import first_unprintable
from reviews.models import Assignment, ItemReview, Review, ReviewerCitation
from reviews.models.review import LONGEST_TEXT
from reviews.rules.completeness import Gap, ItemFacts, gaps
from reviews.rules.facts import Door
from reviews.rules.search_sequence import proposed_standard, step_of
from reviews.services.anonymity import refuse_named_in_review
from reviews.services.gate import ask_gate, keeping_refusals, refuse_if_blocked, refuse_unless_gate_open
from reviews.services.look_ups import record_cited
from reviews.services.review_reading import read_with
from reviews.services.seats import all_handed_in, approved_seats, reviews_in_hand


@dataclass(frozen=True)
class CitationDraft:
    """A citation as typed or picked (exchange.md CITATION). `section_id`: the library's section it came from."""

    basis: str
    publication: str
    year: int | None = None
    sections: tuple[str, ...] = ()
    pages: str = ""
    text: str = ""
    section_id: int | None = None


@dataclass(frozen=True)
class ItemDraft:
    """What the form holds for the item at `position` (from 1); empty text where nothing is put down yet."""

    position: int
    decision: str = ""
    standard: str = ""
    rationale: str = ""
    citations: tuple[CitationDraft, ...] = field(default_factory=tuple)
    why_not_higher: str = ""
    had_before: int | None = None


def begin_review(*, case: Case, assignment: Assignment) -> Review:
    """The empty review of an assignment just accepted, with an entry for each item; call with the case locked."""
    review = Review.objects.create(case=case, assignment=assignment, round=case.round)
    ItemReview.objects.bulk_create([ItemReview(review=review, item=item) for item in case.items.disputed()])
    return review


def follow_items(*, case: Case) -> None:
    """An item that came back into the dispute gets its entry in each review at hand; call with the case locked.

    A review that was handed in while another reviewer still works goes back to its reviewer, who must decide the item.
    """
    for review in reviews_in_hand(case):
        missing = list(case.items.disputed().exclude(reviews__review=review))
        ItemReview.objects.bulk_create([ItemReview(review=review, item=item) for item in missing])
        if missing and review.submitted_at and case.state == State.IN_REVIEW:
            hand_back(review)


def hand_back(review: Review) -> None:
    """A submitted review is its reviewer's again; a window that still shows it is out of date."""
    Review.objects.filter(pk=review.pk).update(submitted_at=None, version=F("version") + 1)
    Assignment.objects.filter(review=review).update(submitted_at=None)


def open_review(*, case: Case, actor: Actor, now: dt.datetime) -> Review:
    """The review of the case's holder, for reading and writing on; changes nothing.

    Raises RightRefusal for anybody but the holder, and what the gate refuses at the door "open".
    """
    assignment = _held_by(case, actor)
    refuse_if_blocked(ask_gate(case=case, reviewer=assignment.reviewer, on=california_date(now), door=Door.OPEN))
    return review_in_hand(case=case, actor=actor)


def review_in_hand(*, case: Case, actor: Actor) -> Review:
    """The holder's review, for what is typed. The gate is not asked here: when it closes while the reviewer writes, the
    page must still give back what was typed (`refuse_if_stopped`). Raises RightRefusal, StateRefusal.
    """
    review = Review.objects.filter(assignment=_held_by(case, actor)).select_related("assignment").first()
    if review is None:
        raise StateRefusal("review.begun", f"The review of case {case.number} is not begun. Ask a coordinator.")
    return review


def save_draft(
    *, review_id: int, version: int, summary: str, items: Sequence[ItemDraft], actor: Actor, now: dt.datetime
) -> Review:
    """Keep what is typed so far; nothing need be complete. Returns the review with its new version.

    version: the one that the form was opened with. Raises StateRefusal when another window saved since, when it is
    submitted; GateRefusal for a holder whom the gate stopped; InputRefusal with the form field for text that cannot be
    printed or is too long.
    """
    with transaction.atomic():
        review = _locked_draft(review_id, version, actor)
        refuse_if_stopped(review=review, now=now)
        _refuse_bad_text(summary, items)
        _write(review, summary, items, actor, now)
        return review


def refuse_if_stopped(*, review: Review, now: dt.datetime) -> None:
    """Raises GateRefusal for the review of a holder whom the gate stopped, while it is still shut.

    What somebody with a conflict writes after it was found is no part of the case. The stop is noted already.
    """
    assignment = review.assignment
    if assignment is not None and assignment.stopped_at is not None:
        refuse_if_blocked(
            ask_gate(case=review.case, reviewer=assignment.reviewer, on=california_date(now), door=Door.OPEN)
        )


def submit(*, review_id: int, version: int, actor: Actor, now: dt.datetime) -> Case:
    """Hand the review in. The case goes to the quality check when every approved reviewer has done so.

    Raises GateRefusal, InputRefusal naming every gap, or what the workflow refuses.
    """
    with keeping_refusals(actor=actor, now=now), transaction.atomic():
        review = _locked_draft(review_id, version, actor)
        case = workflow.lock_case(review.case_id)
        assignment = _held_by(case, actor)
        refuse_unless_gate_open(case=case, assignment=assignment, door=Door.SUBMIT, now=now)
        _take_certain_standards(review)
        found = gaps_of(review)
        if found:
            raise InputRefusal(
                "review.complete",
                f"The review is not complete: {len(found)} {'thing is' if len(found) == 1 else 'things are'} missing.",
                fields={gap.field: gap.sentence for gap in found},
            )
        refuse_named_in_review(review=review, reviewer=assignment.reviewer)
        Review.objects.filter(pk=review.pk).update(submitted_at=now, version=F("version") + 1)
        Assignment.objects.filter(pk=assignment.pk).update(submitted_at=now)
        if all_handed_in(case):
            return workflow.move(case=case, event=Event.SUBMIT, actor=actor, now=now, sentence="Review submitted.")
        workflow.record(
            case=case, kind="review.submitted", actor=actor, now=now,
            sentence=f"Review {assignment.seat} of {approved_seats(case)} submitted; the case waits for the others.",
            facts={"assignment": assignment.pk, "reviewer": assignment.reviewer.reviewer_id},
        )  # fmt: skip
        return case


def gaps_of(review: Review) -> list[Gap]:
    """What the review still lacks (see `reviews.rules.completeness`)."""
    rows = review.items.disputed().select_related("item__depends_on").prefetch_related("citations")
    facts = [
        ItemFacts(
            position=row.item.position,
            service=row.item.service,
            depends_on=row.item.depends_on.position if row.item.depends_on else None,
            decision=row.decision,
            standard=row.standard,
            rationale=row.rationale,
            citations=len(row.citations.all()),
            why_not_higher=row.why_not_higher,
        )
        for row in rows
    ]
    return gaps(summary=review.clinical_case_summary, items=facts)


def _take_certain_standards(review: Review) -> None:
    """Where only the MTUS is cited the standard is A; nobody is asked for it, and one that was chosen stays."""
    for row in review.items.disputed().filter(standard="").prefetch_related("citations"):
        proposed = proposed_standard(
            [step_of(basis=one.basis, publication=one.publication) for one in row.citations.all()]
        )
        if proposed and proposed.certain:
            row.standard = proposed.letter
            row.save(update_fields=["standard"])


def submitted_review(*, case: Case, actor: Actor) -> Review:
    """The actor's own submitted review of the case, for reading until the determination is issued (HI-8).

    Raises RightRefusal for anybody else, and afterwards.
    """
    held = Assignment.objects.accepted().filter(reviewer__user_id=person_id(actor))
    own = Review.objects.filter(case=case, assignment__in=held, submitted_at__isnull=False)
    review = read_with(own.order_by("-pk")).first()
    if review is None:
        raise RightRefusal("review.holder", "Only the reviewer who holds this case may open its review.")
    return review


def person_id(actor: Actor) -> int:
    """The actor's account. Raises RightRefusal for a command or task: a review is a person's work."""
    if actor.user_id is None:
        raise RightRefusal("review.person", "Only a person with an account may do this.")
    return actor.user_id


def _held_by(case: Case, actor: Actor) -> Assignment:
    assignment = (
        Assignment.objects.accepted()
        .select_related("reviewer")
        .filter(case=case, reviewer__user_id=person_id(actor))
        .first()
    )
    if assignment is None:
        raise RightRefusal("review.holder", "Only the reviewer who accepted this case may open its review.")
    return assignment


def _locked_draft(review_id: int, version: int, actor: Actor) -> Review:
    # The case's row guards the review: a draft saved at the moment of a recusal or return waits for it.
    case_id = Review.objects.values_list("case_id", flat=True).get(pk=review_id)
    case = workflow.lock_case(case_id)
    review = Review.objects.select_for_update(of=("self",)).select_related("assignment").get(pk=review_id)
    assignment = _held_by(case, actor)
    if review.assignment_id != assignment.pk:
        raise RightRefusal("review.holder", "This review belongs to an earlier assignment of the case.")
    if case.state != State.IN_REVIEW or review.submitted_at:
        raise StateRefusal(
            "review.state", "The review is submitted; it can be changed only when it is returned to you."
        )
    if review.version != version:
        raise StateRefusal(
            "review.version",
            "This review was saved from another window meanwhile. Copy your text, reload, and put it in again.",
        )
    return review


def _refuse_bad_text(summary: str, items: Sequence[ItemDraft]) -> None:
    problems: dict[str, str] = {}
    texts = [("clinical_case_summary", "The summary", summary)]
    for item in items:
        texts.append((f"item-{item.position}-rationale", f"The rationale of item {item.position}", item.rationale))
        reason = f"The reason for the standard of item {item.position}"
        texts.append((f"item-{item.position}-why_not_higher", reason, item.why_not_higher))
        for citation in item.citations:
            whole = "\n".join([citation.publication, *citation.sections, citation.pages, citation.text])
            texts.append((f"item-{item.position}-citations", f"A citation of item {item.position}", whole))
    for name, label, text in texts:
        if len(text) > LONGEST_TEXT:
            problems[name] = f"{label} has {len(text):,} characters; at most {LONGEST_TEXT:,} can be kept."
        elif bad := first_unprintable(text):
            problems[name] = f"{label} holds {bad.spoken}. Take it out or write it in words."
    if problems:
        raise InputRefusal("review.text", " ".join(problems.values()), fields=problems)


def _write(review: Review, summary: str, items: Sequence[ItemDraft], actor: Actor, now: dt.datetime) -> None:
    review.clinical_case_summary = summary
    review.saved_at = now
    review.version += 1
    review.save(update_fields=["clinical_case_summary", "saved_at", "version"])
    rows = {row.item.position: row for row in review.items.select_related("item")}
    for draft in items:
        row = rows.get(draft.position)
        if row is None:
            raise InputRefusal("review.item", f"The case has no item {draft.position}. Reload the page.")
        row.decision, row.standard, row.rationale = draft.decision, draft.standard, draft.rationale
        row.why_not_higher, row.had_before = draft.why_not_higher, draft.had_before
        row.save(update_fields=["decision", "standard", "rationale", "why_not_higher", "had_before"])
        _write_citations(row, draft.citations, actor, now)


def _write_citations(row: ItemReview, citations: Sequence[CitationDraft], actor: Actor, now: dt.datetime) -> None:
    wanted = [
        ReviewerCitation(
            item_review=row,
            position=position,
            basis=citation.basis,
            publication=citation.publication,
            year=citation.year,
            sections=list(citation.sections),
            pages=citation.pages,
            text=citation.text,
            section_id_in_library=citation.section_id,
        )
        for position, citation in enumerate(citations, start=1)
    ]
    kept = list(row.citations.all())
    if [(c.as_document(), c.section_id_in_library) for c in kept] != [
        (c.as_document(), c.section_id_in_library) for c in wanted
    ]:
        row.citations.all().delete()
        ReviewerCitation.objects.bulk_create(wanted)
        record_cited(row=row, citations=wanted, actor=actor, now=now)
