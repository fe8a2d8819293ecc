from __future__ import annotations

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models


class Verdict(models.TextChoices):
    JUSTIFIED = "justified", "Justified"
    NOT_JUSTIFIED = "not_justified", "Not justified"


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def in_force(self, now: dt.datetime) -> BreakGlassQuerySet:
        return self.filter(opened_at__lte=now, expires_at__gt=now)

    def to_review(self) -> BreakGlassQuerySet:
        return self.filter(reviewed_at=None)


class BreakGlass(models.Model):
    """Emergency access of one person to one case for a while (45 CFR 164.312(a)(2)(ii)), judged later by another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="break_glass")
    case_key = models.CharField(max_length=40)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)
    note = models.TextField(blank=True)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="break_glass_reviewed_by_another", condition=~models.Q(reviewed_by=models.F("user"))
            ),
            models.CheckConstraint(
                name="break_glass_reviewed_whole",
                condition=models.Q(reviewed_by=None, reviewed_at=None, verdict="")
                | (models.Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~models.Q(verdict="")),
            ),
            models.CheckConstraint(name="break_glass_ends", condition=models.Q(expires_at__gt=models.F("opened_at"))),
        ]
        indexes = [models.Index(fields=["user", "case_key", "expires_at"], name="break_glass_in_force")]
        triggers = [
            pgtrigger.Protect(name="break_glass_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="break_glass_facts_stand", fields=["user", "case_key", "reason", "opened_at", "expires_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"Emergency access to {self.case_key}"
