from __future__ import annotations

import pytest
from django.http import QueryDict

from reviews.forms.review import ReviewForm
from reviews.models import ReviewerCitation
from reviews.services.review import open_review, save_draft
from tests.factories.cases import NOW
from tests.factories.reviews import hold_case

TYPED = {
    "clinical_case_summary": "x", "item-1-decision": "upheld", "item-1-standard": "A", "item-1-rationale": "r",
    "item-1-citation-TOTAL_FORMS": "1", "item-1-citation-INITIAL_FORMS": "0",
    "item-1-citation-0-basis": "MTUS", "item-1-citation-0-publication": "Chronic Pain",
    "item-1-citation-0-year": "2016",
    "item-1-citation-0-sections": "Physical medicine", "item-1-citation-0-pages": "", "item-1-citation-0-text": "",
}  # fmt: skip


@pytest.mark.django_db
def test_a_citation_stays_when_the_same_page_saves_again_and_again():
    case, actor = hold_case()
    review = open_review(case=case, actor=actor, now=NOW)
    for version in ("1", "2", "3"):
        data = QueryDict(mutable=True)
        data.update({**TYPED, "version": version})
        form = ReviewForm(review, data)
        assert form.is_valid()
        save_draft(review_id=review.pk, version=form.version, summary="x", items=form.drafts(), actor=actor, now=NOW)
        assert ReviewerCitation.objects.get().publication == "Chronic Pain"


@pytest.mark.django_db
def test_a_row_left_empty_or_removed_is_no_citation():
    case, actor = hold_case()
    review = open_review(case=case, actor=actor, now=NOW)
    for change in ({"item-1-citation-0-publication": ""}, {"item-1-citation-0-DELETE": "on"}):
        data = QueryDict(mutable=True)
        data.update({**TYPED, "version": "1", **change})
        form = ReviewForm(review, data)
        assert form.is_valid()
        assert form.drafts()[0].citations == ()
