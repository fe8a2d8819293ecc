"""Sorting a bundle: the strip of its pages, and the acts on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import SIGNED_IN, needs
from accounts.models import User
from cases.forms.sorting import NamePartForm
from cases.models import BundleProposal, Case, Document
from cases.services.access import may_see, open_case
from cases.services.bundles import editing
from cases.services.page_pictures import CONTENT_TYPE, picture
from common.actor import Actor
from common.errors import InputRefusal, Refusal

_A_DAY = 24 * 60 * 60
#: Below this confidence a record is marked for a look.
_SURE = 0.75


@needs("manage_records")
def strip(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The pages of a filed document with the boundaries between its records."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part=f"record {pk} sort")
    document = _document(case, pk)
    bundle = BundleProposal.objects.filter(document=document).first() or editing.begin(
        document=document, actor=Actor.of(request.user), now=now
    )
    return render(request, "cases/sorting/strip.html", _context(case, document, bundle))


@needs("manage_records")
@require_POST
def act(request: HttpRequest, number: str, pk: int, act: str) -> HttpResponse:
    """One act of sorting; answers with the strip anew, refused acts with their sentence above it."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part=f"record {pk} sort")
    document = _document(case, pk)
    bundle = BundleProposal.objects.filter(document=document).first()
    if bundle is None or act not in _ACTS:
        raise Http404
    refused = ""
    try:
        said = _ACTS[act](request, bundle, Actor.of(request.user), now)
    except Refusal as refusal:
        refused, said = refusal.message, ""
    bundle = BundleProposal.objects.get(pk=bundle.pk)
    if act == "accept" and not refused:
        messages.success(request, said)
        answer = redirect("cases:sort", case.number, document.pk)
        if request.headers.get("HX-Request") != "true":
            return answer
        return HttpResponse(headers={"HX-Redirect": answer["Location"]})
    context = {**_context(case, document, bundle), "refused": refused, "said": said}
    template = (
        "cases/sorting/_strip.html" if request.headers.get("HX-Request") == "true" else "cases/sorting/strip.html"
    )
    return render(request, template, context, status=422 if refused else 200)


@needs(SIGNED_IN)
def sheet_picture(request: HttpRequest, number: str, pk: int, page: int) -> HttpResponse:
    """One page of a record as a picture. page: counted in the stored file."""
    case = _case_of_picture(request, number, f"record {pk} page {page}")
    found = Document.everything.filter(pk=pk, case=case, file__isnull=False).select_related("file").first()
    if found is None or found.file is None or not _shown(request, found) or found.page_range is None:
        raise Http404
    first, last = found.page_range
    if not first <= page <= last:
        raise Http404
    width = 900 if "large" in request.GET else 160
    answer = HttpResponse(picture(file=found.file, number=page, width=width), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = f"private, max-age={_A_DAY}"
    return answer


def _case_of_picture(request: HttpRequest, number: str, part: str) -> Case:
    """A page to read is noted as a view; the small ones come with the strip, which was noted for all of them."""
    now = timezone.now()
    case = Case.objects.filter(number=number).first()
    small = "large" not in request.GET
    if small and case is not None and isinstance(request.user, User) and may_see(request.user, case, now):
        return case
    return open_case(request=request, number=number, now=now, part=part, full=False)


def _shown(request: HttpRequest, document: Document) -> bool:
    """A sorted bundle is still seen by those who sort; what was moved away is seen by nobody here."""
    if document.withdrawn_at is None:
        return True
    may = isinstance(request.user, User) and request.user.has_right("manage_records")
    return may and document.withdrawn_why == Document.Withdrawn.SORTED


def _document(case: Case, pk: int) -> Document:
    found = Document.everything.filter(pk=pk, case=case, file__isnull=False).first()
    if found is None or found.withdrawn_why in (Document.Withdrawn.MOVED, Document.Withdrawn.UNDONE):
        raise Http404
    return found


def _context(case: Case, document: Document, bundle: BundleProposal) -> dict[str, Any]:
    kinds = dict(Document.Kind.choices)
    parts = [_shown_part(place, part, bundle, kinds) for place, part in enumerate(bundle.parts, 1)]
    return {
        "case": case, "document": document, "bundle": bundle, "parts": parts, "kinds": Document.Kind.choices,
        "last_act": bundle.acts.filter(undone_at=None).last(),
        "doubtful": sum(part["doubtful"] for part in parts), "repeated": len(bundle.duplicates),
        "accepted": bundle.accepted_at is not None, "said": "", "refused": "",
    }  # fmt: skip


def _shown_part(place: int, part: dict[str, Any], bundle: BundleProposal, kinds: dict[str, str]) -> dict[str, Any]:
    pages = []
    for number in range(part["first"], part["last"] + 1):
        repeat = bundle.duplicates.get(str(number))
        here = repeat is not None and repeat["document"] == bundle.document_id
        pages.append({"number": number, "repeat": repeat, "repeats_here": here})
    return {
        **part,
        "place": place,
        "kind_label": kinds.get(part["kind"], part["kind"]),
        "day": dt.date.fromisoformat(part["date"]) if part["date"] else None,
        "percent": round(100 * part["confidence"]),
        "doubtful": part["confidence"] < _SURE and not part["by_hand"],
        "pages": pages,
        "count": len(pages),
    }


def _number(request: HttpRequest, name: str) -> int:
    try:
        return int(request.POST[name])
    except (KeyError, ValueError):
        raise InputRefusal("bundle.page", "That page is no number. Load the page again.") from None


def _accept(request: HttpRequest, bundle: BundleProposal, actor: Actor, now: dt.datetime) -> str:
    made = editing.accept(bundle=bundle, version=_number(request, "version"), actor=actor, now=now)
    return f"Filed: {len(made)} records."


def _undo(request: HttpRequest, bundle: BundleProposal, actor: Actor, now: dt.datetime) -> str:
    last = editing.undo(bundle=bundle, version=_number(request, "version"), actor=actor, now=now)
    return f"Undone: {last.sentence}"


def _split(request: HttpRequest, bundle: BundleProposal, actor: Actor, now: dt.datetime) -> str:
    page = _number(request, "page")
    editing.split(bundle=bundle, page=page, version=_number(request, "version"), actor=actor, now=now)
    return f"A record begins on page {page}."


def _merge(request: HttpRequest, bundle: BundleProposal, actor: Actor, now: dt.datetime) -> str:
    page = _number(request, "page")
    editing.merge(bundle=bundle, page=page, version=_number(request, "version"), actor=actor, now=now)
    return f"Page {page} joined with the record before it."


def _move(request: HttpRequest, bundle: BundleProposal, actor: Actor, now: dt.datetime) -> str:
    page, to, version = (_number(request, name) for name in ("page", "to", "version"))
    editing.move(bundle=bundle, page=page, to=to, version=version, actor=actor, now=now)
    return f"The record begins on page {to} now."


def _name(request: HttpRequest, bundle: BundleProposal, actor: Actor, now: dt.datetime) -> str:
    form = NamePartForm(request.POST)
    if not form.is_valid():
        raise InputRefusal("bundle.name", " ".join(str(one) for all_of in form.errors.values() for one in all_of))
    page, version = _number(request, "page"), _number(request, "version")
    editing.name(bundle=bundle, page=page, version=version, actor=actor, now=now, **form.cleaned_data)
    return f"Named: {form.cleaned_data['title']}."


_Act = Callable[[HttpRequest, BundleProposal, Actor, dt.datetime], str]
_ACTS: dict[str, _Act] = {
    "accept": _accept, "undo": _undo, "split": _split, "merge": _merge, "move": _move, "name": _name,
}  # fmt: skip
