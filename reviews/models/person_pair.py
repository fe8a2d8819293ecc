from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from cases.models import Party
from reviews.models.reviewer import Reviewer

#: Parts in which a person is compared: the worker is no row among the parties.
PARTS = [("worker", "Worker"), *((role.value, str(role.label)) for role in Party.Role)]


class PersonPairQuerySet(models.QuerySet["PersonPair"]):
    def decided(self) -> PersonPairQuerySet:
        return self.exclude(decision=PersonPair.Decision.OPEN)


@pghistory.track(model_name="PersonPairHistory")
class PersonPair(models.Model):
    """What somebody decided about a named party who may be a reviewer, or a reviewer's relation.

    subject: folded name of the relation, "" where the reviewer is meant. It holds for every case in which somebody of
    this name and NPI has this part: a physician "J. Smith" is not the worker "J. Smith". A row is made by the first
    decision and stays after its undo; two people who decide at once meet in it.
    """

    class Decision(models.TextChoices):
        OPEN = "open", "Not decided"
        SAME = "same", "The same"
        DIFFERENT = "different", "Different"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="person_pairs")
    subject = models.CharField(max_length=200, blank=True)
    party_key = models.CharField(max_length=200)
    party_npi = models.CharField(max_length=10, blank=True)
    party_role = models.CharField(max_length=25, choices=PARTS)
    subject_name = models.CharField(max_length=300)
    party_name = models.CharField(max_length=300)
    why = models.CharField(max_length=300, help_text="Why the names were alike.")
    decision = models.CharField(max_length=20, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)

    objects = PersonPairQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "subject", "party_key", "party_npi", "party_role"], name="person_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(decision="open", decided_at=None, decided_by="")
                | Q(decision__in=["same", "different"], decided_at__isnull=False) & ~Q(decided_by=""),
                name="person_pair_decision_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_name} and {self.subject_name}: {self.get_decision_display()}"
