"""The candidate board of a case: ranked, compared, offered to one or to several in turn, taken back, handed over."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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
from reviews.models import Assignment, OfferList, Reviewer
from reviews.services import assignment as service
from reviews.services.candidates import Board, board_for
from reviews.services.leaving import hand_over
from reviews.services.offer_lists import LONGEST, offer_in_turn
from reviews.services.seats import may_offer, seats_of
from reviews.services.track_record import track_records
from reviews.views.posted import posted_pk

PAGE = 50


@require_GET
@needs("assign_reviewers")
def candidates(request: HttpRequest, number: str) -> HttpResponse:
    return _board(request, _case(request, number))


@require_POST
@needs("assign_reviewers")
def offer(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number)
    reviewer = get_object_or_404(Reviewer, pk=posted_pk(request.POST.get("reviewer", "")))
    try:
        made = service.offer(case=case, reviewer=reviewer, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        return _board(request, case, refusal=refusal)
    messages.success(request, f"Case {number} is offered to {made.reviewer}.")
    return redirect("reviews:candidates", number=number)


@require_GET
@needs("assign_reviewers")
def compare(request: HttpRequest, number: str) -> HttpResponse:
    """The chosen ones side by side, in the order in which they would be asked."""
    case = _case(request, number)
    order = [posted_pk(one) for one in request.GET.getlist("chosen")]
    board = _asked(case)
    by_id = {one.reviewer.id: one for one in board.eligible}
    chosen = [by_id[pk] for pk in dict.fromkeys(order) if pk in by_id][:LONGEST]
    records = track_records([one.reviewer.id for one in chosen], now=timezone.now())
    ids = [one.reviewer.id for one in chosen]
    rows = [
        {"result": one, "record": records.get(one.reviewer.id), "earlier": _swapped(case, ids, place)}
        for place, one in enumerate(chosen)
    ]
    left_out = len(order) - len(chosen)
    context = {"case": case, "rows": rows, "may_offer": _may_offer(case), "left_out": left_out}
    return render(request, "reviews/compare.html", context)


@require_POST
@needs("assign_reviewers")
def in_turn(request: HttpRequest, number: str) -> HttpResponse:
    case = _case(request, number)
    ids = [posted_pk(one) for one in request.POST.getlist("chosen")]
    known = Reviewer.objects.in_bulk(ids)
    try:
        made = offer_in_turn(
            case=case, reviewers=[known[pk] for pk in ids if pk in known], actor=Actor.of(request.user),
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _board(request, case, refusal=refusal)
    messages.success(
        request, f"Case {number} is offered to {made.entries.all()[0].reviewer}; the others follow in turn."
    )
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


@require_http_methods(["GET", "POST"])
@needs("assign_reviewers")
def pass_on(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Take a case from one reviewer and offer it to another whom the gate lets pass, in one act."""
    live = get_object_or_404(Assignment.objects.select_related("case", "reviewer"), pk=assignment_id)
    case = _case(request, live.case.number)
    board = _asked(case)
    heirs = [one for one in board.eligible if one.reviewer.id != live.reviewer_id][:PAGE]
    form = ReasonForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        heir = get_object_or_404(Reviewer, pk=posted_pk(request.POST.get("reviewer", "")))
        try:
            hand_over(
                assignment_id=live.pk, to=heir, reason=form.cleaned_data["reason"], actor=Actor.of(request.user),
                now=timezone.now(),
            )  # fmt: skip
        except Refusal as said:
            refusal = said
        else:
            messages.success(request, f"Case {case.number} is offered to {heir}.")
            return redirect("reviews:leaving", pk=live.reviewer_id)
    context = {"form": form, "live": live, "case": case, "heirs": heirs, "refusal": refusal}
    return render(request, "reviews/pass_on.html", context, status=422 if form.is_bound else 200)


def _case(request: HttpRequest, number: str) -> Case:
    return open_case(request=request, number=number, now=timezone.now(), part="candidates", full=False)


def _asked(case: Case) -> Board:
    now = timezone.now()
    return board_for(case=case, on=california_date(now), now=now)


def _may_offer(case: Case) -> bool:
    return may_offer(case, seats_of(case))


def _swapped(case: Case, ids: Sequence[int], place: int) -> str:
    """Address of the same page with this one a place earlier; empty for the first."""
    if not place:
        return ""
    order = [*ids[: place - 1], ids[place], ids[place - 1], *ids[place + 1 :]]
    chosen = "&".join(f"chosen={pk}" for pk in order)
    return f"{reverse('reviews:compare', args=[case.number])}?{chosen}#turn-{ids[place]}"


def _board(request: HttpRequest, case: Case, *, refusal: Refusal | None = None) -> HttpResponse:
    now = timezone.now()
    board = _asked(case)
    seats = seats_of(case)
    eligible = Paginator(board.eligible, PAGE).get_page(request.GET.get("page"))
    ids = [one.reviewer.id for one in eligible]
    accounts = set(Reviewer.objects.filter(pk__in=ids, user__isnull=False).values_list("pk", flat=True))
    records = track_records(ids, now=now)
    turns = OfferList.objects.filter(case=case, ended_at=None).prefetch_related("entries__reviewer").first()
    context = {
        "case": case,
        "board": board,
        "page": eligible,
        "eligible": [(one, records.get(one.reviewer.id)) for one in eligible],
        "accounts": accounts,
        "others": Paginator(board.others, PAGE).get_page(request.GET.get("others")),
        "seats": seats,
        "taken": {one.reviewer_id for one in seats.live},
        "asked_now": {one.pk for one in seats.live if one.accepted_at is None},
        "may_record": case.state in (State.READY, State.IN_REVIEW),
        "turns": turns,
        "may_offer": may_offer(case, seats),
        "refusal": refusal,
        "today": california_date(now),
    }
    return render(request, "reviews/candidates.html", context, status=409 if refusal else 200)
