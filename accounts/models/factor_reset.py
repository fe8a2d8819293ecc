from __future__ import annotations

from django.conf import settings
from django.db import models


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def open(self) -> FactorResetQuerySet:
        return self.filter(decided_at=None)


class FactorReset(models.Model):
    """A lost second factor, taken away by two people: one asks, another decides, neither is the person concerned."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="factor_resets")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    reason = models.TextField(help_text="What happened, and how the person's identity was checked.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="factor_reset_not_for_oneself", condition=~models.Q(requested_by=models.F("person"))
            ),
            models.CheckConstraint(
                name="factor_reset_second_person",
                condition=models.Q(decided_by=None)
                | (~models.Q(decided_by=models.F("requested_by")) & ~models.Q(decided_by=models.F("person"))),
            ),
            models.CheckConstraint(
                name="factor_reset_decided_whole",
                condition=models.Q(decided_by=None, decided_at=None, approved=None)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person"], name="factor_reset_one_open", condition=models.Q(decided_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Factor reset {self.pk}"
