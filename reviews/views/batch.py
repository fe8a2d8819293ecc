"""Batch assignment for coordinators: the runs, one run with its pairs and reasons, deploying and undoing."""

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
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.rules.charts import ROW
from common.actor import Actor
from common.errors import Refusal
from common.templatetags.ui import day
from reviews.models import ProposalRun, ProposedPair
from reviews.services import batch as service
from reviews.services.batch import showing
from reviews.services.batch.asking import cases_to_assign

PAGE = 40
_CHART_ROWS = 25
_LEFT, _WIDTH, _RIGHT = 230, 720, 640
_BAR = 14

State = ProposalRun.State
_STATES = {
    State.WAITING: "active", State.PROPOSED: "waiting", State.FAILED: "late", State.DEPLOYED: "done",
    State.UNDONE: "stopped",
}  # fmt: skip
_ACTS = {
    "lock": (service.lock, "{case} stays with {reviewer} when the run is solved again."),
    "unlock": (service.unlock, "{case} may go to somebody else when the run is solved again."),
    "take-out": (service.take_out, "{case} is not offered to {reviewer}, and not proposed for {reviewer} again."),
    "put-back": (service.put_back, "{case} is proposed for {reviewer} again."),
    "choose": (service.choose, "{case} is proposed for {reviewer} now, and locked."),
}


@require_GET
@needs("assign_reviewers")
def runs(request: HttpRequest) -> HttpResponse:
    return _runs(request)


@require_POST
@needs("assign_reviewers")
def begin(request: HttpRequest) -> HttpResponse:
    try:
        run = service.begin(
            actor=Actor.of(request.user), now=timezone.now(), move_offers=request.POST.get("move_offers") == "yes"
        )
    except Refusal as refusal:
        return _runs(request, refusal=refusal)
    return redirect("reviews:batch", pk=run.pk)


@require_GET
@needs("assign_reviewers")
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    return _run(request, get_object_or_404(showing.runs(), pk=pk))


