"""Who was found to have a conflict after accepting: nothing is kept or handed in, and no typed word is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cases.models import Case
from cases.services.parties import add_party
from common.actor import Actor
from common.errors import StateRefusal
from reviews.models import Assignment, LookUp, Review
from reviews.services.gate import GateRefusal
from reviews.services.look_ups import open_row
from reviews.services.recheck import recheck_live
from reviews.services.review import save_draft, submit
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer
from tests.factories.cases import NOW, an_item, make_case
from tests.factories.reviewers import make_reviewer
from tests.factories.reviews import fill_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
RULE = "gate.conflict.employment"
WORDS = "Nine visits brought <b>nothing</b> lasting."


@pytest.fixture
def _clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def stopped() -> tuple[Case, Actor, Review]:
    """A case whose complete draft is on file when a party turns up that its reviewer works for."""
    works_there = [{"organization": "Silver Claims", "role": "employee"}]
    assignment, actor = make_offer(
        case=make_case(state="ready", items=[an_item("MRI of the lumbar spine")]),
        reviewer=make_reviewer(user=make_person("reviewer"), affiliations=works_there),
    )
    accept_offer(assignment, actor)
    review = fill_in(case=assignment.case, actor=actor)
    facts = {"role": "mpn", "organization": "Silver Claims"}
    add_party(case=assignment.case, facts=facts, reason="Named in a late record.", actor=COORDINATOR, now=NOW)
    assert Assignment.objects.stopped().get() == assignment
    return Case.objects.get(pk=assignment.case_id), actor, Review.objects.get(pk=review.pk)


def kept(review: Review) -> tuple[object, ...]:
    fresh = Review.objects.get(pk=review.pk)
    item = fresh.items.get()
    return (
        fresh.version, fresh.clinical_case_summary, fresh.submitted_at, fresh.saved_at, item.rationale,
        list(item.citations.values_list("pk")), fresh.case.state,
    )  # fmt: skip


def typed(review: Review, **more: str) -> dict[str, str]:
    return {
        "version": str(review.version), "clinical_case_summary": "Typed after the stop.",
        "item-1-decision": "overturned", "item-1-standard": "A", "item-1-rationale": WORDS,
        "item-1-citation-TOTAL_FORMS": "1", "item-1-citation-INITIAL_FORMS": "0", "item-1-citation-0-basis": "MTUS",
        "item-1-citation-0-publication": "Chronic Pain", "item-1-citation-0-sections": "Physical medicine", **more,
    }  # fmt: skip


def test_the_service_keeps_and_takes_nothing_and_names_the_rule(stopped):
    case, actor, review = stopped
    before = kept(review)
    with pytest.raises(GateRefusal) as refusal:
        save_draft(review_id=review.pk, version=review.version, summary="New.", items=[], actor=actor, now=NOW)
    assert refusal.value.rule == RULE
    with pytest.raises(GateRefusal) as refusal:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert refusal.value.rule == RULE
    with pytest.raises(StateRefusal) as shut:
        open_row(case=case, position=1, actor=actor)
    assert shut.value.rule == "gate.stopped"
    assert kept(review) == before
    assert not LookUp.objects.filter(kind="searched").exists()


def test_the_rule_is_said_before_what_is_still_missing(stopped):
    _, actor, review = stopped
    review.items.update(rationale="")
    with pytest.raises(GateRefusal) as refusal:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert refusal.value.rule == RULE


@pytest.mark.parametrize("act", ["save", "submit"])
@pytest.mark.parametrize("more", [{}, {"item-1-citation-0-year": "not a year"}], ids=["whole", "with a slip"])
def test_a_direct_request_is_refused_and_the_words_are_given_back(stopped, act, more):
    case, _, review = stopped
    before = kept(review)
    browser = signed_in(Assignment.objects.get().reviewer.user)
    answer = browser.post(reverse(f"reviews:{act}", args=[case.number]), typed(review, **more))
    said = answer.content.decode()
    assert answer.status_code == 409
    assert RULE in said
    for words in ("Typed after the stop.", "Nine visits brought &lt;b&gt;nothing&lt;/b&gt; lasting.", "Chronic Pain"):
        assert words in said
    assert "MRI of the lumbar spine" not in said  # the file is shut: nothing of the case but the number
    assert kept(review) == before


def test_the_page_that_saves_by_itself_hears_the_rule_and_keeps_its_text(stopped):
    case, _, review = stopped
    before = kept(review)
    browser = signed_in(Assignment.objects.get().reviewer.user)
    answer = browser.post(
        reverse("reviews:save", args=[case.number]), typed(review), headers={"accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["rule"]) == (422, RULE)
    assert kept(review) == before


def test_saving_again_and_again_notes_the_stop_once(stopped):
    case, _, review = stopped
    browser = signed_in(Assignment.objects.get().reviewer.user)
    before = case.events.count()
    for _time in range(3):
        browser.post(reverse("reviews:save", args=[case.number]), typed(review), headers={"accept": "application/json"})
    assert case.events.count() == before


def test_writing_goes_on_where_the_gate_opens_again(stopped):
    case, actor, review = stopped
    Assignment.objects.get().reviewer.affiliations.all().delete()
    recheck_live(case=case, now=NOW)
    saved = save_draft(review_id=review.pk, version=review.version, summary="New.", items=[], actor=actor, now=NOW)
    assert saved.clinical_case_summary == "New."
    submit(review_id=review.pk, version=saved.version, actor=actor, now=NOW)
    assert kept(review)[-1] == "quality_check"
