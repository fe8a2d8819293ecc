from __future__ import annotations

from django.conf import settings
from django.db import models

from guidelines.models.section import Section


class KeptSection(models.Model):
    """A section that a reader keeps at hand: pinned, or used a short while ago. Nobody else sees it."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    pinned_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "section"], name="section_kept_once_a_reader"),
            models.CheckConstraint(
                condition=models.Q(pinned_at__isnull=False) | models.Q(used_at__isnull=False),
                name="section_kept_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Section {self.section_id} at hand"
