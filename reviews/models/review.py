from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from cases.models import Case, DisputedItem
from guidelines.models import CitationFields
from reviews.models.assignment import Assignment

#: Characters of a rationale or summary at most; the longest real rationale has 5,737.
LONGEST_TEXT = 20_000

models.TextField.register_lookup(Length)


@pghistory.track(model_name="ReviewHistory")
class Review(models.Model):
    """The reviewer's work on a case in one round: a draft until submitted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    assignment = models.OneToOneField(
        Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="review",
        help_text="None for an imported past review.",
    )  # fmt: skip
    round = models.PositiveSmallIntegerField(default=1)
    clinical_case_summary = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts saved drafts; a stale save is refused.")
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(clinical_case_summary__length__lte=LONGEST_TEXT), name="summary_not_too_long"
            )
        ]

    def __str__(self) -> str:
        return f"Review of {self.case}"


class ItemReviewQuerySet(models.QuerySet["ItemReview"]):
    def disputed(self) -> ItemReviewQuerySet:
        """What is asked for and printed: an item that was authorized meanwhile has left the dispute (9792.10.6(a))."""
        return self.filter(item__authorized_on=None)


@pghistory.track(model_name="ItemReviewHistory")
class ItemReview(models.Model):
    """Decision and reasons on one item. What was written on an item that left the dispute is kept, not asked for."""

    class Decision(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        OVERTURNED = "overturned", "Overturned"

    class Standard(models.TextChoices):
        """The ordered list of LC 4610.5(c)(2)."""

        A = "A", "A. Medical Treatment Utilization Schedule"
        B = "B", "B. Peer-reviewed scientific evidence"
        C = "C", "C. Nationally recognized professional standards"
        D = "D", "D. Expert opinion"
        E = "E", "E. Generally accepted standards of practice"
        F = "F", "F. Likely to help where others are not efficacious"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(DisputedItem, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    standard = models.CharField(max_length=1, choices=Standard, blank=True)
    rationale = models.TextField(blank=True)
    why_not_higher = models.TextField(
        "why no higher standard applies", blank=True, help_text="Below A: why every higher one does not apply."
    )
    had_before = models.PositiveSmallIntegerField(
        "had before", null=True, blank=True, help_text="How much of this treatment was had already; empty: not known."
    )

    objects = ItemReviewQuerySet.as_manager()

    class Meta:
        ordering = ["item__position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "item"], name="item_reviewed_once"),
            models.CheckConstraint(condition=Q(rationale__length__lte=LONGEST_TEXT), name="rationale_not_too_long"),
            models.CheckConstraint(condition=Q(why_not_higher__length__lte=LONGEST_TEXT), name="reason_not_too_long"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.decision or 'not decided'}"


class ReviewerCitation(CitationFields):
    """What the reviewer cites for an item; frozen words, with the library's section beside them where it came from."""

    item_review = models.ForeignKey(ItemReview, on_delete=models.CASCADE, related_name="citations")
    section_id_in_library = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position"]


class QualityCheck(models.Model):
    """One look of the quality reviewer at a submitted review."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="quality_checks")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.TextField(blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["checked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="approved") | ~Q(reasons=""), name="returned_review_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} at {self.checked_at}"
