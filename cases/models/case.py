from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse

from cases.models.past import past_only
from cases.models.person import Worker
from cases.workflow import FIRST_STATE, IMPORTED_STATE, STATE_MOVES, State
from common.days import date_in

#: States of cases that are served or over, and of those that still need work. Indexes are made from these.
ENDED = tuple(str(state) for state in (State.SERVED, *State.ended()))
IN_WORK = tuple(state for state in State.values if state not in ENDED)


class CaseQuerySet(models.QuerySet["Case"]):
    def in_state(self, *states: str) -> CaseQuerySet:
        return self.filter(state__in=states)

    def open(self) -> CaseQuerySet:
        return self.exclude(state__in=[*State.ended(), State.SERVED])

    def in_work(self) -> CaseQuerySet:
        """Cases that stand in queues: neither served nor ended, no past determinations taken over."""
        return self.filter(state__in=IN_WORK, imported=False)

    def ended(self) -> CaseQuerySet:
        return self.filter(state__in=ENDED, imported=False)

    def with_facts(self) -> CaseQuerySet:
        """Everything the case page and the gate read, in a constant number of statements."""
        return self.select_related(
            "worker", "claim", "owner", "application", "utilization_review"
        ).prefetch_related(
            "diagnoses", "items__administrator_citations", "items__depends_on", "parties__organization",
            "parties__person", "documents__file",
        )  # fmt: skip

    def found_by(self, text: str) -> CaseQuerySet:
        """Cases whose number, claim number or worker's name holds every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(number__icontains=word)
                | Q(claim__claim_number__icontains=word)
                | Q(worker__first_name__icontains=word)
                | Q(worker__last_name__icontains=word)
            )
        return found


def claim_key_of(field: str) -> models.Func:
    """The claim number as `cases.rules.duplicates.claim_key` folds it, worked out and indexed by the database."""
    return models.Func(
        Upper(field), models.Value("[^A-Z0-9]"), models.Value(""), models.Value("g"),
        function="REGEXP_REPLACE", output_field=models.CharField(),
    )  # fmt: skip


@pghistory.track(*past_only(), model_name="ClaimHistory")
class Claim(models.Model):
    claim_number = models.CharField(max_length=60, blank=True, db_index=True)
    injury_date = models.DateField(null=True, blank=True)
    adj_number = models.CharField("WCAB case number", max_length=30, blank=True)
    wcis_number = models.CharField("WCIS number", max_length=30, blank=True)

    class Meta:
        indexes = [
            models.Index(claim_key_of("claim_number"), "injury_date", name="claim_key_injury"),
            GinIndex(OpClass(Upper("claim_number"), name="gin_trgm_ops"), name="claim_number_search"),
        ]

    def __str__(self) -> str:
        return self.claim_number


@pghistory.track(model_name="CaseHistory")
class Case(models.Model):
    """One application for independent medical review, from filing to closing.

    `state` moves only by `cases.services.workflow.move`; the database refuses every step that the table lacks.
    `version` counts the saved changes, so that two people who edit at once notice.
    """

    class Priority(models.TextChoices):
        STANDARD = "standard", "Standard"
        EXPEDITED = "expedited", "Expedited"

    number = models.CharField(max_length=20, unique=True)
    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    jurisdiction = models.CharField(max_length=30, default="california")
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.STANDARD)
    state = models.CharField(max_length=20, choices=State.choices, default=FIRST_STATE)
    round = models.PositiveSmallIntegerField(default=1, help_text="Rises with each remand.")
    imported = models.BooleanField(default=False, help_text="A past determination, taken over complete.")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="cases")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="cases")
    assigned_on = models.DateField(null=True, blank=True, help_text="Date of the notice of assignment.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="held_cases",
        help_text="The coordinator who holds the case.",
    )  # fmt: skip
    stage_since = models.DateTimeField(null=True, blank=True, help_text="When it came into its present state.")
    next_due_at = models.DateTimeField(null=True, blank=True, help_text="The earliest open legal due moment.")
    next_due_clock = models.CharField(max_length=40, blank=True)
    next_target_on = models.DateField(null=True, blank=True, help_text="The next internal target.")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    feed_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the row it was imported from.")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "created_at"], name="case_state_created"),
            # The queues hold a tenth of a year's cases: these indexes are small and leave the ended ones out.
            models.Index(
                fields=["state", "next_target_on"], name="case_in_work", condition=Q(state__in=IN_WORK, imported=False)
            ),
            models.Index(
                fields=["owner", "next_target_on"],
                name="case_in_work_owner",
                condition=Q(state__in=IN_WORK, imported=False),
            ),
            models.Index(
                fields=["next_due_at"], name="case_in_work_due", condition=Q(state__in=IN_WORK, imported=False)
            ),
            models.Index(
                fields=["priority"],
                name="case_in_work_expedited",
                condition=Q(state__in=IN_WORK, imported=False, priority="expedited"),
            ),
            models.Index(
                fields=["created_at", "id"], name="case_in_work_oldest", condition=Q(state__in=IN_WORK, imported=False)
            ),
            models.Index(
                fields=["state"],
                include=["stage_since", "created_at"],
                name="case_in_work_stages",
                condition=Q(state__in=IN_WORK, imported=False),
            ),
            models.Index(fields=["id"], name="case_imported", condition=Q(imported=True)),
            models.Index(fields=["feed_hash"], name="case_feed_hash", condition=Q(external_id=None)),
            models.Index(fields=["-id"], name="case_ended", condition=Q(state__in=ENDED, imported=False)),
            models.Index(fields=["worker"], include=["id"], name="case_of_worker"),
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="case_number_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_is_known"),
            models.CheckConstraint(condition=~Q(number=""), name="case_has_a_number"),
        ]
        triggers = [
            pgtrigger.FSM(name="case_moves_only_by_the_table", field="state", transitions=STATE_MOVES),
            pgtrigger.Trigger(
                name="case_is_born_received",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__imported=False) & ~pgtrigger.Q(new__state=FIRST_STATE)
                | pgtrigger.Q(new__imported=True) & ~pgtrigger.Q(new__state=IMPORTED_STATE),
                func="RAISE EXCEPTION 'a case is born in received, an imported determination in closed';",
            ),
            pgtrigger.Protect(name="case_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("cases:case", args=[self.number])

    @property
    def zone(self) -> ZoneInfo:
        """Where its programme is: its dates are days there."""
        from cases.services.jurisdictions import zone_of  # the rules are found by services; they know the models

        return zone_of(self)


class CaseNumberCounter(models.Model):
    """The last number given out, per prefix ("CM26"); its row lock keeps numbers without gap or double."""

    prefix = models.CharField(max_length=10, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.last:07d}"


@pghistory.track(*past_only(), model_name="UtilizationReviewHistory")
class UtilizationReview(models.Model):
    """The claims administrator's utilization review decision that is disputed."""

    class Service(models.TextChoices):
        MAIL_CA = "mail_ca", "Mail within California"
        MAIL_US = "mail_us", "Mail from another state"
        MAIL_ABROAD = "mail_abroad", "Mail from abroad"
        ELECTRONIC = "electronic", "Electronic"
        PERSONAL = "personal", "Personal"

    class Outcome(models.TextChoices):
        DENIED = "denied", "Denied"
        MODIFIED = "modified", "Modified"

    class Kind(models.TextChoices):
        PROSPECTIVE = "prospective", "Prospective"
        CONCURRENT = "concurrent", "Concurrent"
        RETROSPECTIVE = "retrospective", "Retrospective"

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="utilization_review")
    decision_date = models.DateField()
    served_date = models.DateField(null=True, blank=True)
    service = models.CharField(max_length=15, choices=Service, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    kind = models.CharField(max_length=15, choices=Kind, blank=True)
    conditional_non_certification = models.BooleanField(default=False)
    rfa_date = models.DateField("date of the request for authorization", null=True, blank=True)

    def __str__(self) -> str:
        return f"UR decision of {self.decision_date}"


@pghistory.track(*past_only(), model_name="ApplicationHistory")
class Application(models.Model):
    """The DWC Form IMR as filed."""

    class Signer(models.TextChoices):
        WORKER = "worker", "Injured worker"
        WORKER_ATTORNEY = "worker_attorney", "Worker's attorney"
        REPRESENTATIVE = "representative", "Representative"

    class Channel(models.TextChoices):
        MAIL = "mail", "Mail"
        FAX = "fax", "Fax"
        ELECTRONIC = "electronic", "Electronic"

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="application")
    received_at = models.DateTimeField()
    signed = models.BooleanField(null=True, help_text="Unknown until somebody looked.")
    signed_by = models.CharField(max_length=20, choices=Signer, blank=True)
    ur_decision_attached = models.BooleanField(null=True)
    liability_disputed = models.BooleanField(default=False)
    channel = models.CharField(max_length=12, choices=Channel, blank=True)

    class Meta:
        indexes = [models.Index(fields=["received_at"], include=["case"], name="application_received")]

    def __str__(self) -> str:
        return f"Application received {self.received_at:%Y-%m-%d}"

    @property
    def received_on(self) -> dt.date:
        """The day of receipt where the case's programme is."""
        return date_in(self.received_at, self.case.zone)


class CaseEvent(models.Model):
    """One line of the case's timeline: what happened, who did it, with its facts. Never changed, never removed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=60, help_text='"moved", "corrected", "offered", ...')
    sentence = models.CharField(max_length=500, help_text="For people.")
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    actor_name = models.CharField(max_length=254)
    user_id = models.BigIntegerField(null=True, blank=True)
    context = models.ForeignKey(
        "pghistory.Context", null=True, editable=False, on_delete=models.DO_NOTHING, db_constraint=False,
        db_index=False, related_name="+", help_text="From where: address, browser and path, or the task and its cause.",
    )  # fmt: skip

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["case", "at"], name="case_event_timeline")]
        triggers = [
            pgtrigger.Protect(name="case_event_never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
            # By the database, so that no way of writing an event can forget it.
            pgtrigger.Trigger(
                name="case_event_says_from_where",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="NEW.context_id = _pgh_attach_context(); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
