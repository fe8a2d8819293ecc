from __future__ import annotations

from django.db import models


class CitationFields(models.Model):
    """What a citation says, frozen as it was typed; `exchange.md`'s CITATION. Base of both sides' citations.

    `text`, when given, replaces the printed entry. Nothing here is looked up again when a letter is printed.
    """

    class Basis(models.TextChoices):
        MTUS = "MTUS", "MTUS"
        NON_MTUS = "Non-MTUS", "Other source"

    position = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=10, choices=Basis)
    publication = models.CharField(max_length=500)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    sections = models.JSONField(default=list, blank=True, help_text="List of headings, as printed.")
    pages = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True, help_text="Printed in place of the composed entry.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text or ", ".join(filter(None, [self.publication, *self.sections, self.pages]))

    def as_document(self) -> dict[str, object]:
        """The citation as it stands in a frozen determination."""
        return {
            "basis": self.basis,
            "publication": self.publication,
            "year": self.year,
            "sections": list(self.sections),
            "pages": self.pages or None,
            "text": self.text or None,
        }
