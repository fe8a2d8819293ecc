"""The desk of names: pairs of organizations that are alike, decided once and for all with one key each, and undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act, User
from accounts.services.access_log import note_access
from cases.models import OrganizationPair
from cases.services import naming_desk
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, Refusal
from common.forms import read_date
from reviews.services import names_page
from reviews.views.people import case_asked_for

_A_PAGE = 30
_SUGGESTED = {
    "same": ("soon", "Perhaps the same"), "parent": ("soon", "Perhaps parent and child"),
    "sibling": ("soon", "Perhaps one family"),
}  # fmt: skip


@require_GET
@needs("decide_names", "view_history")
def names(request: HttpRequest) -> HttpResponse:
    """Pairs that wait, or those that were decided."""
    return _list(request)


@require_GET
@needs("decide_names", "view_history")
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """One pair with everything that hangs on the two, and its history."""
    found = get_object_or_404(OrganizationPair.objects.select_related("first", "second"), pk=pk)
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target=f"Names {pk}", detail="cases naming them")
    evidence = names_page.evidence_of([found.first_id, found.second_id])
    context = {
        "row": _row(found, evidence),
        "sides": [
            {
                "one": one, "evidence": evidence[one.pk], "cases": names_page.cases_naming(one),
                "reviewers": names_page.reviewers_tied_to(one),
            }
            for one in (found.first, found.second)
        ],
        "history": names_page.history_of(found), "may": _may(request), "refused": "",
    }  # fmt: skip
    return render(request, "reviews/names/pair.html", context)


@require_POST
@needs("decide_names")
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act about a pair: same, different, first or second (is the parent), undo."""
    if act not in ("same", "different", "first", "second", "undo"):
        raise Http404
    facts: dict[str, Any] = {"pair_id": pk, "actor": Actor.of(request.user), "now": timezone.now()}
    try:
        decided = _act(request, act, facts)
    except Refusal as refusal:
        return _list(request, refused=refusal.message, status=422)
    said = f"“{decided.first}” and “{decided.second}”: {decided.get_decision_display().lower()}."
    messages.success(request, f"Undone. Nothing is decided about {said.partition(':')[0]}." if act == "undo" else said)
    return redirect("reviews:names")


def _act(request: HttpRequest, act: str, facts: dict[str, Any]) -> OrganizationPair:
    if act == "same":
        return naming_desk.decide_same(**facts)
    if act == "different":
        return naming_desk.decide_different(**facts)
    if act == "undo":
        return naming_desk.undo(**facts)
    found = get_object_or_404(OrganizationPair, pk=facts["pair_id"])
    parent = found.first_id if act == "first" else found.second_id
    since, until = (_date(request, name) for name in ("since", "until"))
    return naming_desk.decide_parent(**facts, parent_id=parent, since=since, until=until)


def _date(request: HttpRequest, name: str) -> Any:
    typed = request.POST.get(name, "").strip()
    found = read_date(typed, today=california_date(timezone.now())) if typed else None
    if typed and found is None:
        raise InputRefusal("names.period", f"“{typed[:40]}” is no date. Type it like 3/15/2019, or leave it empty.")
    return found


def _list(request: HttpRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    decided = request.GET.get("shown") == "decided"
    case = case_asked_for(request)
    rows = names_page.decided_pairs(typed) if decided else names_page.waiting_pairs(typed, case=case)
    page: Page[OrganizationPair] = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    pairs = list(page)
    evidence = names_page.evidence_of(one for pair in pairs for one in (pair.first_id, pair.second_id))
    waiting = page.paginator.count if not decided and not typed and not case else names_page.waiting_pairs().count()
    context = {
        "page": page, "rows": [_row(pair, evidence) for pair in pairs], "typed": typed, "decided": decided,
        "case": case,
        "may": _may(request), "refused": refused, "latest": names_page.decided_pairs().first(),
        "tabs": [
            {"label": "To decide", "url": "?", "active": not decided, "count": waiting},
            {"label": "Decided", "url": "?shown=decided", "active": decided},
            {"label": "People", "url": "people/", "active": False},
        ],
    }  # fmt: skip
    return render(request, "reviews/names/list.html", context, status=status)


def _row(pair: OrganizationPair, evidence: dict[int, names_page.Evidence]) -> dict[str, Any]:
    return {
        "pair": pair, "mark": _SUGGESTED.get(pair.relation, ("unknown", "Alike")),
        "sides": [(one, evidence[one.pk]) for one in (pair.first, pair.second)],
    }  # fmt: skip


def _may(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.has_right("decide_names")
