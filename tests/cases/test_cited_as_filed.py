"""What the claims administrator cited: read where it can be, printed as filed, never in the way."""

from __future__ import annotations

import pytest

from cases.services.cited_as_filed import notes_on_citations
from guidelines.services.library import load_library
from tests.factories.cases import a_citation, an_item, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def library():
    load_library()


def case_citing(*citations):
    return make_case(items=[an_item(claims_administrator_guidelines=list(citations))])


def cited(case):
    return [row.as_document() for row in case.items.get().administrator_citations.all()]


@pytest.mark.parametrize("typed", ["our own protocol", "MTUS/ACOEM chapter 12", "Low Back Complaints"])
def test_what_cannot_be_read_stays_as_typed(typed):
    (row,) = cited(case_citing(a_citation(typed, year=None, sections=[])))
    assert (row["publication"], row["year"], row["sections"], row["text"]) == (typed, None, [], None)


def test_one_typed_line_becomes_a_citation_and_keeps_its_words():
    typed = "MTUS Chronic Pain Medical Treatment 2016, Section(s): NSAIDs, GI symptoms & cardiovascular risk"
    (row,) = cited(case_citing(a_citation(typed, year=None, sections=[])))
    assert row["publication"] == "Chronic Pain Medical Treatment"
    assert (row["year"], row["sections"]) == (2016, ["NSAIDs, GI symptoms & cardiovascular risk"])
    assert row["text"] == typed


def test_an_impossible_page_is_a_note_and_stops_nothing():
    case = case_citing(
        a_citation("Chronic Pain Medical Treatment", year=2009, sections=[], pages="474"),
        a_citation("Chronic Pain Medical Treatment Guidelines 2009, page 98", year=None, sections=[]),
    )
    (note,) = notes_on_citations(case)
    assert note.position == 1
    assert "Page 474 is cited; this edition has 127 pages." in note.sentence
