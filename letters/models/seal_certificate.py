from __future__ import annotations

import pgtrigger
from django.db import models


class SealCertificate(models.Model):
    """A certificate that sealed letters here. Letters under it stay good after the key is replaced."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="Of the certificate's DER bytes.")
    pem = models.TextField()
    subject = models.CharField(max_length=400)
    not_after = models.DateTimeField()
    first_used_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="seal_certificate_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.subject} until {self.not_after:%Y-%m-%d}"
