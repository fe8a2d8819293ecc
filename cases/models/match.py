from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models.arrival import Arrival
from cases.models.case import Case
from cases.models.document import Document


class ArrivalSuggestion(models.Model):
    """A case that an unmatched file may belong to, best first."""

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="suggestions")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(help_text="1 is the best; also the key that links it.")
    score = models.PositiveSmallIntegerField(help_text="0 to 100.")
    why = models.CharField(max_length=300)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["arrival", "case"], name="arrival_suggestion_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="arrival_suggestion_score"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.case_id}: {self.score}"


class ArrivalMatch(models.Model):
    """That a file was put with a case, by what or whom, and whether that was undone."""

    class By(models.TextChoices):
        CODE = "code", "Code on its cover sheet"
        NUMBER = "number", "Case number in its name"
        TEXT = "text", "Name and claim in its text"
        PERSON = "person", "A person"

    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="matches")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=10, choices=By)
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    actor_name = models.CharField(max_length=254)
    user_id = models.BigIntegerField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["-at"], name="arrival_match_latest")]

    def __str__(self) -> str:
        return f"{self.arrival_id} -> {self.case_id}"
