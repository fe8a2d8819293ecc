"""The MTUS drug list by edition: which drug needs prospective review, and which fills do not."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models.functions import Lower

from guidelines.models.publication import EffectiveRange


class FormularyEditionQuerySet(models.QuerySet["FormularyEdition"]):
    def in_force(self, on: dt.date) -> FormularyEditionQuerySet:
        """The edition that holds on the day; both ends belong to it, an end that is not set is open."""
        return self.filter(
            models.Q(effective_from__lte=on), models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=on)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FormularyEdition(models.Model):
    """One edition of the drug list, with the limits of its two fills (8 CCR 9792.27.12 and 9792.27.13)."""

    name = models.CharField(max_length=100, unique=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True, help_text="Last day in force; empty: still in force.")
    source = models.CharField(max_length=500, blank=True, help_text="Order that adopted it.")
    dates_confirmed = models.BooleanField(
        "confirmed", default=False, help_text="Dates and drugs were read in the primary text."
    )
    special_visit_days = models.PositiveSmallIntegerField(
        default=7, help_text="Special fill: the first visit lies within so many days of the injury."
    )
    special_supply_days = models.PositiveSmallIntegerField(
        default=4, help_text="Special fill: days of supply, where a drug names no number of its own."
    )
    before_surgery_days = models.PositiveSmallIntegerField(
        default=4, help_text="Perioperative fill: begins so many days before surgery."
    )
    after_surgery_days = models.PositiveSmallIntegerField(
        default=4, help_text="Perioperative fill: ends so many days after surgery."
    )
    perioperative_supply_days = models.PositiveSmallIntegerField(
        default=4, help_text="Perioperative fill: days of supply, where a drug names no number of its own."
    )

    objects = FormularyEditionQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_from"]
        verbose_name = "edition of the drug list"
        verbose_name_plural = "editions of the drug list"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_to__gte=models.F("effective_from")),
                name="formulary_begins_before_it_ends",
                violation_error_message="The last day in force lies before the first.",
            ),
            ExclusionConstraint(
                name="formulary_editions_never_overlap",
                expressions=[
                    (
                        EffectiveRange(
                            "effective_from",
                            "effective_to",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message="Another edition of the drug list is in force in part of that time.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FormularyDrug(models.Model):
    """One drug of an edition. The same ingredient may stand in it twice with different dosage forms."""

    class Status(models.TextChoices):
        EXEMPT = "exempt", "Exempt"
        NON_EXEMPT = "non_exempt", "Non-exempt"
        UNLISTED = "unlisted", "Unlisted"

    edition = models.ForeignKey(FormularyEdition, on_delete=models.PROTECT, related_name="drugs")
    ingredient = models.CharField(max_length=200, help_text="Active ingredients, as the list prints them.")
    brand_names = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    dosage_form = models.CharField(max_length=100, blank=True, help_text='"topical"; empty: every form not named.')
    drug_class = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    special_fill = models.BooleanField(default=False)
    special_fill_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Days of supply.")
    perioperative_fill = models.BooleanField(default=False)
    perioperative_fill_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Days of supply.")
    reference_guideline = models.CharField(max_length=300, blank=True, help_text="MTUS guideline that treats of it.")
    dosage_note = models.CharField(max_length=300, blank=True)
    confirmed = models.BooleanField(default=False, help_text="This line was read in the primary text.")

    class Meta:
        ordering = ["ingredient", "dosage_form"]
        verbose_name = "drug of the drug list"
        verbose_name_plural = "drugs of the drug list"
        constraints = [
            models.UniqueConstraint(
                "edition",
                Lower("ingredient"),
                Lower("dosage_form"),
                name="formulary_drug_once",
                violation_error_message="This edition has that ingredient in that form already.",
            ),
            models.CheckConstraint(condition=~models.Q(ingredient=""), name="formulary_drug_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(status__in=["exempt", "non_exempt", "unlisted"]), name="formulary_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="non_exempt") | models.Q(special_fill=False, perioperative_fill=False),
                name="formulary_fills_are_of_non_exempt",
                violation_error_message="Only a non-exempt drug has a special or a perioperative fill.",
            ),
            models.CheckConstraint(
                condition=(models.Q(special_fill_days=None) | models.Q(special_fill=True))
                & (models.Q(perioperative_fill_days=None) | models.Q(perioperative_fill=True)),
                name="formulary_days_belong_to_a_fill",
                violation_error_message="Days of supply need the fill that they belong to.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ingredient} ({self.dosage_form})" if self.dosage_form else self.ingredient
