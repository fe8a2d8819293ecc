"""The look-ups of a review: only its reviewer's, only while it is open, never changed; the sequence told from them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from guidelines.models import KeptSection, Section, SectionLimit
from guidelines.services.kept import kept_of, note_used, pin_section
from guidelines.services.notes import keep_note
from letters.services.wording import load_own_wording
from reviews.models import ConfirmedSequence, LookUp, Review
from reviews.services.document import build_document
from reviews.services.item_checks import checks_of
from reviews.services.item_picker import hits_of, picker_of
from reviews.services.look_ups import confirm_sequence, open_row, proposed_sequence, record_opened, record_search
from reviews.services.review import CitationDraft, ItemDraft, open_review, save_draft, submit
from tests.factories.cases import NOW, an_item
from tests.factories.reviews import CITATION, RATIONALE, fill_in, hold_case, make_user, submitted_case
from tests.guidelines.conftest import library  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
DAY = dt.date(2016, 9, 1)  # the edition of 2016 is in force
THERAPY = "Physical therapy 9 visits, lumbar spine"


def physical_medicine(year=2016):
    return Section.objects.get(
        edition__publication__name="Chronic Pain Medical Treatment", edition__year=year,
        heading__iexact="Physical medicine treatment" if year == 2016 else "Physical Medicine",
    )  # fmt: skip


def held(*services):
    return hold_case(items=[an_item(service) for service in services or (THERAPY,)])


def cite(case, actor, *citations, position=1, **facts):
    review = open_review(case=case, actor=actor, now=NOW)
    draft = ItemDraft(position=position, citations=citations, **facts)
    return save_draft(review_id=review.pk, version=review.version, summary="", items=[draft], actor=actor, now=NOW)


def library_citation(year=2016, **facts):
    section = physical_medicine(year)
    usual = {"basis": "MTUS", "publication": "Chronic Pain Medical Treatment", "year": year,
             "sections": (section.heading,), "section_id": section.pk}  # fmt: skip
    return CitationDraft(**{**usual, **facts})


# --- who records, and when


def test_nobody_but_the_holder_records_on_a_review():
    case, _ = held()
    for actor in (Actor.of(make_user("reviewer")), Actor.of(make_user("coordinator")), Actor.system("task")):
        with pytest.raises(RightRefusal):
            open_row(case=case, position=1, actor=actor)
    assert not LookUp.objects.exists()


def test_an_item_that_is_not_in_dispute_has_no_look_ups():
    case, actor = held()
    with pytest.raises(InputRefusal):
        open_row(case=case, position=7, actor=actor)


def test_nothing_is_recorded_once_the_review_is_submitted_by_any_route():
    case, actor = submitted_case()
    with pytest.raises(StateRefusal):
        open_row(case=case, position=1, actor=actor)
    row = Review.objects.get().items.get()
    facts = {"item_review": row, "by_id": actor.user_id, "at": NOW, "step": 1, "kind": "searched", "words": "x"}
    with pytest.raises(DatabaseError), transaction.atomic():
        LookUp.objects.create(**facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConfirmedSequence.objects.create(item_review=row, text="x", confirmed_by_id=actor.user_id, confirmed_at=NOW)


def test_a_look_up_is_never_changed_nor_taken_away():
    case, actor = held()
    row = open_row(case=case, position=1, actor=actor)
    record_search(row=row, words="traction", hits=[], actor=actor, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        LookUp.objects.update(results=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        LookUp.objects.all().delete()


def test_a_search_is_recorded_by_step_with_what_it_found():
    case, actor = held()
    row = open_row(case=case, position=1, actor=actor)
    assert record_search(row=row, words="  ", hits=[], actor=actor, now=NOW) == []
    hits = hits_of(row=row, words="physical therapy", on=DAY)
    record_search(row=row, words="physical therapy", hits=hits, actor=actor, now=NOW)
    (found,) = LookUp.objects.filter(step=1)
    assert (found.kind, found.words, found.results) == ("searched", "physical therapy", len(hits))


def test_what_fits_the_diagnosis_alone_is_nothing_found_for_the_words():
    case, actor = hold_case(items=[an_item(THERAPY)], diagnoses=[{"text": "Low back pain", "icd10": "M54.5"}])
    row = open_row(case=case, position=1, actor=actor)
    assert hits_of(row=row, words="", on=DAY)
    assert hits_of(row=row, words="xyloprim", on=DAY) == []
    record_search(row=row, words="xyloprim", hits=[], actor=actor, now=NOW)
    assert [(one.step, one.results) for one in LookUp.objects.all()] == [(1, 0)]


def test_a_part_of_the_body_that_is_typed_alone_finds_what_treats_of_it():
    case, actor = hold_case(items=[an_item(THERAPY)], diagnoses=[{"text": "Low back pain", "icd10": "M54.5"}])
    row = open_row(case=case, position=1, actor=actor)
    hits = hits_of(row=row, words="low back", on=DAY)
    assert hits
    assert {hit.matched for hit in hits} == {("low back",)}
    assert hits_of(row=row, words="xyloprim for the low back", on=DAY) == []


def test_the_code_of_a_diagnosis_helps_to_choose_the_section():
    coded = physical_medicine()
    Section.objects.filter(pk=coded.pk).update(icd10_ranges=["Q87-Q87.9"])
    case, actor = hold_case(items=[an_item(THERAPY)], diagnoses=[{"text": "Low back pain", "icd10": "q87.15"}])
    row = open_row(case=case, position=1, actor=actor)
    told = {hit.section_id: hit.why for hit in hits_of(row=row, words="physical medicine", on=DAY)}
    assert "diagnosis Q87.15 lies in Q87-Q87.9" in told[coded.pk]
    assert [key for key, why in told.items() if any("lies in" in reason for reason in why)] == [coded.pk]


def test_opening_needs_a_section_of_the_library_and_is_kept_among_the_recent():
    case, actor = held()
    row = open_row(case=case, position=1, actor=actor)
    with pytest.raises(InputRefusal):
        record_opened(row=row, section_id=0, actor=actor, now=NOW)
    section = physical_medicine()
    record_opened(row=row, section_id=section.pk, actor=actor, now=NOW)
    assert kept_of(reader_id=actor.user_id).recent == (section,)


def test_a_citation_is_recorded_once_however_often_the_draft_is_saved():
    case, actor = held()
    for rationale in ("a", "b"):
        cite(case, actor, library_citation(), rationale=rationale)
    (found,) = LookUp.objects.all()
    assert (found.kind, found.step, found.section_id_in_library) == ("cited", 1, physical_medicine().pk)


# --- the sequence


def test_a_sequence_needs_text_that_can_be_printed_and_its_holder():
    case, actor = held()
    facts = {"case": case, "position": 1, "copy_to_others": False, "now": NOW}
    for text in ("  ", "smile 😀", "x" * 20_001):
        with pytest.raises(InputRefusal):
            confirm_sequence(text=text, actor=actor, **facts)
    with pytest.raises(RightRefusal):
        confirm_sequence(text="fine", actor=Actor.of(make_user("reviewer")), **facts)
    assert not ConfirmedSequence.objects.exists()


def test_a_confirmed_sequence_keeps_the_record_beside_the_reviewers_words_and_is_copied_once():
    case, actor = held(THERAPY, "Acupuncture 6 visits", "MRI of the knee")
    confirm_sequence(case=case, position=3, text="My own.", copy_to_others=False, actor=actor, now=NOW)
    cite(case, actor, library_citation())
    row = open_row(case=case, position=1, actor=actor)
    record_search(row=row, words="traction", hits=[], actor=actor, now=NOW)
    proposed = proposed_sequence(row)
    assert proposed.splitlines()[0] == (
        "1. MTUS: searched for “traction” (nothing found); "
        "cited Chronic Pain Medical Treatment (2016), Physical medicine treatment."
    )
    text = f"{proposed}\nThe ODG were read on paper."
    own, copy = confirm_sequence(case=case, position=1, text=text, copy_to_others=True, actor=actor, now=NOW)
    assert (own.proposed, own.text, own.is_amended) == (proposed, text, True)
    assert (copy.item_review.item.position, copy.text, copy.copied_from) == (2, text, own)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConfirmedSequence.objects.update(text="other")


def test_a_citation_taken_out_again_is_told_as_read():
    case, actor = held()
    cite(case, actor, library_citation())
    cite(case, actor)
    row = open_row(case=case, position=1, actor=actor)
    assert "read Chronic Pain Medical Treatment (2016)" in proposed_sequence(row)


def test_only_a_confirmed_sequence_stands_in_the_document_and_the_newest_counts():
    case, actor = held(THERAPY, "MRI of the knee")
    for text in ("First words.", "Second words."):
        confirm_sequence(case=case, position=1, text=text, copy_to_others=False, actor=actor, now=NOW)
    review = fill_in(case=case, actor=actor)
    content = build_document(
        case=case, review=review, qualifications={}, layout="2016", version=1, supersedes=None, determined_on=DAY
    )
    assert [item.get("search_sequence") for item in content["items"]] == ["Second words.", None]
    assert "search_sequence" not in content["items"][1]


def test_a_sequence_that_names_the_reviewer_stops_the_submission():
    case, actor = held()
    reviewer = Review.objects.get().assignment.reviewer
    text = f"Looked up by {reviewer.first_name} {reviewer.last_name}."
    confirm_sequence(case=case, position=1, text=text, copy_to_others=False, actor=actor, now=NOW)
    review = fill_in(case=case, actor=actor)
    with pytest.raises(InputRefusal) as refusal:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert "item-1-sequence" in refusal.value.fields


# --- the standard


def test_a_lower_standard_without_its_reason_is_a_gap():
    case, actor = held()
    review = fill_in(case=case, actor=actor, standard="C")
    with pytest.raises(InputRefusal) as refusal:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert set(refusal.value.fields) == {"item-1-why_not_higher"}


def test_the_standard_is_asked_for_unless_only_the_mtus_is_cited():
    odg = CitationDraft(basis="Non-MTUS", publication="Official Disability Guidelines")
    case, actor = held()
    review = fill_in(case=case, actor=actor, standard="", citations=(CITATION, odg))
    with pytest.raises(InputRefusal) as refusal:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert set(refusal.value.fields) == {"item-1-standard"}
    review = fill_in(case=case, actor=actor, standard="")
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert review.items.get().standard == "A"


# --- picker and checks


def test_the_picker_suggests_for_the_item_without_a_query_and_says_why():
    load_own_wording(now=NOW)
    case, actor = held("Physical therapy 9 visits, chronic low back pain")
    row = open_row(case=case, position=1, actor=actor)
    found = picker_of(row=row, words="", reader_id=actor.user_id, on=DAY)
    assert found.suggested
    assert all(choice.hit.why for choice in found.choices)
    best = next(one for one in found.choices if one.hit.section_id == physical_medicine().pk)
    assert "Physical medicine treatment" in best.line
    (told,) = best.arithmetic
    assert "9 asked, limit 9-10 visits in 8 weeks for myalgia and myositis" in told.sentence


def test_pins_recent_sections_and_notes_are_each_readers_own():
    case, actor = held()
    section, other = physical_medicine(), Actor.of(make_user("reviewer"))
    pin_section(section_id=section.pk, pinned=True, actor=other, now=NOW)
    keep_note(section_id=section.pk, text="Somebody else's words.", actor=other, now=NOW)
    row = open_row(case=case, position=1, actor=actor)
    mine = picker_of(row=row, words="", reader_id=actor.user_id, on=DAY)
    assert (mine.pinned, mine.recent) == ((), ())
    assert {choice.note for choice in mine.choices} <= {""}
    pin_section(section_id=section.pk, pinned=True, actor=actor, now=NOW)
    note_used(section_ids=[section.pk, 0], reader_id=actor.user_id, now=NOW)
    mine = picker_of(row=row, words="", reader_id=actor.user_id, on=DAY)
    assert [one.hit.section_id for one in mine.pinned] == [section.pk]
    assert mine.recent == ()
    for _ in range(2):
        pin_section(section_id=section.pk, pinned=False, actor=actor, now=NOW)
    assert kept_of(reader_id=actor.user_id).recent == (section,)
    assert kept_of(reader_id=other.user_id).pinned == (section,)


def test_a_section_used_a_short_while_ago_stands_below_the_suggestions_that_do_not_hold_it():
    case, actor = held("Acupuncture 6 visits")
    note_used(section_ids=[physical_medicine().pk], reader_id=actor.user_id, now=NOW)
    row = open_row(case=case, position=1, actor=actor)
    found = picker_of(row=row, words="", reader_id=actor.user_id, on=DAY)
    assert [one.hit.section_id for one in found.recent] == [physical_medicine().pk]
    assert picker_of(row=row, words="acupuncture", reader_id=actor.user_id, on=DAY).recent == ()


def test_a_pin_is_refused_to_those_without_the_library_and_for_no_section():
    section = physical_medicine()
    with pytest.raises(RightRefusal):
        pin_section(section_id=section.pk, pinned=True, actor=Actor.of(make_user("administrator")), now=NOW)
    with pytest.raises(InputRefusal):
        pin_section(section_id=0, pinned=True, actor=Actor.of(make_user("reviewer")), now=NOW)
    assert not KeptSection.objects.exists()


@pytest.mark.parametrize("items", [1, 3, 30])
def test_the_checks_of_a_review_are_read_at_once(items, django_assert_num_queries):
    load_own_wording(now=NOW)
    case, actor = held(*[THERAPY] * items)
    for position in range(1, items + 1):
        cite(case, actor, library_citation(), position=position)
    rows = list(Review.objects.get().items.select_related("item").prefetch_related("citations"))
    with django_assert_num_queries(4):
        found = checks_of(rows=rows, on=DAY)
    assert len(found) == items


@pytest.mark.parametrize("pins", [1, 3, 30])
def test_the_picker_asks_the_same_number_of_queries_whatever_it_shows(pins, django_assert_num_queries):
    load_own_wording(now=NOW)
    case, actor = held()
    for section in Section.objects.all()[:pins]:
        pin_section(section_id=section.pk, pinned=True, actor=actor, now=NOW)
    row = open_row(case=case, position=1, actor=actor)
    with django_assert_num_queries(11):
        picker_of(row=row, words="", reader_id=actor.user_id, on=DAY)


def test_the_checks_of_stored_citations_name_what_is_wrong_and_count():
    case, actor = held("Physical therapy 9 visits, left knee")
    cite(case, actor, library_citation(2009, pages="474"), standard="B", had_before=7)
    found = checks_of(rows=list(Review.objects.get().items.all()), on=DAY)[1]
    (one,) = found.citations
    assert [warning.name for warning in one.warnings] == ["edition.superseded", "page.outside_edition"]
    assert one.arithmetic[0].sentence.startswith("7 had + 9 asked = 16, limit 9-10 visits in 8 weeks")
    assert "6 above" in one.arithmetic[0].sentence
    assert [warning.name for warning in found.warnings] == ["standard.no_reason"]
    assert found.standard.letter == "A"
    assert (found.levels, found.warned) == ([""], True)


def test_a_citation_typed_over_is_judged_by_its_words_not_by_the_section_it_came_from():
    case, actor = held()
    cite(case, actor, library_citation(publication="A book of mine"), rationale=RATIONALE)
    (one,) = checks_of(rows=list(Review.objects.get().items.all()), on=DAY)[1].citations
    assert (one.warnings, one.arithmetic) == ((), ())
    assert SectionLimit.objects.exists()
