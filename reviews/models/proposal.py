from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Case
from reviews.models.assignment import Assignment
from reviews.models.reviewer import Reviewer


class ProposalRun(models.Model):
    """One proposal of who gets which case: asked, worked out, looked at, then deployed or not, and perhaps undone.

    What was asked (`parameters`, `seed`) and a hash of everything that was looked at stay, so that a run can be
    repeated and audited.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Being worked out"
        PROPOSED = "proposed", "Proposed"
        FAILED = "failed", "Not worked out"
        DEPLOYED = "deployed", "Deployed"
        UNDONE = "undone", "Undone"

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers",
        help_text="The run of which this one is a new solution.",
    )  # fmt: skip
    on = models.DateField(help_text="The day for which everybody was asked.")
    seed = models.PositiveIntegerField(help_text="Decides between equals.")
    parameters: models.JSONField[Any, Any] = models.JSONField(default=dict)
    input_hash = models.CharField(max_length=64, blank=True)
    totals: models.JSONField[Any, Any] = models.JSONField(default=dict)
    shortages: models.JSONField[Any, Any] = models.JSONField(default=list)
    solved_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="Why it was not worked out.")
    deployed_at = models.DateTimeField(null=True, blank=True)
    deployed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        triggers = [pgtrigger.Protect(name="proposal_run_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Run {self.pk}"


class ProposedPairQuerySet(models.QuerySet["ProposedPair"]):
    def proposed(self) -> ProposedPairQuerySet:
        """The pairs that a deployment would offer."""
        return self.filter(place=0, taken_out=False)


class ProposedPair(models.Model):
    """A case and a reviewer whom the gate let pass: the proposed one (place 0), or an alternate (1, 2, ...)."""

    class Outcome(models.TextChoices):
        NONE = "", "Not deployed"
        OFFERED = "offered", "Offered"
        KEPT = "kept", "Offered before, stays"
        CHANGED = "changed", "Changed since, not offered"
        WITHDRAWN = "withdrawn", "Taken back"
        STAYS = "stays", "Accepted, stays"

    run = models.ForeignKey(ProposalRun, on_delete=models.PROTECT, related_name="pairs")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    parts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    specialty = models.CharField(max_length=100, blank=True)
    closeness = models.CharField(max_length=10, blank=True)
    locked = models.BooleanField(default=False, help_text="Stays when the run is solved again.")
    taken_out = models.BooleanField(default=False, help_text="Is not deployed and not proposed again.")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.NONE)
    outcome_note = models.CharField(max_length=1000, blank=True)
    assignment = models.ForeignKey(Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ProposedPairQuerySet.as_manager()

    class Meta:
        ordering = ["run", "case", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "case", "reviewer"], name="proposed_pair_once"),
            models.CheckConstraint(
                condition=Q(locked=False) | Q(place=0, taken_out=False), name="only_a_proposed_pair_is_locked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} to {self.reviewer.reviewer_id}"

    @property
    def parts_in_order(self) -> list[tuple[str, int]]:
        """The parts of the score, the weightiest first; the database keeps no order of its own."""
        return sorted(self.parts.items(), key=lambda part: (-part[1], part[0]))


class UnplacedCase(models.Model):
    """A case for which a run found nobody: how the panel ran out, the first rule that did it, and what would help."""

    run = models.ForeignKey(ProposalRun, on_delete=models.PROTECT, related_name="unplaced")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    missing = models.PositiveSmallIntegerField(default=1, help_text="How many reviewers it lacks.")
    funnel: models.JSONField[Any, Any] = models.JSONField(default=list, help_text="How many are left after each step.")
    rule = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    change: models.JSONField[Any, Any] = models.JSONField(
        default=dict, help_text="The cheapest single change that would place it: kind, reviewer, sentence."
    )

    class Meta:
        ordering = ["run", "case"]
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="unplaced_case_once")]

    def __str__(self) -> str:
        return f"{self.case} in {self.run}"

    @property
    def steps_to_nobody(self) -> list[dict[str, Any]]:
        """The steps of the funnel down to the first at which nobody is left."""
        last = next((place for place, step in enumerate(self.funnel) if not step["left"]), len(self.funnel))
        return list(self.funnel[: last + 1])


class ProposedLoad(models.Model):
    """What a reviewer had when the run was worked out, and how many more places there were."""

    run = models.ForeignKey(ProposalRun, on_delete=models.PROTECT, related_name="loads")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="+")
    before = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["run", "reviewer"]
        constraints = [models.UniqueConstraint(fields=["run", "reviewer"], name="proposed_load_once")]

    def __str__(self) -> str:
        return f"{self.reviewer.reviewer_id} in {self.run}"
