"""The drug list: files taken in and saved, the history with its undo. Drugs are typed in the admin site's own pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from common.actor import Actor
from common.errors import Refusal
from guidelines.forms.drug_list import DrugFileForm
from guidelines.models import ChangeSet, FormularyEdition
from guidelines.rules.drug_rows import drug_cell
from guidelines.services.drug_list import exporting, history
from guidelines.services.history_steps import Step
from guidelines.services.upkeep.filing import file_drugs
from guidelines.views.admin_page import admin_page
from guidelines.views.download import as_file

_NEWEST = 20


@require_safe
@needs("edit_guidelines")
def drugs(request: HttpRequest) -> HttpResponse:
    newest = FormularyEdition.objects.first()
    return _page(request, DrugFileForm(initial={"into": request.GET.get("list") or (newest.pk if newest else None)}))


def _page(request: HttpRequest, form: DrugFileForm) -> HttpResponse:
    lists = FormularyEdition.objects.annotate(
        total=Count("drugs"), unread=Count("drugs", filter=Q(drugs__confirmed=False, dates_confirmed=False))
    )
    changes = ChangeSet.objects.filter(kind=ChangeSet.Kind.DRUGS).exclude(state=ChangeSet.State.DROPPED)
    return admin_page(
        request, "drugs", title="Drugs in and out", status=422 if form.errors else 200, form=form, lists=lists,
        formats=("xlsx", "csv", "json"),
        changes=changes.select_related("made_by").defer("headers", "base")[:_NEWEST],
    )  # fmt: skip


@require_POST
@needs("edit_guidelines")
def file(request: HttpRequest) -> HttpResponse:
    form = DrugFileForm(request.POST, request.FILES)
    if form.is_valid():
        typed = form.cleaned_data
        begins = (typed["name"], typed["effective_from"]) if typed["name"] else None
        try:
            change = file_drugs(
                file=typed["file"], name=typed["file"].name, source=typed["source"], into=typed["into"], begins=begins,
                whole=typed["whole"], actor=Actor.of(request.user), now=timezone.now(),
            )  # fmt: skip
            return redirect("library:change", pk=change.pk)
        except Refusal as refusal:
            for name, told in (refusal.fields or {"file": refusal.message}).items():
                form.add_error(name, told)
    return _page(request, form)


@require_safe
@needs("edit_guidelines")
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    edition, actor = get_object_or_404(FormularyEdition, pk=pk), Actor.of(request.user)
    return as_file(
        request.GET.get("format", "csv"),
        name="drugs",
        xlsx=lambda: exporting.drugs_xlsx(edition=edition, actor=actor),
        json=lambda: exporting.drugs_json(edition=edition, actor=actor),
        csv=lambda: exporting.drugs_csv(edition=edition, actor=actor),
    )


@require_safe
@needs("edit_guidelines")
def list_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of a list and of its drugs, newest first, each with its undo."""
    steps = [
        *(_told(step, "library:undo_drug") for step in history.drugs_lately(pk)),
        *(_told(step, "library:undo_drug_list") for step in history.history_of_list(pk) if step.fields),
    ]
    steps.sort(key=lambda one: one["step"].when, reverse=True)
    return _history(request, str(get_object_or_404(FormularyEdition, pk=pk)), steps, pk)


@require_safe
@needs("edit_guidelines")
def drug_history(request: HttpRequest, pk: int) -> HttpResponse:
    steps = [_told(step, "library:undo_drug") for step in history.history_of_drug(pk)]
    if not steps:
        raise Http404("There is no such drug.")
    return _history(request, steps[0]["step"].name, steps, history.list_of_drug(pk))


def _history(request: HttpRequest, title: str, steps: list[dict[str, Any]], list_id: int) -> HttpResponse:
    return admin_page(request, "drug_history", title=f"History of {title}", steps=steps, list=list_id)


def _told(step: Step, undo: str) -> dict[str, Any]:
    fields = [
        (name.replace("_", " "), drug_cell(name, old) or "–", drug_cell(name, new) or "–")
        for name, old, new in step.fields
    ]
    return {"step": step, "fields": fields, "undo": undo}


@require_POST
@needs("edit_guidelines")
def undo_drug(request: HttpRequest, event: int) -> HttpResponse:
    return _undone(request, lambda: history.undo_drug_change(event_id=event, actor=Actor.of(request.user)))


@require_POST
@needs("edit_guidelines")
def undo_list(request: HttpRequest, event: int) -> HttpResponse:
    return _undone(request, lambda: history.undo_list_change(event_id=event, actor=Actor.of(request.user)))


def _undone(request: HttpRequest, act: Callable[[], Any]) -> HttpResponse:
    """Back to the history, with what became of it."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Taken back. That stands in the history, too.")
    back = request.POST.get("list", "")
    return redirect("library:drugs_history", int(back)) if back.isdecimal() else redirect("library:drugs")
