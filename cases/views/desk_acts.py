"""What a desk does with many cases: bulk acts with their preview, handing over, saved lists."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.forms.desk import AssignForm, ContactForm, HandOverForm, SaveFilterForm, TaskForm
from cases.models import BulkHandover, DeskHandover
from cases.services.desk.bulk import BulkAct, perform, preview
from cases.services.desk.bulk_handovers import take_back
from cases.services.desk.owners import hand_over, undo_hand_over
from cases.services.desk.saved import KEPT, forget_filter, kept_query, save_filter
from cases.views.desk import signed_in_user
from common.actor import Actor
from common.errors import Refusal

_HANDOVERS_SHOWN = 20


@needs("view_cases")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The first time shows what would be done and what would be skipped; with `confirmed` it does it."""
    key, numbers = request.POST.get("act", ""), request.POST.getlist("chosen")
    actor, now = Actor.of(request.user), timezone.now()
    seen = preview(key=key, numbers=numbers, actor=actor, now=now)
    confirmed = "confirmed" in request.POST
    form = _form(request, seen.act, bound=confirmed)
    note_access(
        act=Act.VIEWED, request=request, now=now, target="Case list", detail=f"bulk {key}: {len(numbers)} cases"
    )
    if confirmed and (form is None or form.is_valid()):
        try:
            done = perform(key=key, numbers=numbers, facts=form.cleaned_data if form else {}, actor=actor, now=now)
        except Refusal as refusal:
            if form is None:
                raise
            add_errors(form, refusal)
        else:
            if done.handover is None:  # else the list says it, beside the way back
                messages.success(request, _said(done.act, len(done.taken), len(done.skipped)))
            return redirect(_way_back(request, done.handover))
    kept = [(key, request.POST[f"list-{key}"]) for key in KEPT if request.POST.get(f"list-{key}")]
    context = {"seen": seen, "form": form, "back": _way_back(request), "list_fields": kept}
    return render(request, "cases/bulk.html", context, status=422 if form is not None and form.errors else 200)


def _form(request: HttpRequest, act: BulkAct, *, bound: bool) -> Any:
    data = request.POST if bound else None
    if act.form == "assign":
        return AssignForm(data)
    if act.form == "task":
        return TaskForm(data, user=signed_in_user(request))
    return ContactForm(data) if act.form == "contact" else None


def _said(act: BulkAct, done: int, skipped: int) -> str:
    left = f" {skipped} skipped." if skipped else ""
    return f"{act.label}: done for {done} case{'' if done == 1 else 's'}.{left}"


def _way_back(request: HttpRequest, handover: int | None = None) -> str:
    """The list that the cases were chosen on; with a handover, it offers to take that back."""
    kept = {key: request.POST[f"list-{key}"] for key in KEPT if request.POST.get(f"list-{key}")}
    if handover is not None:
        kept["handed"] = str(handover)
    return f"{reverse('cases:desk')}?{urlencode(kept)}" if kept else reverse("cases:desk")


@needs("decide_cases")
def hand_over_desk(request: HttpRequest) -> HttpResponse:
    """Give a whole desk to a colleague; what was given lately, with the way back."""
    user, now = signed_in_user(request), timezone.now()
    form = HandOverForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            given = hand_over(
                giver=form.cleaned_data["giver"], taker=form.cleaned_data["taker"], actor=Actor.of(user), now=now
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            cases, tasks = len(given.case_ids), len(given.task_ids)
            messages.success(request, f"{given.to_user} has {cases} cases and {tasks} tasks of {given.from_user} now.")
            return redirect("cases:hand_over")
    context = {
        "form": form,
        "lately": DeskHandover.objects.select_related("from_user", "to_user")[:_HANDOVERS_SHOWN],
        "in_bulk": BulkHandover.objects.select_related("to_user")[:_HANDOVERS_SHOWN],
    }
    return render(request, "cases/hand_over.html", context, status=422 if form.errors else 200)


@needs("decide_cases")
@require_POST
def undo_hand_over_desk(request: HttpRequest, pk: int) -> HttpResponse:
    handover = get_object_or_404(DeskHandover, pk=pk)
    back, moved = undo_hand_over(handover=handover, actor=Actor.of(request.user), now=timezone.now())
    rest = f" {moved} had been given to somebody else or ended since, and stay there." if moved else ""
    messages.success(request, f"{back} case{'' if back == 1 else 's'} are with {handover.from_user} again.{rest}")
    return redirect("cases:hand_over")


@needs("decide_cases")
@require_POST
def undo_bulk_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give cases that were handed to somebody in bulk back to who held them."""
    handover = get_object_or_404(BulkHandover, pk=pk)
    back, stayed = take_back(handover=handover, actor=Actor.of(request.user), now=timezone.now())
    rest = f" {stayed} were given on or ended since, or their holder may hold none now: they stay." if stayed else ""
    messages.success(request, f"{back} case{'' if back == 1 else 's'} are with who held them before.{rest}")
    return redirect(_list_of(request.POST.get("query", "")))


@needs("view_cases")
@require_POST
def save_list(request: HttpRequest) -> HttpResponse:
    form = SaveFilterForm(request.POST)
    query = request.POST.get("query", "")
    if form.is_valid():
        save_filter(user=signed_in_user(request), name=form.cleaned_data["name"], query=query)
        messages.success(request, f"Saved as “{form.cleaned_data['name']}”.")
    else:
        messages.error(request, "Give the list a name of up to 60 characters.")
    return redirect(_list_of(query))


@needs("view_cases")
@require_POST
def forget_list(request: HttpRequest, pk: int) -> HttpResponse:
    forget_filter(user=signed_in_user(request), pk=pk)
    return redirect(_list_of(request.POST.get("query", "")))


def _list_of(query: str) -> str:
    return f"{reverse('cases:desk')}?{urlencode(kept_query(dict(parse_qsl(query))))}"


def add_errors(form: forms.Form, refusal: Refusal) -> None:
    """What a service refused, beside the fields of the form where it names them."""
    known = {field: message for field, message in refusal.fields.items() if field in form.fields}
    for field, message in known.items():
        form.add_error(field, message)
    if not known:
        form.add_error(None, refusal.message)
