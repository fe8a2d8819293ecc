"""The tree of an edition: rows are chosen like radio buttons, keys and buttons move the chosen one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from common.actor import Actor
from common.errors import Refusal
from guidelines.services.overview import publications_with_editions
from guidelines.services.tree import MOVES, add_below, branches, edition_of, move_section
from guidelines.views.admin_page import admin_page


@require_safe
@needs("edit_guidelines")
def editions(request: HttpRequest) -> HttpResponse:
    return admin_page(request, "trees", title="Contents", publications=publications_with_editions())


@require_safe
@needs("edit_guidelines")
def tree(request: HttpRequest, pk: int) -> HttpResponse:
    edition = edition_of(pk)
    if edition is None:
        raise Http404("There is no such edition.")
    at = request.GET.get("at", "")
    return admin_page(
        request, "tree", title=f"Contents of {edition}", edition=edition, branches=branches(edition),
        draft=edition.state == "draft",
        at=int(at) if at.isdecimal() else 0,
    )  # fmt: skip


@require_POST
@needs("edit_guidelines")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    chosen, how = request.POST.get("section", ""), request.POST.get("move", "")
    if not chosen.isdecimal() or how not in MOVES:
        messages.error(request, "Choose a section first.")
        return redirect("library:tree", pk=pk)
    try:
        move_section(pk=int(chosen), move=how, actor=Actor.of(request.user))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(f"{reverse('library:tree', args=[pk])}?at={chosen}#section-{chosen}")


@require_POST
@needs("edit_guidelines")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    below = request.POST.get("section", "") if request.POST.get("where") == "below" else ""
    if request.POST.get("where") == "below" and not below.isdecimal():
        messages.error(request, "Choose the section below which the new one goes.")
        return redirect("library:tree", pk=pk)
    try:
        section = add_below(
            edition_pk=pk, parent_pk=int(below) if below else None, heading=request.POST.get("heading", ""),
            pages=request.POST.get("pages", ""), actor=Actor.of(request.user),
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('library:tree', args=[pk])}?at={below}")
    return redirect(f"{reverse('library:tree', args=[pk])}?at={section.pk}#section-{section.pk}")
