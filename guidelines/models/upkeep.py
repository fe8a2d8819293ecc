"""Changes to many sections at once: read, compared, confirmed, undone. The rows are the diff that people confirm."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from common.models import StoredFile
from guidelines.models.publication import Edition


class ColumnNames(models.Model):
    """What the columns of a source's lists mean here, said once: plain name of the header -> key, "" left out."""

    source = models.CharField(max_length=200)
    columns = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["source"]
        constraints = [models.UniqueConstraint(Lower("source"), name="column_names_of_a_source_once")]

    def __str__(self) -> str:
        return self.source


class ChangeSet(models.Model):
    """One change to many sections: a file, a pasted table of contents, words given to many rows.

    base says what the history of the editions had reached when the differences were worked out (edition id -> number).
    """

    class Kind(models.TextChoices):
        TABLE = "table", "Table"
        EXCHANGE = "exchange", "Exchange file"
        CONTENTS = "contents", "Pasted contents"
        WORDS = "words", "Words of many sections"
        DRUGS = "drugs", "Drug list"

    class State(models.TextChoices):
        COLUMNS = "columns", "Columns to be named"
        READING = "reading", "Being read"
        READY = "ready", "To be confirmed"
        REFUSED = "refused", "Cannot be read"
        WRITING = "writing", "Being written"
        WRITTEN = "written", "Written"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        DROPPED = "dropped", "Given up"

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=200, blank=True)
    edition = models.ForeignKey(Edition, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    format = models.CharField(max_length=5, blank=True)
    headers = models.JSONField(default=list, help_text="[header, first values] of each column.")
    asked = models.JSONField(default=dict, help_text="header -> column; or which words are added, removed, replaced.")
    base = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    total = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tries = models.PositiveIntegerField(default=0, help_text="How often it was handed to a worker.")
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["-made_at", "-id"], name="change_set_newest")]

    def __str__(self) -> str:
        return self.title


class ChangeRow(models.Model):
    """One row of a change: what it would do, or why it is refused. Rows that change nothing are only counted."""

    class Outcome(models.TextChoices):
        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        REMOVED = "removed", "Taken out"
        REFUSED = "refused", "Refused"

    class About(models.TextChoices):
        PUBLICATION = "publication", "Publication"
        EDITION = "edition", "Edition"
        SECTION = "section", "Section"
        DRUG = "drug", "Drug"
        DRUG_LIST = "drug_list", "Drug list"

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="Row of the table, line of the text, entry of the file.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    about = models.CharField(max_length=12, choices=About, default=About.SECTION)
    name = models.CharField(max_length=600, help_text="Heading, or what stands where it should.")
    path = models.JSONField(default=list, help_text="Headings from the top of the edition down to this one.")
    edition_id_there = models.BigIntegerField(null=True)
    object_id = models.BigIntegerField(null=True, help_text="The record that it changes, or that it has made.")
    differences = models.JSONField(default=list, help_text="[field, before, after], each.")
    reasons = models.JSONField(default=list, help_text="[column, sentence], each: why the row is refused.")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["change_set", "outcome", "number"], name="change_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"
