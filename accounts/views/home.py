"""The front door: each role's own desk, and the switch for people with several."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import SIGNED_IN, needs
from accounts.desks import desks_of
from accounts.views.shared import person_of

_CHOSEN = "desk"  # session key: the role whose desk was chosen


@needs(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """To the desk chosen last, or the only one; else a page that offers what there is."""
    desks = {desk.role: desk for desk in desks_of(person_of(request).role_names)}
    chosen = desks.get(request.session.get(_CHOSEN, "")) or (next(iter(desks.values())) if len(desks) == 1 else None)
    if chosen is not None and "choose" not in request.GET:
        return redirect(chosen.url_name)
    return render(request, "accounts/home.html")


@needs(SIGNED_IN)
@require_POST
def choose_desk(request: HttpRequest) -> HttpResponse:
    """Remember, for this session, the desk to begin at."""
    role = request.POST.get("role", "")
    if role in {desk.role for desk in desks_of(person_of(request).role_names)}:
        request.session[_CHOSEN] = role
    return redirect("home")
