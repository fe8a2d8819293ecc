"""The access log: one function that every room calls, and the events of sign-in that feed it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Iterable
from typing import Any

from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from accounts.models import AccessLog, Act
from common.actor import Actor

#: Paths that carry a secret: what follows is not written down.
_SECRET_PATH = re.compile(r"^(/people/join/|/accounts/password/reset/key/|/accounts/confirm-email/).+")


def note_access(
    *,
    act: Act | str,
    now: dt.datetime,
    actor: Actor | None = None,
    request: HttpRequest | None = None,
    target: str = "",
    target_key: str = "",
    detail: str = "",
) -> AccessLog:
    """Put one line into the access log and return it.

    act:        a value of Act; rooms above use VIEWED, DOWNLOADED, PRINTED, EXPORTED.
    actor:      who did it; without one, the person signed in on `request`.
    request:    where it came from; without one, the request that the thread is answering, if any.
    target:     what it was about, for people ("Case CM26-0000012"); target_key: case number or "user:<id>".
    Neither target nor detail may carry health facts: the log is read by people who may not open the case.
    """
    request = request or context.request
    user = getattr(request, "user", None)
    if actor is None and user is not None and user.is_authenticated:
        actor = Actor.of(user)
    return AccessLog.objects.create(
        at=now,
        user_id=actor.user_id if actor else None,
        actor_name=actor.name if actor else "",
        act=str(act),
        target=target[:200],
        target_key=target_key[:120],
        detail=detail[:500],
        **(origin_of(request) if request is not None else {}),
    )


def note_cases(note: AccessLog, numbers: Iterable[str]) -> None:
    """The same act once more for each case that it showed: who looks at a case's own log must find it there."""
    AccessLog.objects.bulk_create(
        AccessLog(
            at=note.at, user_id=note.user_id, actor_name=note.actor_name, act=note.act, target=f"Case {number}",
            target_key=number, detail=f"in {note.target[:1].lower()}{note.target[1:]}"[:500], ip=note.ip,
            user_agent=note.user_agent, path=note.path,
        )
        for number in dict.fromkeys(numbers)
    )  # fmt: skip


def person_key(user_id: int) -> str:
    """How the log names an account as target."""
    return f"user:{user_id}"


def without_secret(path: str) -> str:
    """The path as it may be written down: tokens of invitations, resets and confirmations are cut off."""
    return _SECRET_PATH.sub(r"\1…", path)


def origin_of(request: HttpRequest) -> dict[str, Any]:
    """Where a request came from: `ip` (None where it cannot be known), `user_agent`, `path` without secrets."""
    return {
        "ip": _address(request),
        "user_agent": request.headers.get("User-Agent", "").replace("\x00", "")[:255],
        "path": without_secret(request.path.replace("\x00", ""))[:300],
    }


def _address(request: HttpRequest) -> str | None:
    """The caller's address, or None behind a socket without a trusted proxy in front, or where fewer proxies stand in
    front than TRUSTED_PROXY_COUNT says: what was done is put down all the same."""
    try:
        return str(ipaddress.ip_address(get_client_ip(request) or ""))
    except (ValueError, ImproperlyConfigured):
        return None
