"""The scheduler, with a sign of life in the database at each turn."""

from __future__ import annotations

import time

from celery.beat import PersistentScheduler
from django.conf import settings
from django.db import DatabaseError
from kombu.connection import Connection

from imr_site.health.readings import SCHEDULER_SIGN


class HeartbeatScheduler(PersistentScheduler):
    max_interval = settings.HEARTBEAT_SECONDS
    _last_beat = 0.0

    def tick(self, *args: object, **kwargs: object) -> float:
        if time.monotonic() - self._last_beat >= settings.HEARTBEAT_SECONDS:
            self._beat()
        return float(min(super().tick(*args, **kwargs), settings.HEARTBEAT_SECONDS))

    def _ensure_connected(self) -> Connection:
        """The connection as it is: Celery would wait here, ever longer, and nothing would tick while Redis is away.

        A send that fails is logged, and the next turn tries again.
        """
        connection: Connection = self.connection
        return connection

    def _beat(self) -> None:
        from common.services.heartbeat import beat

        try:
            beat(SCHEDULER_SIGN)
            self._last_beat = time.monotonic()
        except DatabaseError as error:
            self.logger.warning("beat could not write its sign of life: %s", error)
