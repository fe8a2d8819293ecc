"""The work on a change set: reading and comparing, writing; within the request or by a worker."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from common.actor import Actor, acting
from common.errors import Refusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from common.services.files import on_disk
from guidelines.models import ChangeRow, ChangeSet, Edition
from guidelines.services.drug_list.taking_back import take_back_drugs
from guidelines.services.drug_list.taking_in import compare_drugs, write_drugs
from guidelines.services.library import LIBRARY_LOCK
from guidelines.services.upkeep import comparing, progress, undoing, writing
from guidelines.services.upkeep.contents_rows import Contents
from guidelines.services.upkeep.exchange_rows import compare_file
from guidelines.services.upkeep.snapshot import lock
from guidelines.services.upkeep.table_rows import Table
from guidelines.services.upkeep.target import begin_drafts, begun_since, edition_to_compare, open_for_writing
from guidelines.services.upkeep.words import Words

READ, WRITE, UNDO = "guidelines.change_read", "guidelines.change_write", "guidelines.change_undo"
#: Up to here the request does the work itself; beyond, a worker.
AT_ONCE_BYTES, AT_ONCE_ROWS = 200_000, 1_000


def read_soon(change: ChangeSet, now: dt.datetime) -> None:
    """A job for the worker, unless the request reads it itself."""
    if is_big(change):
        change.tries += 1
        ChangeSet.objects.filter(pk=change.pk).update(tries=change.tries)
        outbox.post(kind=READ, key=f"{change.pk}:{change.tries}", now=now)


@contextmanager
def file_of(change: ChangeSet) -> Iterator[Path]:
    """The file of a change, on the disk while the context lasts."""
    if change.file is None:
        raise StateRefusal("import.file", "This change has no file. Give the list again.")
    with on_disk(change.file) as path:
        yield path


def is_big(change: ChangeSet) -> bool:
    return change.file is not None and change.file.size > AT_ONCE_BYTES


def read_now(change: ChangeSet, *, however_big: bool = False) -> ChangeSet:
    if change.state == ChangeSet.State.READING and (however_big or not is_big(change)):
        with transaction.atomic():
            change = locked(change.pk)
            _read(change)
    return change


@outbox.handler(READ)
def _read_job(job: OutboxJob) -> None:
    change = locked(int(job.key.partition(":")[0]))
    if change.state == ChangeSet.State.READING:
        _read(change)


def _read(change: ChangeSet) -> None:
    """Compare every row; a file that cannot be read says why. Twice does no harm: the rows are made anew."""
    try:
        with transaction.atomic():
            _compare(change)
    except Refusal as refusal:
        change.state, change.problem = ChangeSet.State.REFUSED, refusal.message
    else:
        change.state, change.problem = ChangeSet.State.READY, ""
    change.save()


def _compare(change: ChangeSet) -> None:
    if change.edition is not None:
        change.edition = edition_to_compare(change.edition)
    if change.kind == ChangeSet.Kind.EXCHANGE:
        with file_of(change) as path:
            _keep_compared(change, compare_file(change, path, actor=_maker(change)))
        return
    if change.kind == ChangeSet.Kind.DRUGS:
        with file_of(change) as path:
            _keep_compared(change, compare_drugs(change, path))
        return
    if change.kind == ChangeSet.Kind.TABLE:
        with file_of(change) as path:
            table = Table(change, path)
            table.find_places()
            change.base = comparing.base_of(table.editions.known)
            comparing.write_rows(change, table.rows(), table.editions, table.total)
        return
    source = Contents(change) if change.kind == ChangeSet.Kind.CONTENTS else Words(change)
    change.base = comparing.base_of(_editions_before(change))
    comparing.write_rows(change, source.rows(), source.editions, source.total)


def _maker(change: ChangeSet) -> Actor:
    """Who gave the list: drafts that it begins have this author."""
    return Actor.of(change.made_by) if change.made_by is not None else Actor.system("import")


def _editions_before(change: ChangeSet) -> list[int]:
    if change.edition_id:
        return [change.edition_id]
    return list(Edition.every.filter(sections__in=change.asked["sections"]).distinct().values_list("pk", flat=True))


def _keep_compared(change: ChangeSet, rows: list[ChangeRow]) -> None:
    change.rows.all().delete()
    ChangeRow.objects.bulk_create(rows, batch_size=500)
    outcomes = Counter(row.outcome for row in rows)
    change.added, change.changed = outcomes[ChangeRow.Outcome.ADDED], outcomes[ChangeRow.Outcome.CHANGED]
    change.removed, change.refused = outcomes[ChangeRow.Outcome.REMOVED], outcomes[ChangeRow.Outcome.REFUSED]
    change.total = len(rows)


@outbox.handler(WRITE)
def _write_job(job: OutboxJob) -> None:
    change = locked(int(job.key.partition(":")[0]))
    if change.state != ChangeSet.State.WRITING:
        return
    user = change.written_by
    actor = Actor.of(user) if user is not None else Actor.system("import")
    try:
        with transaction.atomic():
            write(change, actor, timezone.now())
    except Refusal as refusal:
        change.state, change.problem = ChangeSet.State.READY, refusal.message
        change.save(update_fields=["state", "problem"])


def write(change: ChangeSet, actor: Actor, now: dt.datetime) -> None:
    with acting(actor, f"import: {change.title}"[:200]):
        _no_exception_in_every_trigger()
        library_lock()
        lock(editions_of(change))
        if change.kind == ChangeSet.Kind.EXCHANGE:
            _write_exchange(change, actor)
        elif change.kind == ChangeSet.Kind.DRUGS:
            _write_drugs(change)
        else:
            _same_base(change)
            if change.kind != ChangeSet.Kind.WORDS:
                if begun := begun_since(change):
                    _changed_since(change, begun)
                begin_drafts(change, actor)
            open_for_writing(change, editions_of(change), actor)
            writing.write_sections_of(change)
    change.state, change.problem, change.written_at = ChangeSet.State.WRITTEN, "", now
    change.save(update_fields=["state", "problem", "written_at", "written_by"])
    progress.tell(change.pk, change.total, change.total)


@outbox.handler(UNDO)
def _undo_job(job: OutboxJob) -> None:
    pk, _, person = job.key.split(":")
    change = locked(int(pk))
    if change.state != ChangeSet.State.UNDOING:
        return
    try:
        with transaction.atomic():
            take_back(change, Actor.of(get_user_model().objects.get(pk=int(person))), timezone.now())
    except Refusal as refusal:
        change.state, change.problem = ChangeSet.State.WRITTEN, refusal.message
        change.save(update_fields=["state", "problem"])


def take_back(change: ChangeSet, actor: Actor, now: dt.datetime) -> None:
    """Undo a written change; the caller holds the transaction. Raises StateRefusal when it was changed since."""
    with acting(actor, "undo of an import"):
        _no_exception_in_every_trigger()
        library_lock()
        if change.kind == ChangeSet.Kind.DRUGS:
            take_back_drugs(change)
        else:
            lock(editions_of(change))
            open_for_writing(change, editions_of(change), actor)
            undoing.take_back(change)
    change.state, change.problem, change.undone_at = ChangeSet.State.UNDONE, "", now
    change.save(update_fields=["state", "problem", "undone_at"])


def _no_exception_in_every_trigger() -> None:
    """Nothing is ignored. A setting that is missing costs every trigger an exception, and each exception walks through
    all that waits for the end of the transaction: time grew with the square of the rows (100,000 took ten minutes).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")


