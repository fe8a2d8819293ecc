"""What people do to clocks: stop them, extend them, note a receipt. Each says what it brings before it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.access import needs
from cases.forms.deadlines import DoneForm, ExtendForm, ReceivedForm, RestartForm, StopForm, day_typed
from cases.models import Deadline
from cases.rules import clocks
from cases.services import deadlines
from cases.services.access import open_case
from cases.services.deadlines import by_hand
from cases.services.deadlines.acts import name_of
from cases.services.deadlines.workings import HouseWorkings
from cases.views.case import page_frame
from common.actor import Actor
from common.errors import Refusal


@dataclass(frozen=True)
class Act:
    """A page that asks and does. word: the heading with {name}; button: the verb."""

    word: str
    button: str
    form: Callable[[Deadline, dt.datetime, object], forms.Form]
    follows: Callable[[Deadline], list[str]]
    do: Callable[[Deadline, forms.Form, Actor, dt.datetime], Deadline]


@needs("decide_cases")
def act(request: HttpRequest, number: str, pk: int, act: str) -> HttpResponse:
    """GET shows what the act brings; POST does it."""
    if act not in ACTS:
        raise Http404
    now, actor, what = timezone.now(), Actor.of(request.user), ACTS[act]
    case = open_case(request=request, number=number, now=now, part=f"deadline {act}")
    deadline = get_object_or_404(case.deadlines, pk=pk)
    why_not = _why_not(deadline, act, now)
    form = what.form(deadline, now, request.POST if request.method == "POST" else None) if not why_not else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            done = what.do(deadline, form, actor, now)
        except Refusal as refusal:
            for field, message in refusal.fields.items():
                form.add_error(field if field in form.fields else None, message)
            if not refusal.fields:
                form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{name_of(done)}: {done.events.latest('pk').sentence}")
            return redirect("cases:tab", number=number, tab="deadlines")
    context = {
        **page_frame(request, case, "deadlines"), "deadline": deadline, "form": form, "why_not": why_not, "act": what,
        "word": what.word.format(name=name_of(deadline)), "follows": [] if why_not else what.follows(deadline),
    }  # fmt: skip
    return render(request, "cases/deadline_act.html", context, status=422 if form and form.errors else 200)


def _why_not(deadline: Deadline, act: str, now: dt.datetime) -> str:
    """Why the page has nothing to ask: the state of the clock is against it."""
    if not deadline.is_open:
        return "This clock is closed; nothing changes it."
    rule = HouseWorkings.of_case(deadline.case).rule(deadline.clock, deadline.trigger)
    stopped, overdue = deadline.stopped, deadline.late(now)
    against = {
        "restart": [(not stopped, "This clock is running; nothing has stopped it.")],
        "stop": [
            (stopped, "This clock is stopped already."),
            (overdue, "This clock is overdue. Stopping it cannot bring it back: meet it now."),
        ],
        "received": [(stopped or not rule.receipt, "This clock does not count from a receipt, or it is stopped.")],
        "done": [(not rule.starts_with, "This clock is met by what happens in the case, not by a note.")],
        "extend": [
            (not rule.extended_by, "This clock is never extended; no rule allows it."),
            (not deadlines.extension_left(deadline), "No more days are possible: what the rules allow is used up."),
        ],
    }
    return next((message for objects, message in against[act] if objects), "")


def _say(due: clocks.Moment | None) -> str:
    return clocks.say(due) if due else "no date"


def _stop_form(_deadline: Deadline, _now: dt.datetime, data: object) -> forms.Form:
    return StopForm(data)


def _stop_follows(deadline: Deadline) -> list[str]:
    targets = deadline.targets.filter(done_at=None, ended_at=None).count()
    return [
        f"The due date, {_say(deadline.due)}, falls away until the clock runs again.",
        f"Its internal targets wait too: {targets}.",
    ]


def _stop(deadline: Deadline, form: forms.Form, actor: Actor, now: dt.datetime) -> Deadline:
    on, because = day_typed(form, "on"), form.cleaned_data["because"]
    return deadlines.stop(deadline=deadline, on=on, because=because, actor=actor, now=now)


def _restart_form(deadline: Deadline, now: dt.datetime, data: object) -> forms.Form:
    left, fresh = (by_hand.foresee_restart(deadline, now, fresh=fresh) for fresh in (False, True))
    choices = [
        ("left", f"With what was left (from today: due {_say(left)})"),
        ("fresh", f"Anew, with its whole length (from today: due {_say(fresh)})"),
    ]
    return RestartForm(data, choices=choices, initial={"how": "left"})


def _restart_follows(_deadline: Deadline) -> list[str]:
    return ["The clock and its internal targets get dates again."]


def _restart(deadline: Deadline, form: forms.Form, actor: Actor, now: dt.datetime) -> Deadline:
    return deadlines.restart(
        deadline=deadline, on=day_typed(form, "on"), because=form.cleaned_data["because"], actor=actor, now=now,
        fresh=form.cleaned_data["how"] == "fresh",
    )  # fmt: skip


def _extend_form(deadline: Deadline, _now: dt.datetime, data: object) -> forms.Form:
    days = range(1, deadlines.extension_left(deadline) + 1)
    choices = [
        (one, f"{one} day{'' if one == 1 else 's'}: due {_say(by_hand.foresee_extension(deadline, one))}")
        for one in days
    ]
    return ExtendForm(data, choices=choices)


def _extend_follows(deadline: Deadline) -> list[str]:
    left = deadlines.extension_left(deadline)
    return [f"The rules allow {left} more day{'' if left == 1 else 's'} in all, and only with the approval on file."]


def _extend(deadline: Deadline, form: forms.Form, actor: Actor, now: dt.datetime) -> Deadline:
    typed = form.cleaned_data
    return deadlines.extend(
        deadline=deadline, days=typed["days"], approval=typed["approval"], approved_on=typed["approved_on"],
        actor=actor, now=now,
    )  # fmt: skip


def _received_form(deadline: Deadline, _now: dt.datetime, data: object) -> forms.Form:
    return ReceivedForm(data, timed=deadline.timed)


def _received_follows(deadline: Deadline) -> list[str]:
    return [f"The clock counts from the receipt on file, not from a presumed one. Due so far: {_say(deadline.due)}."]


def _received(deadline: Deadline, form: forms.Form, actor: Actor, now: dt.datetime) -> Deadline:
    day, hour = form.cleaned_data["on"], form.cleaned_data.get("hour")
    zone = HouseWorkings.of_case(deadline.case).zone
    at = clocks.on_wall(dt.datetime.combine(day, hour), zone) if hour else day
    return deadlines.received(deadline=deadline, at=at, proof=form.cleaned_data["proof"], actor=actor, now=now)


def _done_form(_deadline: Deadline, _now: dt.datetime, data: object) -> forms.Form:
    return DoneForm(data)


def _done_follows(deadline: Deadline) -> list[str]:
    return [
        f"The clock is met. It is due {_say(deadline.due)}; whether that was in time is read off the day you enter."
    ]


def _done(deadline: Deadline, form: forms.Form, actor: Actor, now: dt.datetime) -> Deadline:
    typed = form.cleaned_data
    return deadlines.note_done(deadline=deadline, on=typed["on"], shown_by=typed["shown_by"], actor=actor, now=now)


ACTS = {
    "stop": Act("Stop the clock: {name}", "Stop the clock", _stop_form, _stop_follows, _stop),
    "restart": Act("Let the clock run again: {name}", "Let it run again", _restart_form, _restart_follows, _restart),
    "received": Act("Receipt on file: {name}", "Count from this receipt", _received_form, _received_follows, _received),
    "done": Act("Note that it was done: {name}", "It was done", _done_form, _done_follows, _done),
    "extend": Act("Extend the clock: {name}", "Extend it", _extend_form, _extend_follows, _extend),
}
