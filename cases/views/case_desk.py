"""The desk's part of a case's page: who holds it, notes, calls, tasks, who else has it open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.desks import register_link
from accounts.models import Act, User
from accounts.services.access_log import note_access
from cases.forms.desk import AssignForm, ContactForm, NoteTextForm, TaskForm
from cases.models import Case, CaseTask
from cases.models.case import ENDED
from cases.panels import register_actions
from cases.services.access import open_case
from cases.services.desk import presence, queues
from cases.services.desk.notes import add_note
from cases.services.desk.owners import assign
from cases.services.desk.promises import log_with_promise
from cases.services.desk.tasks import finish_task, reopen_task, set_task
from cases.views.case import page_frame
from cases.views.desk import signed_in_user, tab_entries
from cases.views.desk_acts import add_errors
from common.actor import Actor
from common.errors import Refusal

_TASKS_SHOWN = 200


@needs("view_cases")
def notes(request: HttpRequest, number: str) -> HttpResponse:
    """Notes, calls and tasks of a case. A POST names the form it fills by `form`."""
    now, user = timezone.now(), signed_in_user(request)
    case = open_case(request=request, number=number, now=now, part="notes")
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    forms = {
        "note": NoteTextForm(request.POST if sent == "note" else None),
        "contact": ContactForm(request.POST if sent == "contact" else None),
        "task": TaskForm(request.POST if sent == "task" else None, user=user),
    }
    if sent in forms and forms[sent].is_valid():
        try:
            _DO[sent](case, forms[sent].cleaned_data, Actor.of(user), now)
        except Refusal as refusal:
            add_errors(forms[sent], refusal)
        else:
            messages.success(request, _DONE[sent])
            return redirect("cases:notes", number=case.number)
    context = {
        **page_frame(request, case, "notes"),
        "forms": forms,
        "sent": sent,
        "tasks": list(case.tasks.select_related("owner").order_by("done_at", "remind_on", "pk")),
        "contacts": list(case.contact_notes.all()),
        "notes": list(case.notes.all()),
        "may_write": user.has_right("decide_cases"),
    }
    wrong = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "cases/tab_notes.html", context, status=422 if wrong else 200)


_DO: Mapping[str, Callable[[Case, dict[str, Any], Actor, Any], Any]] = {
    "note": lambda case, facts, actor, now: add_note(case=case, text=facts["text"], actor=actor, now=now),
    "contact": lambda case, facts, actor, now: log_with_promise(cases=[case], **facts, actor=actor, now=now),
    "task": lambda case, facts, actor, now: set_task(case=case, **facts, actor=actor, now=now),
}
_DONE = {"note": "Note kept.", "contact": "Call logged.", "task": "Task set."}


@needs("view_cases")
def my_tasks(request: HttpRequest) -> HttpResponse:
    """The person's open tasks: those that have come up first, then the ones to come."""
    now, user = timezone.now(), signed_in_user(request)
    note_access(act=Act.VIEWED, request=request, now=now, target="Case list", detail="my tasks")
    tasks = CaseTask.objects.open().filter(owner=user).select_related("case__worker").order_by("remind_on", "pk")
    tabs = tab_entries(None, queues.counts(queues.Asker(user.pk, now)))
    entries = [{**one, "active": one["key"] == "tasks"} for one in tabs]
    return render(request, "cases/tasks.html", {"tasks": list(tasks[:_TASKS_SHOWN]), "tabs": entries})


@needs("decide_cases")
@require_POST
def tick_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a task off, or take the tick back."""
    task = get_object_or_404(CaseTask.objects.select_related("case"), pk=pk)
    actor, now = Actor.of(request.user), timezone.now()
    note_access(
        act=Act.VIEWED, request=request, now=now, target=f"Case {task.case.number}", target_key=task.case.number,
        detail="task",
    )  # fmt: skip
    if "again" in request.POST:
        reopen_task(task=task, actor=actor, now=now)
    else:
        finish_task(task=task, actor=actor, now=now)
        messages.success(request, f"Done: {task.what}")
    if request.POST.get("from") == "tasks":
        return redirect("cases:tasks")
    return redirect("cases:notes", number=task.case.number)


@needs("decide_cases")
def owner(request: HttpRequest, number: str) -> HttpResponse:
    """Give the case to somebody, or to nobody."""
    now, user = timezone.now(), signed_in_user(request)
    case = open_case(request=request, number=number, now=now, part="owner")
    form = AssignForm(request.POST if request.method == "POST" else None, initial={"owner": case.owner_id})
    if request.method == "POST" and form.is_valid():
        try:
            given = assign(case=case, to=form.cleaned_data["owner"], actor=Actor.of(user), now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Held by {given.owner or 'nobody'} now.")
            return redirect(case)
    context = {**page_frame(request, case), "form": form}
    return render(request, "cases/owner.html", context, status=422 if form.errors else 200)


@needs("view_cases")
@require_POST
def here(request: HttpRequest, number: str) -> HttpResponse:
    """The heartbeat of an open page: names of the others who have the case open. It shows nothing of the case."""
    case = get_object_or_404(Case, number=number)
    others = presence.seen(case=case, user=signed_in_user(request), now=timezone.now())
    return render(request, "cases/_presence.html", {"case": case, "others": others})


def desk_actions(request: HttpRequest, case: Case) -> Sequence[Mapping[str, Any]]:
    """What the rail offers: take the case, give it to somebody."""
    user = request.user
    if not isinstance(user, User) or not user.has_right("decide_cases") or case.state in ENDED:
        return []
    entries: list[Mapping[str, Any]] = []
    if case.owner_id is None:
        url = reverse("cases:take_case", args=[case.number])
        entries.append({"label": "Take the case", "url": url, "method": "post", "icon": "person-check"})
    url = reverse("cases:owner", args=[case.number])
    entries.append({"label": "Give to a colleague", "url": url, "method": "get", "icon": "person"})
    return entries


@needs("decide_cases")
@require_POST
def take_case(request: HttpRequest, number: str) -> HttpResponse:
    """Hold the case oneself."""
    now, user = timezone.now(), signed_in_user(request)
    case = open_case(request=request, number=number, now=now, part="owner", full=False)
    assign(case=case, to=user, actor=Actor.of(user), now=now)
    messages.success(request, "The case is yours.")
    return redirect(case)


register_actions(desk_actions)
register_link("view_cases", "Dashboard", "cases:dashboard", key="d")
