"""The scheduler, with a sign of life in the database at each turn."""

from __future__ import annotations

import time

from celery.beat import PersistentScheduler
from django.db import DatabaseError

HEARTBEAT_SECONDS = 5.0


class HeartbeatScheduler(PersistentScheduler):
    max_interval = HEARTBEAT_SECONDS
    _last_beat = 0.0

    def tick(self, *args: object, **kwargs: object) -> float:
        if time.monotonic() - self._last_beat >= HEARTBEAT_SECONDS:
            self._beat()
        return float(min(super().tick(*args, **kwargs), HEARTBEAT_SECONDS))

    def _beat(self) -> None:
        from common.services.heartbeat import beat

        try:
            beat("beat")
            self._last_beat = time.monotonic()
        except DatabaseError as error:
            self.logger.warning("beat could not write its sign of life: %s", error)
