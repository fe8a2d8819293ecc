"""What the editor's desk remembers: look-ups that found nothing, links that were tried."""

from __future__ import annotations

from django.db import models


class UnansweredSearch(models.Model):
    """Words that were looked up and found nothing, counted. Never a name, a number, nor who asked for which case."""

    words = models.CharField(max_length=100, unique=True, help_text="In one form: small letters, no numbers.")
    times = models.PositiveIntegerField(default=1)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True, blank=True, help_text="An editor wants to see it no more.")

    class Meta:
        ordering = ["-times", "-last_seen"]
        indexes = [models.Index(fields=["last_seen"], name="unanswered_search_age")]

    def __str__(self) -> str:
        return self.words


class LinkCheck(models.Model):
    """How an address of the library answered when it was last tried."""

    address = models.CharField(max_length=500, unique=True)
    checked_at = models.DateTimeField()
    works = models.BooleanField()
    answer = models.CharField(max_length=200, help_text="In words: “404 Not Found”, “no answer within 10 seconds”.")
    broken_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address
