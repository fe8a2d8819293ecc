from __future__ import annotations

import pytest

from accounts.models import User
from cases.models import Case
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from reviews.models import Assignment, Review, Reviewer
from reviews.models.review import LONGEST_TEXT
from reviews.services.review import ItemDraft, open_review, save_draft, submit, submitted_review
from tests.accounts.people import signed_in
from tests.factories.cases import NOW, an_item
from tests.factories.reviews import fill_in, hold_case, make_user, submitted_case

pytestmark = pytest.mark.django_db


def save(review, actor, *, version=None, **facts):
    return save_draft(
        review_id=review.pk,
        version=review.version if version is None else version,
        summary=facts.pop("summary", ""),
        items=[ItemDraft(position=1, **facts)],
        actor=actor,
        now=NOW,
    )


def test_nobody_but_the_holder_opens_the_review():
    case, _ = hold_case()
    for actor in (Actor.of(make_user("reviewer")), Actor.of(make_user("coordinator")), Actor.system("task")):
        with pytest.raises(RightRefusal):
            open_review(case=case, actor=actor, now=NOW)
    assert Review.objects.get().saved_at is None


def test_a_review_has_one_entry_an_item_from_the_acceptance_on_and_opening_changes_nothing():
    case, actor = hold_case(items=[an_item("MRI"), an_item("Physical therapy")])
    first = open_review(case=case, actor=actor, now=NOW)
    assert open_review(case=case, actor=actor, now=NOW).pk == first.pk
    assert [row.item.service for row in first.items.all()] == ["MRI", "Physical therapy"]


def test_a_draft_is_kept_with_anything_missing_and_counts_its_versions():
    case, actor = hold_case()
    review = open_review(case=case, actor=actor, now=NOW)
    kept = save(review, actor, rationale="so far")
    kept.refresh_from_db()
    assert (kept.version, kept.items.get().rationale, kept.submitted_at) == (2, "so far", None)


def test_a_stale_window_does_not_overwrite_a_newer_draft():
    case, actor = hold_case()
    review = open_review(case=case, actor=actor, now=NOW)
    save(review, actor, version=1, rationale="first window")
    with pytest.raises(StateRefusal) as refusal:
        save(review, actor, version=1, rationale="second window")
    assert refusal.value.rule == "review.version"
    assert review.items.get().rationale == "first window"


def test_text_too_long_or_unprintable_is_refused_with_its_field_and_nothing_is_kept():
    case, actor = hold_case()
    review = open_review(case=case, actor=actor, now=NOW)
    for text, word in (("x" * (LONGEST_TEXT + 1), "20,001"), ("smile 😀", "GRINNING FACE")):
        with pytest.raises(InputRefusal) as refusal:
            save(review, actor, summary="fine", rationale=text)
        assert word in refusal.value.fields["item-1-rationale"]
    review.refresh_from_db()
    assert (review.clinical_case_summary, review.version) == ("", 1)


def test_submitting_names_every_gap():
    case, actor = hold_case(items=[an_item("MRI of the lumbar spine"), an_item("Contrast agent", depends_on=1)])
    review = open_review(case=case, actor=actor, now=NOW)
    with pytest.raises(InputRefusal) as refusal:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert "item-1-citations" in refusal.value.fields
    assert "item-2-citations" not in refusal.value.fields
    assert Case.objects.get().state == "in_review"


def test_a_complete_review_goes_to_the_quality_check_and_is_shut():
    case, actor = submitted_case()
    assert case.state == "quality_check"
    assert Assignment.objects.get().status == "submitted"
    review = submitted_review(case=case, actor=actor)
    with pytest.raises(StateRefusal):
        save(review, actor, rationale="too late")
    with pytest.raises(RightRefusal):
        submitted_review(case=case, actor=Actor.of(make_user("reviewer")))


def test_html_and_template_signs_in_a_rationale_are_kept_as_typed():
    case, actor = hold_case()
    words = "<script>alert(1)</script> {{ secret }} {% now %} & <b>"
    review = fill_in(case=case, actor=actor, rationale=words)
    assert review.items.get().rationale == words


def test_the_ur_decision_alone_is_never_enough():
    case, actor = hold_case(documents=[{"title": "UR decision", "kind": "utilization_review_decision"}])
    review = fill_in(case=case, actor=actor)
    with pytest.raises(RuleRefusal):
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)


def test_a_draft_is_kept_when_the_gate_has_closed_meanwhile_and_the_file_opens_no_more():
    case, actor = hold_case()
    page = signed_in(User.objects.get(pk=actor.user_id))
    address = f"/reviews/{case.number}/review/"
    assert page.get(address).status_code == 200
    Reviewer.objects.update(active=False)
    typed = {
        "version": Review.objects.get().version,
        "clinical_case_summary": "Typed for an hour.",
        "item-1-citation-TOTAL_FORMS": 0,
        "item-1-citation-INITIAL_FORMS": 0,
    }
    page.post(f"{address}save/", typed)
    assert Review.objects.get().clinical_case_summary == "Typed for an hour."
    assert page.get(address).status_code == 409
