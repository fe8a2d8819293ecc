"""Scanned paper and fax at the intake desk: split into applications, read off the form, taken in as cases.

receive_scan        the file is here; its receipt stamp is kept, the arrival's check is ordered
split_scan (job)    the checked file's pages are looked through for cover sheets and blank pages
read_form  (job)    one application's first pages are read and what stands in the form's fields is kept
cut, join, undo     by hand, each change kept so that it can be taken back
take_in_scan        the application becomes a case; its pages are the application form of the file
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.db.models import Max
from django.dispatch import receiver
from django.utils import timezone

from accounts.roles import require
from cases.models import Application, Arrival, Case, Document, ScanBatch, ScannedApplication
from cases.rules.form_fields import Word, read_form
from cases.rules.form_prefill import prefill
from cases.rules.scan_split import Seen, cut_before, join_with_before, marks_of, split
from cases.services.arrivals import receive
from cases.services.documents import Filed
from cases.services.intake import take_in
from cases.services.page_text import read_pages
from cases.services.reading.runner import Unreadable, read_child, read_forms, run
from cases.services.workflow import lock_case, record
from cases.signals import scan_checked
from common.actor import Actor
from common.days import house_date
from common.errors import InputRefusal, StateRefusal
from common.models import OutboxJob
from common.services import files, outbox

SPLIT_JOB, FORM_JOB = "cases.split_scan", "cases.read_form"
#: The form stands on the first pages of an application.
FORM_PAGES = 2
MOST_UNDONE = 50
_LOOK_AT_ONCE, _LOOK_SECONDS, _WORDS_SECONDS, _OCR_SECONDS = 100, 120, 30, 60
_OCR_WIDTH = 1700  # pixels: 200 a inch on US Letter
_WORD_ROW = "5"


def receive_scan(
    *,
    content: IO[bytes],
    name: str,
    channel: str,
    actor: Actor,
    now: dt.datetime,
    stamped_at: dt.datetime | None = None,
) -> ScanBatch:
    """Keep a scan of paper or fax for the intake desk. stamped_at: the receipt stamp on the paper, else `now` counts.

    Raises RightRefusal, InputRefusal for a stamp in the future.
    """
    require(actor, "enter_cases")
    if channel not in Application.Channel.values:
        raise InputRefusal("scan.channel", "Say whether it came by mail or fax.", fields={"channel": "Choose one."})
    if stamped_at and stamped_at > now:
        said = "A receipt stamp cannot lie in the future."
        raise InputRefusal("scan.stamp", said, fields={"stamped_on": said})
    with transaction.atomic():
        arrival = receive(content=content, name=name, door=Arrival.Door.SCAN, received_at=now, actor=actor)
        return ScanBatch.objects.create(arrival=arrival, received_at=stamped_at or now, channel=channel)


@receiver(scan_checked)
def _order_split(*, arrival: Arrival, now: dt.datetime, **_signal: Any) -> None:
    """The checked scan is split next; one that came by another way than this desk gets its batch here."""
    ScanBatch.objects.get_or_create(
        arrival=arrival, defaults={"received_at": arrival.received_at, "channel": Application.Channel.MAIL}
    )
    outbox.post(kind=SPLIT_JOB, key=str(arrival.pk), now=now)


@outbox.handler(SPLIT_JOB)
def split_scan(job: OutboxJob) -> None:
    """key: id of the arrival. A scan that was split is left as people have made it."""
    batch = _lock_batch(arrival_id=int(job.key))
    if batch.split_at is not None or batch.arrival.file is None:
        return
    now = timezone.now()
    marks = marks_of(_seen(batch))
    batch.marks = {str(number): mark for number, mark in marks.items()}
    batch.split_at = now
    batch.save()
    _write_ranges(batch, split(batch.arrival.pages or 0, marks), now)


def _seen(batch: ScanBatch) -> Iterator[Seen]:
    """Every page as it looks. Pages that cannot be looked at are pages like others: people see them."""
    pages = batch.arrival.pages or 0
    if batch.arrival.file is None:
        return
    with files.on_disk(batch.arrival.file) as path:
        for first in range(1, pages + 1, _LOOK_AT_ONCE):
            last = min(first + _LOOK_AT_ONCE - 1, pages)
            try:
                said = read_forms("look", path, first, last, seconds=_LOOK_SECONDS).splitlines()
            except Unreadable:
                continue
            for page in map(json.loads, said):
                yield Seen(page["number"], tuple(page["codes"]), page["blank"])


def _write_ranges(batch: ScanBatch, ranges: list[tuple[int, int]], now: dt.datetime) -> None:
    """Make the waiting applications of a batch those of `ranges`; one whose pages stay keeps what was read off it."""
    known = {(one.first_page, one.last_page): one for one in batch.applications.all()}
    for pages, application in known.items():
        if pages not in ranges:
            application.delete()
    for first, last in ranges:
        if (first, last) not in known:
            made = ScannedApplication.objects.create(batch=batch, first_page=first, last_page=last)
            outbox.post(kind=FORM_JOB, key=str(made.pk), now=now)


# --- reading the form ----------------------------------------------------------------------------------------------


@outbox.handler(FORM_JOB)
def read_application(job: OutboxJob) -> None:
    """key: id of the scanned application; one that was cut anew meanwhile is gone and needs no reading."""
    application = (
        ScannedApplication.objects.select_related("batch__arrival__file")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=int(job.key))
        .first()
    )
    if application is None or application.read_at is not None:
        return
    now = timezone.now()
    found = prefill(read_form(_words(application)), today=house_date(now))
    application.fields = {name: asdict(field) for name, field in found.items()}
    application.read_at = now
    application.save(update_fields=["fields", "read_at"])


def _words(application: ScannedApplication) -> Iterator[Word]:
    """The words of the pages that can be the form: own text where there is, else by OCR."""
    file = application.batch.arrival.file
    if file is None:
        return
    with files.on_disk(file) as path:
        for number in application.pages[:FORM_PAGES]:
            try:
                said = json.loads(read_forms("words", path, number, seconds=_WORDS_SECONDS))
                if said["picture"]:
                    yield from _heard(path, number)
                else:
                    yield from (Word(one[0], one[1], one[2], one[3], one[4], number) for one in said["words"])
            except Unreadable:
                continue


def _heard(path: Path, number: int) -> Iterator[Word]:
    """What Tesseract reads on the picture of a page, with boxes and confidences."""
    picture = read_child("draw", path, number, _OCR_WIDTH, "PNG", seconds=_WORDS_SECONDS)
    with tempfile.NamedTemporaryFile(suffix=".png", prefix="imr-form-") as scan:
        scan.write(picture)
        scan.flush()
        command = ["tesseract", scan.name, "-", "--dpi", "200", "--psm", "4", "-l", "eng", "tsv"]
        table = run(command, seconds=_OCR_SECONDS).decode("utf-8", "replace")
    across = down = 1.0
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "1":
            across, down = float(row["width"]), float(row["height"])
        if row["level"] != _WORD_ROW or not (row["text"] or "").strip():
            continue
        left, top, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
        yield Word(
            row["text"].strip(), left / across, top / down, width / across, height / down, number,
            round(max(float(row["conf"]), 0)),
        )  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------------


def cut(*, batch: ScanBatch, page: int, actor: Actor, now: dt.datetime) -> ScanBatch:
    """Let a new application begin at `page`. Raises RightRefusal, StateRefusal, InputRefusal for a page without one."""
    return _change(batch, lambda ranges: cut_before(ranges, page), actor, now)


def join(*, batch: ScanBatch, page: int, actor: Actor, now: dt.datetime) -> ScanBatch:
    """Join the application that holds `page` to the one before it. Raises as `cut`."""
    return _change(batch, lambda ranges: join_with_before(ranges, page), actor, now)


def undo(*, batch: ScanBatch, actor: Actor, now: dt.datetime) -> ScanBatch:
    """Take the last change by hand back. Raises StateRefusal where there is none."""
    require(actor, "enter_cases")
    with transaction.atomic():
        mine = _lock_batch(arrival_id=batch.arrival_id)
        if not mine.undo:
            raise StateRefusal("scan.undo", "Nothing was cut or joined by hand. There is nothing to undo.")
        before = [(first, last) for first, last in mine.undo[-1]]
        _refuse_taken_in(mine, before)
        mine.undo = mine.undo[:-1]
        mine.save(update_fields=["undo"])
        _write_ranges(mine, before, now)
        return mine


Ranges = list[tuple[int, int]]


def _change(batch: ScanBatch, change: Callable[[Ranges], Ranges], actor: Actor, now: dt.datetime) -> ScanBatch:
    require(actor, "enter_cases")
    with transaction.atomic():
        mine = _lock_batch(arrival_id=batch.arrival_id)
        before = [(one.first_page, one.last_page) for one in mine.applications.all()]
        after = change(before)
        if after == before:
            raise InputRefusal("scan.same", "Nothing changes: an application begins there already, or there is none.")
        _refuse_taken_in(mine, after)
        mine.undo = [*mine.undo, before][-MOST_UNDONE:]
        mine.save(update_fields=["undo"])
        _write_ranges(mine, after, now)
        return mine


def _refuse_taken_in(batch: ScanBatch, ranges: Ranges) -> None:
    fixed = batch.applications.exclude(state=ScannedApplication.State.WAITING)
    if touched := [one for one in fixed if (one.first_page, one.last_page) not in ranges]:
        raise StateRefusal(
            "scan.taken_in",
            f"{str(touched[0]).capitalize()}: {touched[0].get_state_display().lower()} already, and it stays so.",
        )


def set_aside(*, application: ScannedApplication, actor: Actor, now: dt.datetime, back: bool = False) -> None:  # noqa: ARG001
    """Say that these pages are no application, or with `back` that they are one after all. Raises StateRefusal."""
    require(actor, "enter_cases")
    with transaction.atomic():
        mine = _lock_application(application.pk)
        wanted = ScannedApplication.State.SET_ASIDE if back else ScannedApplication.State.WAITING
        _refuse_unless(mine, wanted)
        mine.state = ScannedApplication.State.WAITING if back else ScannedApplication.State.SET_ASIDE
        mine.save(update_fields=["state"])


def take_in_scan(
    *,
    application: ScannedApplication,
    row: dict[str, Any],
    actor: Actor,
    now: dt.datetime,
    uploads: Mapping[int, Filed] | None = None,
) -> Case:
    """The application of a scan becomes a case; the scan's pages stand in its file as the application form.

    Raises as `take_in`, and StateRefusal when somebody took it in meanwhile.
    """
    with transaction.atomic():
        mine = _lock_application(application.pk)
        _refuse_unless(mine, ScannedApplication.State.WAITING)
        case = take_in(row=row, actor=actor, now=now, uploads=uploads)
        mine.state, mine.case = ScannedApplication.State.TAKEN_IN, case
        mine.save(update_fields=["state", "case"])
        _file_form(mine, case, actor, now)
        return case


def _file_form(application: ScannedApplication, case: Case, actor: Actor, now: dt.datetime) -> None:
    arrival = application.batch.arrival
    if arrival.file is None:
        return
    lock_case(case.pk)
    last = case.documents.aggregate(last=Max("position"))["last"] or 0
    document = Document.objects.create(
        case=case,
        position=last + 1,
        title="Application as scanned",
        kind=Document.Kind.APPLICATION_FORM,
        pages=application.last_page - application.first_page + 1,
        first_page=application.first_page,
        last_page=application.last_page,
        received_at=application.batch.received_at,
        file=arrival.file,
        arrival=arrival,
    )
    record(
        case=case,
        kind="record.added",
        sentence=f"Application form filed from the scan “{arrival.name}”, {application}.",
        facts={"document": document.pk, "arrival": arrival.pk, "sha256": arrival.sha256},
        actor=actor,
        now=now,
    )
    read_pages(file=arrival.file, now=now)


def _lock_batch(*, arrival_id: int) -> ScanBatch:
    return (
        ScanBatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("arrival__file")
        .get(arrival_id=arrival_id)
    )


def _lock_application(pk: int) -> ScannedApplication:
    return (
        ScannedApplication.objects.select_for_update(of=("self",), no_key=True)
        .select_related("batch__arrival__file")
        .get(pk=pk)
    )


def _refuse_unless(application: ScannedApplication, state: str) -> None:
    if application.state != state:
        case = f" as case {application.case.number}" if application.case else ""
        raise StateRefusal(
            "scan.state", f"{str(application).capitalize()}: {application.get_state_display().lower()} already{case}."
        )
