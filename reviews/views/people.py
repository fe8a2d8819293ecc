"""The desk of names, its tab of persons: a party who may be a reviewer or a reviewer's relation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act, User
from accounts.services.access_log import note_access
from common.actor import Actor
from common.errors import Refusal
from reviews.models import PersonPair
from reviews.services import names_page, people_desk

_A_PAGE = 30


@require_GET
@needs("decide_names", "view_history")
def people(request: HttpRequest) -> HttpResponse:
    """Persons who wait, or those that were decided."""
    return _list(request)


@require_POST
@needs("decide_names")
def decide(request: HttpRequest, act: str) -> HttpResponse:
    """One or two persons; the pair travels in the body, names do not stand in addresses."""
    if act not in ("same", "different"):
        raise Http404
    posted = request.POST
    number = posted.get("reviewer", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):  # noqa: PLR2004 - digits of an integer
        raise Http404
    subject, key, npi, role = (posted.get(name, "").replace("\x00", "") for name in ("subject", "key", "npi", "role"))
    try:
        pair = people_desk.decide_person(
            identity=(int(number), subject, key, npi, role), decision=act, actor=Actor.of(request.user),
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _list(request, refused=refusal.message, status=422)
    messages.success(request, f"{pair}.")
    return redirect("reviews:people")


@require_POST
@needs("decide_names")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    try:
        pair = people_desk.undo_person(pair_id=pk, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        return _list(request, refused=refusal.message, status=422)
    messages.success(request, f"Undone. Nothing is decided about “{pair.party_name}” and “{pair.subject_name}”.")
    return redirect("reviews:people")


def _list(request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    note_access(
        act=Act.VIEWED, request=request, now=timezone.now(), target="Names of persons", detail="pairs to decide"
    )
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    decided = request.GET.get("shown") == "decided"
    kept = PersonPair.objects.decided()
    if typed:
        kept = kept.filter(party_name__icontains=typed) | kept.filter(subject_name__icontains=typed)
    waiting = people_desk.waiting_people()
    wanted = typed.casefold()
    rows: Any = (
        kept if decided
        else [one for one in waiting if wanted in f"{one.party_name} {one.subject_name}".casefold()]
    )  # fmt: skip
    page: Any = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    pairs = list(page)
    history = people_desk.history_of_people(pairs) if decided else {}
    context = {
        "page": page, "rows": [(one, history[one.pk] if decided else []) for one in pairs],
        "typed": typed, "decided": decided, "refused": refused,
        "latest": PersonPair.objects.decided().first(),
        "may": isinstance(request.user, User) and request.user.has_right("decide_names"),
        "tabs": _tabs(decided=decided, waiting=len(waiting)),
    }  # fmt: skip
    return render(request, "reviews/names/people.html", context, status=status)


def _tabs(*, decided: bool, waiting: int) -> list[dict[str, Any]]:
    return [
        {"label": "Organizations", "url": "../", "active": False, "count": names_page.waiting_pairs().count()},
        {"label": "People", "url": "?", "active": not decided, "count": waiting},
        {"label": "Decided people", "url": "?shown=decided", "active": decided},
    ]
