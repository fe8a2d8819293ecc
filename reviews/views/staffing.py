"""The staff's side of the panel's work: capacity of the next weeks, on call, who leaves, what is paid."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import needs
from cases.rules.charts import rows_of_bars
from common.actor import Actor
from common.days import CALIFORNIA, california_date
from common.errors import Refusal
from common.rules.csv_cells import csv_lines
from reviews.forms.work import LeavingForm, OnCallForm, PaymentForm
from reviews.models import Reviewer
from reviews.rules.capacity import Outlook, in_words
from reviews.services.earnings import EarningsLine, pay, to_be_paid
from reviews.services.leaving import announce, finish, open_work
from reviews.services.on_call import coming, put_on_call, take_off_call
from reviews.services.outlook import panel_outlook
from reviews.views.posted import posted_pk

_CHART_LEFT, _CHART_RIGHT = 260, 640
_CHANGE_OF_DUTY = dt.time(8)


@require_GET
@needs("assign_reviewers")
def capacity(request: HttpRequest) -> HttpResponse:
    """Expected cases against free places, by specialty, in the next three weeks."""
    rows = [row for row in panel_outlook(now=timezone.now()) if any(week.expected for week in row.weeks)]
    context = {"rows": rows, "short": in_words(rows), "chart": _chart(rows)}
    return render(request, "reviews/capacity.html", context)


def _chart(rows: list[Outlook]) -> dict[str, Any]:
    """Two bars a specialty: what is expected in the three weeks, and the places that are free."""
    pairs = [(row, sum(week.expected for week in row.weeks), sum(week.free for week in row.weeks)) for row in rows]
    values = [value for _, expected, free in pairs for value in (expected, float(free))]
    bars = rows_of_bars(values, left=_CHART_LEFT, right=_CHART_RIGHT)
    lines = [
        {"row": row, "expected": expected, "free": free, "bars": bars[2 * place : 2 * place + 2]}
        for place, (row, expected, free) in enumerate(pairs)
    ]
    return {"lines": lines, "width": _CHART_RIGHT + 80, "height": 30 * len(bars)}


@require_http_methods(["GET", "POST"])
@needs("manage_panel")
def on_call(request: HttpRequest) -> HttpResponse:
    """The on-call roster for expedited cases."""
    form = OnCallForm(request.POST if request.method == "POST" else None)
    people = Reviewer.objects.filter(active=True).order_by("last_name", "first_name", "pk")
    if request.method == "POST" and form.is_valid():
        try:
            put_on_call(
                reviewer=get_object_or_404(people, pk=posted_pk(request.POST.get("reviewer", ""))),
                from_at=dt.datetime.combine(form.cleaned_data["from_day"], _CHANGE_OF_DUTY, tzinfo=CALIFORNIA),
                to_at=dt.datetime.combine(form.cleaned_data["to_day"], _CHANGE_OF_DUTY, tzinfo=CALIFORNIA),
                actor=Actor.of(request.user),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "The reviewer is on call in that time.")
            return redirect("reviews:on_call")
    context = {"form": form, "people": people, "rows": coming(now=timezone.now()), "now": timezone.now()}
    return render(request, "reviews/on_call.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs("manage_panel")
def off_call(request: HttpRequest, pk: int) -> HttpResponse:
    take_off_call(on_call_id=pk, actor=Actor.of(request.user))
    messages.success(request, "Taken off the on-call roster.")
    return redirect("reviews:on_call")


@require_http_methods(["GET", "POST"])
@needs("manage_panel")
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day, and what is left on the desk."""
    person = get_object_or_404(Reviewer.objects.select_related("user"), pk=pk)
    form = LeavingForm(request.POST if request.method == "POST" else None, initial={"last_day": person.leaving_on})
    if request.method == "POST" and form.is_valid():
        try:
            announce(
                reviewer=person, last_day=form.cleaned_data["last_day"], actor=Actor.of(request.user),
                now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error("last_day" if refusal.fields else None, refusal.message)
        else:
            messages.success(
                request, "The last day is kept." if form.cleaned_data["last_day"] else "Stays on the panel."
            )
            return redirect("reviews:leaving", pk=pk)
    return _leaving(request, person, form, status=422 if form.is_bound else 200)


@require_POST
@needs("manage_panel")
def off_the_panel(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Reviewer.objects.select_related("user"), pk=pk)
    try:
        finish(reviewer=person, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        form = LeavingForm(initial={"last_day": person.leaving_on})
        return _leaving(request, person, form, status=409, refusal=refusal)
    messages.success(request, f"{person} is off the panel. Close the account under People.")
    return redirect("reviews:reviewer", pk=pk)


def _leaving(
    request: HttpRequest, person: Reviewer, form: LeavingForm, *, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    context = {"person": person, "form": form, "work": open_work(person), "refusal": refusal}
    return render(request, "reviews/leaving.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs("manage_panel")
def payments(request: HttpRequest) -> HttpResponse:
    """Released fees that are not paid, by reviewer; as CSV with ?format=csv."""
    lines = to_be_paid()
    if request.method == "GET" and request.GET.get("format") == "csv":
        return _payments_csv(lines)
    form = PaymentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = pay(
                assignment_ids=[posted_pk(one) for one in request.POST.getlist("chosen")], actor=Actor.of(request.user),
                now=timezone.now(), **form.cleaned_data,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(next((name for name in refusal.fields if name in form.fields), None), refusal.message)
        else:
            messages.success(request, f"{count} {'fee' if count == 1 else 'fees'} put down as paid.")
            return redirect("reviews:payments")
    total = sum(line.assignment.fee_cents or 0 for line in lines)
    context = {"form": form, "lines": lines, "total": total}
    return render(request, "reviews/payments.html", context, status=422 if form.is_bound else 200)


def _payments_csv(lines: list[EarningsLine]) -> HttpResponse:
    rows: list[tuple[object, ...]] = [("roster id", "reviewer", "case", "released", "dollars")]
    for line in lines:
        one = line.assignment
        dollars = f"{(one.fee_cents or 0) / 100:.2f}"
        rows.append((one.reviewer.reviewer_id, one.reviewer, one.case.number, line.released_on, dollars))
    answer = HttpResponse("".join(csv_lines(rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="fees-{california_date(timezone.now())}.csv"'
    return answer
