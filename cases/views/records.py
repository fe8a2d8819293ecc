"""Opening and filing the records of a case."""

from __future__ import annotations

import re
from typing import IO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import SIGNED_IN, needs
from accounts.models import Act
from cases.forms.records import RecordForm
from cases.services.access import open_case
from cases.services.page_range import open_pages
from cases.services.records import attach_document
from cases.services.uploads import Sender
from cases.views.arrivals import case_arrivals, uploader
from cases.views.case import page_frame
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from common.services import files

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@needs(SIGNED_IN)
def document(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """A stored record of the case, shown or saved; every opening is noted. Answers one byte range at a time."""
    saving = "download" in request.GET
    act = Act.DOWNLOADED if saving else Act.VIEWED
    case = open_case(request=request, number=number, now=timezone.now(), part=f"record {pk}", act=act, full=False)
    found = case.documents.select_related("file").filter(pk=pk, file__isnull=False).first()
    if found is None or found.file is None:
        raise Http404
    try:
        handle, size = open_pages(found)
    except files.StoredFileDamaged as damaged:
        raise StateRefusal("records.damaged", f"{damaged} Tell an administrator: it must be restored.") from damaged
    name = f"{case.number}-record-{found.position}.pdf"
    start, end = byte_range(request.headers.get("Range", ""), size)
    if (start, end) == (0, size - 1):
        response = FileResponse(handle, as_attachment=saving, filename=name, content_type=found.file.content_type)
    elif start > end:
        handle.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = FileResponse(
            _Part(handle, start, end), filename=name, content_type=found.file.content_type, status=206
        )
        response.headers["Content-Length"] = str(end - start + 1)
        response.headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def byte_range(header: str, size: int) -> tuple[int, int]:
    """First and last byte asked for (RFC 9110, 14.1.2); the whole file for anything but one simple range.

    A range that begins behind the end comes back with its first byte after its last.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size - 1
    first, last = match.groups()
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


class _Part:
    """A stretch of an open file that reads like a file of its own."""

    def __init__(self, handle: IO[bytes], start: int, end: int) -> None:
        handle.seek(start)
        self._handle, self._left = handle, end - start + 1

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        content = self._handle.read(wanted)
        self._left -= len(content)
        return content

    def close(self) -> None:
        self._handle.close()


@needs("manage_records")
def add_record(request: HttpRequest, number: str) -> HttpResponse:
    """File a PDF with the case."""
    now = timezone.now()
    case = open_case(request=request, number=number, now=now, part="add a record")
    form = RecordForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "file": None}
        facts.pop("file")
        try:
            filed = attach_document(
                case=case, content=form.cleaned_data["file"].read(), actor=Actor.of(request.user), now=now, **facts
            )
        except InputRefusal as refusal:
            _show(form, refusal)
        else:
            messages.success(request, f"Filed: {filed.title}, {filed.pages} pages.")
            return redirect("cases:tab", case.number, "records")
    context = {
        **page_frame(request, case, "records"),
        "form": form,
        "uploader": uploader(Sender(actor=Actor.of(request.user)), facts={"case": case.number}, says_more=True),
        **case_arrivals(request, case),
    }
    return render(request, "cases/add_record.html", context, status=422 if form.errors else 200)


def _show(form: RecordForm, refusal: InputRefusal) -> None:
    if not refusal.fields:
        form.add_error("file", refusal.message)
    for name, message in refusal.fields.items():
        form.add_error(name if name in form.fields else None, message)
