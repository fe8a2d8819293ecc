"""The outbox: work outside the database is a row first, a message second.

post -> (commit) -> task `run_job(id)` -> handler. Whatever is lost on the way (Redis down, worker killed) is found by
`due_ids`, which the sweeper asks every few seconds. A job runs under its row's lock, in the handler's own transaction:
a killed process drops the lock with its connection, so there is no lease to wait for; two runners never meet.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from common.errors import InputRefusal
from common.models import OutboxJob

log = logging.getLogger(__name__)

Handler = Callable[[OutboxJob], None]
HANDLERS: dict[str, Handler] = {}

#: Seconds to wait before the next try, by tries made so far; after the last one a person must look.
BACK_OFF = (2, 10, 30, 120, 600)


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`. It must do no harm when it runs twice."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


def post(*, kind: str, key: str, now: dt.datetime) -> OutboxJob:
    """Put a job down (once per kind and key) and send it to a worker after commit. Call inside the transaction."""
    if kind not in HANDLERS:
        raise InputRefusal("outbox.kind", f"No handler is registered for the job kind {kind!r}.")
    job, _ = OutboxJob.objects.get_or_create(kind=kind, key=key, defaults={"created_at": now, "not_before": now})
    transaction.on_commit(partial(send, job.pk), robust=True)
    return job


def post_all(*, kind: str, keys: Sequence[str], now: dt.datetime) -> None:
    """`post` for many keys, in two statements."""
    if kind not in HANDLERS:
        raise InputRefusal("outbox.kind", f"No handler is registered for the job kind {kind!r}.")
    OutboxJob.objects.bulk_create(
        (OutboxJob(kind=kind, key=key, created_at=now, not_before=now) for key in keys), ignore_conflicts=True
    )
    jobs = OutboxJob.objects.filter(kind=kind, key__in=keys).order_by("pk")
    transaction.on_commit(partial(send_all, list(jobs.values_list("pk", flat=True))), robust=True)


def send_all(job_ids: Iterable[int]) -> None:
    for job_id in job_ids:
        send(job_id)


def send(job_id: int) -> None:
    """Hand a job to the broker. A broker that is away is no error here: the sweeper comes round."""
    from common.tasks import run_job

    try:
        run_job.apply_async((job_id,), retry=False)
    except Exception:  # noqa: BLE001 - any broker failure means the same thing
        log.warning("outbox.broker_away", extra={"job_id": job_id})


def due_ids(*, now: dt.datetime, limit: int = 200) -> list[int]:
    return list(OutboxJob.objects.due(now).order_by("not_before").values_list("pk", flat=True)[:limit])


def run(job_id: int, *, now: dt.datetime) -> bool:
    """Do one job. Returns whether it is done now. A failing handler is put off, after BACK_OFF held for a person."""
    if not _count_attempt(job_id, now):
        return False
    try:
        with transaction.atomic():
            job = OutboxJob.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=job_id).first()
            if job is None or job.done_at is not None:
                return False
            HANDLERS[job.kind](job)
            OutboxJob.objects.filter(pk=job_id).update(done_at=timezone.now(), last_error="")
    except Exception as error:
        log.exception("outbox.failed", extra={"job_id": job_id})
        _note_failure(job_id, f"{type(error).__name__}: {error}", timezone.now())
        return False
    return True


def retry(*, job_id: int, now: dt.datetime) -> OutboxJob:
    """A person has looked: release a held job and send it again."""
    with transaction.atomic():
        job = OutboxJob.objects.select_for_update().get(pk=job_id)
        if job.done_at is None:
            job.held_at, job.attempts, job.not_before = None, 0, now
            job.save(update_fields=["held_at", "attempts", "not_before"])
            transaction.on_commit(partial(send, job.pk), robust=True)
        return job


def _count_attempt(job_id: int, now: dt.datetime) -> bool:
    """Count the try before it starts, in its own transaction: a job that kills its worker is counted too."""
    with transaction.atomic():
        job = OutboxJob.objects.select_for_update(skip_locked=True, no_key=True).waiting().filter(pk=job_id).first()
        if job is None:
            return False
        if job.attempts > len(BACK_OFF):
            job.held_at = now
            job.last_error = job.last_error or "The worker stopped each time it tried this job."
            job.save(update_fields=["held_at", "last_error"])
            return False
        wait = BACK_OFF[min(job.attempts, len(BACK_OFF) - 1)]
        job.attempts += 1
        job.not_before = now + dt.timedelta(seconds=wait)
        job.save(update_fields=["attempts", "not_before"])
        return True


def _note_failure(job_id: int, error: str, now: dt.datetime) -> None:
    with transaction.atomic():
        job = OutboxJob.objects.select_for_update().get(pk=job_id)
        job.last_error = error[:4000]
        if job.attempts > len(BACK_OFF):
            job.held_at = now
        job.save(update_fields=["last_error", "held_at"])
