"""Who answers offers of expedited cases at once: the on-call roster, asked before the others."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from accounts.roles import require
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from reviews.models import OnCall, Reviewer
from reviews.services.offering import lock_reviewer
from reviews.services.rights import is_own

LONGEST = dt.timedelta(days=14)


def on_call_ids(moment: dt.datetime) -> set[int]:
    """The reviewers on call at a moment."""
    return set(OnCall.objects.at(moment).values_list("reviewer_id", flat=True))


def coming(*, now: dt.datetime, reviewer: Reviewer | None = None) -> QuerySet[OnCall]:
    """Stretches that are not over, of one reviewer or of everybody."""
    rows = OnCall.objects.filter(to_at__gt=now).select_related("reviewer")
    return rows if reviewer is None else rows.filter(reviewer=reviewer)


def put_on_call(
    *, reviewer: Reviewer, from_at: dt.datetime, to_at: dt.datetime, actor: Actor, now: dt.datetime
) -> OnCall:
    """Raises RightRefusal, InputRefusal (runs backwards, past, too long), StateRefusal (overlaps another stretch)."""
    if not is_own(reviewer, actor):
        require(actor, "manage_panel")
    if to_at <= from_at or to_at <= now:
        said = "The end must come after the beginning, and lie ahead."
        raise InputRefusal("on_call.period", said, fields={"to_at": said})
    if to_at - from_at > LONGEST:
        said = f"At most {LONGEST.days} days at a stretch."
        raise InputRefusal("on_call.length", said, fields={"to_at": said})
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        if locked.on_call.filter(from_at__lt=to_at, to_at__gt=from_at).exists():
            raise StateRefusal("on_call.overlap", f"{locked.reviewer_id} is on call in a part of that time already.")
        return OnCall.objects.create(reviewer=locked, from_at=from_at, to_at=to_at)


def take_off_call(*, on_call_id: int, actor: Actor) -> None:
    """Take a stretch away; one that is gone already is no error."""
    with transaction.atomic():
        found = OnCall.objects.select_for_update().select_related("reviewer").filter(pk=on_call_id).first()
        if found is None:
            return
        if not is_own(found.reviewer, actor):
            require(actor, "manage_panel")
        found.delete()
