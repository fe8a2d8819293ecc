"""What the determination that stands found necessary: service of its letter starts the clocks to authorize it."""

from __future__ import annotations

from cases.models import Case
from cases.services.serving_letter import register_overturned
from reviews.models import Determination


@register_overturned
def overturned_items(case: Case) -> frozenset[int]:
    """The places of the overturned items; none where no determination stands."""
    last = Determination.objects.standing().filter(case=case).select_related("document").order_by("version").last()
    if last is None:
        return frozenset()
    items = last.document.content["items"]
    return frozenset(one["position"] for one in items if one["decision"] == Determination.Outcome.OVERTURNED)
