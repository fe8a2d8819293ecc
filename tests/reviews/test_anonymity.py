"""No route brings the reviewer's identity into a determination, not even the reviewer's own hand."""

from __future__ import annotations

import pytest

from cases.models import Document
from common.actor import Actor
from common.errors import InputRefusal, RuleRefusal
from letters.services.wording import load_own_wording
from reviews.models import Determination, Reviewer
from reviews.rules.anonymity import Identity, named_in
from reviews.services import quality
from reviews.services.review import submit
from tests.factories.cases import NOW
from tests.factories.reviews import fill_in, hold_case, make_user, submitted_case

WHO = Identity("Li", "Hand", "MD", ("li.hand@panel.example",), ("G-12345", "1000000012", "77"))


@pytest.mark.parametrize(
    "text",
    [
        "Reviewed by Li Hand.", "LI  HAND", "Hand, Li", "signed, Dr. Hand", "J. Hand, MD",
        "write to Li.Hand@panel.example!",
        "license G-12345", "licence g 12345", "NPI 1000000012",
    ],
)  # fmt: skip
def test_what_tells_who_the_reviewer_is_is_found(text):
    assert named_in(text, WHO)


@pytest.mark.parametrize(
    "text", ["Pain in the right hand, likely", "77 visits", "G-123456", "Dr. Handley", "", "handed MD orders"]
)
def test_ordinary_words_name_nobody(text):
    assert not named_in(text, WHO)


def test_a_record_may_be_of_a_namesake():
    assert not named_in("Report of Dr. Hand", WHO, by_title=False)


@pytest.mark.django_db
def test_a_review_that_names_its_own_reviewer_is_not_submitted():
    case, actor = hold_case()
    reviewer = Reviewer.objects.get(user_id=actor.user_id)
    review = fill_in(case=case, actor=actor, rationale=f"Not necessary. {reviewer.first_name} {reviewer.last_name}")
    with pytest.raises(InputRefusal) as refused:
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    assert refused.value.rule == "review.anonymity"
    assert "item-1-rationale" in refused.value.fields
    assert reviewer.last_name not in refused.value.message


@pytest.mark.django_db
def test_a_determination_whose_list_of_records_names_the_reviewer_is_not_frozen():
    load_own_wording(now=NOW)
    case, actor = submitted_case()
    reviewer = Reviewer.objects.get(user_id=actor.user_id)
    Document.objects.filter(case=case, position=2).update(title=f"Note of {reviewer.first_name} {reviewer.last_name}")
    with pytest.raises(RuleRefusal, match="documents_reviewed"):
        quality.approve(case=case, actor=Actor.of(make_user("quality_reviewer")), now=NOW)
    assert not Determination.objects.exists()
