from __future__ import annotations

import pghistory
from django.db import models

from cases.models.access_code import AccessCode
from cases.models.case import Case
from cases.models.party import Party
from common.models import StoredFile


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def unmatched(self) -> ArrivalQuerySet:
        return self.filter(state=Arrival.State.UNMATCHED)

    def of_case(self, case: Case) -> ArrivalQuerySet:
        """What came for the case, newest first, with the files and how far they are read."""
        return self.filter(case=case).select_related("file__reading", "party").order_by("-received_at", "-pk")

    def unfinished(self) -> ArrivalQuerySet:
        """What is still being checked or waits for a person."""
        return self.filter(state__in=[Arrival.State.CHECKING, Arrival.State.HELD, Arrival.State.REFUSED])


@pghistory.track(model_name="ArrivalHistory")
class Arrival(models.Model):
    """One file that came in by any door, whole: from its last byte on it is here, whatever becomes of it.

    `sent` is the file as it was sent; `file` is the PDF that people read: the same, or made from the pictures sent.
    A refused file is kept too. What is still on its way is an `Upload`.
    """

    class Door(models.TextChoices):
        STAFF = "staff", "Staff upload"
        OUTSIDER = "outsider", "Upload by a party"
        SCAN = "scan", "Scanned paper or fax"
        IMPORT = "import", "Import"

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        REFUSED = "refused", "Refused"
        HELD = "held", "Held"
        UNMATCHED = "unmatched", "Waits for its case"
        LINKED = "linked", "Filed with its case"
        INTAKE = "intake", "Waits at the intake desk"

    class Scan(models.TextChoices):
        """What the virus scanner said."""

        UNSCANNED = "unscanned", "Not scanned"
        CLEAN = "clean", "Nothing found"
        INFECTED = "infected", "Malware found"

    door = models.CharField(max_length=10, choices=Door)
    name = models.CharField(max_length=200, help_text="As sent, without path and control characters.")
    folder = models.CharField(max_length=300, blank=True, help_text="Folder that it was dropped with.")
    sent = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="arrivals_sent")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="arrivals")
    sha256 = models.CharField(max_length=64, db_index=True, help_text="Of the file as sent.")
    size = models.PositiveBigIntegerField(help_text="Bytes as sent.")
    pages = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.UNSCANNED)
    rule = models.CharField(max_length=60, blank=True, help_text="Rule that refused or holds it.")
    problem = models.TextField(blank=True, help_text="Why it is refused or held, and what to do; for people.")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="arrivals")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="arrivals")
    access_code = models.ForeignKey(
        AccessCode, null=True, blank=True, on_delete=models.PROTECT, related_name="arrivals"
    )
    from_role = models.CharField(max_length=25, choices=Party.Role, blank=True)
    kind = models.CharField(max_length=30, blank=True, help_text="Kind of record said with the upload.")
    title = models.CharField(max_length=300, blank=True, help_text="Title said with the upload.")
    author = models.CharField(max_length=200, blank=True)
    date = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField(help_text="When the last byte came.")
    checked_at = models.DateTimeField(null=True, blank=True)
    actor_name = models.CharField(max_length=254, blank=True, help_text="Who sent it, where that is known.")
    user_id = models.BigIntegerField(null=True, blank=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "received_at"], name="arrival_state"),
            models.Index(fields=["case", "received_at"], name="arrival_of_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="linked") | models.Q(case__isnull=False, file__isnull=False),
                name="arrival_linked_has_case_and_file",
            ),
        ]

    def __str__(self) -> str:
        return self.name
