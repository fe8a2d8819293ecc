"""Sending the answer of a party that was asked on to all other parties."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import needs
from cases.forms.party_answer import PartyAnswerForm
from cases.models import Notice
from cases.services.access import open_case
from cases.services.party_answers import mark_answer, open_requests, preview_answer, refuse_ended
from cases.views.case import page_frame
from cases.views.desk_acts import add_errors
from cases.views.notices import pdf_answer
from cases.views.party_request import say_issued
from common.actor import Actor
from common.errors import Refusal


@needs("send_notices")
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The form; with `preview` the notice as it would go out, else the record is marked and the notice issued."""
    now, actor = timezone.now(), Actor.of(request.user)
    case = open_case(request=request, number=number, now=now, part=f"answer to a request {pk}")
    asked = get_object_or_404(Notice, pk=pk, case=case, kind=Notice.Kind.REQUEST)
    refuse_ended(case)
    form = PartyAnswerForm(request.POST if request.method == "POST" else None, case=case, request=asked)
    if request.method == "POST" and form.is_valid():
        what: dict[str, Any] = {"request": asked, "document": form.chosen, "actor": actor, "now": now}
        try:
            if "preview" in request.POST:
                return pdf_answer(preview_answer(**what), f"preview-{case.number}.pdf")
            marked = mark_answer(**what)
        except Refusal as refusal:
            add_errors(form, refusal)
        else:
            say_issued(request, marked.notice)
            return redirect("cases:notice", marked.notice.pk)
    is_open = asked.pk in {one.pk for one in open_requests(case)}
    context = {**page_frame(request, case, "letters"), "form": form, "asked": asked, "is_open": is_open}
    return render(request, "cases/party_answer.html", context, status=422 if form.errors else 200)
