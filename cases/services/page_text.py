"""The text of every page of a file: its own text first, then OCR for the pages that are pictures; and the search in it.

    read_pages(file) -> job "cases.read_pages" <file>:<first page>, BATCH pages each, then
                        job "cases.ocr_pages"  <file>:<last scan done>, OCR_BATCH pages each

Every job does one batch and posts the next in its own transaction: progress shows as it goes, a killed worker loses one
batch, and letters of other cases get their turn in between.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from cases.models import Page, Reading
from cases.models.page import LEGIBLE
from cases.rules.ocr import Heard, heard
from cases.services.page_search import PageHit, search_case
from cases.services.reading.runner import Locked, Unreadable, read_child, run
from common.models import OutboxJob, StoredFile
from common.services import files, outbox

__all__ = ["PageHit", "read_pages", "search_case", "unread"]

log = logging.getLogger(__name__)

PDF = "application/pdf"
TEXT_JOB, OCR_JOB = "cases.read_pages", "cases.ocr_pages"
BATCH, OCR_BATCH = 250, 4
#: Seconds for a batch of own text, for drawing one scan, and for its OCR.
_TEXT_SECONDS, _DRAW_SECONDS, _OCR_SECONDS = 120, 30, 60
_OCR_WIDTH = 2550  # pixels: 300 a inch on US Letter


def read_pages(*, file: StoredFile, now: dt.datetime) -> Reading | None:
    """Have the pages of a stored PDF read, once per file. Call inside the transaction that files it.

    Returns the row that tells the progress, None for a file without pages (no PDF).
    """
    if file.content_type != PDF:
        return None
    reading, _ = Reading.objects.get_or_create(file=file, defaults={"began_at": now})
    if reading.done_at is None:
        outbox.post(kind=TEXT_JOB, key=f"{file.pk}:1", now=now)
    return reading


@outbox.handler(TEXT_JOB)
def read_batch(job: OutboxJob) -> None:
    """Take the own text of one batch of pages; the last batch hands the scans to OCR."""
    file, first = _place(job)
    reading = Reading.objects.select_for_update(no_key=True).get(file=file)
    if reading.text_at is not None or reading.read >= first:
        return
    with files.on_disk(file) as path:
        try:
            if reading.pages is None:
                reading.pages = json.loads(read_child("count", path, seconds=_TEXT_SECONDS))["pages"]
            found = list(_texts(path, first, min(first + BATCH - 1, reading.pages or 0)))
        except Unreadable as error:
            _give_up(reading, error)
            return
    Page.objects.bulk_create((_page(file, one) for one in found), ignore_conflicts=True)
    reading.read = min(first + BATCH - 1, reading.pages or 0)
    if reading.read < (reading.pages or 0):
        outbox.post(kind=TEXT_JOB, key=f"{file.pk}:{reading.read + 1}", now=timezone.now())
    else:
        _text_is_there(reading)
    reading.save()


def _place(job: OutboxJob) -> tuple[StoredFile, int]:
    file_id, number = map(int, job.key.split(":"))
    return StoredFile.objects.get(pk=file_id), number


def _texts(path: Path, first: int, last: int) -> Iterator[dict[str, Any]]:
    """The pages' own text. A page that brings the reader down is found by halves and comes without text."""
    try:
        yield from map(json.loads, read_child("text", path, first, last, seconds=_TEXT_SECONDS).splitlines())
    except Locked:
        raise
    except Unreadable:
        if first >= last:
            yield {"number": first, "text": "", "picture": True}
            return
        middle = (first + last) // 2
        yield from _texts(path, first, middle)
        yield from _texts(path, middle + 1, last)


def _page(file: StoredFile, found: dict[str, Any]) -> Page:
    source = Page.Source.BORN if found["text"] else Page.Source.EMPTY
    if found["picture"]:
        source = Page.Source.WAITING
    return Page(file=file, number=found["number"], text=found["text"], source=source)


def _give_up(reading: Reading, error: Unreadable) -> None:
    reading.problem = "locked by a password" if isinstance(error, Locked) else "the file cannot be read"
    reading.text_at = reading.done_at = timezone.now()
    reading.save()


def _text_is_there(reading: Reading) -> None:
    reading.text_at = now = timezone.now()
    reading.scans = Page.objects.filter(file=reading.file_id, source=Page.Source.WAITING).count()
    if reading.scans:
        outbox.post(kind=OCR_JOB, key=f"{reading.file_id}:0", now=now)
    else:
        reading.done_at = now


@outbox.handler(OCR_JOB)
def ocr_batch(job: OutboxJob) -> None:
    """Read the next few pictures behind page `<last scan done>`."""
    file, after = _place(job)
    reading = Reading.objects.select_for_update(no_key=True).get(file=file)
    waiting = Page.objects.filter(file=file, source=Page.Source.WAITING, number__gt=after).order_by("number")
    pages = list(waiting[:OCR_BATCH])
    if pages:
        with files.on_disk(file) as path:
            for page in pages:
                _read_picture(path, page)
        outbox.post(kind=OCR_JOB, key=f"{file.pk}:{pages[-1].number}", now=timezone.now())
    else:
        reading.done_at = reading.done_at or timezone.now()
    counts = Page.objects.filter(file=file).aggregate(
        left=Count("pk", filter=Q(source=Page.Source.WAITING)),
        hard=Count("pk", filter=Q(source=Page.Source.OCR, confidence__lt=LEGIBLE)),
    )
    reading.scans_read, reading.illegible = reading.scans - counts["left"], counts["hard"]
    reading.save()


def _read_picture(path: Path, page: Page) -> None:
    """OCR of one page. What the page had as own text (a fax line, a stamp) stays in front."""
    try:
        result = _ocr(path, page.number)
    except Unreadable as error:
        log.warning("reading.page_failed", extra={"error": str(error)})
        result = Heard(text="", confidence=0)
    page.text = "\n".join(filter(None, [page.text, result.text.replace("\x00", "")]))
    page.source, page.confidence = Page.Source.OCR, result.confidence
    page.save(update_fields=["text", "source", "confidence"])


def _ocr(path: Path, number: int) -> Heard:
    """What Tesseract reads on a page; turned pages are put upright first. Raises Unreadable."""
    picture = read_child("draw", path, number, _OCR_WIDTH, "PNG", seconds=_DRAW_SECONDS)
    with tempfile.NamedTemporaryFile(suffix=".png", prefix="imr-scan-") as scan:
        scan.write(picture)
        scan.flush()
        command = ["tesseract", scan.name, "-", "--dpi", "300", "--psm", "1", "-l", "eng", "tsv"]
        return heard(run(command, seconds=_OCR_SECONDS).decode("utf-8", "replace"))


def unread(file: StoredFile) -> bool:
    """Whether reading the file is still under way."""
    return Reading.objects.filter(file=file, done_at=None).exists()
