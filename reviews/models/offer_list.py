from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Case
from reviews.models.assignment import Assignment
from reviews.models.reviewer import Reviewer


@pgtrigger.register(pgtrigger.Protect(name="offer_list_is_never_deleted", operation=pgtrigger.Delete))
class OfferList(models.Model):
    """Reviewers to whom a case is offered one after the other, until somebody accepts it."""

    class End(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        USED_UP = "used_up", "Everybody was asked"
        STOPPED = "stopped", "Stopped by staff"
        MOVED = "moved", "The case moved on"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offer_lists")
    round = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, choices=End, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_open_offer_list_per_case"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="") | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="offer_list_ends_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Offers of {self.case} in turn"


class OfferListEntry(models.Model):
    """One place of the list: offered, passed over by the gate, or still to come."""

    offer_list = models.ForeignKey(OfferList, on_delete=models.PROTECT, related_name="entries")
    place = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="+")
    assignment = models.OneToOneField(Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="entry")
    passed_over_at = models.DateTimeField(null=True, blank=True)
    passed_over_because = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["offer_list", "place"]
        constraints = [
            models.UniqueConstraint(fields=["offer_list", "place"], name="one_reviewer_per_place_of_offer_list"),
            models.UniqueConstraint(fields=["offer_list", "reviewer"], name="one_place_per_reviewer_of_offer_list"),
            models.CheckConstraint(
                condition=Q(assignment=None) | Q(passed_over_at=None), name="offer_list_entry_offered_or_passed_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.reviewer.reviewer_id}"
