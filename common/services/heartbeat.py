"""Signs of life of the processes that nobody sees."""

from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone

from common.models import Heartbeat


def beat(name: str) -> None:
    """Put down that the process kind `name` is alive now."""
    close_old_connections()
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
