"""The worker's part of sorting: once the pages of a filed document are read, propose the records that it holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from cases.models import Arrival, BundleProposal, Case, Document, Page, Reading
from cases.rules.bundles import FormTitle, propose
from cases.rules.bundles.parts import Part, part_of, whole
from cases.rules.bundles.repeats import repeats
from cases.services.jurisdictions import jurisdiction_of
from cases.signals import arrival_linked
from common.models import OutboxJob
from common.services import outbox

SORT_JOB = "cases.sort_bundle"
#: Shorter documents are taken for one record.
_A_BUNDLE = 2


@receiver(post_save, sender=Reading, dispatch_uid="cases.bundles.read")
def _is_read(*, instance: Reading, raw: bool = False, **signal: Any) -> None:  # noqa: ARG001 - signals carry more
    """A file is read to its end: every document that is the whole of it may be a bundle."""
    if raw or instance.done_at is None or (instance.pages or 0) < _A_BUNDLE:
        return
    for document in Document.objects.filter(file=instance.file_id, bundle=None, cut_from=None, case__imported=False):
        outbox.post(kind=SORT_JOB, key=str(document.pk), now=instance.done_at)


@receiver(arrival_linked, dispatch_uid="cases.bundles.linked")
def _is_linked(*, arrival: Arrival, document: Document, now: dt.datetime, **signal: Any) -> None:  # noqa: ARG001
    """The same file may have been read before, for another case or before an undo."""
    reading = Reading.objects.filter(file=document.file_id, done_at__isnull=False).first()
    if reading is not None and (reading.pages or 0) >= _A_BUNDLE:
        outbox.post(kind=SORT_JOB, key=str(document.pk), now=now)


@outbox.handler(SORT_JOB)
def sort_job(job: OutboxJob) -> None:
    document = Document.objects.filter(pk=int(job.key)).first()
    if document is not None:
        propose_for(document=document, now=timezone.now())


def propose_for(*, document: Document, now: dt.datetime) -> BundleProposal | None:
    """Propose how a document is to be sorted; None where its pages are one record. Twice does no harm."""
    place = document.page_range
    if place is None or document.file_id is None or BundleProposal.objects.filter(document=document).exists():
        return None
    first, last = place
    texts = texts_of(document.file_id, first, last)
    forms = [FormTitle(one.phrase, one.kind, one.name) for one in jurisdiction_of(document.case).form_titles]
    parts = [part_of(one, ahead=first - 1) for one in propose(texts, forms=forms)]
    found = repeats_in(document.case, document, texts)
    if len(parts) < _A_BUNDLE and not found:
        return None
    return _keep(document, parts, found, now)


def begin_by_hand(*, document: Document, now: dt.datetime) -> BundleProposal | None:
    """A proposal of one part over all pages, for a person who wants to sort what the worker took for one record."""
    place = document.page_range
    return _keep(document, [whole(*place)], {}, now) if place else None


def _keep(document: Document, parts: list[Part], found: dict[str, Any], now: dt.datetime) -> BundleProposal:
    with transaction.atomic():
        kept, _ = BundleProposal.objects.get_or_create(
            document=document, defaults={"parts": parts, "duplicates": found, "proposed_at": now}
        )
    return kept


def texts_of(file_id: int, first: int, last: int) -> list[str]:
    """The text of every page of a range, "" where none is read."""
    rows = Page.objects.filter(file=file_id, number__range=(first, last))
    read = dict(rows.values_list("number", "text"))
    return [read.get(number, "") for number in range(first, last + 1)]


def repeats_in(case: Case, document: Document, texts: list[str]) -> dict[str, Any]:
    """Pages of the document that repeat a page of the case: page -> {document, page, likeness}. Constant statements."""
    places: list[tuple[int, int]] = []
    earlier: list[str] = []
    others = [
        one for one in case.documents.exclude(pk=document.pk).filter(file__isnull=False) if one.page_range is not None
    ]
    pages = Page.objects.filter(file__in={one.file_id for one in others})
    read = {(file, number): text for file, number, text in pages.values_list("file_id", "number", "text")}
    for one in others:
        for number in range(*_span(one)):
            if text := read.get((one.file_id or 0, number)):
                places.append((one.pk, number))
                earlier.append(text)
    ahead = _span(document)[0]
    places += [(document.pk, ahead + index) for index in range(len(texts))]
    return {
        str(places[one.index][1]): {
            "document": places[one.of][0], "page": places[one.of][1], "likeness": one.likeness,
        }
        for one in repeats([*earlier, *texts])
        if one.index >= len(earlier)
    }  # fmt: skip


def _span(document: Document) -> tuple[int, int]:
    first, last = document.page_range or (1, 0)
    return first, last + 1
