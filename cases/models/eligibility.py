from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.models.case import Case
from cases.models.document import Document
from cases.models.notice import Notice
from cases.models.party import Party


class EligibilityQuestionQuerySet(models.QuerySet["EligibilityQuestion"]):
    def open(self) -> EligibilityQuestionQuerySet:
        """Asked, neither answered nor taken back."""
        return self.filter(answered_on=None, taken_back_at=None)

    def overdue(self, on: dt.date) -> EligibilityQuestionQuerySet:
        """Past the last day. A question whose notice is not served yet has no last day: nobody can be late."""
        return self.open().filter(Q(notice=None) | Q(served=True), due_on__lt=on)


@pghistory.track(model_name="EligibilityQuestionHistory")
class EligibilityQuestion(models.Model):
    """What one party was asked about an application, by when, and what came back."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="eligibility_questions")
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="questions", help_text="None: the worker."
    )
    reason = models.CharField(max_length=40, help_text="The reason code that the question is about.")
    question = models.TextField()
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    due_on = models.DateField()
    due_because = models.TextField(help_text="How the date was worked out.")
    served = models.BooleanField(default=False, help_text="Its notice reached the party: the date is the clock's own.")
    answered_on = models.DateField(null=True, blank=True, help_text="The day the answer was received.")
    answer = models.TextField(blank=True)
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="question_answers"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    notice = models.ForeignKey(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="questions",
        help_text="The notice that asks it: its service starts the clock of the answer.",
    )  # fmt: skip

    objects = EligibilityQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(answered_on=None, taken_back_at=None), name="eligibility_question_open"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("asked_on")), name="question_due_after_asking"),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_on__gte=F("asked_on")), name="question_answered_after_asking"
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(taken_back_at=None), name="question_answered_or_taken_back"
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | ~Q(answer=""), name="question_answer_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason} to {self.asked_of}"

    @property
    def asked_of(self) -> str:
        return self.party.get_role_display() if self.party else "Injured worker"

    @property
    def is_open(self) -> bool:
        return self.answered_on is None and self.taken_back_at is None

    def is_overdue(self, on: dt.date) -> bool:
        """Whether the last day has passed without an answer."""
        return self.is_open and self.due_on < on and (self.served or self.notice_id is None)


class EligibilityDecisionQuerySet(models.QuerySet["EligibilityDecision"]):
    def standing(self) -> EligibilityDecisionQuerySet:
        return self.filter(ended_at=None)


@pghistory.track(model_name="EligibilityDecisionHistory")
class EligibilityDecision(models.Model):
    """What was found about an application, and what ended the finding: a cure, an appeal, resolved liability."""

    class Outcome(models.TextChoices):
        ELIGIBLE = "eligible", "Eligible"
        INELIGIBLE = "ineligible", "Ineligible"
        DEFERRED = "deferred", "Deferred"

    class End(models.TextChoices):
        CURED = "cured", "Cured inside the window"
        APPEAL = "appeal", "Appeal granted"
        LIABILITY = "liability", "Liability resolved"
        TAKEN_BACK = "taken_back", "Taken back as found by mistake"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="eligibility_decisions")
    outcome = models.CharField(max_length=12, choices=Outcome)
    reasons: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True, help_text="Reason codes.")
    cure_until = models.DateField(null=True, blank=True, help_text="Until when a cure reopens the case; none: never.")
    cure_because = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=254)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=12, choices=End, blank=True)
    ended_on = models.DateField(
        null=True, blank=True, help_text="The day of the cure's receipt, of the appeal, or of the notice's service."
    )
    served_by = models.CharField(max_length=15, blank=True, help_text="How the notice on liability was served.")

    objects = EligibilityDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_standing_decision_per_case"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="decision_ends_for_a_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="eligibility_decision_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


@pghistory.track(model_name="RemandHistory")
class Remand(models.Model):
    """Why a determination was reversed and which round it opened (LC 4610.6(h), (i))."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remands")
    round = models.PositiveSmallIntegerField(help_text="The round that it opened.")
    ordered_on = models.DateField()
    ordered_by = models.CharField(max_length=200)
    ground = models.CharField(max_length=40, help_text="Ground of the appeal, as the jurisdiction lists them.")
    erroneous_fact = models.TextField(help_text="Which finding of fact was found erroneous.")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="one_remand_per_round")]
        triggers = [pgtrigger.Protect(name="remand_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} round {self.round}"
