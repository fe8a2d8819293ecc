from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.case import Case


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> DeadlineQuerySet:
        """Running or stopped: nothing has met or ended it."""
        return self.filter(met_at=None, ended_at=None)

    def running(self) -> DeadlineQuerySet:
        return self.open().filter(due_at__isnull=False)

    def overdue(self, now: dt.datetime) -> DeadlineQuerySet:
        return self.running().filter(due_at__lt=now)


class Deadline(models.Model):
    """A legal clock of a case, with its due date and how that was worked out.

    The due date is never typed: `cases.services.deadlines` works it out from the events, each time from the start.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    clock = models.CharField(max_length=40, help_text="Key of the clock in the jurisdiction, as it runs now.")
    first_clock = models.CharField(max_length=40, help_text="As it was started.")
    about = models.CharField(
        max_length=100, blank=True, help_text="Tells clocks of one kind apart: a question, a party."
    )
    round = models.PositiveSmallIntegerField(default=1)
    trigger_on = models.DateField(help_text="The day that started it; it is not counted.")
    trigger_at = models.DateTimeField(null=True, blank=True, help_text="The moment, where the hour counts.")
    trigger_ref = models.CharField(max_length=60, blank=True, help_text='The fact it was read from: "document:12".')
    because = models.CharField(max_length=500, blank=True, help_text="What started it, in words.")
    service = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True, blank=True, help_text="Empty while it is stopped.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="The last moment in time.")
    timed = models.BooleanField(default=False, help_text="Due at an hour, not in the course of a day.")
    derivation: models.JSONField[Any, Any] = models.JSONField(default=list, help_text="How it was worked out.")
    started_at = models.DateTimeField(help_text="When the site was told.")
    met_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="It ran out of sense: the case ended.")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "first_clock", "about"],
                condition=Q(met_at=None, ended_at=None),
                name="deadline_runs_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None, due_at=None) | Q(due_on__isnull=False, due_at__isnull=False),
                name="deadline_is_due_or_stopped",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(met_at=None, ended_at=None), name="deadline_open_due"),
        ]
        triggers = [pgtrigger.Protect(name="deadline_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.clock} of case {self.case_id}"

    @property
    def due(self) -> dt.date | dt.datetime | None:
        """The day it is due, or the moment where the hour counts."""
        return self.due_at if self.timed else self.due_on

    @property
    def is_new(self) -> bool:
        return self._state.adding

    @property
    def trigger(self) -> dt.date | dt.datetime:
        return self.trigger_at or self.trigger_on

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.ended_at is None

    @property
    def stopped(self) -> bool:
        return self.is_open and self.due_at is None

    def late(self, now: dt.datetime) -> bool:
        """Whether its last moment passed before it was met."""
        return self.due_at is not None and self.due_at < (self.met_at or self.ended_at or now)


class DeadlineEvent(models.Model):
    """What happened to a clock, with the due date before and after. The due date is worked out from these alone."""

    class Kind(models.TextChoices):
        STARTED = "started", "Started"
        STOPPED = "stopped", "Stopped"
        RESTARTED = "restarted", "Runs again"
        EXTENDED = "extended", "Extended"
        CONVERTED = "converted", "Made expedited"
        MOVED = "moved", "Starts from another day"
        WORKED_OUT = "worked_out", "Worked out anew"
        MET = "met", "Met"
        ENDED = "ended", "Ended"

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    sentence = models.CharField(max_length=500, help_text="For people.")
    due_before = models.CharField(max_length=40, blank=True, help_text="Date or moment, ISO 8601; empty: none.")
    due_after = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=254)
    user_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="extended")
                | (Q(facts__has_keys=["days", "approval", "approved_on"], facts__days__gte=1) & ~Q(facts__approval="")),
                name="extended_with_an_approval",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="deadline_event_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.kind}"


class CaseTarget(models.Model):
    """An internal date of a case: worked back from a legal clock, or on from the receipt. No law hangs on it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="targets")
    deadline = models.ForeignKey(Deadline, null=True, blank=True, on_delete=models.CASCADE, related_name="targets")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    since = models.DateField(null=True, blank=True, help_text="Counted on from this day, not back from a clock.")
    due_on = models.DateField(null=True, blank=True, help_text="Empty while its clock is stopped.")
    due_at = models.DateTimeField(null=True, blank=True)
    timed = models.BooleanField(default=False)
    derivation: models.JSONField[Any, Any] = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["case"], condition=Q(done_at=None, ended_at=None), name="target_open_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of case {self.case_id}"

    @property
    def due(self) -> dt.date | dt.datetime | None:
        return self.due_at if self.timed else self.due_on


@pghistory.track(model_name="HolidayOverrideHistory")
class HolidayOverride(models.Model):
    """A day that is closed although no rule says so, or open although one does: an order of the governor, a mistake."""

    class Kind(models.TextChoices):
        CLOSED = "closed", "Closed"
        OPEN = "open", "Open although a holiday"

    jurisdiction = models.CharField(max_length=30, default="california", help_text="Key of its file.")
    calendar = models.CharField(max_length=40, help_text="Key of the calendar in that file: office, statutory.")
    day = models.DateField()
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.CLOSED)
    name = models.CharField(max_length=100, help_text="As it stands in the derivation: Day of mourning.")
    source = models.CharField(max_length=200, help_text="Who ordered it, and where that is written.")

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "calendar", "day"], name="one_override_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"


class RulesInForce(models.Model):
    """The rules and holidays by which the open deadlines were last worked out."""

    jurisdiction = models.CharField(max_length=30, unique=True)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.jurisdiction
