"""Pages of records: the search in them, one page with its text, its picture."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SIGNED_IN, needs
from cases.models import Case, Document, Page, Reading
from cases.services import page_pictures
from cases.services.access import open_case
from cases.services.page_search import hard_pages, search_case
from cases.views.case import page_frame

_LONGEST = 200


@require_POST
@needs(SIGNED_IN)
def search_records(request: HttpRequest, number: str) -> HttpResponse:
    """Pages of the case with the words. Sent by POST: what is searched for is health data and no part of an address."""
    part = bool(request.headers.get("HX-Request"))
    case = open_case(request=request, number=number, now=timezone.now(), part="search of the records", full=not part)
    text = request.POST.get("text", "")[:_LONGEST].strip()
    context = {
        "case": case, "searched": text, "hits": search_case(case=case, text=text),
        "hard": hard_pages(case) if text else [],
        "unread": Reading.objects.filter(file__documents__case=case, done_at=None).exists(),
    }  # fmt: skip
    if part:
        return render(request, "cases/_page_hits.html", {**context, "in_pane": "pane" in request.POST})
    return render(request, "cases/search_records.html", {**page_frame(request, case, "records"), **context})


@require_GET
@needs(SIGNED_IN)
def page(request: HttpRequest, number: str, pk: int, place: int) -> HttpResponse:
    """One page of a record: picture and text. place: number of the page in the file. A part of an open page that asks
    for it gets the page alone."""
    part = bool(request.headers.get("HX-Request"))
    case = open_case(
        request=request, number=number, now=timezone.now(), part=f"record {pk}, page {place}", full=not part
    )
    document = _document(case, pk)
    first, last = _range(document, place)
    context = {
        "case": case,
        "document": document,
        "number": place,
        "first": first,
        "last": last,
        "before": place - 1 if place > first else None,
        "after": place + 1 if place < last else None,
        "page": Page.objects.filter(file=document.file_id, number=place).first(),
    }
    if part:
        return render(request, "cases/_file_page.html", context)
    return render(request, "cases/page.html", {**page_frame(request, case, "records"), **context})


@require_GET
@needs(SIGNED_IN)
def page_picture(request: HttpRequest, number: str, pk: int, place: int, width: int) -> HttpResponse:
    """The picture of a page, as WebP."""
    case = open_case(
        request=request, number=number, now=timezone.now(), part=f"picture of record {pk}, page {place}", full=False
    )
    document = _document(case, pk)
    _range(document, place)
    if document.file is None:
        raise Http404
    drawn = page_pictures.picture(file=document.file, number=place, width=width)
    return HttpResponse(drawn, content_type=page_pictures.CONTENT_TYPE)


def _document(case: Case, pk: int) -> Document:
    document = case.documents.select_related("file").filter(pk=pk, file__isnull=False).first()
    if document is None:
        raise Http404
    return document


def _range(document: Document, place: int) -> tuple[int, int]:
    """First and last page of the document; a page outside of it is not there."""
    first, last = document.page_range or (1, place)
    if not first <= place <= last:
        raise Http404
    return first, last
