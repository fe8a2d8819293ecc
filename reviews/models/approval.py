from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Case
from reviews.models.credentialing import Paper

#: How many reviewers one written approval can name.
FEWEST_REVIEWERS, MOST_REVIEWERS = 2, 9

#: A place is held by whoever was offered it and did not turn it down, or has it; the same words as `live()`.
_LIVE = """declined_at IS NULL AND recused_at IS NULL AND withdrawn_at IS NULL AND lapsed_at IS NULL
  AND completed_at IS NULL"""

_STILL_NEEDED = f"""
  IF NEW.withdrawn_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM reviews_assignment WHERE case_id = NEW.case_id AND round = NEW.round AND {_LIVE} AND seat > 1
      AND seat > COALESCE((
        SELECT max(reviewers) FROM reviews_reviewerapproval
        WHERE case_id = NEW.case_id AND round = NEW.round AND withdrawn_at IS NULL AND id <> NEW.id), 1))
  THEN RAISE EXCEPTION 'an approval is not withdrawn while a reviewer works under it'; END IF;
  RETURN NEW;
"""  # noqa: S608 - constants of this file

#: For the trigger of `Assignment`: no place beyond the first without an approval on file that covers it.
SEAT_IS_APPROVED = """
  IF NEW.seat > 1 AND NOT EXISTS (
    SELECT 1 FROM reviews_reviewerapproval
    WHERE case_id = NEW.case_id AND round = NEW.round AND withdrawn_at IS NULL AND reviewers >= NEW.seat)
  THEN RAISE EXCEPTION 'no written approval on file for reviewer % of this case', NEW.seat; END IF;
  RETURN NEW;
"""


class ReviewerApprovalQuerySet(models.QuerySet["ReviewerApproval"]):
    def standing(self) -> ReviewerApprovalQuerySet:
        return self.filter(withdrawn_at=None)


@pghistory.track(model_name="ReviewerApprovalHistory")
class ReviewerApproval(Paper):
    """The Administrative Director's written approval of more than one reviewer for one round of a case.

    Source: 8 CCR 9792.10.6(c). What it says never changes; it is withdrawn once, with a reason, and only while nobody
    works under it. Of several that stand the one that names most counts.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviewer_approvals")
    round = models.PositiveSmallIntegerField()
    reviewers = models.PositiveSmallIntegerField(help_text="How many may decide the case, the first one included.")
    approved_by = models.CharField(max_length=200, help_text="Who signed for the Administrative Director.")
    approved_on = models.DateField()
    came_by = models.CharField(max_length=200, help_text="Letter, e-mail, portal: how the approval came.")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=1000, blank=True)

    objects = ReviewerApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewers__gte=FEWEST_REVIEWERS, reviewers__lte=MOST_REVIEWERS),
                name="approval_names_more_than_one",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False) & ~Q(approved_by=""), name="approval_has_its_paper"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | (Q(withdrawn_by__isnull=False) & ~Q(withdraw_reason="")),
                name="approval_withdrawn_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="approval_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="approval_keeps_what_it_says",
                fields=[
                    "case", "round", "reviewers", "approved_by", "approved_on", "came_by", "document", "document_name",
                    "recorded_by", "recorded_at",
                ],
            ),
            pgtrigger.Protect(
                name="approval_is_withdrawn_once", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="approval_outlives_its_use", operation=pgtrigger.Update, when=pgtrigger.Before,
                func=_STILL_NEEDED,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reviewers} reviewers for {self.case}, approved on {self.approved_on}"
