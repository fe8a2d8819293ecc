from __future__ import annotations

from django.conf import settings
from django.db import models

from guidelines.models.publication import Edition


class PublishingTrial(models.Model):
    """What publishing a draft would change, worked out by a worker: the newest answer of each draft.

    base says how far the history of the editions had come: another one is stale.
    """

    class State(models.TextChoices):
        WORKING = "working", "Being worked out"
        DONE = "done", "Worked out"
        REFUSED = "refused", "Cannot be tried out"

    draft = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="trial")
    state = models.CharField(max_length=10, choices=State)
    problem = models.TextField(blank=True)
    base = models.JSONField(default=dict)
    answer = models.JSONField(default=dict, help_text="searched, on, moved: [request, diagnosis, before, after] each.")
    tries = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.draft}: {self.get_state_display()}"
