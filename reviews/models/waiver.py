from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Case, Party
from reviews.models.reviewer import Reviewer

#: Rules of which a finding can be waivable at all (`reviews.rules`); of any other rule no waiver can be stored.
WAIVABLE_RULES = (
    "conflict.employment", "conflict.practice_group", "conflict.consulting", "conflict.colleague", "conflict.address",
    "conflict.product", "conflict.product_maker",
)  # fmt: skip


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def standing(self) -> WaiverQuerySet:
        """Granted and not withdrawn: these let their finding pass."""
        return self.filter(granted=True, withdrawn_at=None)

    def open(self) -> WaiverQuerySet:
        """Asked for and not decided."""
        return self.filter(decided_at=None, withdrawn_at=None)


@pghistory.track(model_name="WaiverHistory")
class Waiver(models.Model):
    """One waivable finding about one reviewer and one case: asked for by one person, decided by another.

    What it is about never changes, it is decided once and withdrawn once. A finding that says anything else than what
    is kept here (another period, another share, another party) is not waived by it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="waivers")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="waivers")
    rule = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    party_name = models.CharField(max_length=600, blank=True)
    subject = models.CharField(max_length=600)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ask_reason = models.CharField(max_length=1000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    decide_reason = models.CharField(max_length=1000, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=1000, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity="waivable", rule__in=WAIVABLE_RULES), name="waiver_of_a_waivable_finding"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="waiver_decided_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, granted=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, granted__isnull=False) & ~Q(decide_reason=""),
                name="waiver_decision_is_whole",
            ),
            models.CheckConstraint(condition=~Q(ask_reason=""), name="waiver_asked_with_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | (Q(withdrawn_by__isnull=False) & ~Q(withdraw_reason="")),
                name="waiver_withdrawn_with_reason",
            ),
            models.UniqueConstraint(
                fields=["case", "reviewer", "rule", "party", "party_name", "subject", "since", "until"],
                condition=Q(withdrawn_at=None) & (Q(granted=None) | Q(granted=True)),
                nulls_distinct=False,
                name="waiver_once_for_a_finding",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="waiver_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="waiver_keeps_what_it_is_about",
                fields=[
                    "case", "reviewer", "rule", "severity", "party", "party_name", "subject", "since", "until",
                    "evidence", "asked_by", "asked_at", "ask_reason",
                ],
            ),
            pgtrigger.Protect(
                name="waiver_is_decided_once",
                operation=pgtrigger.UpdateOf("decided_by_id", "decided_at", "granted", "decide_reason"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__decided_at__isnull=False) | pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="waiver_is_withdrawn_once",
                operation=pgtrigger.UpdateOf("withdrawn_by_id", "withdrawn_at", "withdraw_reason"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rule} for {self.reviewer.reviewer_id} in {self.case}"
