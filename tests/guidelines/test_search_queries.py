from __future__ import annotations

import datetime as dt

import pytest

from guidelines.models import Publication, Section
from guidelines.services.search import search
from tests.factories.library import published_edition

TODAY = dt.date(2026, 11, 23)


@pytest.mark.django_db
def test_nothing_is_found_in_an_empty_library():
    assert search(text="physical therapy") == []


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_number_of_queries_does_not_grow_with_the_library(rows, django_assert_num_queries):
    for number in range(rows):
        publication = Publication.objects.create(name=f"Guide {number}", topics=["traction"])
        edition = published_edition(publication=publication, year=2016)
        Section.objects.create(edition=edition, heading=f"Traction {number}", topics=["traction"])
    with django_assert_num_queries(4):
        assert len(search(text="traction", on=TODAY, limit=100)) == 2 * rows


@pytest.mark.django_db
def test_a_request_of_everyday_words_is_not_searched_by_its_diagnosis_alone():
    publication = Publication.objects.create(name="Guide")
    edition = published_edition(publication=publication, year=2016)
    for number in range(250):
        Section.objects.create(edition=edition, heading=f"Tendon {number}", topics=["tendon repair"])
    Section.objects.create(edition=edition, heading="Therapy of the hand", topics=["therapy"])
    first = search(text="hand therapy", diagnosis="flexor tendon repair", on=TODAY)[0]
    assert first.section == "Therapy of the hand"


@pytest.mark.django_db
@pytest.mark.parametrize("whole", ["epidural injection", "rotator cuff", "work hardening", "physical therapy"])
def test_every_key_of_a_word_finds_it(whole, django_assert_max_num_queries):
    publication = Publication.objects.create(name="Guide")
    edition = published_edition(publication=publication, year=2016)
    for heading in ("Epidural injections", "Rotator cuff repair", "Work hardening", "Physical therapy", "Opioids"):
        Section.objects.create(edition=edition, heading=heading, topics=[heading.lower()])
    for end in range(2, len(whole) + 1):
        with django_assert_max_num_queries(2):
            hits = search(text=whole[:end], on=TODAY, typing=True)
        assert hits, whole[:end]
        assert hits[0].section.lower().startswith(whole[:end].split()[0]), whole[:end]
