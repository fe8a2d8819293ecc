from __future__ import annotations

import json
from typing import Any

import pgtrigger
from django.db import models


class FrozenDocument(models.Model):
    """The canonical JSON of what a letter says, fixed for ever. Format: docs/determination-document.md."""

    kind = models.CharField(max_length=40, help_text='"determination"')
    text = models.TextField(help_text="Canonical JSON.")
    sha256 = models.CharField(max_length=64, db_index=True)
    frozen_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="frozen_document_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.text)  # type: ignore[no-any-return]
