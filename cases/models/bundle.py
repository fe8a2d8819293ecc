from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.document import Document


@pghistory.track(model_name="BundleProposalHistory")
class BundleProposal(models.Model):
    """How one filed document of many pages is to be sorted into the records that it holds.

    `parts` holds the records in order; together they cover every page of the document once, counted in its stored file:
    {"first", "last", "kind", "title", "author", "date", "confidence", "why": [...], "by_hand"}. Only the services of
    `cases.services.bundles` write them.
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="bundle")
    parts: models.JSONField[Any, Any] = models.JSONField(default=list)
    duplicates: models.JSONField[Any, Any] = models.JSONField(
        default=dict, blank=True, help_text="Page -> the page that it repeats: {document, page, likeness}."
    )
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Rises with every act, so that two people notice.")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(parts=[]), name="bundle_has_parts")]

    def __str__(self) -> str:
        return f"{self.document_id}: {len(self.parts)} records"


class BundleAct(models.Model):
    """One act of sorting, with what stood there before it, so that the last one can be undone."""

    class Kind(models.TextChoices):
        MOVED = "moved", "Boundary moved"
        SPLIT = "split", "Record begun"
        MERGED = "merged", "Records joined"
        NAMED = "named", "Record named"
        ACCEPTED = "accepted", "All accepted"

    bundle = models.ForeignKey(BundleProposal, on_delete=models.PROTECT, related_name="acts")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    sentence = models.CharField(max_length=300)
    before: models.JSONField[Any, Any] = models.JSONField()
    actor_name = models.CharField(max_length=254)
    user_id = models.BigIntegerField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by="") | Q(undone_at__isnull=False),
                name="bundle_act_undone_by_somebody",
            )
        ]
        triggers = [pgtrigger.Protect(name="bundle_act_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.sentence
