"""Files that came without a case: a list with suggestions, one key each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.models import Arrival, ArrivalMatch, Case
from cases.services import matching
from cases.services.access import open_case
from cases.services.page_pictures import CONTENT_TYPE, picture
from common.actor import Actor
from common.errors import Refusal

_A_PAGE, _MOST_FOUND = 100, 8


@needs("manage_records")
def waiting_files(request: HttpRequest) -> HttpResponse:
    """Every file that waits, the longest waiting first."""
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target="Files without a case")
    return render(request, "cases/unmatched/list.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    page = Paginator(matching.waiting(), _A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "latest": list(matching.latest()), "total": page.paginator.count, "said": "", "refused": ""}


@needs("manage_records")
@require_POST
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file with the case whose number is posted."""
    now = timezone.now()
    arrival = get_object_or_404(Arrival, pk=pk)
    case = open_case(request=request, number=request.POST.get("number", "").strip().upper(), now=now, part="put a file")
    try:
        matching.put(arrival=arrival, case=case, actor=Actor.of(request.user), now=now)
    except Refusal as refusal:
        return _answer(request, refused=refusal.message)
    return _answer(request, said=f"“{arrival.name}” filed with {case.number}.")


@needs("manage_records")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    match = get_object_or_404(ArrivalMatch.objects.select_related("arrival", "case"), pk=pk)
    try:
        matching.undo(match=match, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        return _answer(request, refused=refusal.message)
    return _answer(request, said=f"Undone: “{match.arrival.name}” waits again.")


def _answer(request: HttpRequest, *, said: str = "", refused: str = "") -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        context = {**_context(request), "said": said, "refused": refused}
        return render(request, "cases/unmatched/_list.html", context, status=422 if refused else 200)
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, said)
    return redirect("cases:unmatched")


@needs("manage_records")
@require_POST
def find_cases(request: HttpRequest) -> HttpResponse:
    """Cases by number, name or claim, for a file that none of the suggestions fit."""
    text = request.POST.get("q", "").strip()[:100]
    arrival = get_object_or_404(Arrival, pk=request.POST.get("arrival") or 0)
    found = Case.objects.filter(imported=False).found_by(text).select_related("worker", "claim")[:_MOST_FOUND]
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target="Search for a file's case")
    context = {"arrival": arrival, "found": list(found) if text else [], "text": text}
    return render(request, "cases/unmatched/_found.html", context)


@needs("manage_records")
def first_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The first page of a waiting file, to look at."""
    arrival = get_object_or_404(Arrival.objects.select_related("file"), pk=pk, state=Arrival.State.UNMATCHED)
    if arrival.file is None:
        raise Http404
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target="File without a case", detail=f"file {pk}")
    answer = HttpResponse(picture(file=arrival.file, number=1, width=900), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
