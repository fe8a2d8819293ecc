"""Drafts of editions: looked at, compared, published by a second person; the history, taken back change by change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from common.actor import Actor
from common.days import house_date
from common.errors import Refusal
from guidelines.forms.admin import shown
from guidelines.models import Edition, PublishingTrial, Section
from guidelines.rules.citation import standing
from guidelines.rules.tree import outline
from guidelines.services import drafts as services
from guidelines.services import trials
from guidelines.services.publishing import differences, outlook, publish
from guidelines.services.undoing import (
    history_of_edition,
    history_of_section,
    sections_lately,
    undo_edition_change,
    undo_section_change,
)
from guidelines.services.what_changes import recent, what_changes

_KINDS = {
    "added": "Added", "removed": "Removed", "renamed": "Renamed", "pages": "Pages", "moved": "Moved",
    "words": "Words for look-up", "content": "What it says",
}  # fmt: skip


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def drafts(request: HttpRequest) -> HttpResponse:
    rows = Edition.every.exclude(state=Edition.State.PUBLISHED).select_related("publication", "corrects")
    open_ones = [row for row in rows if row.state == Edition.State.DRAFT]
    closed = [row for row in rows if row.state != Edition.State.DRAFT]
    return render(request, "guidelines/drafts/list.html", {"open": open_ones, "closed": closed})


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a whole: what it would change in the library, what stands against it, who may publish it."""
    found = _draft(pk)
    changes = [
        {
            "kinds": [_KINDS[kind] for kind in change.kinds],
            "old": change.old,
            "new": change.new,
            "fields": [(name.replace("_", " "), shown(old), shown(new)) for name, old, new in change.fields],
        }
        for change in differences(found)
    ]
    page = {
        "draft": found,
        "former": found.corrects or found.based_on,
        "changes": changes,
        "outlook": outlook(found) if found.state == Edition.State.DRAFT else None,
        "wrote_in_it": request.user.pk in found.authors,
        "sections": Section.every.filter(edition=found).count(),
    }
    return render(request, "guidelines/drafts/draft.html", page)


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """The last requests searched with the library as it is and as it would be: a few at once, many by a worker."""
    found = _draft(pk)
    if found.state != Edition.State.DRAFT:
        raise Http404("The draft is closed.")
    page: dict[str, Any] = {"draft": found, "problems": outlook(found).problems}
    if not page["problems"]:
        page |= _tried_out(found)
    return render(request, "guidelines/drafts/changes.html", page)


def _tried_out(draft: Edition) -> dict[str, Any]:
    number = len(recent())
    if number <= trials.AT_ONCE:
        return {"told": what_changes(draft=draft, today=house_date(timezone.now()))}
    trial = PublishingTrial.objects.filter(draft=draft).select_related("draft__corrects__publication").first()
    if trial is None:
        return {"number": number}
    trial.draft = draft
    return {
        "number": number, "trial": trial, "told": trials.answer_of(trial), "progress": trials.told(trial),
        "stale": trials.is_stale(trial),
    }  # fmt: skip


@require_POST
@needs("edit_guidelines", "publish_guidelines")
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Has a worker search the last requests."""
    trials.ask(draft_id=_draft(pk).pk, actor=_actor(request), now=timezone.now())
    return redirect("guidelines:draft_changes", pk)


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def trial_state(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is; at its end the page itself is asked for again."""
    trial = get_object_or_404(PublishingTrial, draft=pk)
    page = {"draft": trial.draft, "trial": trial, "progress": trials.told(trial)}
    answer = render(request, "guidelines/drafts/_trial.html", page)
    if trial.state != PublishingTrial.State.WORKING:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The edition as a reviewer would see it."""
    found = _draft(pk)
    rows = Section.every.filter(edition=found).defer("vector", "words").prefetch_related("limits")
    on = found.effective_from or house_date(timezone.now())
    entry = {"edition": found, "standing": standing(found, on), "lines": [(*line, "") for line in outline(rows)]}
    return render(request, "guidelines/drafts/preview.html", {"draft": found, "entry": entry, "on": on})


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of an edition and its sections, newest first, each with its undo."""
    found = _draft(pk)
    steps = [
        *(_step(step, "guidelines:undo_section") for step in sections_lately(found.pk)),
        *(_step(step, "guidelines:undo_edition") for step in history_of_edition(found.pk) if step.fields),
    ]
    steps.sort(key=lambda step: step["step"].when, reverse=True)
    page = {"title": str(found), "steps": steps, "back": _way(found), "edition": found}
    return render(request, "guidelines/drafts/history.html", page)


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def section_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of one section, newest first."""
    steps = [_step(step, "guidelines:undo_section") for step in history_of_section(pk)]
    if not steps:
        raise Http404("There is no such section.")
    return render(request, "guidelines/drafts/history.html", {"title": steps[0]["step"].name, "steps": steps})


@require_POST
@needs("publish_guidelines")
def publish_draft(request: HttpRequest, pk: int) -> HttpResponse:
    published = publish(edition_id=_draft(pk).pk, actor=Actor.of(request.user), now=timezone.now())
    messages.success(request, f"{published} is published.")
    return redirect("guidelines:publication", published.publication_id)


@require_POST
@needs("edit_guidelines")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begins (or goes on with) the correction of a published edition; leads to the draft, or to its tree (`to`)."""
    draft = services.start_correction(edition_id=_draft(pk).pk, actor=_actor(request))
    return redirect("library:tree" if request.POST.get("to") == "tree" else "guidelines:draft", draft.pk)


@require_POST
@needs("edit_guidelines")
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    services.withdraw(edition_id=_draft(pk).pk, actor=_actor(request))
    messages.success(request, "The draft is given up. It can be taken up again from here.")
    return redirect("guidelines:draft", pk)


@require_POST
@needs("edit_guidelines")
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    services.take_up(edition_id=_draft(pk).pk, actor=_actor(request))
    messages.success(request, "The draft is open again.")
    return redirect("guidelines:draft", pk)


@require_POST
@needs("edit_guidelines")
def undo_section(request: HttpRequest, event: int) -> HttpResponse:
    return _undone(request, lambda: undo_section_change(event_id=event, actor=_actor(request)))


@require_POST
@needs("edit_guidelines")
def undo_edition(request: HttpRequest, event: int) -> HttpResponse:
    return _undone(request, lambda: undo_edition_change(event_id=event, actor=_actor(request)))


def _undone(request: HttpRequest, act: Any) -> HttpResponse:
    """Back to the history, with what became of it."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Taken back. That stands in the history, too.")
    edition = request.POST.get("edition", "")
    return redirect("guidelines:edition_history", int(edition)) if edition.isdigit() else redirect("guidelines:desk")


def _step(step: Any, undo: str) -> dict[str, Any]:
    fields = [(name.replace("_", " "), shown(old), shown(new)) for name, old, new in step.fields]
    return {"step": step, "fields": fields, "undo": undo}


def _draft(pk: int) -> Edition:
    rows = Edition.every.select_related("publication", "corrects__publication", "based_on__publication", "published_by")
    found: Edition | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such edition.")
    return found


def _way(edition: Edition) -> str:
    return "guidelines:draft" if edition.state != Edition.State.PUBLISHED else ""


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)
