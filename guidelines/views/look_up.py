"""Looking a guideline up: the page, and its hits alone while words are typed. The review has a picker of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import needs
from common.days import house_date
from guidelines.forms import LookUpForm
from guidelines.services.search import search

_ON_PAGE = 20


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
