from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from common.models import StoredFile

#: The dictionary that pages are indexed and searched with.
SEARCH_CONFIG = "english"


class Reading(models.Model):
    """How far the pages of a file are read. Counts, so that progress can be said in numbers."""

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="reading")
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Pages of the file, once it was opened.")
    read = models.PositiveIntegerField(default=0, help_text="Pages whose own text was taken.")
    scans = models.PositiveIntegerField(default=0, help_text="Pages that are pictures and need OCR.")
    scans_read = models.PositiveIntegerField(default=0)
    illegible = models.PositiveIntegerField(default=0, help_text="Pages that could not be read, or hardly.")
    began_at = models.DateTimeField()
    text_at = models.DateTimeField(null=True, blank=True, help_text="From then on its own text is searchable.")
    done_at = models.DateTimeField(null=True, blank=True, help_text="Everything is read, scans too.")
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.read} of {self.pages} pages, {self.scans_read} of {self.scans} scans"

    @property
    def progress(self) -> str:
        """For people: "page 412 of 2,000"."""
        if self.problem:
            return self.problem
        if self.done_at:
            return f"{self.illegible:,} of {self.pages:,} pages hard to read" if self.illegible else "read"
        if self.pages is None:
            return "waiting to be read"
        if self.text_at is None:
            return f"reading page {self.read:,} of {self.pages:,}"
        return f"reading scanned page {self.scans_read:,} of {self.scans:,}"


class Page(models.Model):
    """The text of one page of a stored file."""

    class Source(models.TextChoices):
        BORN = "born", "Own text"
        OCR = "ocr", "Read from the picture"
        EMPTY = "empty", "Blank"
        WAITING = "waiting", "A picture, to be read"

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="page_texts")
    number = models.PositiveIntegerField(help_text="Counted from 1 in the file.")
    text = models.TextField(blank=True)
    source = models.CharField(max_length=7, choices=Source)
    confidence = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="0 to 100, how sure the OCR was; unset for own text."
    )
    vector: Any = models.GeneratedField(
        expression=SearchVector("text", config=SEARCH_CONFIG), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="page_once_per_file")]
        indexes = [GinIndex(fields=["vector"], name="page_words")]

    def __str__(self) -> str:
        return f"page {self.number}"

    @property
    def hard_to_read(self) -> bool:
        return self.source == self.Source.OCR and (self.confidence or 0) < LEGIBLE


#: Below this confidence people are told that a page is hard to read.
LEGIBLE = 60
