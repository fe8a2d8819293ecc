"""What the guideline library asks the reviews before an edition is published."""

from __future__ import annotations

from django.db.models import Prefetch

from cases.models import Diagnosis
from guidelines.services.what_changes import OpenCitation, RecentItem
from reviews.models import ItemReview, ReviewerCitation


def recent_items(number: int) -> list[RecentItem]:
    """The last reviewed requests, newest first, by their words and diagnoses alone: two queries."""
    diagnoses = Diagnosis.objects.only("case_id", "text", "icd10")
    rows = (
        ItemReview.objects.exclude(review__submitted_at=None)
        .order_by("-review__submitted_at", "-pk")
        .select_related("item__case")
        .prefetch_related(Prefetch("item__case__diagnoses", queryset=diagnoses))
    )[:number]
    return [
        RecentItem(row.item.service, "; ".join(diagnosis.coded for diagnosis in row.item.case.diagnoses.all()))
        for row in rows
    ]


def open_citations(publication: str, year: int) -> list[OpenCitation]:
    """Reviews that are not submitted yet and cite that edition, by case number: one query."""
    rows = (
        ReviewerCitation.objects.filter(
            publication__iexact=publication, year=year, item_review__review__submitted_at=None
        )
        .select_related("item_review__item", "item_review__review__case")
        .order_by("item_review__review__case__number", "item_review__item__position", "position")
    )
    return [
        OpenCitation(f"{row.item_review.review.case}, item {row.item_review.item.position}", str(row)) for row in rows
    ]
