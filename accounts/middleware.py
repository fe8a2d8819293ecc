"""The guards between the address and the view: nothing opens by being forgotten."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_structlog.middlewares import RequestMiddleware
from redis.exceptions import RedisError

from accounts.access import is_partial
from accounts.models import Act
from accounts.services.access_log import note_access, without_secret
from common.errors import Refusal, RightRefusal

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

SEEN = "seen_at"  # session key: second of the last act
BEGAN = "began_at"  # session key: second of sign-in
#: Requests that a page makes by itself carry this header and do not keep a session alive.
BACKGROUND_HEADER = "X-Background"


class SessionLimitMiddleware:
    """Ends a session after SESSION_IDLE_SECONDS without an act, and after SESSION_COOKIE_AGE in any case."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            if seconds_left(request, now.timestamp()) <= 0:
                note_access(act=Act.TIMED_OUT, request=request, now=now)
                auth.logout(request)
                if not is_partial(request):
                    messages.info(request, "You were signed out because nothing had happened for a while.")
            elif BACKGROUND_HEADER not in request.headers:
                keep_alive(request, now.timestamp())
        return self.get_response(request)


def seconds_left(request: HttpRequest, now: float) -> int:
    """Seconds until the session of `request` ends if nothing more happens; 0 or less: it is over."""
    began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
    ends_at: float = min(seen + settings.SESSION_IDLE_SECONDS, began + settings.SESSION_COOKIE_AGE)
    return math.floor(ends_at - now)


def keep_alive(request: HttpRequest, now: float) -> None:
    """Put the act down, at most every ten seconds: each one is a write."""
    request.session.setdefault(BEGAN, now)
    if now - request.session.get(SEEN, 0) >= 10:  # noqa: PLR2004
        request.session[SEEN] = now


class RequireFactorMiddleware:
    """A person without a second factor reaches enrolment and the way out, nothing else (settings.REQUIRE_FACTOR)."""

    #: Names of addresses without namespace; the rest of the second-factor pages begin with mfa_.
    OPEN = frozenset({"account_logout", "account_reauthenticate"})
    OPEN_HERE = frozenset({"accounts:enrol", "accounts:session_state", "accounts:stay", "accounts:back_again"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if not settings.REQUIRE_FACTOR or not request.user.is_authenticated or self._is_open(request):
            return None
        if is_mfa_enabled(request.user):
            return None
        if is_partial(request):
            return render(request, "accounts/factor_needed_partial.html", status=403)
        return redirect("accounts:enrol")

    def _is_open(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        if match is None:
            return False
        name = match.url_name or ""
        if match.namespaces:
            return match.view_name in self.OPEN_HERE
        return name in self.OPEN or name.startswith("mfa_")


class DenyByDefaultMiddleware:
    """A view without a door (accounts.access.needs) answers nobody. Libraries' views with doors of their own pass."""

    #: Modules whose views check the person themselves.
    OWN_DOORS = ("allauth.account.", "allauth.mfa.", "allauth.usersessions.")
    #: Namespaces that check the person themselves.
    OWN_NAMESPACES = frozenset({"admin"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        namespaces = match.namespaces if match else []
        if has_door(view, namespaces):
            return None
        log.error("access.no_door", extra={"view": match.view_name if match else ""})
        refusal = RightRefusal(
            "access.no_door", "This page says nothing about who may open it, so it stays shut. Tell an administrator."
        )
        note_access(act=Act.REFUSED, request=request, now=timezone.now(), detail=refusal.rule)
        return refusal_page(request, refusal)


def has_door(view: Callable[..., Any], namespaces: list[str]) -> bool:
    """Whether the view says who may open it, or belongs to a library that checks by itself."""
    if getattr(view, "door_rights", None):
        return True
    if namespaces and namespaces[0] in DenyByDefaultMiddleware.OWN_NAMESPACES:
        return True
    return _is_of_library(view)


def _is_of_library(view: Callable[..., Any]) -> bool:
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    return f"{module}.".startswith(DenyByDefaultMiddleware.OWN_DOORS)


class AccessLogMiddleware:
    """Writes down what was refused, and keeps sign-in shut while its tries cannot be counted."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 429:  # noqa: PLR2004
            note_access(act=Act.THROTTLED, request=request, now=timezone.now())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RightRefusal):
            note_access(act=Act.REFUSED, request=request, now=timezone.now(), detail=exception.rule)
        elif isinstance(exception, PermissionDenied):
            note_access(act=Act.REFUSED, request=request, now=timezone.now(), detail="permission denied")
        elif isinstance(exception, RedisError) and self._counts_tries(request):
            # Without Redis nobody counts failed tries: fail closed, say why. Sessions are rows, so work goes on.
            log.error("access.tries_uncounted", extra={"error": type(exception).__name__})
            response = render(request, "accounts/sign_in_shut.html", status=503)
            response.headers["Retry-After"] = "60"
            return response
        return None

    def _counts_tries(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and (match.namespaces[:1] == ["accounts"] or _is_of_library(match.func))


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "refusal.html", {"refusal": refusal}, status=403)


class RequestLogMiddleware(RequestMiddleware):
    """The request log of structlog, without the secrets that some addresses carry."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {without_secret(request.path)}"
