"""Synonyms, drugs, codes, evidence, links: checked where they are written, looked for when something is sought."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import REVIEWER
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal
from guidelines.models import Publication, Section, SectionNote
from guidelines.rules.icd10 import backward, codes_in, covers, without_codes
from guidelines.services.library import import_guidelines
from guidelines.services.notes import keep_note, notes_of
from tests.accounts.people import make_person
from tests.factories.library import published_edition
from tests.guidelines.conftest import neck

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ranges", "code", "inside"),
    [
        (["M54.5"], "M54.5", True),
        (["M54.5"], "m54.50", True),
        (["M54.5"], "M54", False),
        (["M54.5"], "M54.6", False),
        (["M50-M54"], "M54.16", True),
        (["M54-M54.9"], "M54.2", True),
        (["M54-M54.9"], "M55", False),
        (["S13.4XXA"], "S13.4XXA", True),
        (["M54"], "", False),
        ([], "M54.5", False),
    ],
)
def test_a_code_lies_in_a_range_or_not(ranges, code, inside):
    assert covers(ranges, code) is inside


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("T12 compression fracture, L4-5 disc, B12", ()),
        ("", ()),
        ("Radiculopathy (M54.16); sprain S13.4XXA and M54.16 again", ("M54.16", "S13.4XXA")),
        ("Osteoarthritis of the knee (M17)", ("M17",)),
    ],
)
def test_codes_are_read_within_words_where_they_can_be_nothing_else(text, codes):
    assert codes_in(text) == codes
    assert not any(code in without_codes(text) for code in codes)


def test_a_range_that_ends_before_it_begins_is_named():
    assert backward(["M54.5", "M54-M50"]) == "M54-M50"
    assert backward(["M50-M54"]) is None


@pytest.fixture
def section():
    publication = Publication.objects.create(name="Neck Care")
    edition = published_edition(publication=publication, year=2016, effective_from=dt.date(2016, 7, 28))
    return Section.objects.create(edition=edition, heading="Exercise")


@pytest.mark.parametrize(
    "facts",
    [
        {"icd10_ranges": ["back pain"]},
        {"icd10_ranges": ["M54.5", "54"]},
        {"icd10_ranges": ["M54.5,M54.6"]},
        {"deep_link": "javascript:alert(1)"},
        {"deep_link": "https://example.org/a b"},
        {"deep_link": "ftp://example.org/"},
        {"strength_of_evidence": "9"},
    ],
)
def test_the_database_refuses_what_is_no_code_no_link_no_level(section, facts):
    if facts == {"icd10_ranges": ["M54.5,M54.6"]}:  # one entry or two: the same text; the form refuses it
        with pytest.raises(ValidationError):
            Section(edition=section.edition, heading="Other", **facts).full_clean()
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Section.objects.filter(pk=section.pk).update(**facts)
    with pytest.raises(ValidationError):
        Section(edition=section.edition, heading="Other", **facts).full_clean()


def test_a_backward_range_is_refused_beside_the_field_and_at_import(section, editor, filed):
    with pytest.raises(ValidationError, match="ends before it begins"):
        Section(edition=section.edition, heading="Other", icd10_ranges=["M54-M50"]).full_clean()
    row = neck()
    row["editions"][1]["sections"][0]["icd10_ranges"] = ["M54-M50"]
    assert "ends before it begins" in import_guidelines(path=filed(row), actor=editor).refused[0].reasons[0]


def test_synonyms_and_drugs_stand_in_what_search_reads(section):
    assert not Section.objects.filter(vector=SearchQuery("Neurontin", config="english"))
    Section.objects.update(synonyms=["stretching"], drugs=["gabapentin", "Neurontin"])
    for word in ("stretching", "Neurontin"):
        assert Section.objects.filter(vector=SearchQuery(word, config="english"), words__contains=word.lower())


def test_the_new_keys_are_taken_in_and_old_files_stay_valid(editor, filed):
    row = neck(basis="Non-MTUS", url="https://example.org/guide", accessed_on="2026-11-30")
    row["editions"][1]["sections"][0] |= {
        "synonyms": ["stretching"],
        "drugs": ["Neurontin"],
        "icd10_ranges": ["M54.2", "S13-S13.9"],
        "strength_of_evidence": "1b",
        "deep_link": "https://example.org/guide#exercise",
    }
    assert import_guidelines(path=filed(row), actor=editor).refused == []
    section = Section.objects.get(heading="Exercise")
    assert (section.synonyms, section.drugs) == (["stretching"], ["Neurontin"])
    assert section.icd10_ranges == ["M54.2", "S13-S13.9"]
    assert (section.strength_of_evidence, section.deep_link) == ("1b", "https://example.org/guide#exercise")
    assert Publication.objects.get().accessed_on == dt.date(2026, 11, 30)
    assert import_guidelines(path=filed(neck()), actor=editor).refused == []
    assert Section.objects.get(heading="Exercise").synonyms == ["stretching"]
    row["url"] = "javascript:alert(1)"
    assert "web address" in import_guidelines(path=filed(row), actor=editor).refused[0].reasons[0]


def test_a_day_of_reading_needs_an_address(section):
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.update(accessed_on=dt.date(2026, 11, 30))


def test_a_note_is_the_readers_own(section):
    one, other = (Actor.of(make_person(REVIEWER)) for _ in range(2))
    with pytest.raises(RightRefusal):
        keep_note(section_id=section.pk, text="Mine.", actor=Actor("x@example.org"), now=timezone.now())
    with pytest.raises(InputRefusal):
        keep_note(section_id=section.pk, text="x" * 4001, actor=one, now=timezone.now())
    keep_note(section_id=section.pk, text="Mine.", actor=one, now=timezone.now())
    keep_note(section_id=section.pk, text="Mine, again.", actor=one, now=timezone.now())
    assert notes_of(reader_id=one.user_id, section_ids=[section.pk]) == {section.pk: "Mine, again."}
    assert notes_of(reader_id=other.user_id, section_ids=[section.pk]) == {}
    keep_note(section_id=section.pk, text=" ", actor=one, now=timezone.now())
    assert not SectionNote.objects.exists()
