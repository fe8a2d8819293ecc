"""Letting an event of the workflow happen to a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import needs
from cases.forms.acts import NoteForm
from cases.forms.eligibility_acts import ACT_FORMS
from cases.models import Case
from cases.services.access import open_case
from cases.services.consequences import consequences
from cases.services.eligibility_decisions import take_back
from cases.services.rail import Possible, possible_events
from cases.services.workflow import check_move, move
from cases.views.case import page_frame
from cases.workflow import Event
from common.actor import Actor
from common.errors import Refusal


@needs("decide_cases", "view_cases")
def act(request: HttpRequest, number: str, event: str) -> HttpResponse:
    """GET asks for the facts that the event needs and says what follows; POST does it. The table knows who may."""
    if event not in Event.values:
        raise Http404
    now, actor, what = timezone.now(), Actor.of(request.user), Event(event)
    case = open_case(request=request, number=number, now=now, part=f"act {event}")
    possible = next((one for one in possible_events(case=case, actor=actor) if one.event == what), None)
    if possible is None:
        check_move(case=case, event=what, actor=actor)  # says why not
        raise Http404
    form = _form(request, case, possible, now)
    if request.method != "POST":
        if not possible.asks:
            return redirect(case)
        return _ask(request, case, what, form, now)
    if form is not None and not form.is_valid():
        return _ask(request, case, what, form, now)
    try:
        with transaction.atomic():  # a record sent along is filed only with the act that it proves
            moved = _do(case, what, actor, form, now)
    except Refusal as refusal:
        if form is None:
            raise
        _show(form, refusal)
        return _ask(request, case, what, form, now)
    messages.success(request, f"{what.label}: done. The case is now in the state “{moved.get_state_display()}”.")
    return redirect(case)


def _form(request: HttpRequest, case: Case, possible: Possible, now: dt.datetime) -> Any:
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    if possible.event in ACT_FORMS:
        return ACT_FORMS[possible.event](*data, case=case, now=now)
    return NoteForm(*data, event=possible.event) if possible.asks else None


def _do(case: Case, event: Event, actor: Actor, form: Any, now: dt.datetime) -> Case:
    if event in ACT_FORMS:
        acted: Case = form.act(actor=actor)
        return acted
    if event == Event.TAKE_BACK:
        return take_back(case=case, actor=actor, now=now)
    if form is None:
        return move(case=case, event=event, actor=actor, now=now)
    return move(case=case, event=event, actor=actor, now=now, facts={"note": form.cleaned_data["note"]})


def _show(form: forms.Form, refusal: Refusal) -> None:
    """The refusal beside the fields that it names, else on top."""
    named = {name: text for name, text in refusal.fields.items() if name in form.fields}
    for name, text in named.items():
        form.add_error(name, text)
    if not named:
        form.add_error(None, refusal.message)


def _ask(request: HttpRequest, case: Case, event: Event, form: Any, now: dt.datetime) -> HttpResponse:
    context = {
        **page_frame(request, case),
        "event": event,
        "form": form,
        "follows": consequences(case=case, event=event, now=now),
    }
    return render(request, "cases/act.html", context, status=200 if form is None or not form.errors else 422)
