"""An item authorized meanwhile: review, gate and letter go on with the rest. And the gate after a remand."""

from __future__ import annotations

import pytest

from cases.models import Case
from cases.services.endings import authorize, reinstate
from cases.services.remands import remand
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from reviews.forms.review import ReviewForm
from reviews.models import Assignment
from reviews.services import quality
from reviews.services.document import build_document
from reviews.services.gate import ask_gate
from reviews.services.gate_cases import load_case
from reviews.services.review import open_review, submit
from tests.factories.cases import COORDINATOR, NOW, an_item, put_in_state
from tests.factories.reviews import fill_in, hold_case, make_user

pytestmark = pytest.mark.django_db
ITEMS = {"items": [an_item("MRI of the lumbar spine"), an_item("Contrast for the MRI", depends_on=1)]}


def settle(case: Case, position: int) -> Case:
    return authorize(
        case=case, positions=[position], by="Claims administrator", on=NOW.date(), actor=COORDINATOR, now=NOW
    )


def test_the_review_asks_only_for_what_is_still_disputed():
    case, actor = hold_case(**ITEMS)
    settle(case, 1)
    review = open_review(case=case, actor=actor, now=NOW)
    assert [part.position for part in ReviewForm(review).parts] == [2]
    assert [item.service for item in load_case(case.pk).items] == ["Contrast for the MRI"]
    with pytest.raises(InputRefusal) as caught:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert not [field for field in caught.value.fields if field.startswith("item-1-")]


def test_the_letter_decides_only_what_is_still_disputed():
    case, actor = hold_case(**ITEMS)
    review = fill_in(case=case, actor=actor)
    settle(case, 1)
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    document = build_document(
        case=case, review=review, qualifications={}, layout="2016", version=1, supersedes=None, determined_on=NOW.date()
    )
    [item] = document["items"]
    assert (item["position"], item["depends_on"]) == (2, None)


def test_an_item_that_comes_back_is_asked_for_again_before_anything_is_approved():
    case, actor = hold_case(case=None, **ITEMS)
    settle(case, 1)
    review = open_review(case=case, actor=actor, now=NOW)
    review.items.filter(item__position=1).delete()  # as if the review had begun after the authorization
    review = fill_in_rest(case, actor)
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    reinstate(case=Case.objects.get(pk=case.pk), position=1, actor=COORDINATOR, now=NOW)
    assert review.items.disputed().count() == 2
    with pytest.raises(StateRefusal, match="not complete"):
        quality.approve(case=case, actor=Actor.of(make_user("quality_reviewer")), now=NOW)


def fill_in_rest(case, actor):
    from reviews.services.review import ItemDraft, save_draft
    from tests.factories.reviews import CITATION, RATIONALE

    review = open_review(case=case, actor=actor, now=NOW)
    draft = ItemDraft(position=2, decision="upheld", standard="A", rationale=RATIONALE, citations=(CITATION,))
    return save_draft(
        review_id=review.pk, version=review.version, summary="Low back pain.", items=[draft], actor=actor, now=NOW
    )


def test_after_a_remand_the_gate_shuts_out_whoever_reviewed_before():
    case, _ = hold_case()
    assignment = Assignment.objects.get(case=case)
    Assignment.objects.filter(pk=assignment.pk).update(submitted_at=NOW, completed_at=NOW)
    put_in_state(case, "served")
    case = remand(
        case=case, ordered_by="WCAB", ordered_on=NOW.date(), ground="erroneous_fact", erroneous_fact="9 visits, not 19",
        actor=COORDINATOR, now=NOW,
    )  # fmt: skip
    asked = ask_gate(case=case, reviewer=assignment.reviewer, on=NOW.date(), door="offer")
    rules = {finding.rule for finding in asked.findings}
    assert "conflict.earlier_round" in rules
