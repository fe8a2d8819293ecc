"""The editor's desk: what was sought in vain, typed by hand, never cited, broken; why something does not come up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from common.actor import Actor
from common.days import house_date
from common.errors import Refusal
from guidelines.forms.why import SynonymForm, WhyForm
from guidelines.services.editor_desk import make_section, make_synonym, never_cited, typed_citations
from guidelines.services.links import addresses, broken_links
from guidelines.services.search import MAX_TEXT, search
from guidelines.services.unanswered import note_unanswered, set_aside, unanswered
from guidelines.services.why import explain

_CHOICES = 12


def desk_work(on: dt.date) -> dict[str, Any]:
    """What the desk shows of work to be done."""
    sections, count = never_cited(on=on)
    named = addresses()
    return {
        "unanswered": unanswered(),
        "typed": typed_citations(),
        "never_cited": sections,
        "never_cited_count": count,
        "broken": [(link, named.get(link.address, [])) for link in broken_links(named)],
    }


@require_safe
@needs("edit_guidelines")
def why(request: HttpRequest) -> HttpResponse:
    """Words and a section -> what the search did. Without a section, those with words of its name are offered."""
    today = house_date(timezone.now())
    form = WhyForm(request.GET if "q" in request.GET else None, today=today)
    page: dict[str, Any] = {"form": form}
    if form.is_valid():
        words, day = form.cleaned_data["q"], form.cleaned_data["on"] or today
        section = form.cleaned_data["section"]
        if section is not None:
            page["answer"] = explain(text=words, section_pk=section, on=day, diagnosis=form.cleaned_data["diagnosis"])
            page["synonym"] = SynonymForm(initial={"words": words[:200]})
        page |= {"words": words, "named": _named(form.cleaned_data["name"]) if section is None else []}
    return render(request, "guidelines/why.html", page, status=422 if form.errors else 200)


def _named(name: str) -> list[Any]:
    hits = [hit for hit in search(text=name, limit=60) if hit.section_id] if name.strip() else []
    return hits[:_CHOICES]


@require_POST
@needs("edit_guidelines")
def synonym(request: HttpRequest) -> HttpResponse:
    """Words become a synonym of a section."""
    section, words = request.POST.get("section", ""), " ".join(request.POST.get("words", "").split())
    back = f"{reverse('guidelines:why')}?q={words}&section={section}" if section.isdecimal() else ""
    try:
        change = make_synonym(
            section_pk=int(section) if section.isdecimal() else 0, words=words, actor=Actor.of(request.user),
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(back or "guidelines:desk")
    messages.success(request, f"“{words}” is a synonym now. It can be undone under Lists in and out: {change.title}.")
    return redirect(back)


@require_POST
@needs("edit_guidelines")
def section(request: HttpRequest) -> HttpResponse:
    """A typed citation becomes a section of its edition."""
    edition = request.POST.get("edition", "")
    try:
        made = make_section(
            edition_pk=int(edition) if edition.isdecimal() else 0, heading=request.POST.get("heading", ""),
            pages=request.POST.get("pages", ""), actor=Actor.of(request.user),
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("guidelines:desk")
    messages.success(request, f"“{made.heading}” was added at the end of {made.edition}. Give it topics.")
    return redirect(f"{reverse('library:tree', args=[made.edition_id])}?at={made.pk}")


@require_POST
@needs("edit_guidelines")
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    set_aside(pk=pk, actor=Actor.of(request.user), now=timezone.now())
    messages.success(request, "Set aside: it is listed no more.")
    return redirect("guidelines:desk")


@require_POST
@needs("search_guidelines")
def note(request: HttpRequest) -> HttpResponse:
    """A look-up that stood for two seconds and found nothing; the page sends it by itself."""
    note_unanswered(text=request.POST.get("q", "")[:MAX_TEXT], now=timezone.now())
    return HttpResponse(status=204)
