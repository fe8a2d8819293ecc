"""Reading the library: publications, editions, sections; and the editor's desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from common.actor import Actor
from common.days import house_date
from guidelines.models import Section
from guidelines.rules.citation import standing
from guidelines.rules.tree import outline
from guidelines.services.changes import recent_changes
from guidelines.services.notes import keep_note, notes_of
from guidelines.services.overview import (
    counts,
    publication_with_sections,
    publications_with_editions,
    without_edition_in_force,
)
from guidelines.views.editor import desk_work

_CHANGES = 12


@require_safe
@needs("search_guidelines")
def browse(request: HttpRequest) -> HttpResponse:
    today = house_date(timezone.now())
    rows = [
        {
            "publication": publication,
            "editions": [(edition, standing(edition, today)) for edition in publication.editions.all()],
        }
        for publication in publications_with_editions()
    ]
    return render(request, "guidelines/browse.html", {"rows": rows, "today": today})


@require_safe
@needs("search_guidelines")
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    found = publication_with_sections(pk)
    if found is None:
        raise Http404("There is no such publication.")
    today = house_date(timezone.now())
    shown = [section.pk for edition in found.editions.all() for section in edition.sections.all()]
    notes = notes_of(reader_id=request.user.pk or 0, section_ids=shown)
    editions = [
        {
            "edition": edition,
            "standing": standing(edition, today),
            "lines": [
                (depth, section, notes.get(section.pk, "")) for depth, section in outline(edition.sections.all())
            ],
        }
        for edition in found.editions.all()
    ]
    page = {"publication": found, "editions": editions, "edits": request.user.has_right("edit_guidelines")}  # type: ignore[union-attr]
    return render(request, "guidelines/publication.html", page)


@require_POST
@needs("search_guidelines")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the reader's private note on a section, from the library's page."""
    section = get_object_or_404(Section.objects.with_edition(), pk=pk)
    text = request.POST.get("note", "")
    kept = keep_note(section_id=pk, text=text, actor=Actor.of(request.user), now=timezone.now())
    messages.success(request, "Note kept. Only you see it." if kept else "Note taken away.")
    return redirect(reverse("guidelines:publication", args=[section.edition.publication_id]) + f"#section-{pk}")


@require_safe
@needs("edit_guidelines", "publish_guidelines")
def desk(request: HttpRequest) -> HttpResponse:
    today = house_date(timezone.now())
    changes = [
        {
            "when": change.when,
            "what": f"{change.kind} {change.what}: {change.name}",
            "who": change.who,
            "note": change.cause,
            "icon": {"added": "plus-lg", "removed": "trash"}.get(change.what, "pencil"),
        }
        for change in recent_changes(limit=_CHANGES)
    ]
    page = {
        "counts": counts(on=today),
        "lapsed": without_edition_in_force(on=today),
        "changes": changes,
        "today": today,
        **(desk_work(today) if request.user.has_right("edit_guidelines") else {}),  # type: ignore[union-attr]
    }
    return render(request, "guidelines/desk.html", page)