@require_GET
@needs("assign_reviewers")
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of an open page that follows the work; when the work is done, the page is asked for anew."""
    run = get_object_or_404(showing.runs(), pk=pk)
    context = _progress(run)
    answer = render(request, "reviews/batch/_state.html", context)
    if not context["working"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@needs("assign_reviewers")
def change(request: HttpRequest, pair_id: int, act: str) -> HttpResponse:
    if act not in _ACTS:
        raise Http404
    pair = get_object_or_404(ProposedPair.objects.select_related("run"), pk=pair_id)
    operation, said = _ACTS[act]
    try:
        changed = operation(pair_id=pair.pk, actor=Actor.of(request.user))
    except Refusal as refusal:
        return _run(request, get_object_or_404(showing.runs(), pk=pair.run_id), refusal=refusal)
    messages.success(request, said.format(case=changed.case.number, reviewer=changed.reviewer))
    page = request.POST.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(f"{reverse('reviews:batch', args=[pair.run_id])}{query}#case-{changed.case_id}")


@require_POST
@needs("assign_reviewers")
def solve_again(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        run = service.solve_again(run_id=pk, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        return _run(request, get_object_or_404(showing.runs(), pk=pk), refusal=refusal)
    return redirect("reviews:batch", pk=run.pk)


@require_http_methods(["GET", "POST"])
@needs("assign_reviewers")
def deploy(request: HttpRequest, pk: int) -> HttpResponse:
    """What follows from deploying, then the act."""
    return _act(request, pk, "reviews/batch/deploy.html", service.deploy)


@require_http_methods(["GET", "POST"])
@needs("assign_reviewers")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "reviews/batch/undo.html", service.undo)


def _act(request: HttpRequest, pk: int, template: str, operation: Any) -> HttpResponse:
    run = get_object_or_404(showing.runs(), pk=pk)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            operation(run_id=pk, actor=Actor.of(request.user), now=timezone.now())
        except Refusal as raised:
            refusal = raised
        else:
            return redirect("reviews:batch", pk=pk)
    pairs = run.pairs.proposed()
    context = {
        "run": run,
        "refusal": refusal,
        "count": pairs.count(),
        "expedited": pairs.filter(case__priority="expedited").count(),
        "reviewers": pairs.values("reviewer").distinct().count(),
        "no_account": pairs.filter(reviewer__user=None).values("reviewer").distinct().count(),
        "several": showing.with_further_places(run),
        "outcomes": showing.outcomes_of(run),
        "accepted": pairs.filter(assignment__accepted_at__isnull=False).count(),
    }
    return render(request, template, context, status=409 if refusal else 200)


def _runs(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    page = Paginator(showing.runs(), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(run, _STATES[State(run.state)]) for run in page],
        "waiting": len(cases_to_assign(move_offers=False)),
        "refusal": refusal,
    }
    return render(request, "reviews/batch/runs.html", context, status=409 if refusal else 200)


def _run(request: HttpRequest, run: ProposalRun, *, refusal: Refusal | None = None) -> HttpResponse:
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target="Case list", detail=f"proposal {run.pk}")
    show = request.GET.get("show", "")
    typed = request.GET.get("q", "").strip()[:60]
    context = {
        "run": run,
        "kind": _STATES[State(run.state)],
        "refusal": refusal,
        "show": show,
        "typed": typed,
        "may_change": run.state == State.PROPOSED,
        "tabs": _tabs(run, show),
        "facts": _facts(run),
        **_progress(run),
    }
    if show == "unplaced":
        context["page"] = Paginator(showing.unplaced_of(run), PAGE).get_page(request.GET.get("page"))
    elif show == "load":
        loads = showing.loads_of(run)
        context |= {"loads": loads, "chart": _chart(loads[:_CHART_ROWS])}
    else:
        page = Paginator(showing.pairs_of(run, show=show, typed=typed), PAGE).get_page(request.GET.get("page"))
        others = showing.alternates_of(run, list(page))
        context |= {"page": page, "rows": [(pair, others.get(pair.case_id, [])) for pair in page]}
    return render(request, "reviews/batch/run.html", context, status=409 if refusal else 200)


def _progress(run: ProposalRun) -> dict[str, Any]:
    """Whether the worker is at it, and how far it is with the offers."""
    outcomes = showing.outcomes_of(run) if run.state in (State.DEPLOYED, State.UNDONE) else {}
    total = sum(outcomes.values())
    to_come = outcomes.get("", 0) if run.state == State.DEPLOYED else 0
    if run.state == State.UNDONE:
        to_come = outcomes.get("offered", 0)
    return {
        "run": run, "outcomes": outcomes, "total": total, "done": total - to_come,
        "working": run.state == State.WAITING or to_come > 0,
    }  # fmt: skip


def _tabs(run: ProposalRun, show: str) -> list[dict[str, Any]]:
    count = run.pairs.filter(place=0).count()
    entries: list[tuple[str, str, int | None]] = [
        ("", "Proposed", count), ("unplaced", "Without a reviewer", run.totals.get("unassigned", 0)),
        ("load", "Load", None),
    ]  # fmt: skip
    if run.state in (State.DEPLOYED, State.UNDONE):
        changed = run.pairs.filter(place=0, outcome=ProposedPair.Outcome.CHANGED).count()
        entries.insert(1, ("changed", "Changed since", changed))
    return [
        {"label": label, "url": f"?show={key}" if key else "?", "active": key == show, "count": number}
        for key, label, number in entries
    ]


def _facts(run: ProposalRun) -> list[tuple[str, Any]]:
    totals = run.totals
    if not totals:
        return []
    return [
        ("Expedited cases", f"{totals['expedited']:,}"),
        ("Active reviewers", f"{totals['reviewers']:,}"),
        ("Workers whose cases go together", len(totals["merged"])),
        ("Everybody was asked for", day(run.on)),
        ("Seed", run.seed),
        ("Fingerprint of the facts", run.input_hash[:16]),
    ]


def _chart(loads: list[showing.Load]) -> dict[str, Any]:
    """Bars of the load before and after, with a mark where the capacity ends."""
    most = max((one.most for one in loads), default=0) or 1
    unit = (_RIGHT - _LEFT) / most
    rows = [
        {
            "load": one,
            "y": place * ROW + (ROW - _BAR) / 2,
            "text_y": place * ROW + ROW / 2 + 5,
            "before": round(one.before * unit, 1),
            "added_x": round(_LEFT + one.before * unit, 1),
            "added": round(one.added * unit, 1),
            "most_x": round(_LEFT + one.most * unit, 1),
            "count_x": round(_LEFT + one.most * unit + 8, 1),
        }
        for place, one in enumerate(loads)
    ]
    return {"rows": rows, "width": _WIDTH, "height": ROW * len(rows), "left": _LEFT, "name_x": _LEFT - 10, "bar": _BAR}
