"""What the desk keeps beside a case: calls and promises, notes, tasks with a reminder, desks handed over."""

from __future__ import annotations

import datetime as dt

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.organization import Organization


class ContactNote(models.Model):
    """One call, fax or talk with somebody about one or many cases: what was said, what was promised, by when."""

    class Way(models.TextChoices):
        PHONE = "phone", "Phone"
        EMAIL = "email", "E-mail"
        FAX = "fax", "Fax"
        MAIL = "mail", "Mail"
        IN_PERSON = "in_person", "In person"

    cases = models.ManyToManyField(Case, related_name="contact_notes")
    at = models.DateTimeField()
    way = models.CharField(max_length=12, choices=Way)
    with_whom = models.CharField(max_length=200)
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said = models.TextField()
    promised = models.TextField(blank=True)
    promised_by = models.DateField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_name = models.CharField(max_length=254)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(promised_by=None) | ~Q(promised=""), name="contact_promise_day_needs_a_promise"
            )
        ]
        triggers = [pgtrigger.Protect(name="contact_note_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_way_display()} with {self.with_whom}"


class CaseNote(models.Model):
    """A remark for colleagues. It is part of the file's history: never changed, never removed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    text = models.TextField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_name = models.CharField(max_length=254)

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [pgtrigger.Protect(name="case_note_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text[:80]


class CaseTaskQuerySet(models.QuerySet["CaseTask"]):
    def open(self) -> CaseTaskQuerySet:
        return self.filter(done_at=None)

    def due(self, today: dt.date) -> CaseTaskQuerySet:
        """Open tasks whose day has come, and those without a day."""
        return self.open().filter(Q(remind_on=None) | Q(remind_on__lte=today))


class CaseTask(models.Model):
    """Something to do about a case, on somebody's desk; it comes up on `remind_on`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_tasks")
    remind_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=254, blank=True)

    objects = CaseTaskQuerySet.as_manager()

    class Meta:
        ordering = ["remind_on", "pk"]
        indexes = [models.Index(fields=["owner", "remind_on"], name="case_task_open", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return self.what


class DeskHandover(models.Model):
    """A whole desk given to a colleague. The ids make it possible to give back exactly what was given."""

    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=254)
    case_ids = ArrayField(models.BigIntegerField(), default=list)
    task_ids = ArrayField(models.BigIntegerField(), default=list)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_user=models.F("to_user")), name="handover_goes_to_somebody_else")
        ]

    def __str__(self) -> str:
        return f"{self.from_user} to {self.to_user}, {len(self.case_ids)} cases"


class BulkHandover(models.Model):
    """Chosen cases given to somebody, or to nobody, in one act: who held each before, so that it can be taken back."""

    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    by_name = models.CharField(max_length=254)
    before = models.JSONField(help_text="Case id to the id of who held it, or null.")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{len(self.before)} cases to {self.to_user or 'nobody'}"


class SavedFilter(models.Model):
    """A list somebody comes back to: the query part of its address under a name of their own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name


class CasePresence(models.Model):
    """When somebody was last seen on a case's page; rows are overwritten, nothing is kept of the past."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_presence_once")]

    def __str__(self) -> str:
        return f"{self.user} on {self.case}"


class CaseTroubleQuerySet(models.QuerySet["CaseTrouble"]):
    def standing(self) -> CaseTroubleQuerySet:
        return self.filter(gone_at=None)


class CaseTrouble(models.Model):
    """What a nightly check found wrong with a case; it goes by itself once the check no longer finds it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="troubles")
    check_key = models.CharField(max_length=40)
    sentence = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = CaseTroubleQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "check_key"], condition=Q(gone_at=None), name="case_trouble_stands_once"
            )
        ]

    def __str__(self) -> str:
        return self.sentence


class DeskFigures(models.Model):
    """Figures of the dashboard that are too dear to work out for every look: the last ones, and when they were made."""

    key = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.key} of {self.made_at:%Y-%m-%d %H:%M}"
