"""The session as its page sees it: how long it lasts, how to keep it, how to come back."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import PUBLIC, SIGNED_IN, needs
from accounts.middleware import keep_alive, seconds_left
from accounts.views.shared import person_of


@needs(PUBLIC)
def session_state(request: HttpRequest) -> HttpResponse:
    """JSON {seconds, person, token}: how long the session lasts if nothing more happens.

    Nobody signed in: seconds 0 and person null. The token lets a page that stayed open send its forms after a new
    sign-in; it is given to the site's own pages only (no cross-origin reading).
    """
    if not request.user.is_authenticated:
        return JsonResponse({"seconds": 0, "person": None, "token": get_token(request)})
    left = seconds_left(request, timezone.now().timestamp())
    return JsonResponse({"seconds": left, "person": person_of(request).pk, "token": get_token(request)})


@needs(SIGNED_IN)
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """An act like any other: the middleware has kept the session alive already."""
    now = timezone.now().timestamp()
    keep_alive(request, now)
    return JsonResponse({"seconds": seconds_left(request, now), "person": person_of(request).pk})


@needs(SIGNED_IN)
def back_again(request: HttpRequest) -> HttpResponse:
    """Shown in the window that was opened to sign in again."""
    return render(request, "accounts/back_again.html")


@needs(SIGNED_IN)
def enrol(request: HttpRequest) -> HttpResponse:
    """Why a second factor, and the two ways to one."""
    if is_mfa_enabled(person_of(request)):
        return redirect("home")
    return render(request, "accounts/enrol.html", {"required": settings.REQUIRE_FACTOR})
