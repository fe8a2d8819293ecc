"""The check of what came in, in the worker: what the file is, whether it opens, whether it may be opened."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cases.models import Arrival, Case, Document
from cases.rules import file_kinds
from cases.rules.arrival_words import words, wrong_kind
from cases.services.arrivals import CHECK_JOB, link
from cases.services.page_text import read_pages
from cases.services.reading.runner import Unreadable, ask_inspector
from cases.services.virus_scan import ScannerAway, scan
from cases.services.workflow import lock_case
from cases.signals import scan_checked
from common.actor import Actor, acting
from common.errors import InputRefusal, Refusal, StateRefusal
from common.models import OutboxJob, StoredFile
from common.services import files, outbox

CHECKER = Actor.system("arrival check")
#: Seconds for looking into a PDF and for making one of pictures.
_INSPECT_SECONDS, _CONVERT_SECONDS = 300, 300
_HELD_AGAIN = dt.timedelta(hours=1)
_PICTURES = (file_kinds.TIFF, file_kinds.JPEG, file_kinds.PNG)


@outbox.handler(CHECK_JOB)
def check_arrival(job: OutboxJob) -> None:
    """key: id of the arrival, and behind a colon whatever makes a later look another job."""
    with acting(CHECKER, "arrival check"):
        check(arrival_id=int(job.key.partition(":")[0]))


def check(*, arrival_id: int) -> Arrival:
    """Judge an arrival: refused, held until it is scanned, or ready; a case known from the upload gets it at once.

    Call inside a transaction. A second time does nothing. Raises ScannerAway when files may be opened only after a
    scan and the scanner does not answer: the outbox tries again.
    """
    case_id = Arrival.objects.values_list("case_id", flat=True).get(pk=arrival_id)
    if case_id is not None:
        lock_case(case_id)  # before the arrival, as everywhere
    arrival = Arrival.objects.select_for_update(of=("self",), no_key=True).select_related("sent").get(pk=arrival_id)
    if arrival.state not in (Arrival.State.CHECKING, Arrival.State.HELD):
        return arrival
    arrival.checked_at = timezone.now()
    try:
        _refuse_malware(arrival)
        arrival.file, arrival.pages = _readable(arrival)
    except StateRefusal as held:
        return _stop(arrival, Arrival.State.HELD, held)
    except InputRefusal as refusal:
        return _stop(arrival, Arrival.State.REFUSED, refusal)
    arrival.state = Arrival.State.INTAKE if arrival.door == Arrival.Door.SCAN else Arrival.State.UNMATCHED
    arrival.rule = arrival.problem = ""
    arrival.save()
    read_pages(file=arrival.file, now=arrival.checked_at)
    if arrival.state == Arrival.State.INTAKE:
        scan_checked.send(Arrival, arrival=arrival, now=arrival.checked_at)
    if arrival.case is not None and arrival.state == Arrival.State.UNMATCHED:
        _file_with(arrival.case, arrival)
    return arrival


def _stop(arrival: Arrival, state: str, refusal: Refusal) -> Arrival:
    arrival.state, arrival.rule, arrival.problem = state, refusal.rule, refusal.message
    arrival.save()
    return arrival


def _refuse_malware(arrival: Arrival) -> None:
    """Raises InputRefusal for malware; StateRefusal, ScannerAway where nothing may be opened unscanned."""
    try:
        found = scan(arrival.sent)
    except ScannerAway:
        if not settings.OPEN_UNSCANNED:
            raise
        return
    if found is None:
        if not settings.OPEN_UNSCANNED:
            raise StateRefusal("arrival.unscanned", words("unscanned", name=arrival.name))
    elif found.virus:
        arrival.scan = Arrival.Scan.INFECTED
        raise InputRefusal("arrival.infected", words("infected", name=arrival.name, virus=found.virus))
    else:
        arrival.scan = Arrival.Scan.CLEAN


def _readable(arrival: Arrival) -> tuple[StoredFile, int]:
    """The PDF that people will read, and its pages. Raises InputRefusal with what to do."""
    kind = arrival.sent.content_type
    if arrival.size == 0:
        raise InputRefusal("arrival.empty", words("empty", name=arrival.name))
    if kind != file_kinds.PDF and kind not in _PICTURES:
        raise InputRefusal("arrival.kind", wrong_kind(kind, name=arrival.name))
    try:
        with files.on_disk(arrival.sent) as path:
            if kind == file_kinds.PDF:
                return arrival.sent, _inspected(arrival, path)
            return _as_pdf(arrival, path)
    except Unreadable as error:
        raise InputRefusal("arrival.too_hard", words("too_hard", name=arrival.name)) from error


def _inspected(arrival: Arrival, path: Path) -> int:
    return _pages(arrival, ask_inspector("inspect", path, settings.UPLOAD_MAX_PAGES, seconds=_INSPECT_SECONDS))


def _as_pdf(arrival: Arrival, path: Path) -> tuple[StoredFile, int]:
    with tempfile.NamedTemporaryFile(prefix="imr-picture-", suffix=".pdf") as made:
        said = ask_inspector("convert", path, made.name, settings.UPLOAD_MAX_PAGES, seconds=_CONVERT_SECONDS)
        pages = _pages(arrival, said)
        with open(made.name, "rb") as content:
            return files.store_stream(content, content_type=file_kinds.PDF), pages


def _pages(arrival: Arrival, said: dict[str, object]) -> int:
    rule = said.get("rule")
    if rule is None:
        return int(str(said["pages"]))
    facts = said["facts"] if isinstance(said.get("facts"), dict) else {}
    raise InputRefusal(f"arrival.{rule}", words(str(rule), name=arrival.name, **facts))  # type: ignore[arg-type]


def _file_with(case: Case, arrival: Arrival) -> None:
    """File it with the case that the upload named. A case that takes nothing more leaves it unmatched, and says why."""
    try:
        link(
            arrival=arrival, case=case, kind=arrival.kind or Document.Kind.OTHER, author=arrival.author,
            date=arrival.date, actor=CHECKER, now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        arrival.case = arrival.party = None
        _stop(arrival, Arrival.State.UNMATCHED, refusal)


def check_held_again(*, now: dt.datetime) -> int:
    """Order another look at what waits for the virus scanner, once an hour; returns how many."""
    held = Arrival.objects.filter(state=Arrival.State.HELD, checked_at__lt=now - _HELD_AGAIN)
    waiting = list(held.values_list("pk", flat=True))
    for pk in waiting:
        with transaction.atomic():
            outbox.post(kind=CHECK_JOB, key=f"{pk}:{now:%Y%m%d%H}", now=now)
    return len(waiting)
