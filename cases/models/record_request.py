"""The records a case needs: who was asked for what, what covered it, who was reminded, what came too late."""

from __future__ import annotations

import datetime as dt

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.document import Document
from cases.models.organization import Organization
from cases.models.party import Party
from cases.rules.required_records import Needed, Standing, holds_up, standing
from cases.workflow import State


class RecordRequestQuerySet(models.QuerySet["RecordRequest"]):
    def outstanding(self) -> RecordRequestQuerySet:
        """Neither received nor waived."""
        return self.filter(received_at=None, waived_at=None)

    def holding_up(self) -> RecordRequestQuerySet:
        """Those without which the file is not complete."""
        return self.filter(needed__in=[need for need in Needed if holds_up(need)])

    def chased(self) -> RecordRequestQuerySet:
        """What a party is reminded of: it holds a case up that is collecting its records."""
        return self.outstanding().holding_up().filter(case__state=State.RECORDS, party__isnull=False)


@pghistory.track(model_name="RecordRequestHistory")
class RecordRequest(models.Model):
    """One kind of record asked of one party of a case, or one record that the request or the UR decision names.

    `document` and `received_at` are worked out from the file (`cases.services.record_requests`), never typed: they are
    kept here so that lists of thousands of cases need not read the files.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="record_requests")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40, help_text="The row of the jurisdiction file.")
    label = models.CharField(max_length=300, help_text="As it was asked.")
    needed = models.CharField(max_length=10, choices=[(need.value, need.value) for need in Needed])
    kinds = ArrayField(models.CharField(max_length=30), default=list)
    not_before = models.DateField(null=True, blank=True, help_text="Reports older than this are not asked for.")
    owed_by = models.CharField(max_length=25, help_text="Role of the party that must send it.")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="record_requests")
    source = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When the request was served.")
    due_at = models.DateTimeField(null=True, blank=True)
    due_why = models.TextField(blank=True, help_text="How the due date was worked out.")
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers", help_text="Covers it."
    )
    received_at = models.DateTimeField(null=True, blank=True)
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.CharField(max_length=254, blank=True)
    waived_reason = models.CharField(max_length=500, blank=True)

    objects = RecordRequestQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key", "owed_by", "label"], name="record_request_once"),
            models.CheckConstraint(
                condition=Q(waived_at=None, waived_reason="") | Q(waived_at__isnull=False) & ~Q(waived_reason=""),
                name="record_request_waived_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["party", "due_at"], name="record_request_open", condition=Q(received_at=None, waived_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.label

    def standing(self, now: dt.datetime) -> Standing:
        return standing(
            received=self.received_at is not None,
            waived=self.waived_at is not None,
            asked=self.asked_at is not None,
            due_at=self.due_at if holds_up(self.needed) else None,
            now=now,
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), model_name="RecordMarkHistory")
class RecordMark(models.Model):
    """What a person said: this document covers that request, or does not, whatever its kind. Undone by deleting."""

    request = models.ForeignKey(RecordRequest, on_delete=models.CASCADE, related_name="marks")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="record_marks")
    covers = models.BooleanField()
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "document"], name="record_mark_once")]

    def __str__(self) -> str:
        return f"{self.document} {'covers' if self.covers else 'does not cover'} {self.request}"


class Chaser(models.Model):
    """One reminder to one administrator on one day, about all its cases. Its row promises that it goes out once."""

    owing = models.CharField(max_length=30, help_text='Who owes: "o" and the organization, or "p" and the party.')
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    day = models.DateField()
    rung = models.CharField(max_length=30, help_text="The highest rung among its cases.")
    label = models.CharField(max_length=100)
    at = models.DateTimeField()
    notice_id = models.BigIntegerField(null=True, blank=True, help_text="The notice sent; none for a call.")

    class Meta:
        ordering = ["-day", "name"]
        constraints = [models.UniqueConstraint(fields=["owing", "day"], name="chaser_once_a_day")]
        triggers = [pgtrigger.Protect(name="chaser_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.label} to {self.name}, {self.day}"


class ChaserStep(models.Model):
    """One rung of the ladder in one case: sent with a chaser, or skipped because a higher one was due already."""

    chaser = models.ForeignKey(Chaser, on_delete=models.PROTECT, related_name="steps")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="chaser_steps")
    owing = models.CharField(max_length=30)
    rung = models.CharField(max_length=30)
    asked_on = models.DateField(null=True, blank=True, help_text="The request whose ladder it is; old steps have none.")
    due_on = models.DateField(help_text="When the records were due, as it was known then.")
    skipped = models.BooleanField(default=False)
    lacks = models.JSONField(default=list, help_text="Labels of what was missing.")

    class Meta:
        ordering = ["chaser", "case"]
        constraints = [models.UniqueConstraint(fields=["case", "owing", "rung", "asked_on"], name="chaser_rung_once")]
        triggers = [pgtrigger.Protect(name="chaser_step_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rung}{' (skipped)' if self.skipped else ''}"


class LateRecordQuerySet(models.QuerySet["LateRecord"]):
    def unseen(self) -> LateRecordQuerySet:
        return self.filter(seen_at=None)

    def after_determination(self) -> LateRecordQuerySet:
        return self.filter(after_determination=True)


class LateRecord(models.Model):
    """A record that came when a reviewer had the case, or after the determination: filed, and flagged until seen."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="late")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="late_records")
    at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices, help_text="Of the case when the record came.")
    after_determination = models.BooleanField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.CharField(max_length=254, blank=True)
    note = models.CharField(max_length=1000, blank=True, help_text="What follows from it.")

    objects = LateRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case"], name="late_record_unseen", condition=Q(seen_at=None))]

    def __str__(self) -> str:
        return f"{self.document_id} of {self.case_id}"
