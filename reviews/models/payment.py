from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models.assignment import Assignment


@pghistory.track(model_name="PaymentHistory")
class Payment(models.Model):
    """That the fee of a review was paid: the one frozen at the offer. Nothing here knows a decision."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="payment")
    cents = models.PositiveIntegerField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=100, help_text="Number of the transfer or the check.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reference=""), name="payment_has_a_reference")]
        triggers = [pgtrigger.Protect(name="payment_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.reference}: {self.cents / 100:.2f}"
