"""Asking one party of a case for more information, with copies to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import needs
from accounts.models import User
from cases.forms.party_request import PartyRequestForm
from cases.models import Case, Notice
from cases.panels import register_actions
from cases.services.access import open_case
from cases.services.party_requests import RIGHT, WHILE, ask_party, preview_request, refuse_state
from cases.views.case import page_frame
from cases.views.desk_acts import add_errors
from cases.views.notices import pdf_answer
from common.actor import Actor
from common.errors import Refusal


@needs("send_notices")
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """The form; with `preview` its request as it would go out, else it is issued."""
    now, actor = timezone.now(), Actor.of(request.user)
    case = open_case(request=request, number=number, now=now, part="request to a party")
    refuse_state(case)
    form = PartyRequestForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        what: dict[str, Any] = {"case": case, "party": form.asked, "questions": form.lines, "actor": actor, "now": now}
        try:
            if "preview" in request.POST:
                return pdf_answer(preview_request(**what), f"preview-{case.number}.pdf")
            notice = ask_party(**what)
        except Refusal as refusal:
            add_errors(form, refusal)
        else:
            say_issued(request, notice)
            return redirect("cases:notice", notice.pk)
    context = {**page_frame(request, case, "letters"), "form": form}
    return render(request, "cases/party_request.html", context, status=422 if form.errors else 200)


def say_issued(request: HttpRequest, notice: Notice) -> None:
    """The message after a notice was issued by hand."""
    if notice.state == Notice.State.HELD:
        messages.error(request, f"{notice.reference} is held: {notice.held_because}")
    else:
        messages.success(request, f"{notice.reference} is being sealed and goes out from here.")


def request_action(request: HttpRequest, case: Case) -> Sequence[Mapping[str, Any]]:
    """What the rail offers while somebody collects or decides."""
    user = request.user
    if not isinstance(user, User) or not user.has_right(RIGHT) or case.imported or case.state not in WHILE:
        return []
    url = reverse("cases:ask_party", args=[case.number])
    return [{"label": "Ask a party for information", "url": url, "method": "get", "icon": "question-circle"}]


register_actions(request_action)
