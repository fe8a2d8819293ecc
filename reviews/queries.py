"""Chainable reads that span more than one model of this room."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery

from cases.models import Case
from cases.workflow import State
from reviews.models import Determination, Review


def quality_queue() -> QuerySet[Case]:
    """Cases waiting for the quality check: expedited first, then the longest waiting, with what the list shows."""
    submitted = Review.objects.filter(case=OuterRef("pk"), submitted_at__isnull=False).order_by("-pk")
    standing = Determination.objects.standing().filter(case=OuterRef("pk"), review__round=OuterRef("round"))
    return (
        Case.objects.in_state(State.QUALITY_CHECK)
        .select_related("claim")
        .annotate(
            submitted_at=Subquery(submitted.values("submitted_at")[:1]),
            approved_at=Subquery(standing.order_by("-version").values("approved_at")[:1]),
            item_count=Count("items"),
        )
        .order_by("priority", "submitted_at")  # "expedited" sorts before "standard"
    )
