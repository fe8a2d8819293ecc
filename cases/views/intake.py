"""Taking an application in at the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from cases.forms.intake import IntakeForm
from cases.services.intake import take_in
from common.actor import Actor
from common.errors import InputRefusal

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


@needs("enter_cases")
def new(request: HttpRequest) -> HttpResponse:
    """The intake form. Adding or removing a row sends the form here too and judges nothing; only “Take in” takes in."""
    user_id = request.user.pk or 0
    if request.method != "POST":
        return _page(request, IntakeForm(user_id=user_id))
    if changed := IntakeForm.change_rows(request.POST):
        return _page(
            request, IntakeForm(changed, request.FILES, user_id=user_id).quiet(), added=request.POST.get("add", "")
        )
    form = IntakeForm(request.POST, request.FILES, user_id=user_id)
    if not form.is_valid():
        return _page(request, form, status=_UNPROCESSABLE)
    try:
        case = take_in(
            row={**form.row(), "jurisdiction": "california"},
            actor=Actor.of(request.user),
            now=timezone.now(),
            uploads=form.filed,
        )
    except InputRefusal as refusal:
        form.show(refusal)
        return _page(request, form, status=_UNPROCESSABLE)
    messages.success(request, f"Taken in as case {case.number}.")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": reverse("cases:case", args=[case.number])})
    return redirect(case)


def _page(request: HttpRequest, form: IntakeForm, *, status: int = 200, added: str = "") -> HttpResponse:
    context = {"intake": form, "sections": SECTIONS, "added": added}
    return render(request, "cases/new.html", context, status=status)
