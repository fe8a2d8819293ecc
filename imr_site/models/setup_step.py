from __future__ import annotations

from django.db import models


class SetupStep(models.Model):
    """A step of the installation's set-up, and the data it was last done with; written by `imr_site.installation`."""

    name = models.CharField(max_length=40, unique=True)
    fingerprint = models.CharField(max_length=64)
    done_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
