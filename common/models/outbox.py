from __future__ import annotations

import datetime as dt

from django.db import models


class OutboxQuerySet(models.QuerySet["OutboxJob"]):
    def waiting(self) -> OutboxQuerySet:
        return self.filter(done_at__isnull=True, held_at__isnull=True)

    def due(self, now: dt.datetime) -> OutboxQuerySet:
        return self.waiting().filter(not_before__lte=now)

    def held(self) -> OutboxQuerySet:
        return self.filter(done_at__isnull=True, held_at__isnull=False)


class OutboxJob(models.Model):
    """One piece of work outside the database, put down in the transaction that wants it done.

    Redis may lose every message: the sweeper finds the row again. `key` makes posting idempotent.
    """

    kind = models.CharField(max_length=60, help_text='Name of the registered handler: "letters.seal".')
    key = models.CharField(max_length=120, help_text="What it is about; kind and key together are unique.")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(
        null=True, blank=True, help_text="Set when retries are used up: a person must look and retry."
    )

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="outbox_kind_key_once")]
        indexes = [
            models.Index(fields=["not_before"], name="outbox_waiting", condition=models.Q(done_at=None, held_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
