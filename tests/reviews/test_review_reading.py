"""What the quality reviewer sees beside each item: search, warnings of the day of submission, reason, arithmetic."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import User
from guidelines.models import Publication, Section
from letters.services.wording import load_own_wording
from reviews.models import Review
from reviews.services.look_ups import confirm_sequence, open_row, record_search
from reviews.services.quality import reviews_to_check
from reviews.services.review import CitationDraft, submit
from reviews.services.review_reading import read_with, reading_of
from reviews.services.weighing import mark_disagreement, set_level
from tests.accounts.people import signed_in
from tests.factories.cases import NOW, an_item
from tests.factories.library import published_edition
from tests.factories.reviews import fill_in, hold_case, make_user
from tests.guidelines.conftest import library  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]
THERAPY = "Physical therapy 9 visits, left knee"
NAME = "Chronic Pain Medical Treatment"


def section(year=2009):
    return Section.objects.get(
        edition__publication__name=NAME, edition__year=year,
        heading__iexact="Physical medicine treatment" if year == 2016 else "Physical Medicine",
    )  # fmt: skip


def old_citation():
    of = section()
    return CitationDraft(
        basis="MTUS", publication=NAME, year=2009, sections=(of.heading,), pages="474", section_id=of.pk
    )  # fmt: skip


def submitted(items=1, *, now=NOW, **facts):
    load_own_wording(now=NOW)
    case, actor = hold_case(items=[an_item(THERAPY)] * items)
    odg = CitationDraft(basis="Non-MTUS", publication="Official Disability Guidelines")
    review = fill_in(case=case, actor=actor, citations=(old_citation(), odg), had_before=7, **facts)
    for position in range(1, items + 1):
        row = open_row(case=case, position=position, actor=actor)
        record_search(row=row, words="traction", hits=[], actor=actor, now=NOW)
        confirm_sequence(
            case=case, position=position, text="Searched; the ODG on paper.", copy_to_others=False, actor=actor, now=NOW
        )
        mark_disagreement(case=case, position=position, disagree=True, actor=actor, now=NOW)
        set_level(case=case, position=position, source=odg.publication, level="3", actor=actor, now=NOW)
    review.refresh_from_db()
    return submit(review_id=review.pk, version=review.version, actor=actor, now=now), actor


def test_beside_each_item_stands_what_was_against_it_how_it_was_searched_and_why_no_higher_standard():
    case, _ = submitted(standard="C", why_not_higher="The MTUS is silent on <b>knees</b>.")
    page = signed_in(make_user("quality_reviewer")).get(reverse("reviews:quality_check", args=[case.number])).text
    for words in (
        "Warnings stood at submission on",
        "The MTUS is silent on &lt;b&gt;knees&lt;/b&gt;.",
        'data-warning="edition.not_in_force"',
        "Page 474 is cited; the edition has 127 pages.",
        "7 had + 9 asked = 16, limit 9-10 visits in 8 weeks",
        "Searched; the ODG on paper.",
        "in the reviewer’s own words",
        "searched for “traction” (nothing found)",
        "level 3, case-control study",
    ):
        assert words in page, words


def test_the_reviewer_sees_the_same_on_the_own_submitted_review():
    case, actor = submitted()
    page = signed_in(User.objects.get(pk=actor.user_id)).get(reverse("reviews:review", args=[case.number])).text
    assert 'data-warning="edition.not_in_force"' in page
    assert "Searched; the ODG on paper." in page


def test_the_warnings_are_those_of_the_day_of_submission_and_while_it_is_written_those_of_today():
    guide = Publication.objects.create(name="Knee Guide", body_parts=["knee"])
    published_edition(publication=guide, year=2020, effective_from="2020-01-01", effective_to=NOW.date())
    case, actor = hold_case(items=[an_item(THERAPY)])
    review = fill_in(
        case=case, actor=actor, citations=(CitationDraft(basis="MTUS", publication="Knee Guide", year=2020),)
    )

    def warned(later):
        (found,) = reading_of(read_with(Review.objects.all()).get(), now=NOW + later).items
        return [warning.name for warning in found.checks.citations[0].warnings]

    later = dt.timedelta(days=900)
    assert warned(later) == ["edition.not_in_force"]
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert warned(later) == []


def test_what_was_not_confirmed_is_said():
    load_own_wording(now=NOW)
    case, actor = hold_case(items=[an_item(THERAPY)])
    review = fill_in(case=case, actor=actor)
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    page = signed_in(make_user("quality_reviewer")).get(reverse("reviews:quality_check", args=[case.number])).text
    assert "Not confirmed" in page


@pytest.mark.parametrize("items", [1, 3, 30])
def test_the_quality_check_is_read_with_the_same_number_of_queries_however_many_items(items, django_assert_num_queries):
    case, _ = submitted(items)
    with django_assert_num_queries(13):
        for review in read_with(reviews_to_check(case)):
            reading_of(review, now=NOW)
