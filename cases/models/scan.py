from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q

from cases.models.arrival import Arrival
from cases.models.case import Application, Case


class ScanBatch(models.Model):
    """One scan at the intake desk: when its paper came, and what each page of it is.

    `marks` holds, by page, what a page is besides a page of an application: "cover" or "blank". The file itself stays
    whole with its arrival, whatever is left out of the applications.
    """

    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, related_name="scan_batch")
    received_at = models.DateTimeField(help_text="Receipt stamp: typed from the paper, else when the last byte came.")
    channel = models.CharField(max_length=12, choices=Application.Channel)
    marks: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    split_at = models.DateTimeField(null=True, blank=True, help_text="When its pages were looked through.")
    undo: models.JSONField[Any, Any] = models.JSONField(
        default=list, blank=True, help_text="Page ranges as they were before each change by hand, the latest last."
    )

    def __str__(self) -> str:
        return self.arrival.name


@pghistory.track(model_name="ScannedApplicationHistory")
class ScannedApplication(models.Model):
    """The pages of one application in a scan, what was read off its form, and the case it became.

    fields: name of the intake form's field -> {value, confidence (0-100), page, box [left, top, width, height], each a
    share of the page}.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "To be taken in"
        TAKEN_IN = "taken_in", "Taken in"
        SET_ASIDE = "set_aside", "No application"

    batch = models.ForeignKey(ScanBatch, on_delete=models.CASCADE, related_name="applications")
    first_page = models.PositiveIntegerField()
    last_page = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    fields: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    case = models.OneToOneField(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="scanned_from")

    class Meta:
        ordering = ["batch", "first_page"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_page__gte=1, last_page__gte=F("first_page")), name="scanned_application_has_pages"
            ),
            models.UniqueConstraint(
                fields=["batch", "first_page"], name="scanned_application_begins_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(state="taken_in", case__isnull=False) | ~Q(state="taken_in") & Q(case__isnull=True),
                name="scanned_application_taken_in_has_case",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        if self.first_page == self.last_page:
            return f"page {self.first_page}"
        return f"pages {self.first_page} to {self.last_page}"

    @property
    def pages(self) -> list[int]:
        """Its pages without blank ones."""
        blank = {int(number) for number, mark in self.batch.marks.items() if mark == "blank"}
        return [number for number in range(self.first_page, self.last_page + 1) if number not in blank]
