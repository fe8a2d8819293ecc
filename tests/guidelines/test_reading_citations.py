"""Typed citations: read where they can be for certain, kept as typed where not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.rules.citation_text import KnownPublication, ReadCitation, normalized, read_citations
from guidelines.services.reading_citations import known_publications, parse_citations
from imr_site.paths import ROOT
from letters.rules.citations import compose_citations

DATA = ROOT.parent / "shared" / "data" / "determinations.json"
WORDING = ROOT.parent / "shared" / "wording" / "2016.json"

CHRONIC = KnownPublication(("Chronic Pain Medical Treatment", "Chronic Pain Medical Treatment Guidelines"))
LOW_BACK = KnownPublication(("Low Back Complaints",))
OPIOIDS = KnownPublication(("Opioid Treatment",))
ODG = KnownPublication(("Official Disability Guidelines", "ODG"), "Non-MTUS")
HEADINGS = {
    "Chronic Pain Medical Treatment": ["NSAIDs", "NSAIDs, GI symptoms & cardiovascular risk", "Topical analgesics"],
    "Low Back Complaints": ["Summary", "Special Studies"],
    "Opioid Treatment": ["3.3.9 Opioids for Chronic Pain and Chronic Opioid Treatment: Maintenance", "Tapering"],
}


WITH_NAMES_WITHIN = (
    "Opioid Treatment 2016, Section(s): 3.3.9 Opioids for Chronic Pain and Chronic Opioid Treatment: Maintenance, "
    "Tapering"
    ", and Low Back Complaints 2004, Section(s): Summary"
)
OUTSIDE = (
    "The claims administrator based their decision on recommendation(s) outside of the MTUS Guidelines. Decision based "
    "on Non-MTUS Citation ODG, Low Back Chapter, pg. 607 and Other Medical Treatment Guidelines www.example.org."
)


def read(text):
    known = [CHRONIC, LOW_BACK, OPIOIDS, ODG]
    return read_citations(text, known=known, headings=lambda name, _year: HEADINGS.get(name, []))


def facts(citations):
    return [(one.publication, one.year, list(one.sections), one.pages) for one in citations]


def structure(citations):
    """Everything that a filed citation says."""
    return [(one.basis, *rest) for one, rest in zip(citations, facts(citations), strict=True)]


@pytest.mark.parametrize(
    "text", ["", "the usual guideline", "MTUS/ACOEM chapter 12", "my own words, Low Back Complaints 2004 somewhere"]
)
def test_what_cannot_be_read_for_certain_is_not_guessed_at(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "MTUS Chronic Pain Medical Treatment 2016, Section(s): NSAIDs, GI symptoms & cardiovascular risk, NSAIDs",
            [("Chronic Pain Medical Treatment", 2016, ["NSAIDs, GI symptoms & cardiovascular risk", "NSAIDs"], "")],
        ),
        (
            "Low Back Complaints (2004), pages 303-305; Chronic Pain Medical Treatment Guidelines 2009, page 474",
            [("Low Back Complaints", 2004, [], "303-305"), ("Chronic Pain Medical Treatment", 2009, [], "474")],
        ),
        (
            WITH_NAMES_WITHIN,
            [
                ("Opioid Treatment", 2016, HEADINGS["Opioid Treatment"], ""),
                ("Low Back Complaints", 2004, ["Summary"], ""),
            ],
        ),
        (
            "Low Back Complaints 2004, Section(s): Something, else, Summary",
            [("Low Back Complaints", 2004, ["Something, else", "Summary"], "")],
        ),
        (
            OUTSIDE,
            [("Official Disability Guidelines", None, ["Low Back Chapter"], "607"), ("www.example.org", None, [], "")],
        ),
    ],
)
def test_several_publications_commas_within_headings_and_pages(text, expected):
    assert facts(read(text)) == expected


def test_a_page_that_is_held_twice_is_held_once():
    twice = ReadCitation("Non-MTUS", "ACOEM", None, ("Low Back Disorders, pg. 607",), "607")
    assert normalized(twice) == ReadCitation("Non-MTUS", "ACOEM", None, ("Low Back Disorders",), "607")


@given(
    st.lists(
        st.sampled_from([CHRONIC, LOW_BACK, OPIOIDS]).flatmap(
            lambda one: st.tuples(
                st.just(one.names[0]), st.integers(2001, 2026),
                st.lists(st.sampled_from(HEADINGS[one.names[0]]), unique=True, max_size=3),
            )
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_what_a_letter_prints_is_read_back(citations):
    printed = ", and ".join(
        f"{name} {year}" + (f", Section(s): {', '.join(headings)}" if headings else "")
        for name, year, headings in citations
    )
    assert facts(read(f"Decision based on MTUS {printed}.")) == [(*one, "") for one in citations]


def filed_citations():
    """(side, citations) of every item of the real letters that cites anything."""
    return [
        (side, item[f"{name}_guidelines"])
        for case in json.loads(DATA.read_text(encoding="utf-8"))
        for item in case["items"]
        for side, name in (("administrator", "claims_administrator"), ("reviewer", "reviewer"))
        if item[f"{name}_guidelines"]
    ]


def as_filed(row):
    return ReadCitation(row["basis"], row["publication"], row["year"], tuple(row["sections"]), row["pages"] or "")


@pytest.fixture
def blocks():
    found = json.loads(WORDING.read_text(encoding="utf-8"))
    return (found[0] if isinstance(found, list) else found)["blocks"]


@pytest.mark.django_db
@pytest.mark.skipif(not DATA.exists(), reason="the project's data lie beside it, in ../shared")
def test_the_citations_of_real_letters_are_read_back_from_the_2016_layout(library, blocks):
    sides = filed_citations()
    assert len(sides) == 204
    for side, filed in sides:
        rows = sorted(filed, key=lambda row: row["basis"] != "MTUS")
        found = parse_citations(compose_citations(rows, side=side, blocks=blocks))
        assert facts(found) == facts(normalized(as_filed(row)) for row in rows)


@pytest.mark.django_db
@pytest.mark.skipif(not DATA.exists(), reason="the project's data lie beside it, in ../shared")
def test_every_mtus_citation_of_real_letters_is_read_back_with_the_same_structure_alone_and_beside_others(
    library, blocks
):
    known, seen = known_publications(), 0
    for side, filed in filed_citations():
        mtus = [row for row in filed if row["basis"] == "MTUS"]
        for rows in [mtus, *([row] for row in mtus)]:
            if rows:
                found = parse_citations(compose_citations(rows, side=side, blocks=blocks), known=known)
                assert structure(found) == structure([as_filed(row) for row in rows])
        seen += len(mtus)
    assert seen == 171


@pytest.mark.django_db
@pytest.mark.skipif(not DATA.exists(), reason="the project's data lie beside it, in ../shared")
def test_of_every_other_citation_publication_sections_and_pages_are_read_back(library, blocks):
    known, seen = known_publications(), 0
    for side, filed in filed_citations():
        for row in filed:
            if row["basis"] != "MTUS":
                found = parse_citations(compose_citations([row], side=side, blocks=blocks), known=known)
                meant = normalized(as_filed(row))
                assert [(one.publication, one.sections, one.pages) for one in found] == [
                    (meant.publication, meant.sections, meant.pages)
                ]
                seen += 1
    assert seen == 103
