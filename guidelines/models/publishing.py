from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from guidelines.models.publication import Edition
from guidelines.models.triggers import ACT_IS_OF_THIS_TRANSACTION


class PublishingAct(models.Model):
    """By what an edition came to say what it says. Written first; the triggers let its transaction change the edition.

    Whoever wrote in the draft cannot publish it. An import is the site's own set-up, without people.
    """

    class Kind(models.TextChoices):
        NEW = "new", "New edition"
        CORRECTION = "correction", "Correction"
        ENDED = "ended", "Ended by the next edition"
        IMPORT = "import", "Set-up"
        TRIAL = "trial", "Trial, always taken back"

    kind = models.CharField(max_length=10, choices=Kind)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="acts")
    draft = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    authors = ArrayField(models.BigIntegerField(), default=list)
    publisher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    transaction = models.BigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["transaction"], name="publishing_act_transaction")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["import", "trial"]) | (Q(publisher__isnull=False) & Q(draft__isnull=False)),
                name="publishing_is_answered_for",
            ),
            models.CheckConstraint(
                condition=Q(publisher=None) | ~Q(authors__contains=[F("publisher")]), name="author_never_publishes"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="act_is_of_this_transaction",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=ACT_IS_OF_THIS_TRANSACTION,
            ),
            pgtrigger.Protect(name="acts_stay", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.edition}"
