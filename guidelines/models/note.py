from __future__ import annotations

from django.conf import settings
from django.db import models

from guidelines.models.section import Section


class SectionNote(models.Model):
    """What a reviewer wrote down for himself about a section, in his own words. Nobody else reads it."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="notes")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["section", "reader"], name="one_note_a_section_and_reader"),
            models.CheckConstraint(condition=~models.Q(text=""), name="section_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"Note on {self.section_id}"
