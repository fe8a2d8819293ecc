"""Taking an application in at the desk: the intake form, alone or beside a scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from cases.forms.intake import IntakeForm
from cases.models import Case
from cases.services.documents import Filed
from cases.services.intake import take_in
from cases.services.numbers import USUAL_JURISDICTION
from common.actor import Actor
from common.errors import InputRefusal, Refusal

SECTIONS = [
    {"label": "Application", "id": "application"},
    {"label": "Worker", "id": "worker"},
    {"label": "Claim", "id": "claim"},
    {"label": "Utilization review", "id": "utilization-review"},
    {"label": "Diagnoses", "id": "diagnoses"},
    {"label": "Disputed items", "id": "items"},
    {"label": "Parties", "id": "parties"},
    {"label": "Records", "id": "documents"},
]
_UNPROCESSABLE = 422

#: (row, files by index of the document) -> the case. Raises a Refusal.
TakeIn = Callable[[dict[str, Any], Mapping[int, Filed]], Case]


@dataclass(frozen=True)
class Sheet:
    """A page with the intake form on it: its template, where the form is sent, and what the page shows besides."""

    template: str
    post_url: str
    context: dict[str, Any] = field(default_factory=dict)


@needs("enter_cases")
def new(request: HttpRequest) -> HttpResponse:
    """The intake form. Adding or removing a row sends the form here too and judges nothing; only “Take in” takes in."""

    def take(row: dict[str, Any], uploads: Mapping[int, Filed]) -> Case:
        return take_in(row=row, actor=Actor.of(request.user), now=timezone.now(), uploads=uploads)

    return answer(request, Sheet("cases/new.html", reverse("cases:new")), take)


def answer(request: HttpRequest, sheet: Sheet, take: TakeIn, *, first: QueryDict | None = None) -> HttpResponse:
    """Show the form, change its rows, or take the application in. first: what the form holds when it is opened."""
    user_id = request.user.pk or 0
    if request.method != "POST":
        form = IntakeForm(user_id=user_id) if first is None else IntakeForm(first, user_id=user_id).quiet()
        return _page(request, sheet, form)
    if changed := IntakeForm.change_rows(request.POST):
        form = IntakeForm(changed, request.FILES, user_id=user_id).quiet()
        return _page(request, sheet, form, added=request.POST.get("add", ""))
    form = IntakeForm(request.POST, request.FILES, user_id=user_id)
    case = _taken_in(form, take)
    if case is None:
        return _page(request, sheet, form, status=_UNPROCESSABLE)
    messages.success(request, f"Taken in as case {case.number}.")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": reverse("cases:case", args=[case.number])})
    return redirect(case)


def _taken_in(form: IntakeForm, take: TakeIn) -> Case | None:
    """The case, or None with every problem beside its field."""
    if not form.is_valid():
        return None
    try:
        return take({**form.row(), "jurisdiction": USUAL_JURISDICTION}, form.filed)
    except InputRefusal as refusal:
        form.show(refusal)
    except Refusal as refusal:
        form.refusals.append(refusal.message)
    return None


def _page(request: HttpRequest, sheet: Sheet, form: IntakeForm, *, status: int = 200, added: str = "") -> HttpResponse:
    context = {"intake": form, "sections": SECTIONS, "added": added, "post_url": sheet.post_url, **sheet.context}
    return render(request, sheet.template, context, status=status)
