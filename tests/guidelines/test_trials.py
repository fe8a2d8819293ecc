"""What a draft would change, for many requests: worked out by a worker, kept with the draft, known to be stale."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from common.actor import Actor
from common.errors import RightRefusal, RuleRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from guidelines.models import Edition, Publication, PublishingAct, PublishingTrial, Section
from guidelines.services import trials
from guidelines.services import what_changes as changes
from guidelines.services.drafts import save_facts, start_edition, withdraw
from tests.accounts.people import make_person, signed_in
from tests.factories.library import published_edition

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def person():
    return make_person("guideline_editor")


@pytest.fixture
def author(person):
    return Actor.of(person)


@pytest.fixture(autouse=True)
def many(monkeypatch):
    items = [changes.RecentItem(text) for text in ("traction", "gym", "heat")]
    monkeypatch.setattr(changes, "_recent", [lambda _number: items * 10])
    monkeypatch.setattr(
        changes, "_open", [lambda name, year: [changes.OpenCitation("CM26-1, item 1", f"{name} {year}")]]
    )


@pytest.fixture
def draft(author):
    publication = Publication.objects.create(name="Neck Care")
    former = published_edition(publication=publication, year=2016, effective_from=dt.date(2016, 7, 28))
    Section.objects.create(edition=former, heading="Traction", topics=["traction"])
    draft = start_edition(
        publication_id=publication.pk, year=2026, effective_from=dt.date(2026, 12, 1), based_on_id=former.pk,
        actor=author,
    )  # fmt: skip
    Section.every.create(edition=draft, heading="Exercise", topics=["gym"])
    return draft


def done(trial):
    assert outbox.run(OutboxJob.objects.get(key=f"{trial.pk}:{trial.tries}").pk, now=NOW)
    trial.refresh_from_db()
    return trial


def test_who_may_not_edit_and_drafts_that_cannot_be_published_are_refused(draft, author):
    with pytest.raises(RightRefusal):
        trials.ask(draft_id=draft.pk, actor=Actor.of(make_person("reviewer")), now=NOW)
    facts = {"effective_from": dt.date(2016, 1, 1)}
    version = Edition.every.get(pk=draft.pk).version
    save_facts(edition_id=draft.pk, facts=facts, version=version, actor=author)
    with pytest.raises(RuleRefusal, match="never overlap"):
        trials.ask(draft_id=draft.pk, actor=author, now=NOW)
    withdraw(edition_id=draft.pk, actor=author)
    with pytest.raises(StateRefusal, match="no open draft"):
        trials.ask(draft_id=draft.pk, actor=author, now=NOW)
    assert not PublishingTrial.objects.exists()


def test_a_worker_finds_what_the_search_itself_would_say_and_nothing_is_written(draft, author):
    acts = PublishingAct.objects.count()
    trial = trials.ask(draft_id=draft.pk, actor=author, now=NOW)
    assert trials.ask(draft_id=draft.pk, actor=author, now=NOW).tries == 1
    assert trials.answer_of(trial) is None
    trial = done(trial)
    assert trials.told(trial) == (60, 60)
    found = trials.answer_of(trial)
    assert found == changes.what_changes(draft=draft, today=NOW.date())
    assert found.searched == 30
    assert {one.item.text for one in found.moved} == {"traction", "gym"}
    assert [one.citation for one in found.open_citations] == ["Neck Care 2016"]
    assert PublishingAct.objects.count() == acts


def test_an_answer_is_stale_when_the_draft_has_changed_and_is_worked_out_again(draft, author):
    trial = done(trials.ask(draft_id=draft.pk, actor=author, now=NOW))
    assert not trials.is_stale(trial)
    Section.every.filter(edition=draft, heading="Exercise").update(topics=["heat"])
    assert trials.is_stale(trial)
    trial = done(trials.ask(draft_id=draft.pk, actor=author, now=NOW))
    assert not trials.is_stale(trial)
    assert {one.item.text for one in trials.answer_of(trial).moved} == {"traction", "heat"}


def test_a_draft_that_was_given_up_meanwhile_is_told_so(draft, author):
    trial = trials.ask(draft_id=draft.pk, actor=author, now=NOW)
    withdraw(edition_id=draft.pk, actor=author)
    assert done(trial).problem == "The draft is closed by now."


def test_the_page_offers_the_work_shows_how_far_it_is_and_then_the_moved_hits(draft, person):
    browser = signed_in(person)
    page = reverse("guidelines:draft_changes", args=[draft.pk])
    assert "The last 30 reviewed requests are searched twice" in browser.get(page).text
    assert not PublishingTrial.objects.exists()
    assert browser.post(reverse("guidelines:try_out", args=[draft.pk]))["Location"] == page
    assert "searched in the background" in browser.get(page).text
    state = reverse("guidelines:trial_state", args=[draft.pk])
    assert "HX-Refresh" not in browser.get(state)
    done(PublishingTrial.objects.get())
    assert browser.get(state)["HX-Refresh"] == "true"
    shown = browser.get(page).text
    assert "Moved hits" in shown
    assert "has changed since" not in shown
    Section.every.filter(edition=draft, heading="Exercise").update(topics=["heat"])
    assert "has changed since this was worked out" in browser.get(page).text
