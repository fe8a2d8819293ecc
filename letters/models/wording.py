from __future__ import annotations

import datetime as dt

import pgtrigger
from django.db import models
from django.db.models import Q

#: The organization of the wording that comes with the site.
OWN = ""


class WordingQuerySet(models.QuerySet["Wording"]):
    def in_force(self, layout: str, language: str, on: dt.date) -> WordingQuerySet:
        """The wordings of a layout for a date, the one that counts first: imported before own, newest first."""
        return (
            self.filter(Q(effective_to=None) | Q(effective_to__gte=on))
            .filter(layout=layout, language=language, effective_from__lte=on)
            .order_by(models.Case(models.When(organization=OWN, then=1), default=0), "-pk")
        )

    def overlapping(self, effective_from: dt.date, effective_to: dt.date | None) -> WordingQuerySet:
        found = self.filter(Q(effective_to=None) | Q(effective_to__gte=effective_from))
        return found if effective_to is None else found.filter(effective_from__lte=effective_to)


class Wording(models.Model):
    """The texts of a letter layout in one language for a range of dates. Never changed: an import adds a row."""

    layout = models.CharField(max_length=40)
    language = models.CharField(max_length=20)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True, help_text="Last day; empty: still in force.")
    organization = models.CharField(max_length=200, blank=True, help_text="Empty: the site's own wording.")
    blocks = models.JSONField(help_text="Key -> text, see letters.rules.wording_keys.")
    sha256 = models.CharField(max_length=64, help_text="Of the canonical JSON of layout, language, dates and blocks.")
    imported_at = models.DateTimeField()

    objects = WordingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["layout", "language", "effective_from"], name="wording_by_layout")]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=models.F("effective_from")),
                name="wording_range_in_order",
            )
        ]
        triggers = [pgtrigger.Protect(name="wording_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.layout} {self.language} from {self.effective_from} ({self.organization or 'own'})"
