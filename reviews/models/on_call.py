from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from reviews.models.reviewer import Reviewer


class OnCallQuerySet(models.QuerySet["OnCall"]):
    def at(self, moment: dt.datetime) -> OnCallQuerySet:
        return self.filter(from_at__lte=moment, to_at__gt=moment)


class OnCall(models.Model):
    """A stretch of time in which a reviewer answers offers of expedited cases at once; asked before the others."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="on_call")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()

    objects = OnCallQuerySet.as_manager()

    class Meta:
        ordering = ["from_at"]
        constraints = [models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="on_call_runs_forward")]

    def __str__(self) -> str:
        return f"{self.reviewer.reviewer_id} from {self.from_at} to {self.to_at}"
