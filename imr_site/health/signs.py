"""The background thread of the worker and of the scheduler: gives the sign of life and watches the other parts."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from common.services.heartbeat import beat
from imr_site.health import alerts
from imr_site.health.readings import WORKER_SIGN

log = logging.getLogger(__name__)


class Watcher(threading.Thread):
    """Every few seconds: the sign of life of `name` (if this thread gives it), then a look at all parts.

    The looks begin when the others have had time for a sign too: after the start, and after the database was away.
    """

    def __init__(self, name: str | None) -> None:
        super().__init__(name="health", daemon=True)
        self._sign = name
        self._stopped = threading.Event()
        self._give_others_time()

    def _give_others_time(self) -> None:
        self._watch_from = time.monotonic() + settings.HEALTH_SILENCE_SECONDS

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                if self._sign:
                    beat(self._sign)
                if time.monotonic() >= self._watch_from:
                    alerts.watch(now=timezone.now())
            except DatabaseError as error:
                log.warning("health.database_away", extra={"error": str(error)})
                self._give_others_time()
            except Exception:  # the thread must outlive whatever a single look runs into
                log.exception("health.watch_failed")
            finally:
                connection.close()
            self._stopped.wait(settings.HEARTBEAT_SECONDS)

    def stop(self) -> None:
        self._stopped.set()


_running: list[Watcher] = []


def connect() -> None:
    """Called once when the site is loaded; only a worker or a scheduler sends these signals."""
    worker_ready.connect(_start_in_worker, dispatch_uid="health")
    beat_init.connect(_start_in_scheduler, dispatch_uid="health")
    worker_shutting_down.connect(_stop, dispatch_uid="health")


def _start_in_worker(**_: Any) -> None:
    _start(Watcher(WORKER_SIGN))


def _start_in_scheduler(**_: Any) -> None:
    """The scheduler's own sign comes from its ticks (`imr_site.beat`), so that a hanging one is noticed."""
    _start(Watcher(None))


def _start(watcher: Watcher) -> None:
    _running.append(watcher)
    watcher.start()


def _stop(**_: Any) -> None:
    while _running:
        _running.pop().stop()
