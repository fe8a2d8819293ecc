"""The intake desk: scans that came in, their pages cut into applications, and the form beside the scan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access
from cases.forms.prefilled import prefilled
from cases.forms.scans import ScanForm
from cases.models import Arrival, Case, ScanBatch, ScannedApplication
from cases.rules.form_fields import SURE
from cases.services import scans
from cases.services.cover_sheets import cover_sheets
from cases.services.documents import Filed
from cases.services.page_pictures import CONTENT_TYPE, WIDTHS, picture
from cases.views.intake import Sheet, answer
from common.actor import Actor
from common.errors import InputRefusal, Refusal

_MOST_LISTED = 100
#: Pictures up to this width show which page it is; nothing on them can be read.
_THUMBNAIL = 160
_STATES = {"waiting": "waiting", "taken_in": "done", "set_aside": "stopped"}


@needs("enter_cases")
def arrivals(request: HttpRequest) -> HttpResponse:
    """The scans at the intake desk, those with work first; a new one is put in here. GET shows, POST puts in."""
    form = ScanForm(request.POST, request.FILES) if request.method == "POST" else ScanForm()
    if request.method == "POST" and form.is_valid():
        try:
            scans.receive_scan(
                content=form.cleaned_data["file"], name=form.cleaned_data["file"].name,
                channel=form.cleaned_data["channel"], stamped_at=form.stamp(), actor=Actor.of(request.user),
                now=timezone.now(),
            )  # fmt: skip
        except InputRefusal as refusal:
            for name, message in (refusal.fields or {"": refusal.message}).items():
                form.add_error(name or None, message)
        else:
            messages.success(request, "The scan is kept. Its pages are being looked through.")
            return redirect("cases:arrivals")
    _note(request, "Intake desk", "list")
    context = {"form": form, **_listed()}
    return render(request, "cases/scans/arrivals.html", context, status=422 if form.errors else 200)


@needs("enter_cases")
def arrivals_list(request: HttpRequest) -> HttpResponse:
    """The list alone, asked again while pages are being read."""
    _note(request, "Intake desk", "list")
    return render(request, "cases/scans/list.html", _listed())


def _listed() -> dict[str, Any]:
    state = ScannedApplication.State
    batches = (
        ScanBatch.objects.select_related("arrival__file__reading")
        .annotate(
            waiting=Count("applications", filter=Q(applications__state=state.WAITING)),
            unread=Count("applications", filter=Q(applications__state=state.WAITING, applications__read_at=None)),
            done=Count("applications", filter=Q(applications__state=state.TAKEN_IN)),
        )
        .prefetch_related("applications__case")
        .order_by("-arrival__received_at", "-pk")[:_MOST_LISTED]
    )
    rows = sorted(batches, key=lambda one: (not one.waiting and one.split_at is not None,))
    at_work = any(
        one.unread or (one.split_at is None and one.arrival.state in (Arrival.State.CHECKING, Arrival.State.INTAKE))
        for one in rows
    )
    return {"batches": rows, "at_work": at_work}


@needs("enter_cases")
def sheets(request: HttpRequest) -> HttpResponse:
    """Cover sheets to print, as many as `?count=` says."""
    wanted = request.GET.get("count", "")
    count = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 10  # noqa: PLR2004 three figures
    answered = HttpResponse(cover_sheets(count), content_type="application/pdf")
    answered["Content-Disposition"] = 'inline; filename="cover-sheets.pdf"'
    return answered


@needs("enter_cases")
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """One scan: every page, and which application it belongs to. Cut and joined by keys."""
    batch = _batch(pk)
    _note(request, f"Scan {pk}", "pages")
    return _scan_page(request, batch)


@needs("enter_cases")
@require_POST
def change(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Cut before a page, join with the application before, undo, set pages aside or put them back."""
    batch, actor, now = _batch(pk), Actor.of(request.user), timezone.now()
    page = request.POST.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 0  # noqa: PLR2004 a page number
    try:
        if act in ("cut", "join"):
            (scans.cut if act == "cut" else scans.join)(batch=batch, page=number, actor=actor, now=now)
        elif act == "undo":
            scans.undo(batch=batch, actor=actor, now=now)
        elif act in ("aside", "back"):
            application = get_object_or_404(ScannedApplication, batch=batch, pk=number)
            scans.set_aside(application=application, actor=actor, now=now, back=act == "back")
        else:
            raise Http404
    except Refusal as refusal:
        return _scan_page(request, _batch(pk), refused=refusal.message, page=number)
    return _scan_page(request, _batch(pk), page=number)


