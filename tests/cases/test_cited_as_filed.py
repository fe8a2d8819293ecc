"""What the claims administrator cited: read where it can be, printed as filed, never in the way."""

from __future__ import annotations

import pytest

from cases.services.cited_as_filed import lines_read, notes_on_citations
from guidelines.services.library import load_library
from tests.accounts.people import signed_in
from tests.factories.cases import a_citation, an_item, make_case
from tests.factories.reviews import make_user

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


SEVERAL = (
    "MTUS Chronic Pain Medical Treatment 2016, Section(s): NSAIDs, GI symptoms & cardiovascular risk; and "
    "Low Back Complaints (2004), page 308"
)


def test_nothing_is_asked_for_citations_that_were_filed_in_parts(django_assert_num_queries):
    rows = list(
        case_citing(a_citation(), a_citation("ODG", year=None, sections=[])).items.get().administrator_citations.all()
    )
    with django_assert_num_queries(0):
        assert lines_read(rows) == {}


@pytest.mark.parametrize("typed", ["our own protocol and the usual guideline", "Low Back Complaints 2004, page 308"])
def test_a_line_that_holds_none_for_certain_or_one_is_not_read_as_several(typed):
    case = case_citing(a_citation(typed, year=None, sections=[]))
    assert lines_read(case.items.get().administrator_citations.all()) == {}


def test_each_citation_of_a_line_that_holds_several_stands_on_the_items_tab_below_the_line_as_filed():
    case = case_citing(
        a_citation(SEVERAL, year=None, sections=[]), a_citation("our own protocol", year=None, sections=[])
    )
    rows = cited(case)
    assert [(row["publication"], row["sections"], row["text"]) for row in rows] == [
        (SEVERAL, [], None), ("our own protocol", [], None),
    ]  # fmt: skip
    page = signed_in(make_user("coordinator")).get(f"/cases/{case.number}/items/").text
    assert "GI symptoms &amp; cardiovascular risk; and" in page
    for one in (
        "<li>Chronic Pain Medical Treatment (2016), NSAIDs, GI symptoms &amp; cardiovascular risk</li>",
        "<li>Low Back Complaints (2004), p. 308</li>",
    ):
        assert one in page
