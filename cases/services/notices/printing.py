"""The file of a print batch: for each piece a coded cover sheet with the address in the envelope's window, then the
sealed notice and what it encloses."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from typing import Any

import segno
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe

from cases.models import NoticeCopy, PrintBatch
from cases.rules.notices import route_text
from cases.services import access_codes
from cases.services.jurisdictions import jurisdiction
from cases.services.notices.batches import BATCH_JOB
from cases.services.notices.document import LANGUAGE, upload_address
from cases.services.notices.enclosures import enclosed, enclosed_pages
from cases.services.page_range import open_pages
from common.days import date_in
from common.models import OutboxJob
from common.services import files, outbox
from letters.models import Wording
from letters.rules.compose import paragraphs
from letters.rules.notice_keys import PREFIX
from letters.rules.placeholders import fill
from letters.services.rendering import RenderingError, render_pages
from letters.services.wording import choose_wording

PDF = "application/pdf"
#: Characters that fit into the window at the type size that so many lines allow.
_WIDTHS = {4: 40, 5: 44, 6: 50}


@outbox.handler(BATCH_JOB)
def _make_file(job: OutboxJob) -> None:
    with transaction.atomic():
        batch = PrintBatch.objects.select_for_update(no_key=True).get(pk=int(job.key))
        if batch.state != PrintBatch.State.MAKING:
            return
        copies = list(batch.copies.select_related("notice__case", "notice__letter__file", "code").order_by("piece"))
        batch.file = files.store(pages_of(copies, batch), content_type=PDF)
        batch.state = PrintBatch.State.TO_PRINT
        batch.save(update_fields=["file", "state"])


def pages_of(copies: list[NoticeCopy], batch: PrintBatch) -> bytes:
    """All pieces as one PDF, each with as many pages as the batch has noted. Raises RenderingError when they differ."""
    import pikepdf

    covers = cover_sheets(copies, batch)
    out = pikepdf.new()
    with pikepdf.open(io.BytesIO(covers)) as sheets:
        if len(sheets.pages) != len(copies):
            raise RenderingError("A cover sheet does not fit on one page.")
        for sheet, copy in zip(sheets.pages, copies, strict=True):
            begin = len(out.pages)
            out.pages.append(sheet)
            with pikepdf.open(io.BytesIO(_sealed(copy))) as notice:
                del notice.Root.AcroForm  # on paper the seal's field is nothing
                for page in notice.pages:
                    if "/Annots" in page:
                        del page.Annots
                out.pages.extend(notice.pages)
            if (record := enclosed(copy.notice)) is not None:
                with open_pages(record)[0] as handle, pikepdf.open(io.BytesIO(handle.read())) as pages:
                    out.pages.extend(pages.pages)
            while len(out.pages) - begin < (copy.sheets or 0):
                out.add_blank_page(page_size=(612, 792))
            if len(out.pages) - begin != copy.sheets:
                raise RenderingError(f"{copy.notice.reference} has another number of pages than was counted.")
    written = io.BytesIO()
    out.save(written, static_id=True)
    return written.getvalue()


def piece_of(copy: NoticeCopy) -> bytes:
    """One piece of a batch's file, to be printed again. Raises what reading a stored file raises."""
    import pikepdf

    if copy.batch is None or copy.batch.file is None or copy.first_page is None or copy.sheets is None:
        raise RenderingError("The file of this batch is not made yet.")
    out = pikepdf.new()
    with pikepdf.open(io.BytesIO(files.read(copy.batch.file))) as whole:
        out.pages.extend(whole.pages[copy.first_page - 1 : copy.first_page - 1 + copy.sheets])
        written = io.BytesIO()
        out.save(written, static_id=True)
    return written.getvalue()


def cover_sheets(copies: list[NoticeCopy], batch: PrintBatch) -> bytes:
    wordings: dict[dt.date, Wording] = {}
    facts = []
    for copy in copies:
        on = date_in(copy.notice.issued_at, jurisdiction(copy.notice.jurisdiction).zone)
        if on not in wordings:
            wordings[on] = choose_wording(layout=f"{PREFIX}cover", language=LANGUAGE, on=on)
        facts.append(_cover(copy, batch, wordings[on].blocks))
    return render_pages(template="cover.html", style="cover.css", facts={"covers": facts, "language": LANGUAGE})


def window_lines(name: str, lines: list[str]) -> tuple[list[str], int]:
    """What stands in the window, and its number of lines (4 to 6), on which the type size hangs.

    Raises RenderingError for an address that six lines cannot hold.
    """
    for count, width in _WIDTHS.items():
        set_lines = [part for line in (name, *lines) for part in textwrap.wrap(line, width) or [""]]
        if len(set_lines) <= count:
            return set_lines, count
    raise RenderingError(f"The address of {name} is too long for the envelope's window.")


def _cover(copy: NoticeCopy, batch: PrintBatch, blocks: dict[str, str]) -> dict[str, Any]:
    notice = copy.notice
    zone = jurisdiction(notice.jurisdiction).zone
    address, size = window_lines(copy.name, list(copy.lines))
    facts = {
        "title": notice.get_kind_display(), "case_number": notice.case.number if notice.case else None,
        "reference": notice.reference, "pages": str((notice.pages or 0) + enclosed_pages(notice)),
        "upload_address": upload_address(),
        "until": f"{date_in(copy.code.expires_at, zone):%m/%d/%Y}" if copy.code else None,
    }  # fmt: skip
    contents = [fill(line, facts) for line in blocks["contents"].splitlines()]
    return {
        "return_address": blocks["return_address"].splitlines(),
        "address": address,
        "size": f"window-{size}",
        "heading": fill(blocks["heading"], facts),
        "contents": [line for line in contents if not line.rstrip().endswith(":")],
        "code": access_codes.printed(copy.code) if copy.code else "",
        "code_lead": blocks["code"],
        "code_use": paragraphs(fill(blocks["code_use"], facts)),
        "reply": paragraphs(blocks["reply"]),
        "square": _square(copy.route),
        "foot": f"{batch.reference}, piece {copy.piece}",
    }


def _square(route: str) -> SafeString:
    """The square code that leads an answer on paper back to its case and sender."""
    svg = segno.make(route_text(route), error="m", micro=False).svg_inline(scale=4, border=2)
    return mark_safe(svg)  # noqa: S308 - drawn here from sixteen hexadecimal digits  # nosec B308 B703


def _sealed(copy: NoticeCopy) -> bytes:
    letter = copy.notice.letter
    if letter is None or letter.file is None:
        raise RenderingError(f"{copy.notice.reference} is not sealed.")
    return files.read(letter.file)
