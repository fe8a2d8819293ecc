"""Emergency access: opening it, and judging it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import needs
from accounts.forms import BreakGlassForm, VerdictForm
from accounts.models import BreakGlass
from accounts.services import break_glass as service
from accounts.views.shared import actor_of, person_of, show_refusal
from common.errors import InputRefusal, RuleRefusal, StateRefusal

PAGE = 50


@needs("break_glass")
def break_glass(request: HttpRequest) -> HttpResponse:
    """One's own emergency accesses in force, and the form that opens another."""
    form = BreakGlassForm(request.POST or None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            row = service.open_break_glass(actor=actor_of(request), now=now, **form.cleaned_data)
        except (InputRefusal, StateRefusal, RuleRefusal) as refusal:
            show_refusal(form, refusal)
        else:
            messages.warning(request, f"Case {row.case_key} is open to you for 60 minutes. The administrators know.")
            return redirect("accounts:break_glass")
    mine = BreakGlass.objects.in_force(now).filter(user=person_of(request)).order_by("expires_at")
    return render(request, "accounts/break_glass.html", {"form": form, "mine": mine})


@needs("review_break_glass")
def break_glass_list(request: HttpRequest) -> HttpResponse:
    rows = BreakGlass.objects.select_related("user", "reviewed_by")
    to_judge = request.GET.get("shown") != "judged"
    found = (rows.to_review() if to_judge else rows.exclude(reviewed_at=None)).order_by("-opened_at", "-pk")
    tabs = [
        {"label": "To be judged", "url": "?", "active": to_judge, "count": BreakGlass.objects.to_review().count()},
        {"label": "Judged", "url": "?shown=judged", "active": not to_judge},
    ]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/break_glass_list.html", {"page": page, "tabs": tabs, "now": timezone.now()})


@needs("review_break_glass")
def break_glass_review(request: HttpRequest, row_id: int) -> HttpResponse:
    row = get_object_or_404(BreakGlass.objects.select_related("user", "reviewed_by"), pk=row_id)
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.review_break_glass(actor=actor_of(request), row_id=row.pk, now=timezone.now(), **form.cleaned_data)
        except (InputRefusal, StateRefusal) as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"The access to {row.case_key} is judged.")
            return redirect("accounts:break_glass_list")
    is_own = row.user_id == person_of(request).pk
    return render(request, "accounts/break_glass_review.html", {"row": row, "form": form, "is_own": is_own})
