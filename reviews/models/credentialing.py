from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Case
from common.models import StoredFile
from reviews.models.newest_checks import KEPT_FROM_CHECKS, KEPT_FROM_TRAINING, ONTO_ROSTER
from reviews.models.reviewer import Reviewer


class Kind(models.TextChoices):
    """What a credential file is made of (URAC; standards UR-2)."""

    LICENSE = "license", "Licence"
    CERTIFICATION = "certification", "Board certification"
    PRACTICE = "practice", "Active practice"
    TRAINING = "training", "Training in the law"
    SANCTIONS = "sanctions", "Sanctions and exclusions"


class Paper(models.Model):
    """A stored file that proves something; its name as it came."""

    document = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document_name = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class CredentialCheck(Paper):
    """One look at the source of one credential: when, where, by whom, with which paper. Never changed.

    from_file: what a roster file says of practice, training and sanctions counts as a look of its own day, without
    paper and without a person of this site, as the checks of its licences do.
    """

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=15, choices=Kind)
    about = models.CharField(max_length=200, blank=True, help_text="Which licence or certification, as on the roster.")
    confirmed = models.BooleanField(help_text="Whether the source says what the roster says now.")
    said: models.JSONField[Any, Any] = models.JSONField(
        default=dict, help_text="Field of the roster -> what the source says; on the roster while no newer check is."
    )
    checked_on = models.DateField()
    source = models.CharField(max_length=300)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_by_name = models.CharField(max_length=200, blank=True)
    from_file = models.BooleanField(default=False)
    note = models.CharField(max_length=1000, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-checked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed=False) | Q(document__isnull=False) | Q(from_file=True),
                name="confirmed_check_has_its_paper",
            ),
            models.CheckConstraint(
                condition=Q(from_file=False, checked_by__isnull=False)
                | Q(from_file=True, checked_by=None, confirmed=True, kind__in=["practice", "training", "sanctions"]),
                name="check_is_by_somebody_or_a_file",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="check_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            KEPT_FROM_CHECKS,
            ONTO_ROSTER,
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about} of {self.reviewer.reviewer_id} on {self.checked_on}"


class TrainingRecord(Paper):
    """Training and yearly evaluation of a reviewer, with their date (standards UR-14)."""

    class What(models.TextChoices):
        LAW = "law", "Training in the law"
        OTHER = "other", "Other training"
        EVALUATION = "evaluation", "Yearly evaluation"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="trainings")
    what = models.CharField(max_length=12, choices=What)
    done_on = models.DateField()
    text = models.CharField(max_length=1000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-done_on", "-pk"]
        triggers = [
            pgtrigger.Protect(name="training_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            KEPT_FROM_TRAINING,
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} on {self.done_on}"


class Attestation(models.Model):
    """The reviewer's yearly statement that the declared interests are complete. Never changed."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="attestations")
    interests: models.JSONField[Any, Any] = models.JSONField(help_text="What was declared, line by line, as shown.")
    meaning = models.CharField(max_length=500)
    signed_name = models.CharField(max_length=200)
    attested_on = models.DateField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["-signed_at"]
        triggers = [pgtrigger.Protect(name="attestation_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Interests of {self.reviewer.reviewer_id} attested on {self.attested_on}"


@pghistory.track(model_name="ProfileChangeHistory")
class ProfileChange(Paper):
    """A change of a licence or certification that the reviewer proposes; staff verify and take it over, or refuse."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="proposed_changes")
    kind = models.CharField(max_length=15, choices=Kind)
    row = models.BigIntegerField(null=True, blank=True, help_text="The row on the roster; none for a new one.")
    facts: models.JSONField[Any, Any] = models.JSONField(help_text="Field -> value as proposed.")
    note = models.CharField(max_length=1000, blank=True)
    proposed_at = models.DateTimeField()
    accepted = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decide_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        triggers = [pgtrigger.Protect(name="proposal_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} of {self.reviewer.reviewer_id}, proposed {self.proposed_at}"


@pghistory.track(model_name="AdverseChangeHistory")
class AdverseChange(models.Model):
    """Something that may end a reviewer's fitness, told by the reviewer or found by staff (standards UR-5).

    Until somebody has settled it, the gate does not know whether the reviewer may work.
    """

    class What(models.TextChoices):
        LICENSE = "license", "A licence restricted, suspended, surrendered or lapsed"
        CERTIFICATION = "certification", "A certification lapsed or revoked"
        SANCTION = "sanction", "Discipline, a sanction or an exclusion"
        PRIVILEGES = "privileges", "Hospital privileges lost or limited"
        CLAIM = "claim", "A malpractice claim or settlement"
        OTHER = "other", "Something else"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="adverse_changes")
    what = models.CharField(max_length=15, choices=What)
    text = models.CharField(max_length=1000)
    happened_on = models.DateField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    corrective_action = models.CharField(max_length=1000, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | (Q(settled_by__isnull=False) & ~Q(corrective_action="")),
                name="adverse_change_settled_with_action",
            )
        ]
        triggers = [pgtrigger.Protect(name="adverse_change_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.text}"


class Reminder(models.Model):
    """A step of the ladder of reminders that was sent; what is due and has no row is still to be sent."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="reminders")
    about = models.CharField(max_length=200)
    ends_on = models.DateField()
    step = models.PositiveSmallIntegerField(help_text="Days before the end.")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reviewer", "about", "ends_on", "step"], name="reminder_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.about} of {self.reviewer.reviewer_id}: {self.step} days"


class RosterNote(models.Model):
    """A line in the reviewer's own timeline: who changed or found what, and when. Never changed."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=30)
    sentence = models.CharField(max_length=1000)
    actor = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="roster_note_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.sentence


class AuditRun(models.Model):
    """One night's look at every active reviewer and every case in hand, with the rules of the gate (UR-12)."""

    on = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reviewers = models.PositiveIntegerField(default=0)
    findings = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0, help_text="Cases in hand that the gate stops.")

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"Self-audit of {self.on}"


class AuditFinding(models.Model):
    """What the latest self-audits found about a reviewer; gone once an audit does not find it any more."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="audit_findings")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    evidence = models.CharField(max_length=1000)
    first_on = models.DateField()
    last_on = models.DateField()
    gone_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["reviewer__reviewer_id", "rule", "pk"]
        indexes = [models.Index(fields=["gone_on", "reviewer"], name="audit_finding_open")]

    def __str__(self) -> str:
        return f"{self.reviewer.reviewer_id}: {self.evidence}"
