from __future__ import annotations

import pghistory
from django.db import models

from cases.models.case import Case
from cases.models.party import Party
from common.models import StoredFile


@pghistory.track(model_name="DocumentHistory")
class Document(models.Model):
    """A record of the case file; `file` is missing where only the listing is known."""

    class Kind(models.TextChoices):
        MEDICAL_REPORT = "medical_report", "Medical report"
        UTILIZATION_REVIEW_DECISION = "utilization_review_decision", "Utilization review decision"
        APPLICATION_FORM = "application_form", "Application form"
        REQUEST_FOR_AUTHORIZATION = "request_for_authorization", "Request for authorization"
        IMAGING = "imaging", "Imaging"
        THERAPY_NOTES = "therapy_notes", "Therapy notes"
        CORRESPONDENCE = "correspondence", "Correspondence"
        OTHER = "other", "Other"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=30, choices=Kind)
    author = models.CharField(max_length=200, blank=True)
    date = models.DateField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    from_role = models.CharField(max_length=25, choices=Party.Role, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title
