from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q

from cases.models.case import Case


class CasePairQuerySet(models.QuerySet["CasePair"]):
    def open(self) -> CasePairQuerySet:
        """Pairs on which nobody has decided."""
        return self.filter(decision=CasePair.Decision.OPEN)

    def joined(self) -> CasePairQuerySet:
        """Pairs whose later application was closed and is part of the earlier case's file."""
        return self.filter(decision__in=CasePair.JOINING)

    def of(self, case: Case) -> CasePairQuerySet:
        return self.filter(Q(earlier=case) | Q(later=case))


@pghistory.track(model_name="CasePairHistory")
class CasePair(models.Model):
    """Two applications that look alike or belong together, and what somebody decided about them.

    Each pair is kept once, the earlier application first, whoever found it: what was decided is remembered, and two
    people who decide at once meet at this row.
    """

    class Kind(models.TextChoices):
        CERTAIN = "certain", "Certain duplicate"
        LIKELY = "likely", "Likely duplicate"
        CHOSEN = "chosen", "Chosen by hand"

    class Decision(models.TextChoices):
        OPEN = "open", "Not decided"
        MERGED = "merged", "Duplicate, merged"
        CONSOLIDATED = "consolidated", "Consolidated"
        RELATED = "related", "Related"
        DIFFERENT = "different", "Not a duplicate"

    #: Decisions that close the later application into the earlier case.
    JOINING = (Decision.MERGED, Decision.CONSOLIDATED)

    earlier = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pairs_with_later")
    later = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pairs_with_earlier")
    kind = models.CharField(max_length=10, choices=Kind)
    score = models.PositiveSmallIntegerField(default=0, help_text="How much alike, 0 to 100.")
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=15, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)
    brought: models.JSONField[Any, Any] = models.JSONField(
        default=dict,
        blank=True,
        help_text="What joining wrote, for its undoing: {documents: [ids], items: [ids]}.",
    )

    objects = CasePairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="case_pair_once"),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="case_pair_of_two"),
            models.UniqueConstraint(
                fields=["later"], condition=Q(decision__in=["merged", "consolidated"]), name="case_joined_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} and {self.later_id}: {self.get_decision_display()}"

    def other(self, case: Case) -> Case:
        return self.later if case.pk == self.earlier_id else self.earlier

    @property
    def is_joined(self) -> bool:
        return self.decision in self.JOINING
