"""Ending sessions: a new epoch breaks the seal of every session of the person at once."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F

from accounts.models import User


def end_all_sessions(user: User, *, keep: str | None = None) -> int:
    """End every session of the person, wherever it is; returns how many were known.

    keep: key of a session whose row stays. Its seal is broken too: the caller seals it anew (update_session_auth_hash).
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    ended = UserSession.objects.filter(user=user).exclude(session_key=keep or "")
    keys = list(ended.values_list("session_key", flat=True))
    ended.delete()
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
