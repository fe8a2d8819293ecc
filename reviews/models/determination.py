from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Case
from letters.models import FrozenDocument
from reviews.models.review import Review


class DeterminationQuerySet(models.QuerySet["Determination"]):
    def standing(self) -> DeterminationQuerySet:
        """Not cancelled before their letter was sealed."""
        return self.filter(cancellation=None)


class Determination(models.Model):
    """The frozen decision on a case. A correction is a new version that supersedes; a row never changes.

    The letter of it is the `letters.Letter` with the case's number as key and the same version.
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        OVERTURNED = "overturned", "Overturned"
        PARTIALLY_OVERTURNED = "partially_overturned", "Partially overturned"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="determinations")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="determinations")
    version = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    outcome = models.CharField(max_length=25, choices=Outcome)
    document = models.ForeignKey(FrozenDocument, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=20)
    determined_on = models.DateField()
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="determination_version_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(supersedes=None), name="one_first_determination_per_case"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="determination_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.case} version {self.version}: {self.get_outcome_display()}"


class Cancellation(models.Model):
    """An approval taken back before its letter was sealed: a conflict came to light, or a fact turned out wrong."""

    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="cancellation")
    reason = models.TextField()
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="cancellation_says_why")]
        triggers = [pgtrigger.Protect(name="cancellation_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Cancelled: {self.determination}"
