"""Words of many sections at once."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import needs
from common.actor import Actor
from common.errors import Refusal
from guidelines.forms.upkeep import WordsForm
from guidelines.models import Edition, Section
from guidelines.services.upkeep.change_sets import edit_words
from guidelines.views.admin_page import admin_page

_SHOWN = 300


@require_http_methods(["GET", "HEAD", "POST"])
@needs("edit_guidelines")
def words(request: HttpRequest) -> HttpResponse:
    """GET: sections to choose from (edition, q, or ids of the list before); POST: the differences, to confirm."""
    form = WordsForm(request.POST if request.method == "POST" else None)
    chosen = {int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal()}
    if request.method == "POST" and form.is_valid():
        try:
            change = edit_words(
                sections=sorted(chosen), field=form.cleaned_data["field"], add=form.cleaned_data["add"],
                remove=form.cleaned_data["remove"], replace=form.cleaned_data["replace"],
                in_front=form.cleaned_data["in_front"], actor=Actor.of(request.user), now=timezone.now(),
            )  # fmt: skip
            return redirect("library:change", pk=change.pk)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    asked = {key: request.GET.get(key, "") for key in ("edition", "q", "ids")}
    rows = list(_sections(asked)[: _SHOWN + 1])
    ids = {int(pk) for pk in asked["ids"].split(",") if pk.isdecimal()}
    return admin_page(
        request, "words", title="Words of many sections", status=422 if form.errors else 200, form=form,
        sections=rows[:_SHOWN], more=len(rows) > _SHOWN, shown=_SHOWN, chosen=chosen or ids, asked=asked,
        editions=Edition.objects.select_related("publication").only("year", "publication__name"),
    )  # fmt: skip


def _sections(asked: dict[str, str]) -> QuerySet[Section]:
    rows: QuerySet[Section] = Section.objects.with_edition().defer(
        "vector", "words", "summary", "edition__publication__vector", "edition__publication__words"
    )
    if asked["ids"]:
        return rows.filter(pk__in=[int(pk) for pk in asked["ids"].split(",") if pk.isdecimal()])
    if asked["edition"].isdecimal():
        rows = rows.filter(edition=int(asked["edition"]))
    if asked["q"].strip():
        rows = rows.filter(Q(heading__icontains=asked["q"].strip()) | Q(words__icontains=asked["q"].strip().lower()))
    elif not asked["edition"].isdecimal():
        return rows.none()
    return rows.order_by("edition__publication__name", "-edition__year", "position", "pk")
