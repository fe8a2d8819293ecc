from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of a process kind ("worker", "beat")."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
