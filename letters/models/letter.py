from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Cast

from common.models import OutboxJob, StoredFile
from letters.models.frozen_document import FrozenDocument
from letters.models.wording import Wording

#: Kind of the outbox job that seals a letter; its key is the letter's primary key.
SEAL_JOB = "letters.seal"

#: What a letter says and what it replaces: fixed when it is ordered.
_ORDERED = ("key", "version", "kind", "frozen", "wording", "supersedes", "ordered_at")


def _job_is_held() -> models.Exists:
    key = Cast(models.OuterRef("pk"), models.CharField())
    return models.Exists(OutboxJob.objects.held().filter(kind=SEAL_JOB, key=key))


class LetterQuerySet(models.QuerySet["Letter"]):
    def sealed(self) -> LetterQuerySet:
        return self.filter(sealed_at__isnull=False)

    def held(self) -> LetterQuerySet:
        """Letters whose tries are used up: a person must look."""
        return self.filter(_job_is_held(), sealed_at__isnull=True)

    def waiting(self) -> LetterQuerySet:
        """Letters that will be sealed by themselves."""
        return self.filter(~_job_is_held(), sealed_at__isnull=True)

    def newest_first(self) -> LetterQuerySet:
        return self.order_by("-ordered_at", "-pk")


class Letter(models.Model):
    """One letter: ordered from a frozen document and a wording, then sealed once and for ever."""

    key = models.CharField(max_length=60, help_text="The case number.")
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=40, default="determination")
    frozen = models.ForeignKey(FrozenDocument, on_delete=models.PROTECT, related_name="letters")
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="letters")
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ordered_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    verification = models.JSONField(null=True, blank=True, help_text="What was found before release.")
    libraries = models.JSONField(null=True, blank=True, help_text="Versions that made it.")

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="letter_version_once"),
            models.CheckConstraint(
                condition=models.Q(sealed_at=None, file=None, pdf_sha256="")
                | (models.Q(sealed_at__isnull=False, file__isnull=False) & ~models.Q(pdf_sha256="")),
                name="letter_sealed_with_its_file",
            ),
        ]
        indexes = [models.Index(fields=["-ordered_at", "-id"], name="letter_newest_first")]
        triggers = [
            pgtrigger.ReadOnly(name="letter_content_fixed", fields=list(_ORDERED)),
            pgtrigger.Protect(
                name="letter_sealed_for_ever",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sealed_at__isnull=False),
            ),
            pgtrigger.Protect(name="letter_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.key} version {self.version}"

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None
