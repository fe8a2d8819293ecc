"""Requests as they are denied today against the section and edition that an expert would cite today."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

from guidelines.models import CitationUse, Publication
from guidelines.services.own_library import own_library
from guidelines.services.precedents import CitedItem, record_uses
from guidelines.services.search import search
from tests.factories.library import published_edition

TODAY = dt.date(2026, 11, 23)
#: Written before anything was searched.
REQUESTS = json.loads((Path(__file__).parent / "data" / "todays_requests.json").read_text(encoding="utf-8"))
LEAST = 0.9


def found(row, limit=5, on=TODAY):
    return search(text=row["request"], diagnosis=row["diagnosis"], on=on, limit=limit)


def chapters_of_today():
    return {row.data["publication"] for row in own_library() if row.data and "our own arrangement" in str(row.data)}


def test_every_chapter_of_today_is_asked_for():
    asked = Counter(row["chapter"] for row in REQUESTS)
    assert asked.keys() == chapters_of_today()
    assert sum(asked.values()) >= 60


def test_every_edition_of_a_chapter_has_sections_and_says_that_their_headings_are_to_be_confirmed():
    of_today = chapters_of_today()
    for row in own_library():
        assert row.problems == []
        for edition in row.data["editions"] if row.data["publication"] in of_today else []:
            assert edition["sections"]
            assert "headings in our own arrangement, to be confirmed" in edition["source"]
            assert {one["pages"] for one in edition["sections"]} == {None}
            assert all(one["topics"] and one["service_categories"] for one in edition["sections"])


@pytest.mark.django_db
def test_the_right_section_of_the_edition_in_force_is_among_the_first_five(library):
    missed = []
    for row in REQUESTS:
        hits = found(row)
        if (row["chapter"], row["section"], True) not in {(hit.publication, hit.section, hit.in_force) for hit in hits}:
            missed.append(f"{row['request']}: {[(hit.publication, hit.section) for hit in hits]}")
    assert 1 - len(missed) / len(REQUESTS) >= LEAST, "\n".join(missed)


@pytest.mark.django_db
def test_an_edition_that_ended_never_stands_above_the_one_in_force(library):
    for row in REQUESTS:
        hits = found(row, limit=60)
        assert hits[0].in_force, row["request"]
        first = {}
        for place, hit in enumerate(hits):
            first.setdefault((hit.publication, hit.section, bool(hit.in_force)), place)
        for (publication, section, in_force), place in first.items():
            other = first.get((publication, section, True))
            assert in_force or other is None or other < place, f"{row['request']}: {publication}, {section}"


@pytest.mark.django_db
def test_what_was_cited_of_an_ended_edition_does_not_lift_it_above_the_one_in_force(library):
    cited = [("Low Back Disorders Guideline", 2019, ["Lumbar supports"])]
    for number in range(12):
        record_uses(
            case_key=f"case {number}", items=[CitedItem(1, "LSO brace purchase", cited)],
            diagnoses=["lumbar sprain"], decided_on=dt.date(2020, 6, 1),
        )  # fmt: skip
    assert CitationUse.objects.exists()
    hits = search(text="LSO brace purchase", diagnosis="lumbar sprain", on=TODAY, limit=20)
    years = [hit.edition_year for hit in hits if hit.section == "Lumbar supports"]
    assert years[:2] == [2020, 2019]
    assert (hits[0].edition_year, hits[0].section) == (2020, "Lumbar supports")


@pytest.mark.django_db
@pytest.mark.parametrize(("on", "year"), [((2018, 6, 1), 2016), ((2020, 6, 1), 2019), ((2026, 11, 23), 2020)])
def test_the_day_chooses_the_edition(library, on, year):
    first = search(text="MRI lumbar spine", on=dt.date(*on))[0]
    assert (first.publication, first.edition_year, first.section) == (
        "Low Back Disorders Guideline", year, "Magnetic resonance imaging",
    )  # fmt: skip


@pytest.mark.django_db
def test_one_more_former_edition_moves_nothing_that_is_in_force(library):
    def firsts():
        return [
            [(hit.publication, hit.edition_year, hit.section, hit.score) for hit in found(row) if hit.in_force]
            for row in REQUESTS[::9]
        ]

    before = firsts()
    publication = Publication.objects.create(
        name="A former guideline", topics=["MRI", "gabapentin", "physical therapy"]
    )
    published_edition(publication=publication, year=2001, effective_to=dt.date(2007, 6, 14))
    assert firsts() == before
