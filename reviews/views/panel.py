"""The coordinator's side: candidates of a case, offering and taking back, the panel and one reviewer's file."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
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
from common.templatetags.ui import day
from reviews.forms.assignment import ReasonForm
from reviews.models import Assignment, Reviewer
from reviews.rules.credentials import standing
from reviews.services import assignment as service
from reviews.services.candidates import board_for

PAGE = 50
_LIVE = Q(
    assignments__declined_at=None, assignments__recused_at=None, assignments__withdrawn_at=None,
    assignments__lapsed_at=None, assignments__completed_at=None, assignments__submitted_at=None,
    assignments__isnull=False,
)  # fmt: skip


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


@require_GET
@needs("view_panel")
def panel(request: HttpRequest) -> HttpResponse:
    """The roster with the standing of every credential."""
    typed = request.GET.get("q", "").strip()
    shown = request.GET.get("shown", "active")
    rows = Reviewer.objects.prefetch_related("certifications", "licenses").annotate(
        open_cases=Count("assignments", filter=_LIVE, distinct=True)
    )
    if typed:
        rows = rows.filter(
            Q(first_name__icontains=typed) | Q(last_name__icontains=typed) | Q(reviewer_id__iexact=typed)
            | Q(certifications__specialty__icontains=typed)
        ).distinct()  # fmt: skip
    counts = Reviewer.objects.aggregate(here=Count("pk", filter=Q(active=True)), everybody=Count("pk"))
    page = Paginator(rows.filter(active=shown != "inactive").order_by("last_name", "first_name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    today = california_date(timezone.now())
    context = {
        "page": page,
        "rows": [(row, _credentials(row, today)) for row in page],
        "typed": typed,
        "shown": shown,
        "tabs": [
            {"label": "Active", "url": "?shown=active", "active": shown != "inactive", "count": counts["here"]},
            {
                "label": "Not active",
                "url": "?shown=inactive",
                "active": shown == "inactive",
                "count": counts["everybody"] - counts["here"],
            },
        ],
    }
    return render(request, "reviews/panel.html", context)


@require_GET
@needs("view_panel")
def reviewer(request: HttpRequest, pk: int) -> HttpResponse:
    """One reviewer's file: every credential with its check, every interest."""
    person = get_object_or_404(Reviewer.objects.with_gate_facts().select_related("user"), pk=pk)
    today = california_date(timezone.now())
    live = Assignment.objects.live().filter(reviewer=person).select_related("case").order_by("pk")
    context = {"person": person, "live": live, "today": today, **_credentials(person, today), "facts": _facts(person)}
    return render(request, "reviews/reviewer.html", context)


def _credentials(person: Reviewer, today: Any) -> dict[str, Any]:
    return {
        "certifications": [
            (one, _STATES[standing(expires_on=one.expires_on, verified_on=one.verified_on, on=today)])
            for one in person.certifications.all()
        ],
        "licenses": [
            (
                one,
                ("stopped", one.get_status_display())
                if one.status not in ("active", "")
                else _STATES[standing(expires_on=one.expires_on, verified_on=one.verified_on, on=today)],
            )
            for one in person.licenses.all()
        ],
    }


_STATES = {
    "verified": ("done", "Verified"),
    "expiring": ("soon", "Expiring"),
    "expired": ("late", "Expired"),
    "unverified": ("unknown", "Not verified"),
}


def _facts(person: Reviewer) -> list[tuple[str, Any]]:
    hours, capacity = person.practice_hours_per_week, (person.capacity_per_week, person.capacity_open_cases)
    return [
        ("Roster id", person.reviewer_id),
        ("Degree", person.degree),
        ("E-mail", person.email),
        ("NPI", person.npi),
        ("In practice since", day(person.practice_since)),
        ("Hours a week", hours),
        ("Law training", day(person.law_training_completed_on)),
        ("Interests attested", day(person.interests_attested_on)),
        ("Cases a week, at most", capacity[0]),
        ("Open cases, at most", capacity[1]),
        ("Expertise", ", ".join(str(word) for word in person.expertise)),
        ("Account", person.user or ""),
    ]
