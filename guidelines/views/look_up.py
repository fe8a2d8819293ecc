"""Looking a guideline up: the page, and the list of hits that the review form takes in."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs
from common.days import house_date
from guidelines.forms import LookUpForm
from guidelines.services.search import search

_ON_PAGE, _IN_PICKER = 20, 8


@require_safe
@needs("search_guidelines")
def look_up(request: HttpRequest) -> HttpResponse:
    """Words -> ranked sections; htmx asks for the hits alone while the words are typed."""
    today = house_date(timezone.now())
    asked = request.GET.copy()
    asked.setdefault("on", f"{today:%b} {today.day}, {today.year}")
    form = LookUpForm(asked)
    words, on, diagnosis = "", today, ""
    if form.is_valid():
        words, diagnosis = form.cleaned_data["q"], form.cleaned_data["diagnosis"]
        on = form.cleaned_data["on"] or today
    partial = request.headers.get("HX-Request") == "true"
    hits = search(text=words, on=on, diagnosis=diagnosis, limit=_ON_PAGE, typing=partial) if words.strip() else []
    page = {"form": form, "hits": hits, "words": words.strip(), "on": on, "refused": bool(form.errors)}
    return render(request, "guidelines/_hits.html" if partial else "guidelines/look_up.html", page)


@require_safe
@needs("search_guidelines")
def picker(request: HttpRequest) -> HttpResponse:
    """Hits as buttons that carry the parts of a citation in data attributes; for pages of other rooms.

    q: words; on: day (YYYY-MM-DD); diagnosis: text. An unreadable day is taken as today: it only ranks.
    """
    words = request.GET.get("q", "").strip()
    hits = search(
        text=words, on=_day(request.GET.get("on", "")), diagnosis=request.GET.get("diagnosis", ""),
        limit=_IN_PICKER, typing=True,
    )  # fmt: skip
    return render(request, "guidelines/_picker.html", {"hits": hits, "words": words})


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return house_date(timezone.now())
