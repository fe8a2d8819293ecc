"""Letting an event of the workflow happen to a case."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import needs
from cases.forms.acts import NoteForm, ReasonsForm
from cases.models import Case
from cases.services.access import open_case
from cases.services.eligibility import reasons_for
from cases.services.eligibility_decisions import find_ineligible
from cases.services.rail import FOLLOWS, Possible, possible_events
from cases.services.workflow import check_move, move
from cases.views.case import page_frame
from cases.workflow import Event
from common.actor import Actor
from common.errors import Refusal


@needs("decide_cases", "view_cases")
def act(request: HttpRequest, number: str, event: str) -> HttpResponse:
    """GET asks for the word that the event needs and says what follows; POST does it. The table knows who may."""
    if event not in Event.values:
        raise Http404
    now, actor, what = timezone.now(), Actor.of(request.user), Event(event)
    case = open_case(request=request, number=number, now=now, part=f"act {event}")
    possible = next((one for one in possible_events(case=case, actor=actor) if one.event == what), None)
    if possible is None:
        check_move(case=case, event=what, actor=actor)  # says why not
        raise Http404
    form = _form(request, case, possible)
    if request.method != "POST":
        if not possible.asks:
            return redirect(case)
        return _ask(request, case, what, form)
    if form is not None and not form.is_valid():
        return _ask(request, case, what, form)
    try:
        moved = _do(case, what, actor, form, now)
    except Refusal as refusal:
        if form is None:
            raise
        form.add_error(None, refusal.message)
        return _ask(request, case, what, form)
    messages.success(request, f"{what.label}: done. The case is now in the state “{moved.get_state_display()}”.")
    return redirect(case)


def _form(request: HttpRequest, case: Case, possible: Possible) -> forms.Form | None:
    if not possible.asks:
        return None
    data = request.POST if request.method == "POST" else None
    if possible.event == Event.FIND_INELIGIBLE:
        return ReasonsForm(data, reasons=reasons_for(case).values())
    return NoteForm(data, event=possible.event)


def _do(case: Case, event: Event, actor: Actor, form: forms.Form | None, now: dt.datetime) -> Case:
    if form is None:
        return move(case=case, event=event, actor=actor, now=now)
    if event == Event.FIND_INELIGIBLE:
        return find_ineligible(case=case, reasons=form.cleaned_data["reasons"], actor=actor, now=now)
    return move(case=case, event=event, actor=actor, now=now, facts={"note": form.cleaned_data["note"]})


def _ask(request: HttpRequest, case: Case, event: Event, form: forms.Form | None) -> HttpResponse:
    context = {**page_frame(request, case), "event": event, "form": form, "follows": FOLLOWS.get(event, "")}
    return render(request, "cases/act.html", context, status=200 if form is None or not form.errors else 422)
