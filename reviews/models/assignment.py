from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Case
from reviews.models.approval import SEAT_IS_APPROVED
from reviews.models.reviewer import Reviewer

_LIVE = Q(declined_at=None, recused_at=None, withdrawn_at=None, lapsed_at=None, completed_at=None)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def live(self) -> AssignmentQuerySet:
        """Offered or accepted, and not ended."""
        return self.filter(_LIVE)

    def offered(self) -> AssignmentQuerySet:
        return self.live().filter(accepted_at=None)

    def accepted(self) -> AssignmentQuerySet:
        """Held by the reviewer, from acceptance until the determination is issued."""
        return self.live().filter(accepted_at__isnull=False)

    def stopped(self) -> AssignmentQuerySet:
        """Held by somebody whom the gate does not let work on any more: to be given to somebody else."""
        return self.accepted().filter(stopped_at__isnull=False)


@pghistory.track(model_name="AssignmentHistory")
class Assignment(models.Model):
    """A case offered to a reviewer. It has dates; what it is now follows from them (`status`)."""

    class DeclineReason(models.TextChoices):
        CONFLICT = "conflict", "I have a conflict of interest"
        SCOPE = "scope", "Outside my field"
        TIME = "time", "No time before the due date"
        OTHER = "other", "Another reason"

    class Origin(models.TextChoices):
        STAFF = "staff", "Offered by staff"
        LIST = "list", "Next of a list"
        ASKED = "asked", "The reviewer asked for work"
        RUN = "run", "Batch assignment"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="assignments")
    round = models.PositiveSmallIntegerField()
    seat = models.PositiveSmallIntegerField(default=1, help_text="1; 2 and more only under an approval on file.")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin = models.CharField(max_length=5, choices=Origin, default=Origin.STAFF)
    response_due_at = models.DateTimeField()
    report_due_on = models.DateField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=10, choices=DeclineReason, blank=True)
    decline_note = models.CharField(max_length=1000, blank=True)
    recused_at = models.DateTimeField(null=True, blank=True)
    recuse_reason = models.CharField(max_length=1000, blank=True)
    handover_note = models.CharField(
        max_length=1000, blank=True, help_text="What the staff should know of the work so far; never shown to the next."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=1000, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True, help_text="The determination is issued.")
    gate_open_on = models.DateField(null=True, blank=True, help_text="The last day the gate let the file be opened.")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="The gate is shut for the holder since then.")
    stop_reason = models.CharField(max_length=1000, blank=True)
    fee_cents = models.PositiveIntegerField(null=True, blank=True, help_text="Frozen at the offer.")
    reminders_sent = models.PositiveSmallIntegerField(default=0, help_text="Rungs of the ladder to an answer.")
    report_reminders_sent = models.PositiveSmallIntegerField(default=0, help_text="Rungs of the ladder to a report.")
    gate_findings: models.JSONField[Any, Any] = models.JSONField(
        default=list, help_text="What the gate found at each door, with the moment."
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seat"], condition=_LIVE, name="one_live_assignment_per_seat"),
            models.UniqueConstraint(fields=["case", "reviewer"], condition=_LIVE, name="one_seat_per_reviewer"),
            models.CheckConstraint(condition=Q(seat__gte=1), name="assignment_seat_counts_from_one"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None), name="assignment_is_not_accepted_and_declined"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(accepted_at__isnull=False),
                name="assignment_submitted_after_acceptance",
            ),
            models.CheckConstraint(
                condition=Q(response_due_at__gt=F("offered_at")), name="assignment_response_due_after_offer"
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "accepted_at"], name="assignment_by_reviewer")]
        triggers = [
            pgtrigger.Protect(name="assignment_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="assignment_seat_is_approved",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("case_id", "round", "seat"),  # type: ignore[no-untyped-call]
                when=pgtrigger.Before,
                func=SEAT_IS_APPROVED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} to {self.reviewer.reviewer_id}: {self.status}"

    @property
    def status(self) -> str:
        """offered, accepted, submitted, completed, declined, recused, withdrawn or lapsed, from the dates alone."""
        for name in ("declined", "recused", "withdrawn", "lapsed", "completed", "submitted", "accepted"):
            if getattr(self, f"{name}_at"):
                return name
        return "offered"

    def is_overdue(self, now: dt.datetime) -> bool:
        return self.status == "offered" and now > self.response_due_at


class Statement(models.Model):
    """The signed statement of a reviewer on one case: conflicts party by party, credentials, knowledge.

    Source: LC 139.5(c)(5), URAC (standards UR-9), SG-1. Never changed.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="statement")
    parties: models.JSONField[Any, Any] = models.JSONField(
        help_text='[{"party": id or null, "role": key, "name": as shown, "answer": "none" or "known"}]'
    )
    credentials_current = models.BooleanField()
    knowledge_sufficient = models.BooleanField()
    pay_independent = models.BooleanField(help_text="No pay hangs on the outcome.")
    signed_name = models.CharField(max_length=200, help_text="Typed by the reviewer as signature; stays inside.")
    meaning = models.CharField(max_length=500)
    signed_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="statement_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Statement on {self.assignment}"
