"""The work on a change set: reading and comparing, writing; within the request or by a worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from common.actor import Actor, acting
from common.errors import Refusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from common.services.files import on_disk
from guidelines.models import ChangeRow, ChangeSet, Edition
from guidelines.services.library import LIBRARY_LOCK
from guidelines.services.upkeep import comparing, progress, writing
from guidelines.services.upkeep.contents_rows import Contents
from guidelines.services.upkeep.exchange_rows import compare_file
from guidelines.services.upkeep.snapshot import lock
from guidelines.services.upkeep.table_rows import Table
from guidelines.services.upkeep.target import open_for_writing
from guidelines.services.upkeep.words import Words

READ, WRITE = "guidelines.change_read", "guidelines.change_write"
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
    if change.kind == ChangeSet.Kind.EXCHANGE:
        with file_of(change) as path:
            _keep_exchange(change, compare_file(change, path, actor=_maker(change)))
        return
    if change.kind == ChangeSet.Kind.TABLE:
        with file_of(change) as path:
            table = Table(change, path, _maker(change))
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


def _keep_exchange(change: ChangeSet, rows: list[ChangeRow]) -> None:
    change.rows.all().delete()
    ChangeRow.objects.bulk_create(rows, batch_size=500)
    change.added = sum(row.outcome == ChangeRow.Outcome.ADDED for row in rows)
    change.changed = sum(row.outcome == ChangeRow.Outcome.CHANGED for row in rows)
    change.refused = sum(row.outcome == ChangeRow.Outcome.REFUSED for row in rows)
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
        library_lock()
        lock(editions_of(change))
        if change.kind == ChangeSet.Kind.EXCHANGE:
            _write_exchange(change, actor)
        else:
            _same_base(change)
            open_for_writing(change, editions_of(change), actor)
            writing.write_sections_of(change)
    change.state, change.problem, change.written_at = ChangeSet.State.WRITTEN, "", now
    change.save(update_fields=["state", "problem", "written_at", "written_by"])
    progress.tell(change.pk, change.total, change.total)


def _write_exchange(change: ChangeSet, actor: Actor) -> None:
    """Written by the service that reads exchange files; what it does now must be what was shown."""
    with file_of(change) as path:
        rows = compare_file(change, path, actor=actor, keep=True)
    shown = [(row.number, row.name, row.outcome, row.path, row.differences) for row in change.rows.order_by("pk")]
    if shown != [(row.number, row.name, row.outcome, row.path, row.differences) for row in rows]:
        _changed_since(change)
    _keep_exchange(change, rows)


def _same_base(change: ChangeSet) -> None:
    if comparing.base_of(int(pk) for pk in change.base) != change.base:
        _changed_since(change)


def _changed_since(change: ChangeSet) -> None:
    events: Any = apps.get_model("guidelines", "SectionEvent")
    last = (
        events.objects.filter(edition_id__in=[int(pk) for pk in change.base] or editions_of(change))
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
