"""Looks at every part of the site once."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError
from redis.backoff import NoBackoff
from redis.retry import Retry

from cases.services.notices import outbox_page
from common.models import Heartbeat, OutboxJob
from imr_site.celery import app
from imr_site.health.rules import Limits, Readings
from letters.models import SealCertificate

log = logging.getLogger(__name__)

#: The names under which the processes give their signs of life.
WORKER_SIGN, SCHEDULER_SIGN = "worker", "beat"


def limits() -> Limits:
    return Limits(
        silence=dt.timedelta(seconds=settings.HEALTH_SILENCE_SECONDS),
        waiting=dt.timedelta(seconds=settings.HEALTH_WAITING_SECONDS),
        queue=settings.HEALTH_QUEUE_LENGTH,
        disk=settings.HEALTH_DISK_FREE_BYTES,
        seal=dt.timedelta(days=settings.HEALTH_SEAL_DAYS),
    )


def read(*, now: dt.datetime) -> Readings:
    """One look; a part that is away is a reading, not an error."""
    queue = _queue_length()
    disk_free = _disk_free()
    try:
        signs = dict(Heartbeat.objects.values_list("name", "at"))
        due = OutboxJob.objects.due(now).order_by("not_before").values_list("not_before", flat=True).first()
        seal_until = _seal_until()
        late = outbox_page.alarm(now=now)
        waiting, held = OutboxJob.objects.waiting().count(), OutboxJob.objects.held().count()
    except DatabaseError as error:
        log.warning("health.database_away", extra={"error": str(error)})
        return Readings(
            now=now, database=False, redis=queue is not None, queue=queue, disk_free=disk_free, encrypted=_encrypted()
        )
    return Readings(
        now=now,
        database=True,
        redis=queue is not None,
        worker_at=signs.get(WORKER_SIGN),
        scheduler_at=signs.get(SCHEDULER_SIGN),
        waiting_since=due,
        waiting=waiting,
        held=held,
        queue=queue,
        disk_free=disk_free,
        seal_until=seal_until,
        encrypted=_encrypted(),
        paper_late=late.batches + late.copies,
    )


def _encrypted() -> bool | None:
    """Whether files at rest are encrypted; None where the site is only tried out."""
    return bool(settings.FILE_KEYS) or settings.DISK_ENCRYPTED if settings.TLS else None


def _queue_length() -> int | None:
    """Messages waiting in Redis, or None when it does not answer within a second."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    try:
        with client:
            return int(client.llen(app.conf.task_default_queue))
    except redis.RedisError as error:
        log.debug("health.redis_away", extra={"error": str(error)})
        return None


def _disk_free() -> int | None:
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _seal_until() -> dt.datetime | None:
    """End of the certificate that came into use last, as noted in the database: the key itself is the worker's."""
    latest = SealCertificate.objects.order_by("first_used_at").last()
    return latest.not_after if latest else None
