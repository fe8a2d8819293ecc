"""What the library learns of reviews before an edition is published, and what publishing leaves alone."""

from __future__ import annotations

import datetime as dt

import pytest

from common.actor import Actor
from common.services import outbox
from guidelines.models import CitationUse, Publication, Section
from guidelines.services.drafts import start_edition
from guidelines.services.publishing import publish
from guidelines.services.search import search
from guidelines.services.what_changes import what_changes
from letters.services.wording import load_own_wording
from reviews.models import ReviewerCitation
from reviews.services.citation_uses import rebuild_soon
from reviews.services.library_changes import open_citations, recent_items
from reviews.services.quality import approve
from tests.accounts.people import make_person
from tests.factories.cases import NOW
from tests.factories.library import published_edition
from tests.factories.reviews import fill_in, hold_case, submitted_case

pytestmark = pytest.mark.django_db
NAME, HEADING = "Chronic Pain Medical Treatment", "Physical medicine treatment"


@pytest.fixture
def draft():
    publication = Publication.objects.create(name=NAME)
    former = published_edition(publication=publication, year=2016, effective_from=dt.date(2016, 7, 28))
    Section.objects.create(edition=former, heading=HEADING, topics=["aquatic exercise"])
    first = NOW.date() + dt.timedelta(days=1)
    author = Actor.of(make_person("guideline_editor"))
    return start_edition(
        publication_id=publication.pk, year=2036, effective_from=first, based_on_id=former.pk, actor=author
    )  # fmt: skip


def test_open_reviews_that_cite_the_edition_are_named_and_no_person_is(draft):
    case, reviewer = hold_case()
    fill_in(case=case, actor=reviewer)
    assert open_citations(NAME, 2015) == []
    told = open_citations(NAME.upper(), 2016)
    assert [one.name for one in told] == [f"{case}, item {item.position}" for item in case.items.all()]
    assert what_changes(draft=draft, today=NOW.date()).open_citations == told


def test_submitted_reviews_are_recent_requests_and_open_ones_are_not(draft, django_assert_num_queries):
    hold_case()
    assert recent_items(200) == []
    case, _ = submitted_case()
    with django_assert_num_queries(2):
        found = recent_items(200)
    assert {one.text for one in found} == {item.service for item in case.items.all()}
    assert len(recent_items(1)) == 1
    assert what_changes(draft=draft, today=NOW.date()).searched == len(found)


def test_what_was_cited_yesterday_stays_and_tomorrow_finds_the_new_edition(draft):
    submitted_case()
    before = list(ReviewerCitation.objects.values_list("publication", "year", "sections"))
    publish(edition_id=draft.pk, actor=Actor.of(make_person("guideline_editor")), now=NOW)
    assert list(ReviewerCitation.objects.values_list("publication", "year", "sections")) == before
    days = [NOW.date(), NOW.date() + dt.timedelta(days=1)]
    assert [search(text="aquatic exercise", on=day)[0].edition_year for day in days] == [2016, 2036]


def test_set_up_leaves_the_reading_of_earlier_determinations_to_a_worker(draft):
    load_own_wording(now=NOW)
    case, _ = submitted_case()
    approve(case=case, actor=Actor.of(make_person("quality_reviewer")), now=NOW)
    kept = list(CitationUse.objects.order_by("pk").values_list("case_key", "position", "section__heading"))
    assert kept
    CitationUse.objects.all().delete()
    job = rebuild_soon(now=NOW)
    assert not CitationUse.objects.exists()
    assert outbox.run(job.pk, now=NOW)
    assert list(CitationUse.objects.order_by("pk").values_list("case_key", "position", "section__heading")) == kept
