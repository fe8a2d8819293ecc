from __future__ import annotations

from django.db import models


class OutgoingMail(models.Model):
    """A mail to one address, sent by the outbox. `about` holds ids and plain facts, never a link with a token."""

    kind = models.CharField(max_length=60, help_text="Name of the text under templates/accounts/mail.")
    to = models.EmailField()
    about = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} ({self.pk})"
