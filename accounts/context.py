"""What every page knows about the person: navigation, desks, and the clock of the session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.desks import desks_of, links_of
from accounts.roles import ROLE_LABELS, labels


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Lazy `navigation` and `desks` (lists of {label, url, active, group, key}), `my_roles`, and the session's limits.

    Nothing is asked of the database until a template shows it.
    """
    return {
        "navigation": SimpleLazyObject(lambda: _links(request)),
        "desks": SimpleLazyObject(lambda: _desks(request)),
        "my_roles": SimpleLazyObject(lambda: _roles(request)),
        "session_idle_seconds": settings.SESSION_IDLE_SECONDS,
        "is_demo": settings.DEMO,
    }


def _links(request: HttpRequest) -> list[dict[str, Any]]:
    if not _signed_in(request):
        return []
    links = links_of(request.user.rights)  # type: ignore[union-attr]
    entries = [
        {
            "label": link.label, "url": reverse(link.url_name), "group": link.group, "key": link.key,
            "beside": [reverse(name) for name in link.beside],
        }
        for link in links
    ]  # fmt: skip
    return _mark_active(entries, request.path)


def _desks(request: HttpRequest) -> list[dict[str, Any]]:
    if not _signed_in(request):
        return []
    entries = [
        {"label": desk.label, "url": reverse(desk.url_name), "group": ROLE_LABELS[desk.role], "role": desk.role}
        for desk in desks_of(request.user.role_names)  # type: ignore[union-attr]
    ]
    return _mark_active(entries, request.path)


def _roles(request: HttpRequest) -> list[str]:
    return labels(request.user.role_names) if _signed_in(request) else []  # type: ignore[union-attr]


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def _mark_active(entries: list[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """The entry with an address that is the longest beginning of the path is where the person is."""
    whose = {address: entry["url"] for entry in entries for address in entry.get("beside", ())}
    whose |= {entry["url"]: entry["url"] for entry in entries}
    here = max((address for address in whose if path.startswith(address)), key=len, default="")
    return [{**entry, "active": entry["url"] == whose.get(here)} for entry in entries]
