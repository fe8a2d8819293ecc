"""The coordinator's side: candidates of a case, offering and taking back, the panel and one reviewer's file."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from cases.models import Case
from cases.services.access import open_case
from cases.workflow import State
from common.actor import Actor
from common.days import california_date
from common.errors import Refusal
from reviews.forms.assignment import ReasonForm
from reviews.models import Assignment, Reviewer
from reviews.services import assignment as service
from reviews.services.candidates import board_for

PAGE = 50


@require_GET
@needs("assign_reviewers")
def candidates(request: HttpRequest, number: str) -> HttpResponse:
    return _board(request, _case(request, number))


@require_POST
@needs("assign_reviewers")
def offer(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number)
    chosen = request.POST.get("reviewer", "")
    reviewer = get_object_or_404(Reviewer, pk=int(chosen) if re.fullmatch(r"[0-9]{1,18}", chosen) else 0)
    try:
        made = service.offer(case=case, reviewer=reviewer, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        return _board(request, case, refusal=refusal)
    messages.success(request, f"Case {number} is offered to {made.reviewer}.")
    return redirect("reviews:candidates", number=number)


@require_http_methods(["GET", "POST"])
@needs("assign_reviewers")
def take_back(request: HttpRequest, assignment_id: int) -> HttpResponse:
    live = get_object_or_404(Assignment.objects.select_related("case", "reviewer"), pk=assignment_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service.withdraw(
                assignment_id=live.pk, reason=form.cleaned_data["reason"], actor=Actor.of(request.user),
                now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Case {live.case.number} is taken back.")
            return redirect("reviews:candidates", number=live.case.number)
    context = {"form": form, "live": live}
    return render(request, "reviews/take_back.html", context, status=422 if form.is_bound else 200)


def _case(request: HttpRequest, number: str) -> Case:
    return open_case(request=request, number=number, now=timezone.now(), part="candidates", full=False)


def _board(request: HttpRequest, case: Case, *, refusal: Refusal | None = None) -> HttpResponse:
    today = california_date(timezone.now())
    board = board_for(case=case, on=today)
    live = Assignment.objects.live().filter(case=case).select_related("reviewer").first()
    eligible = Paginator(board.eligible, PAGE).get_page(request.GET.get("page"))
    accounts = set(
        Reviewer.objects.filter(pk__in=[one.reviewer.id for one in eligible], user__isnull=False).values_list(
            "pk", flat=True
        )
    )
    context = {
        "case": case,
        "board": board,
        "eligible": eligible,
        "accounts": accounts,
        "others": Paginator(board.others, PAGE).get_page(request.GET.get("others")),
        "live": live,
        "may_offer": case.state == State.READY and live is None,
        "refusal": refusal,
        "today": today,
    }
    return render(request, "reviews/candidates.html", context, status=409 if refusal else 200)
