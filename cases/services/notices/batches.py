"""Paper: print batches, from what waits to be printed to what the carrier has.

Printed is not mailed. A piece is served when somebody confirms that it was handed to the carrier, with day and hour;
an unconfirmed batch is an alarm from its cut-off on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction

from accounts.roles import require
from cases.models import NoticeCopy, PrintBatch
from cases.rules.notices import cut_off, pieces_that_fit
from cases.services.jurisdictions import jurisdiction
from cases.services.notices.enclosures import enclosed_pages
from cases.services.notices.issuing import RIGHT
from cases.services.notices.serving import serve
from common.actor import Actor
from common.days import HOUSE_ZONE
from common.errors import InputRefusal, StateRefusal
from common.services import outbox

BATCH_JOB = "cases.print_batch"
#: A piece is the cover sheet, the notice, and what it encloses.
COVER_PAGES = 1


def make_batch(*, actor: Actor, now: dt.datetime, limit: int | None = None) -> PrintBatch:
    """Put what waits for the printer into a batch of at most `limit` pages (setting NOTICE_BATCH_PAGES), the file of
    which a worker makes.

    Expedited cases first, then by age. Two who do it at once get different pieces. Raises StateRefusal when nothing
    waits.
    """
    require(actor, RIGHT)
    with transaction.atomic():
        waiting = list(
            NoticeCopy.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=NoticeCopy.State.TO_PRINT)
            .select_related("notice__case")
            .order_by("notice__issued_at", "pk")[:2000]
        )
        waiting.sort(key=lambda copy: not (copy.notice.case and copy.notice.case.priority == "expedited"))
        sizes = [sheets_of(copy) for copy in waiting]
        pieces = waiting[: pieces_that_fit(sizes, limit or settings.NOTICE_BATCH_PAGES)]
        if not pieces:
            raise StateRefusal("batch.empty", "Nothing waits to be printed.")
        batch = PrintBatch.objects.create(
            made_at=now,
            made_by=actor.name,
            cut_off_at=cut_off(now, hour=settings.NOTICE_CUT_OFF, zone=HOUSE_ZONE),
            pages=sum(sheets_of(copy) for copy in pieces),
        )
        place = 1
        for number, copy in enumerate(pieces, 1):
            copy.state, copy.batch, copy.piece = NoticeCopy.State.PRINTED, batch, number
            copy.first_page, copy.sheets = place, sheets_of(copy)
            copy.save(update_fields=["state", "batch", "piece", "first_page", "sheets"])
            place += sheets_of(copy)
        outbox.post(kind=BATCH_JOB, key=str(batch.pk), now=now)
        return batch


def confirm(
    *,
    batch_id: int,
    handed_at: dt.datetime,
    carrier: str,
    actor: Actor,
    now: dt.datetime,
    pieces: Collection[int] | None = None,
) -> PrintBatch:
    """The pieces (None: all that are left) are with the carrier since `handed_at`: each is served.

    The batch's lock makes two who confirm at once one after the other; who comes second is told who was first, and
    nothing is served twice. Raises InputRefusal for an odd moment or piece, StateRefusal.
    """
    require(actor, RIGHT)
    with transaction.atomic():
        batch = _lock(batch_id)
        _refuse_unready(batch)
        _refuse_odd_moment(batch, handed_at, carrier, now)
        left = batch.copies.filter(state=NoticeCopy.State.PRINTED).select_related("notice__case").order_by("piece")
        chosen = [copy for copy in left if pieces is None or copy.piece in pieces]
        if pieces is not None and set(pieces) - {copy.piece for copy in chosen}:
            numbers = ", ".join(str(piece) for piece in sorted(set(pieces) - {copy.piece for copy in chosen}))
            raise StateRefusal(
                "batch.piece", f"Of batch {batch.reference}, these pieces are settled already or not in it: {numbers}."
            )
        if not chosen:
            raise InputRefusal("batch.none", "Choose at least one piece.", fields={"pieces": "Choose at least one."})
        for copy in sorted(chosen, key=lambda one: (one.notice.case_id or 0, one.pk)):
            local = handed_at.astimezone(jurisdiction(copy.notice.jurisdiction).zone)
            proof = (
                f"Handed to {carrier.strip()} {local:%m/%d/%Y, %H:%M}, batch "
                f"{batch.reference}, piece {copy.piece}; confirmed by {actor.name}."
            )
            serve(copy, at=handed_at, proof=proof, actor=actor, now=now)
        batch.carrier = carrier.strip()[:100]
        _settle(batch, actor, now)
        return batch


def take_out(*, batch_id: int, piece: int, because: str, actor: Actor, now: dt.datetime) -> NoticeCopy:
    """A piece that was spoiled or left out: it goes back to what waits for the printer."""
    require(actor, RIGHT)
    if not because.strip():
        raise InputRefusal("batch.why", "Say why the piece was not mailed.", fields={"because": "Say why."})
    with transaction.atomic():
        batch = _lock(batch_id)
        copy = batch.copies.select_for_update(of=("self",)).filter(piece=piece).first()
        if copy is None or copy.state != NoticeCopy.State.PRINTED:
            raise StateRefusal("batch.piece", f"Piece {piece} of batch {batch.reference} is settled already.")
        copy.state, copy.batch, copy.piece, copy.first_page = NoticeCopy.State.TO_PRINT, None, None, None
        copy.problem = f"Taken out of batch {batch.reference}: {because.strip()}"[:500]
        copy.save(update_fields=["state", "batch", "piece", "first_page", "problem"])
        _settle(batch, actor, now)
        return copy


def note_printed(*, batch: PrintBatch, now: dt.datetime) -> None:
    """The file was fetched for the first time. It proves nothing about the mail."""
    PrintBatch.objects.filter(pk=batch.pk, printed_at=None).update(printed_at=now)


def sheets_of(copy: NoticeCopy) -> int:
    """Pages of a piece: cover sheet, notice and what is enclosed; on both sides of the paper, an even number."""
    pages = COVER_PAGES + (copy.notice.pages or 0) + enclosed_pages(copy.notice)
    return pages + pages % 2 if settings.NOTICE_DUPLEX else pages


def _settle(batch: PrintBatch, actor: Actor, now: dt.datetime) -> None:
    """The batch is done when none of its pieces is open any more."""
    if not batch.copies.filter(state=NoticeCopy.State.PRINTED).exists():
        mailed = batch.copies.served().exists()
        batch.state = PrintBatch.State.CONFIRMED if mailed else PrintBatch.State.CANCELLED
        batch.confirmed_at, batch.confirmed_by = now, actor.name
    batch.save(update_fields=["state", "carrier", "confirmed_at", "confirmed_by"])


def _lock(batch_id: int) -> PrintBatch:
    return PrintBatch.objects.select_for_update(no_key=True).get(pk=batch_id)


def _refuse_unready(batch: PrintBatch) -> None:
    if batch.state == PrintBatch.State.MAKING:
        raise StateRefusal("batch.making", f"The file of batch {batch.reference} is still being made. Wait for it.")
    if batch.state != PrintBatch.State.TO_PRINT:
        raise StateRefusal(
            "batch.settled",
            f"Batch {batch.reference} was settled by {batch.confirmed_by}. Nothing is left to confirm.",
        )


def _refuse_odd_moment(batch: PrintBatch, handed_at: dt.datetime, carrier: str, now: dt.datetime) -> None:
    problems: dict[str, str] = {}
    if not carrier.strip():
        problems["carrier"] = "Say who took the mail."
    if handed_at > now:
        problems["handed_at"] = "The moment of handing over cannot lie in the future."
    elif handed_at < batch.made_at.replace(second=0, microsecond=0):
        problems["handed_at"] = "The mail cannot have been handed over before the batch was made."
    if problems:
        raise InputRefusal("batch.handed", " ".join(problems.values()), fields=problems)
