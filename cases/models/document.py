from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from cases.models.arrival import Arrival
from cases.models.case import Case
from cases.models.party import Party
from common.models import StoredFile


class ShownDocuments(models.Manager["Document"]):
    """The documents that stand in a case file; those withdrawn (sorted, moved away, undone) are nowhere to be seen."""

    def get_queryset(self) -> models.QuerySet[Document]:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


@pghistory.track(model_name="DocumentHistory")
class Document(models.Model):
    """A record of the case file; `file` is missing where only the listing is known.

    A document is its whole file, or the pages `first_page` to `last_page` of it (counted from 1). A document that is
    sorted into others or moved away is withdrawn, never deleted: `case.documents` and every other reading leave it
    out, its row and its history stay.
    """

    class Kind(models.TextChoices):
        MEDICAL_REPORT = "medical_report", "Medical report"
        UTILIZATION_REVIEW_DECISION = "utilization_review_decision", "Utilization review decision"
        APPLICATION_FORM = "application_form", "Application form"
        REQUEST_FOR_AUTHORIZATION = "request_for_authorization", "Request for authorization"
        IMAGING = "imaging", "Imaging"
        THERAPY_NOTES = "therapy_notes", "Therapy notes"
        CORRESPONDENCE = "correspondence", "Correspondence"
        OTHER = "other", "Other"

    class Withdrawn(models.TextChoices):
        SORTED = "sorted", "Sorted into documents"
        MOVED = "moved", "Moved: it belongs elsewhere"
        UNDONE = "undone", "Sorting undone"

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
    arrival = models.ForeignKey(
        Arrival, null=True, blank=True, on_delete=models.PROTECT, related_name="documents",
        help_text="The upload, scan or fax that it came with.",
    )  # fmt: skip
    first_page = models.PositiveIntegerField(
        null=True, blank=True, help_text="First page in the file; empty: the whole file."
    )
    last_page = models.PositiveIntegerField(null=True, blank=True)
    cut_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="cuts",
        help_text="The document that these pages were taken from.",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=10, choices=Withdrawn, blank=True)

    objects = ShownDocuments()
    everything = models.Manager()  # noqa: DJ012 - a manager, which ruff takes for a field

    class Meta:
        ordering = ["position", "first_page", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_page__isnull=True, last_page__isnull=True)
                | Q(first_page__isnull=False, last_page__isnull=False, file__isnull=False)
                & Q(first_page__gte=1, last_page__gte=F("first_page")),
                name="document_page_range_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(first_page__isnull=True)
                | Q(pages__isnull=False, pages=F("last_page") - F("first_page") + 1),
                name="document_pages_are_those_of_its_range",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_why="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why=""),
                name="document_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def page_range(self) -> tuple[int, int] | None:
        """First and last page in the stored file; None for a document whose pages nobody counted."""
        if self.first_page is not None and self.last_page is not None:
            return self.first_page, self.last_page
        return (1, self.pages) if self.pages else None
