"""Doors: every view says which right opens it; a view that says nothing stays shut (see accounts.middleware)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.roles import RIGHTS
from common.errors import RightRefusal

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

#: Markers for doors that no single right guards.
PUBLIC = "public"  # anybody, signed in or not
SIGNED_IN = "signed in"  # any person with an account; the view looks at the object itself


def needs(*rights: str) -> Callable[[View], View]:
    """Open the view to people who hold at least one of `rights` (keys of RIGHTS), or PUBLIC, or SIGNED_IN.

    Raises RightRefusal inside the request, which becomes a page that says so.
    """
    unknown = set(rights) - set(RIGHTS) - {PUBLIC, SIGNED_IN}
    if unknown or not rights:
        raise ValueError(f"unknown rights: {sorted(unknown)}")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if SIGNED_IN not in rights and not any(request.user.has_right(right) for right in rights):
                wanted = " or ".join(RIGHTS[right].lower() for right in rights)
                raise RightRefusal(
                    "access.right", f"Your role does not let you do this. It needs the right to {wanted}."
                )
            return view(request, *args, **kwargs)

        door = _open(view) if PUBLIC in rights else guarded
        door.door_rights = rights  # type: ignore[union-attr]
        return door  # type: ignore[return-value]

    return decorate


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The answer to somebody who is not signed in (any more).

    A page leads to sign-in and back to where the person was. A part of a page (htmx, fetch) gets 401 and a short text:
    the page stays, with everything typed in it, and offers to sign in beside it (static/js/idle.js).
    """
    if is_partial(request):
        response = render(request, "accounts/signed_out_partial.html", status=401)
        response.headers["HX-Trigger"] = "session-ended"
        return response
    return redirect_to_login(_way_back(request))


def is_partial(request: HttpRequest) -> bool:
    """Whether the answer goes into a page that stays: htmx (a boosted link apart) or fetch."""
    if request.headers.get("HX-Request") == "true":
        return request.headers.get("HX-Boosted") != "true"
    return request.headers.get("Sec-Fetch-Mode") in {"cors", "same-origin"}


def _way_back(request: HttpRequest) -> str:
    """The page to come back to: this one if it can be shown, else the one that the form stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return urlsplit(referrer).path
    return "/"


def _open(view: View) -> View:
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return opened  # type: ignore[return-value]
