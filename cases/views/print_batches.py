"""Print batches: make one, print it, confirm its hand-over whole or piece by piece."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import needs
from accounts.models import Act
from accounts.services.access_log import note_access, note_cases
from cases.forms.notices import HandOverForm
from cases.models import NoticeCopy, PrintBatch
from cases.services.notices import batches
from cases.services.notices.printing import piece_of
from cases.views.notices import MARKS, pdf_answer
from common.actor import Actor
from common.days import HOUSE_ZONE, house_date
from common.errors import Refusal
from common.services import files
from common.templatetags.ui import moment

_PRINTED = NoticeCopy.State.PRINTED


@require_POST
@needs("send_notices")
def make(request: HttpRequest) -> HttpResponse:
    try:
        made = batches.make_batch(actor=Actor.of(request.user), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("cases:outbox")
    return redirect("cases:batch", made.pk)


@require_GET
@needs("send_notices", "view_cases")
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(PrintBatch, pk=pk))


@require_POST
@needs("send_notices")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what the carrier took: the whole batch, or the chosen pieces."""
    found = get_object_or_404(PrintBatch, pk=pk)
    form = HandOverForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    chosen = [int(number) for number in request.POST.getlist("pieces") if number.isdigit()]
    try:
        batches.confirm(
            batch_id=pk, handed_at=form.moment, carrier=form.cleaned_data["carrier"], actor=Actor.of(request.user),
            now=timezone.now(), pieces=chosen if form.cleaned_data["what"] == "chosen" else None,
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return _page(request, found, form)
    messages.success(request, "Handed over: the pieces count as mailed, and the clocks run.")
    return redirect("cases:batch", pk)


@require_POST
@needs("send_notices")
def take_piece_out(request: HttpRequest, pk: int, piece: int) -> HttpResponse:
    get_object_or_404(PrintBatch, pk=pk)
    try:
        batches.take_out(
            batch_id=pk, piece=piece, because=request.POST.get("because", ""), actor=Actor.of(request.user),
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Piece {piece} waits to be printed again.")
    return redirect("cases:batch", pk)


@require_GET
@needs("send_notices")
def batch_file(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(PrintBatch.objects.select_related("file"), pk=pk)
    if found.file is None:
        raise Http404("The file is still being made.")
    now = timezone.now()
    batches.note_printed(batch=found, now=now)
    _note(request, Act.PRINTED, f"Print batch {found.reference}", _pieces(found))
    return pdf_answer(files.read(found.file), f"{found.reference}.pdf")


@require_GET
@needs("send_notices")
def piece_file(request: HttpRequest, pk: int, piece: int) -> HttpResponse:
    copies = NoticeCopy.objects.select_related("batch__file", "notice__case").prefetch_related("notice__about")
    copy = get_object_or_404(copies, batch=pk, piece=piece)
    if copy.batch is None or copy.batch.file is None:
        raise Http404("The file is still being made.")
    _note(request, Act.PRINTED, f"Print batch {copy.batch.reference}, piece {piece}", [copy])
    return pdf_answer(piece_of(copy), f"{copy.batch.reference}-{piece}.pdf")


@require_GET
@needs("send_notices", "view_cases")
def manifest(request: HttpRequest, pk: int) -> HttpResponse:
    """The batch as a table, for the mail room's own records."""
    found = get_object_or_404(PrintBatch, pk=pk)
    pieces = _pieces(found)
    _note(request, Act.EXPORTED, f"Manifest of {found.reference}", pieces)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.reference}.csv"'
    rows = csv.writer(answer)
    rows.writerow(
        ["piece", "notice", "kind", "case", "name", "address", "pages", "first page", "state", "mailed", "proof"]
    )
    for copy in pieces:
        rows.writerow(
            _plain_cell(cell)
            for cell in (
                copy.piece, copy.notice.reference, copy.notice.get_kind_display(), _key(copy), copy.name,
                ", ".join(copy.lines), copy.sheets, copy.first_page, copy.get_state_display(), copy.served_on or "",
                copy.proof,
            )
        )  # fmt: skip
    return answer


def _page(request: HttpRequest, found: PrintBatch, form: HandOverForm | None = None) -> HttpResponse:
    pieces = _pieces(found)
    now = timezone.now()
    _note(request, Act.VIEWED, f"Print batch {found.reference}", pieces)
    started = {"carrier": "USPS", "what": "all", "day": house_date(now),
               "hour": f"{now.astimezone(HOUSE_ZONE):%H:%M}"}  # fmt: skip
    context = {
        "batch": found,
        "batch_facts": [
            ("State", found.get_state_display()),
            ("Made", f"{moment(found.made_at)} by {found.made_by}"),
            ("With the carrier by", moment(found.cut_off_at)),
            ("Pieces", str(len(pieces))),
            ("Pages", f"{found.pages:,}"),
            ("First printed", moment(found.printed_at)),
            ("Carrier", found.carrier),
            ("Settled", f"{moment(found.confirmed_at)} by {found.confirmed_by}" if found.confirmed_at else ""),
        ],
        "late": found.state in ("making", "to_print") and found.cut_off_at < now,
        "rows": [{"copy": copy, "mark": MARKS[copy.state], "open": copy.state == _PRINTED} for copy in pieces],
        "left": sum(copy.state == _PRINTED for copy in pieces),
        "form": form or HandOverForm(initial=started),
        "may_send": request.user.has_right("send_notices"),  # type: ignore[union-attr]
    }
    return render(request, "cases/notices/batch.html", context, status=422 if form is not None and form.errors else 200)


def _pieces(found: PrintBatch) -> list[NoticeCopy]:
    copies = found.copies.select_related("notice__case", "notice__organization").prefetch_related("notice__about")
    return list(copies.order_by("piece"))


def _note(request: HttpRequest, act: Act, target: str, copies: list[NoticeCopy]) -> None:
    """One line for the paper, one for each case that stands on it."""
    note = note_access(act=act, request=request, now=timezone.now(), target=target)
    notices = [copy.notice for copy in copies]
    note_cases(note, (case.number for one in notices for case in ([one.case] if one.case else one.about.all())))


def _key(copy: NoticeCopy) -> str:
    return copy.notice.case.number if copy.notice.case else copy.notice.reference


def _plain_cell(value: object) -> str:
    """A cell that begins like a formula is text, never a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t" else text
