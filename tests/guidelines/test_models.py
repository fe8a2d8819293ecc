from __future__ import annotations

import datetime as dt
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from guidelines.models import Edition, Publication, Section, SectionLimit
from tests.factories.library import published_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication():
    return Publication.objects.create(name="Low Back Complaints")


@pytest.fixture
def edition(publication):
    return published_edition(
        publication=publication,
        year=2004,
        effective_from=dt.date(2007, 6, 15),
        effective_to=dt.date(2017, 11, 30),
        pages=127,
    )


@contextmanager
def refused(error=IntegrityError):
    with pytest.raises(error), transaction.atomic():
        yield


@pytest.mark.parametrize("name", ["low back complaints", ""])
def test_a_name_given_twice_or_not_at_all_is_refused(publication, name):
    with refused():
        Publication.objects.create(name=name)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (dt.date(2017, 11, 30), None),
        (None, dt.date(2007, 6, 15)),
        (None, None),
        (dt.date(2010, 1, 1), dt.date(2010, 12, 31)),
    ],
)
def test_overlapping_editions_are_refused_by_the_database_and_by_the_form(edition, first, last):
    with refused():
        published_edition(publication=edition.publication, year=2016, effective_from=first, effective_to=last)
    with pytest.raises(ValidationError, match="in force in part of that time"):
        Edition(publication=edition.publication, year=2016, effective_from=first, effective_to=last).full_clean()


def test_an_edition_may_begin_the_day_after_the_last_one_and_another_publication_any_day(edition):
    published_edition(publication=edition.publication, year=2017, effective_from=dt.date(2017, 12, 1))
    other = Publication.objects.create(name="Knee Complaints")
    published_edition(publication=other, year=2004, effective_from=dt.date(2007, 6, 15))


@pytest.mark.parametrize(
    "facts",
    [
        {"year": 2004},
        {"year": 1},
        {"year": 2018, "effective_from": dt.date(2018, 2, 1), "effective_to": dt.date(2018, 1, 1)},
        {"year": 2018, "effective_from": dt.date(2018, 1, 1), "pages": 0},
    ],
)
def test_an_edition_that_makes_no_sense_is_refused(edition, facts):
    with refused((IntegrityError, DatabaseError)):
        published_edition(publication=edition.publication, **{"effective_from": dt.date(2018, 1, 1), **facts})


def test_a_summary_of_licensed_text_is_refused_by_every_route(edition):
    Publication.objects.update(licensed_text=True)
    section = Section.objects.create(edition=edition, heading="Imaging")
    with refused():
        Section.objects.create(edition=edition, heading="Surgery", summary="Their words.")
    with refused():
        Section.objects.filter(pk=section.pk).update(summary="Their words.")
    section.edition.refresh_from_db()
    section.edition.publication.refresh_from_db()
    section.summary = "Their words."
    with pytest.raises(ValidationError, match="is licensed"):
        section.full_clean()


def test_a_publication_with_summaries_cannot_become_licensed(edition):
    Section.objects.create(edition=edition, heading="Imaging", summary="Own words.")
    with refused():
        Publication.objects.update(licensed_text=True)


def test_a_section_stands_neither_below_itself_nor_in_another_edition(edition):
    top = Section.objects.create(edition=edition, heading="Top")
    low = Section.objects.create(edition=edition, heading="Low", parent=top)
    with refused():
        Section.objects.filter(pk=top.pk).update(parent=low)
    with refused():
        Section.objects.filter(pk=top.pk).update(parent=top)
    other = published_edition(publication=edition.publication, year=2018, effective_from=dt.date(2018, 1, 1))
    with refused():
        Section.objects.create(edition=other, heading="Stray", parent=top)
    with pytest.raises(ValidationError, match="another edition"):
        Section(edition=other, heading="Stray", parent=top).full_clean()


def test_a_page_outside_the_edition_and_a_heading_given_twice_are_refused(edition):
    Section.objects.create(edition=edition, heading="Imaging")
    with refused():
        Section.objects.create(edition=edition, heading="Imaging")
    with pytest.raises(ValidationError, match="page 474 lies outside"):
        Section(edition=edition, heading="Surgery", pages="474").full_clean()


@pytest.mark.parametrize("numbers", [{}, {"minimum": 10, "maximum": 9}])
def test_a_limit_without_number_or_upside_down_is_refused(edition, numbers):
    section = Section.objects.create(edition=edition, heading="Imaging")
    with refused():
        SectionLimit.objects.create(section=section, unit="visits", **numbers)


def test_in_force_counts_both_ends(edition):
    def on(*day):
        return list(Edition.objects.in_force(dt.date(*day)))

    assert on(2007, 6, 14) == []
    assert on(2007, 6, 15) == [edition]
    assert on(2017, 11, 30) == [edition]
    assert on(2017, 12, 1) == []


def test_a_publication_answers_to_its_aliases_however_they_are_capitalized(publication):
    publication.aliases = ["ACOEM Low Back"]
    publication.save()
    assert Publication.objects.called("acoem LOW back").get() == publication
    assert Publication.objects.called("low BACK complaints").get() == publication