def _scan_page(request: HttpRequest, batch: ScanBatch, *, refused: str = "", page: int = 0) -> HttpResponse:
    applications = list(batch.applications.select_related("case"))
    shown = [
        {
            "number": number, "mark": batch.marks.get(str(number), ""), "here": number == page,
            "application": next((one for one in applications if one.first_page <= number <= one.last_page), None),
        }
        for number in range(1, (batch.arrival.pages or 0) + 1)
    ]  # fmt: skip
    for one in shown:
        one["begins"] = one["application"] is not None and one["application"].first_page == one["number"]
    for place, application in enumerate(applications, 1):
        application.place, application.mark = place, _STATES[application.state]  # type: ignore[attr-defined]
    waiting = (one for one in applications if one.state == ScannedApplication.State.WAITING)
    following = next(waiting, None)
    for application in applications:
        application.is_next = application is following  # type: ignore[attr-defined]
    context = {"batch": batch, "pages": shown, "applications": applications, "refused": refused}
    part = "cases/scans/strip.html" if request.headers.get("HX-Request") else "cases/scans/scan.html"
    return render(request, part, context, status=422 if refused else 200)


@needs("enter_cases")
def page_picture(request: HttpRequest, pk: int, number: int, width: int) -> HttpResponse:
    """A page of a scan as a picture, one of the widths that are drawn."""
    batch = _batch(pk)
    if batch.arrival.file is None or not 1 <= number <= (batch.arrival.pages or 0) or width not in WIDTHS:
        raise Http404
    if width > _THUMBNAIL:
        _note(request, f"Scan {pk}", f"page {number}")
    answered = HttpResponse(picture(file=batch.arrival.file, number=number, width=width), content_type=CONTENT_TYPE)
    answered["Cache-Control"] = "private, max-age=3600"
    return answered


@needs("enter_cases")
def take_in_beside(request: HttpRequest, pk: int, application: int) -> HttpResponse:
    """The scan at the left, the intake form at the right, filled in with what was read."""
    one = get_object_or_404(ScannedApplication.objects.select_related("batch__arrival__file", "case"), pk=application)
    if one.batch.arrival_id != pk:
        raise Http404
    if one.case is not None:
        return redirect(one.case)
    _note(request, f"Scan {pk}", f"application on {one}")

    def take(row: dict[str, Any], uploads: Mapping[int, Filed]) -> Case:
        return scans.take_in_scan(
            application=one, row=row, actor=Actor.of(request.user), now=timezone.now(), uploads=uploads
        )

    values = {name: field["value"] for name, field in one.fields.items()}
    read = {
        name: {"page": field["page"], "box": field["box"], "sure": field["confidence"] >= SURE,
               "confidence": field["confidence"]}
        for name, field in one.fields.items()
    }  # fmt: skip
    context = {
        "batch": one.batch,
        "application": one,
        "read": read,
        "unsure": sum(not f["sure"] for f in read.values()),
    }
    sheet = Sheet("cases/scans/workspace.html", reverse("cases:scanned_application", args=[pk, one.pk]), context)
    first = prefilled(values, received_at=one.batch.received_at, channel=one.batch.channel)
    return answer(request, sheet, take, first=first)


def _batch(pk: int) -> ScanBatch:
    return get_object_or_404(ScanBatch.objects.select_related("arrival__file"), arrival_id=pk)


def _note(request: HttpRequest, target: str, detail: str) -> None:
    note_access(act=Act.VIEWED, request=request, now=timezone.now(), target=target, detail=detail)