def _write_exchange(change: ChangeSet, actor: Actor) -> None:
    """Written by the service that reads exchange files; what it does now must be what was shown."""
    with file_of(change) as path:
        rows = compare_file(change, path, actor=actor, keep=True)
    _as_shown(change, rows)
    _keep_compared(change, rows)


def _write_drugs(change: ChangeSet) -> None:
    with file_of(change) as path:
        rows = compare_drugs(change, path)
    _as_shown(change, rows)
    try:
        with transaction.atomic():
            write_drugs(change, rows)
    except DatabaseError as error:
        raise StateRefusal(
            "import.database", f"The database refused it, and nothing was written: {str(error).splitlines()[0]}"
        ) from error
    _keep_compared(change, rows)
    change.save(update_fields=["asked"])


def _as_shown(change: ChangeSet, rows: list[ChangeRow]) -> None:
    shown = [(row.number, row.name, row.outcome, row.path, row.differences) for row in change.rows.order_by("pk")]
    if shown != [(row.number, row.name, row.outcome, row.path, row.differences) for row in rows]:
        _changed_since(change)


def _same_base(change: ChangeSet) -> None:
    if comparing.base_of(int(pk) for pk in change.base) != change.base:
        _changed_since(change)


def _changed_since(change: ChangeSet, editions: Sequence[int] = ()) -> NoReturn:
    events: Any = apps.get_model("guidelines", "SectionEvent")
    last = (
        events.objects.filter(edition_id__in=editions or [int(pk) for pk in change.base] or editions_of(change))
        .select_related("pgh_context").order_by("-pgh_id").first()
    )  # fmt: skip
    who = (last.pgh_context.metadata or {}).get("actor") if last and last.pgh_context else ""
    raise StateRefusal(
        "import.base",
        f"The library was changed{f' by {who}' if who else ''} since these differences were worked out. Nothing was "
        "written: compare again and look at them once more.",
    )


def editions_of(change: ChangeSet) -> list[int]:
    rows = change.rows.exclude(edition_id_there=None).values_list("edition_id_there", flat=True)
    return sorted({pk for pk in rows.distinct() if pk})


def locked(pk: int) -> ChangeSet:
    rows = ChangeSet.objects.select_for_update(of=("self",))
    return rows.select_related("edition__publication", "file", "made_by", "written_by").get(pk=pk)


def library_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LIBRARY_LOCK])


def in_state(change: ChangeSet, *states: ChangeSet.State) -> None:
    if change.state not in states:
        raise StateRefusal(
            "import.state", f"This is “{change.get_state_display().lower()}” by now. Load the page again to see it."
        )
