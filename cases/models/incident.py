from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.arrival import Arrival
from cases.models.case import Case
from cases.models.document import Document


@pghistory.track(model_name="IncidentHistory")
class Incident(models.Model):
    """Pages of one person's file lay in another's: what, whose, who saw it, and how it was settled.

    `to_case` is empty while nobody knows whose pages they are; they then wait as `arrival`.
    """

    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=254)
    user_id = models.BigIntegerField(null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="incidents")
    moved_to = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    arrival = models.ForeignKey(Arrival, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    from_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="incidents")
    to_case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_page = models.PositiveIntegerField(null=True, blank=True)
    last_page = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the stored file.")
    filed_at = models.DateTimeField(null=True, blank=True, help_text="Since when it lay in the wrong case.")
    why = models.TextField(help_text="What is wrong, as the person who moved it said.")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=254, blank=True)
    outcome = models.TextField(blank=True, help_text="How it was settled.")

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(closed_at__isnull=False) & ~Q(outcome="") & ~Q(closed_by=""),
                name="incident_closed_with_outcome",
            )
        ]
        triggers = [pgtrigger.Protect(name="incident_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Incident {self.pk}"

    @property
    def pages(self) -> int | None:
        return self.last_page - self.first_page + 1 if self.first_page and self.last_page else None


class IncidentViewer(models.Model):
    """One opening of the misplaced pages while they lay in the wrong case, as the access log has it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="viewers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=254)
    act = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="incident_viewer_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.at}"
