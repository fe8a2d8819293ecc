"""The search sequence of an item: recorded from the look-ups really made, confirmed by its reviewer, copied on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from cases.models import Case
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.rules.characters import first_unprintable
from guidelines.models import CitationFields, Section
from guidelines.rules.citation import label
from guidelines.services.kept import note_used
from guidelines.services.search import Hit
from reviews.models import Assignment, ConfirmedSequence, ItemReview, LookUp, Review, ReviewerCitation
from reviews.models.review import LONGEST_TEXT
from reviews.rules.search_sequence import MTUS, Looked, step_of, told

_MOST_WORDS = 2000


def open_row(*, case: Case, position: int, actor: Actor) -> ItemReview:
    """The entry of an item in the actor's own review, while it is being written; call within a transaction to write.

    Raises RightRefusal for anybody but the holder, StateRefusal once it is submitted or the gate stopped the holder,
    InputRefusal for no such item.
    """
    held = Assignment.objects.accepted().filter(case=case, reviewer__user_id=actor.user_id or 0)
    row = (
        ItemReview.objects.disputed()
        .filter(review__assignment__in=held, item__position=position)
        .select_related("item__case__claim", "review__case", "review__assignment")
        .first()
    )
    if row is None:
        if not held.exists():
            raise RightRefusal("review.holder", "Only the reviewer who accepted this case may open its review.")
        raise InputRefusal("review.item", f"The review has no item {position} in dispute. Reload the page.")
    if row.review.submitted_at is not None or row.review.case.state != State.IN_REVIEW:
        raise StateRefusal("review.state", "The review is submitted; nothing is recorded on it any more.")
    stopped = row.review.assignment
    if stopped is not None and stopped.stopped_at is not None:
        raise StateRefusal("gate.stopped", f"The gate stopped your work on this case: {stopped.stop_reason}")
    return row


def record_search(*, row: ItemReview, words: str, hits: Sequence[Hit], actor: Actor, now: dt.datetime) -> list[LookUp]:
    """Put a search down, with what it found: for the MTUS always, for other steps where the library gave something.

    words: as searched; the library's lack of other guidelines is no look-up of theirs. row: from `open_row`.
    """
    words = words.strip()[:_MOST_WORDS]
    if not words:
        return []
    counts = {MTUS: 0}
    for hit in hits:
        step = step_of(basis=hit.basis, publication=hit.publication)
        counts[step] = counts.get(step, 0) + 1
    rows = [
        LookUp(
            item_review=row, by_id=person_of(actor), at=now, step=step, kind="searched", words=words, results=results
        )
        for step, results in sorted(counts.items())
    ]
    return LookUp.objects.bulk_create(rows)


def record_opened(*, row: ItemReview, section_id: int, actor: Actor, now: dt.datetime) -> LookUp:
    """A section was opened to be read. Raises InputRefusal when the library does not have it. row: from `open_row`."""
    section = Section.objects.with_edition().filter(pk=section_id).first()
    if section is None:
        raise InputRefusal("section.unknown", "The library does not have this section any more. Search again.")
    publication = section.edition.publication
    note_used(section_ids=[section.pk], reader_id=person_of(actor), now=now)
    return LookUp.objects.create(
        item_review=row, by_id=person_of(actor), at=now, kind="opened", section_id_in_library=section.pk,
        step=step_of(basis=publication.basis, publication=publication.name),
        label=label(publication=publication.name, year=section.edition.year, sections=[section.heading]),
    )  # fmt: skip


def record_cited(*, row: ItemReview, citations: Sequence[ReviewerCitation], actor: Actor, now: dt.datetime) -> None:
    """Put down what the entry cites now and did not cite before; called where the draft is written."""
    known = set(row.look_ups.filter(kind="cited").values_list("label", flat=True))
    fresh, sections = {}, []
    for one in citations:
        said = cited_as(one)
        if said and said not in known:
            fresh[said] = one
            sections += [one.section_id_in_library] if one.section_id_in_library else []
    LookUp.objects.bulk_create(
        LookUp(
            item_review=row, by_id=person_of(actor), at=now, kind="cited", label=said,
            step=step_of(basis=one.basis, publication=one.publication),
            section_id_in_library=one.section_id_in_library,
        )
        for said, one in fresh.items()
    )  # fmt: skip
    if sections:
        note_used(section_ids=sections, reader_id=person_of(actor), now=now)


def proposed_sequence(row: ItemReview) -> str:
    """The sequence in words, from the look-ups; empty when there are none. What is no longer cited is not told."""
    cited = {cited_as(one) for one in row.citations.all()}
    return told([_looked(one, cited) for one in standing(row)])


def _looked(one: LookUp, cited: set[str]) -> Looked:
    kind = "opened" if one.kind == LookUp.Kind.CITED and one.label not in cited else one.kind
    return Looked(one.step, kind, one.words, one.results, one.label, one.place, one.looked_on, one.gave)


def standing(row: ItemReview) -> list[LookUp]:
    """The look-ups that count: without what was taken back."""
    rows = list(row.look_ups.all())
    gone = {one.about_id for one in rows if one.kind == LookUp.Kind.TAKEN_BACK}
    return [one for one in rows if one.kind != LookUp.Kind.TAKEN_BACK and one.pk not in gone]


def cited_as(citation: CitationFields) -> str:
    """By what a cited source is known in the record and to its reader."""
    return label(
        publication=citation.publication, year=citation.year, sections=citation.sections, text=citation.text
    )[:1000]  # fmt: skip


def confirm_sequence(
    *, case: Case, position: int, text: str, copy_to_others: bool, actor: Actor, now: dt.datetime
) -> list[ConfirmedSequence]:
    """Keep the sequence as the reviewer leaves it, beside what the record proposes; the newest counts.

    copy_to_others: also for every other item in dispute that has none confirmed yet. Returns what was written.
    Raises InputRefusal without text or for text that cannot be printed, and what `open_row` refuses.
    """
    text = text.replace("\r\n", "\n").strip()
    _refuse_text(text)
    with transaction.atomic():
        row = open_row(case=case, position=position, actor=actor)
        Review.objects.select_for_update().get(pk=row.review_id)  # two windows confirm one after the other
        own = _confirm(row, proposed_sequence(row), text, None, actor, now)
        if not copy_to_others:
            return [own]
        others = row.review.items.disputed().filter(sequences=None).exclude(pk=row.pk)
        return [own, *(_confirm(other, proposed_sequence(other), text, own, actor, now) for other in others)]


def _confirm(
    row: ItemReview, proposed: str, text: str, source: ConfirmedSequence | None, actor: Actor, now: dt.datetime
) -> ConfirmedSequence:
    return ConfirmedSequence.objects.create(
        item_review=row, proposed=proposed, text=text, copied_from=source, confirmed_by_id=person_of(actor),
        confirmed_at=now,
    )  # fmt: skip


def _refuse_text(text: str) -> None:
    said = ""
    if not text:
        said = "Say in words how you searched, step by step; nothing has been looked up for this item yet."
    elif len(text) > LONGEST_TEXT:
        said = f"The search sequence has {len(text):,} characters; at most {LONGEST_TEXT:,} can be kept."
    elif bad := first_unprintable(text):
        said = f"The search sequence holds {bad.spoken}. Take it out or write it in words."
    if said:
        raise InputRefusal("sequence.text", said, fields={"sequence": said})


def person_of(actor: Actor) -> int:
    if actor.user_id is None:
        raise RightRefusal("review.person", "Only a person with an account may do this.")
    return actor.user_id
