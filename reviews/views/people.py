"""The desk of names, its tab of persons: a party who may be a reviewer or a reviewer's relation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from accounts.models import Act, User
from accounts.services.access_log import note_access
from cases.models import Case
from common.actor import Actor
from common.errors import Refusal
from reviews.forms.names import OtherNameForm
from reviews.models import PersonPair, Reviewer
from reviews.services import names_page, people_desk, person_aliases
from reviews.views.acting import act as act_page

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


@require_http_methods(["GET", "POST"])
@needs("decide_names")
def other_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Another spelling of a reviewer's or a relation's name."""
    person = get_object_or_404(Reviewer, pk=pk)
    whose = [("", str(person)), *sorted({(one.key, str(one)) for one in person.relations.all()})]
    return act_page(
        request, OtherNameForm(request.POST or None, whose=whose),
        lambda given: person_aliases.add_alias(
            reviewer_id=pk, subject=given["whose"], name=given["name"], actor=Actor.of(request.user),
            now=timezone.now(),
        ),
        done="The name is kept.", back=_interests(pk), heading="Another name", button="Keep the name",
        about=str(person),
        consequence="Whoever is called so in a case is this person from now on, in every part. Cases in hand are asked "
        "about again.",
    )  # fmt: skip


@require_POST
@needs("decide_names")
def remove_other_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a spelling away again."""
    person = person_aliases.remove_alias(alias_id=pk, actor=Actor.of(request.user), now=timezone.now())
    messages.success(request, "The name is not kept any more.")
    return redirect(_interests(person.pk))


def _interests(reviewer: int) -> str:
    return f"{reverse('reviews:reviewer', args=[reviewer])}?tab=interests"


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
    wanted, case = typed.casefold(), case_asked_for(request)
    here = people_desk.persons_of(case) if case else None
    reviewer = request.GET.get("reviewer", "")
    rows: Any = kept if decided else [
        one for one in waiting
        if wanted in f"{one.party_name} {one.subject_name}".casefold()
        and (here is None or ((one.party_key, one.party_npi, one.party_role) in here))
        and reviewer in ("", str(one.reviewer_id))
    ]  # fmt: skip
    page: Any = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    pairs = list(page)
    history = people_desk.history_of_people(pairs) if decided else {}
    context = {
        "page": page, "rows": [(one, history[one.pk] if decided else []) for one in pairs],
        "typed": typed, "case": case, "decided": decided, "refused": refused,
        "latest": PersonPair.objects.decided().first(),
        "may": isinstance(request.user, User) and request.user.has_right("decide_names"),
        "tabs": _tabs(decided=decided, waiting=len(waiting)),
    }  # fmt: skip
    return render(request, "reviews/names/people.html", context, status=status)


def case_asked_for(request: HttpRequest) -> Case | None:
    """From the link of a finding: the case whose names are to be decided."""
    number = request.GET.get("case", "").replace("\x00", "")
    return Case.objects.select_related("worker").filter(number=number).first() if number else None


def _tabs(*, decided: bool, waiting: int) -> list[dict[str, Any]]:
    return [
        {"label": "Organizations", "url": "../", "active": False, "count": names_page.waiting_pairs().count()},
        {"label": "People", "url": "?", "active": not decided, "count": waiting},
        {"label": "Decided people", "url": "?shown=decided", "active": decided},
    ]
