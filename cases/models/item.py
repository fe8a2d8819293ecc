from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from cases.models.case import Case
from cases.models.past import past_only
from guidelines.models import CitationFields


@pghistory.track(*past_only(), model_name="DiagnosisHistory")
class Diagnosis(models.Model):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="diagnoses")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=1000)
    icd10 = models.CharField("ICD-10", max_length=10, blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "diagnoses"

    def __str__(self) -> str:
        return self.text

    @property
    def coded(self) -> str:
        """With its code, as a look-up of guidelines reads it: "Low back pain (M54.5)"."""
        code = self.icd10.strip().upper()
        return f"{self.text} ({code})" if code else self.text


class DisputedItemQuerySet(models.QuerySet["DisputedItem"]):
    def disputed(self) -> DisputedItemQuerySet:
        """Items that must still be decided: not authorized since the application."""
        return self.filter(authorized_on=None)


@pghistory.track(model_name="DisputedItemHistory")
class DisputedItem(models.Model):
    """One treatment in dispute. Where part was authorized, `service` is the remainder that is still disputed."""

    class Side(models.TextChoices):
        LEFT = "left", "Left"
        RIGHT = "right", "Right"
        BILATERAL = "bilateral", "Both sides"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    service = models.TextField(help_text="As it stands in dispute.")
    heading = models.TextField(blank=True, help_text="Printed before the decision in place of the composed heading.")
    category = models.CharField(max_length=60, blank=True)
    subcategory = models.CharField(max_length=80, blank=True)
    body_part = models.CharField(max_length=100, blank=True)
    side = models.CharField(max_length=10, choices=Side, blank=True)
    quantity = models.CharField(max_length=200, blank=True)
    original_request = models.TextField(blank=True)
    authorized = models.TextField("authorized by the claims administrator", blank=True)
    retrospective = models.BooleanField(default=False)
    formulary = models.BooleanField(default=False)
    depends_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="dependents")

    authorized_on = models.DateField(
        "authorized whole on", null=True, blank=True, help_text="From then on it is no longer in dispute."
    )

    objects = DisputedItemQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "position"], name="item_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=~Q(service=""), name="item_names_a_service"),
            models.CheckConstraint(
                condition=Q(depends_on=None) | ~Q(depends_on=F("id")), name="item_does_not_depend_on_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.service

    @property
    def is_disputed(self) -> bool:
        return self.authorized_on is None


class AdministratorCitation(CitationFields):
    """What the claims administrator cited for an item: printed as filed, never judged here."""

    item = models.ForeignKey(DisputedItem, on_delete=models.CASCADE, related_name="administrator_citations")

    class Meta:
        ordering = ["position"]
