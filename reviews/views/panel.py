"""The panel, and one reviewer's file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import needs
from common.days import california_date
from common.templatetags.ui import day
from reviews.models import Assignment, Reviewer
from reviews.rules.credentials import standing

PAGE = 50
_LIVE = Q(
    assignments__declined_at=None, assignments__recused_at=None, assignments__withdrawn_at=None,
    assignments__lapsed_at=None, assignments__completed_at=None, assignments__submitted_at=None,
    assignments__isnull=False,
)  # fmt: skip


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
