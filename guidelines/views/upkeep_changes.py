"""Lists taken in and given out: a file or pasted headings, its columns, its differences, confirmed and undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import needs
from common.actor import Actor
from common.errors import Refusal
from guidelines.forms.upkeep import ContentsForm, ListFileForm
from guidelines.models import ChangeRow, ChangeSet, Edition
from guidelines.rules.cells import shown
from guidelines.rules.columns import BY_KEY
from guidelines.rules.drug_rows import DRUG_COLUMN, drug_cell
from guidelines.rules.places import SIGN
from guidelines.services import exporting
from guidelines.services.upkeep import change_sets, filing, progress
from guidelines.services.upkeep.target import editions_to_choose
from guidelines.views.admin_page import admin_page
from guidelines.views.download import as_file

_ROWS, _NEWEST = 100, 20
_PLAIN = (ChangeRow.About.SECTION, ChangeRow.About.DRUG)
_AT_WORK = (ChangeSet.State.READING, ChangeSet.State.WRITING, ChangeSet.State.UNDOING)


@require_safe
@needs("edit_guidelines")
def lists(request: HttpRequest) -> HttpResponse:
    start = {"edition": request.GET.get("edition")}
    return _lists(request, ListFileForm(initial=start), ContentsForm(initial=start))


def _lists(request: HttpRequest, file_form: ListFileForm, contents_form: ContentsForm) -> HttpResponse:
    recent = ChangeSet.objects.select_related("edition__publication", "made_by").defer("asked", "headers", "base")
    wrong = bool(file_form.errors or contents_form.errors)
    return admin_page(
        request, "lists", title="Lists in and out", status=422 if wrong else 200, file_form=file_form,
        contents_form=contents_form, changes=recent.exclude(state=ChangeSet.State.DROPPED)[:_NEWEST],
        editions=editions_to_choose(),
        asked=request.GET.get("edition", ""),
    )  # fmt: skip


@require_POST
@needs("edit_guidelines")
def file(request: HttpRequest) -> HttpResponse:
    form = ListFileForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            change = filing.file_table(
                file=given, name=given.name, source=form.cleaned_data["source"], edition=form.cleaned_data["edition"],
                actor=Actor.of(request.user), now=timezone.now(),
            )  # fmt: skip
            return redirect("library:change", pk=change.pk)
        except Refusal as refusal:
            form.add_error("file", refusal.message)
    return _lists(request, form, ContentsForm())


@require_POST
@needs("edit_guidelines")
def contents(request: HttpRequest) -> HttpResponse:
    form = ContentsForm(request.POST)
    if form.is_valid():
        try:
            change = change_sets.paste_contents(
                text=form.cleaned_data["text"], edition=form.cleaned_data["edition"], actor=Actor.of(request.user),
                now=timezone.now(),
            )  # fmt: skip
            return redirect("library:change", pk=change.pk)
        except Refusal as refusal:
            form.add_error("text", refusal.message)
    return _lists(request, ListFileForm(), form)


@require_safe
@needs("edit_guidelines")
def export(request: HttpRequest) -> HttpResponseBase:
    """One edition, or the whole library, as csv, xlsx or json."""
    asked = request.GET.get("edition", "")
    rows = editions_to_choose().filter(pk=int(asked)) if asked.isdecimal() else Edition.objects.all()
    ids, actor = list(rows.values_list("pk", flat=True)), Actor.of(request.user)
    return as_file(
        request.GET.get("format", "csv"),
        name="sections",
        xlsx=lambda: exporting.export_xlsx(editions=ids, actor=actor),
        json=lambda: exporting.export_exchange(editions=ids, actor=actor),
        csv=lambda: exporting.export_csv(editions=ids, actor=actor),
    )


@require_safe
@needs("edit_guidelines")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(pk))


def _found(pk: int) -> ChangeSet:
    rows = ChangeSet.objects.select_related("edition__publication", "made_by", "written_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such list.")
    return found


def _page(request: HttpRequest, one: ChangeSet, *, problem: str = "", chosen: Any = None) -> HttpResponse:
    page: dict[str, Any] = {"change": one, "problem": problem or one.problem, "at_work": one.state in _AT_WORK}
    if one.state == ChangeSet.State.COLUMNS:
        said = chosen if chosen is not None else filing.named_columns(one)
        page["columns"] = [(header, values, said.get(header)) for header, values in one.headers]
        page["choices"] = [(column.key, column.label) for column in filing.columns_of(one)]
    elif one.state in _AT_WORK:
        page["told"] = progress.told(one.pk)
    else:
        page |= _rows(request, one)
    return admin_page(request, "change", title=one.get_kind_display(), status=422 if problem else 200, **page)


def _rows(request: HttpRequest, one: ChangeSet) -> dict[str, Any]:
    counts = [
        ("refused", "Refused", one.refused), ("added", "Added", one.added), ("changed", "Changed", one.changed),
        ("removed", "Taken out", one.removed),
    ]  # fmt: skip
    tabs = [entry for entry in counts if entry[2]]
    asked = request.GET.get("show", "")
    at = asked if asked in dict((key, number) for key, _, number in tabs) else (tabs[0][0] if tabs else "")  # noqa: C402
    page = Paginator(one.rows.filter(outcome=at).order_by("number", "pk"), _ROWS).get_page(request.GET.get("page"))
    return {"tabs": tabs, "at": at, "page": page, "rows": [_shown(row) for row in page.object_list]}


def _shown(row: ChangeRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "way": SIGN.join(row.path[:-1]),
        "note": row.note,
        "about": row.get_about_display() if row.about not in _PLAIN else "",
        "reasons": [(_label(column), sentence) for column, sentence in row.reasons],
        "differences": [
            (_label(key), _text(row, key, old), _text(row, key, new)) for key, old, new, *_ in row.differences
        ],
    }


def _text(row: ChangeRow, key: str, value: Any) -> str:
    return drug_cell(key, value) if row.about == ChangeRow.About.DRUG else shown(key, value)


def _label(key: str) -> str:
    column = BY_KEY.get(key) or DRUG_COLUMN.get(key)
    return column.label if column else key.replace("_", " ").capitalize()


@require_safe
@needs("edit_guidelines")
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a long piece of work is; at its end the page itself is asked for again."""
    one = _found(pk)
    answer = render(request, "guidelines/admin/_state.html", {"change": one, "told": progress.told(pk)})
    if one.state not in _AT_WORK:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@needs("edit_guidelines")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(pk)
    chosen = {header: request.POST.get(f"column-{place}", "") for place, (header, _) in enumerate(one.headers)}
    try:
        filing.name_columns(pk=pk, columns=chosen, actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        return _page(request, one, problem=refusal.message, chosen=chosen)
    return redirect("library:change", pk=pk)


@require_POST
@needs("edit_guidelines")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm, compare again, undo, or give up."""
    one, actor, now = _found(pk), Actor.of(request.user), timezone.now()
    try:
        if act == "confirm":
            one = change_sets.confirm(pk=pk, actor=actor, now=now)
            if one.state == ChangeSet.State.WRITTEN:
                gone = f", {one.removed} taken out" if one.removed else ""
                messages.success(request, f"Written: {one.added} added, {one.changed} changed{gone}.")
        elif act == "again":
            change_sets.compare_again(pk=pk, actor=actor, now=now)
        elif act == "undo":
            one = change_sets.undo(pk=pk, actor=actor, now=now)
            if one.state == ChangeSet.State.UNDONE:
                messages.success(request, "Undone: the library is as it was before.")
        elif act == "drop":
            change_sets.give_up(pk=pk, actor=actor)
            messages.success(request, "Given up; nothing was written.")
            return redirect("library:lists")
        else:
            raise Http404("There is no such act.")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("library:change", pk=pk)
