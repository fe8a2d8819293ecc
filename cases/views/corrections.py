"""Correcting typed facts: form, what follows, save."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import needs
from cases.forms.corrections import CorrectionForm, ReasonForm
from cases.models import Case
from cases.rules.corrections import correctable
from cases.services.access import open_case
from cases.services.corrections import Preview, correct, preview
from cases.views.case import page_frame
from common.actor import Actor
from common.canonical import canonical_json, sha256_of
from common.errors import Refusal, StateRefusal


@needs("correct_cases")
def correct_facts(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows the facts; POST shows what follows; POST again, with a reason and nothing typed since, saves."""
    now, actor = timezone.now(), Actor.of(request.user)
    case = open_case(request=request, number=number, now=now, part="correct")
    if case.imported or not correctable(case.state, {}):
        raise StateRefusal(
            "correction.state",
            f"Nothing of case {case.number} can be corrected in the state “{case.get_state_display()}”.",
        )
    form = CorrectionForm(request.POST if request.method == "POST" else None, case=case)
    if request.method != "POST":
        return _page(request, case, form)
    if not form.is_valid():
        return _page(request, case, form)
    changes = form.changes()
    try:
        seen = preview(case=case, changes=changes, actor=actor, now=now)
    except Refusal as refusal:
        _show(form, refusal)
        return _page(request, case, form)
    said = sha256_of(canonical_json(changes))
    reason = ReasonForm(request.POST if request.POST.get("seen") == said and "again" not in request.POST else None)
    if not reason.is_bound or not reason.is_valid():
        return _page(request, case, form, seen=seen, reason=reason, said=said)
    try:
        correct(
            case=case, changes=changes, reason=reason.cleaned_data["reason"], actor=actor, now=now,
            version=_version(request),
        )  # fmt: skip
    except Refusal as refusal:
        _show(form, refusal)
        return _page(request, case, form, seen=seen, reason=reason, said=said)
    messages.success(request, "Corrected. The history keeps what stood before.")
    return redirect(case)


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0  # noqa: PLR2004 fits an integer


def _show(form: CorrectionForm, refusal: Refusal) -> None:
    if not refusal.fields:
        form.add_error(None, refusal.message)
    for path, message in refusal.fields.items():
        if path in form.fields:
            form.add_error(path, message[:1].upper() + message[1:])
        else:
            form.add_error(None, f"{path}: {message}")


def _page(
    request: HttpRequest,
    case: Case,
    form: CorrectionForm,
    *,
    seen: Preview | None = None,
    reason: ReasonForm | None = None,
    said: str = "",
) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors)
    context: dict[str, Any] = {
        **page_frame(request, case),
        "form": form,
        "seen": None if wrong else seen,
        "reason": reason,
        "said": said,
        # The version that the person began with: a save over somebody else's change is refused.
        "version": request.POST.get("version", case.version),
        "judged": [one for one in (form, reason) if one is not None],
    }
    return render(request, "cases/correct.html", context, status=422 if wrong or (reason and reason.errors) else 200)
