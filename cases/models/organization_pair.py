from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from cases.models.organization import Organization


class OrganizationPairQuerySet(models.QuerySet["OrganizationPair"]):
    def open(self) -> OrganizationPairQuerySet:
        return self.filter(decision=OrganizationPair.Decision.OPEN)

    def of(self, *organizations: int) -> OrganizationPairQuerySet:
        return self.filter(Q(first__in=organizations) | Q(second__in=organizations))


@pghistory.track(model_name="OrganizationPairHistory")
class OrganizationPair(models.Model):
    """Two organizations whose names are alike, and what somebody decided about them.

    Each pair is kept once, the older organization first, whoever found it; two people who decide at once meet here.
    While it is open the gate answers "unknown" for both.
    """

    class Decision(models.TextChoices):
        OPEN = "open", "Not decided"
        SAME = "same", "The same"
        DIFFERENT = "different", "Different"
        FIRST_IS_PARENT = "first_is_parent", "The first is the parent"
        SECOND_IS_PARENT = "second_is_parent", "The second is the parent"

    first = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="pairs_as_first")
    second = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="pairs_as_second")
    relation = models.CharField(max_length=10, help_text="What the names alone suggest.")
    score = models.PositiveSmallIntegerField(help_text="How sure that is, 0 to 100.")
    why = models.CharField(max_length=1000, blank=True)
    found_at = models.DateTimeField(db_default=Now())
    decision = models.CharField(max_length=20, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)
    brought: models.JSONField[Any, Any] = models.JSONField(
        default=dict, blank=True, help_text="What the decision wrote, for its undoing."
    )

    objects = OrganizationPairQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-score", "id"], name="organization_pair_open", condition=Q(decision="open")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="organization_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="organization_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.get_decision_display()}"
