"""Who else has a case open: one row per person and case, overwritten by a light heartbeat."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from cases.models import Case, CasePresence

#: A page says that it is open every minute; somebody silent for longer than this has left.
GONE_AFTER = dt.timedelta(seconds=150)


def seen(*, case: Case, user: User, now: dt.datetime) -> list[str]:
    """Put down that the person has the case open. Returns the names of the others who have."""
    CasePresence.objects.bulk_create(
        [CasePresence(case=case, user=user, seen_at=now)],
        update_conflicts=True,
        unique_fields=["case", "user"],
        update_fields=["seen_at"],
    )
    others = CasePresence.objects.filter(case=case, seen_at__gt=now - GONE_AFTER).exclude(user=user)
    return [str(one.user) for one in others.select_related("user").order_by("user__name", "pk")]


def forget_old(*, now: dt.datetime) -> int:
    """Drop the rows of people who have left; a beat task."""
    count, _ = CasePresence.objects.filter(seen_at__lt=now - dt.timedelta(days=1)).delete()
    return count
