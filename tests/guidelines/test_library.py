from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from common.services.exchange import read_rows
from guidelines.models import Edition, Publication, Section, SectionLimit
from guidelines.schemas import guideline_schema
from guidelines.services.library import load_library
from guidelines.services.own_library import LIBRARY_FILE

SHARED = Path(__file__).parents[3] / "shared"
TODAY = dt.date(2026, 11, 23)


def test_the_library_file_follows_its_schema():
    assert [row.refusal for row in read_rows(LIBRARY_FILE, guideline_schema()) if row.problems] == []


def test_no_section_of_licensed_text_has_a_summary():
    for publication in json.loads(LIBRARY_FILE.read_text(encoding="utf-8")):
        for edition in publication["editions"]:
            assert not publication["licensed_text"] or not any(row.get("summary") for row in edition["sections"])


@pytest.mark.django_db
def test_loading_twice_changes_nothing():
    assert load_library().count("added") == 33
    again = load_library()
    assert (again.count("unchanged"), again.refused) == (33, [])


@pytest.mark.django_db
def test_every_section_that_real_letters_cite_is_there(library):
    listed = SHARED / "data" / "mtus_sections.csv"
    if not listed.exists():
        pytest.skip("the list of cited sections lies in ../shared, which is not here")
    kept = set(
        Section.objects.values_list("edition__publication__name", "edition__year", "heading"),
    ) | {(edition.publication.name, edition.year, "") for edition in Edition.objects.select_related("publication")}
    with listed.open(encoding="utf-8") as lines:
        cited = {(row["publication"], int(row["edition_year"]), row["section"]) for row in csv.DictReader(lines)}
    assert cited - kept == set()


@pytest.mark.django_db
def test_the_name_of_2014_is_the_edition_of_2009_with_127_pages(library):
    publication = Publication.objects.called("Chronic Pain Treatment Guidelines").get()
    edition = publication.editions.in_force(dt.date(2014, 1, 6)).get()
    assert (publication.name, edition.year, edition.pages) == ("Chronic Pain Medical Treatment", 2009, 127)
    assert str(SectionLimit.objects.get(section__edition=edition)) == "9-10 visits in 8 weeks for myalgia and myositis"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "part", ["neck", "low back", "shoulder", "elbow", "wrist", "hand", "hip", "knee", "ankle", "foot", "eye", "mind"]
)
def test_something_is_in_force_today_for_every_part_of_the_body(library, part):
    assert Edition.objects.in_force(TODAY).filter(publication__body_parts__contains=[part]).exists()


def test_the_published_schema_is_the_one_in_use():
    published = Path(__file__).parents[2] / "docs" / "schemas" / "guideline.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == guideline_schema()
