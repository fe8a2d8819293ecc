from __future__ import annotations

import secrets

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.access_code import AccessCode
from cases.models.case import Case
from cases.models.organization import Organization
from cases.models.party import Party
from common.models import StoredFile
from letters.models import FrozenDocument, Letter

#: The injured worker is a recipient without being a row among the parties.
WORKER = "worker"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def held(self) -> NoticeQuerySet:
        return self.filter(state=Notice.State.HELD)

    def about_case(self, case: Case) -> NoticeQuerySet:
        """The notices of a case, also those that speak of many."""
        return self.filter(Q(case=case) | Q(about=case)).distinct()


@pghistory.track(model_name="NoticeHistory")
class Notice(models.Model):
    """One notice: what it says is frozen when it is issued; who gets it stands in its copies.

    Held: something it needs is missing (`held_because`); it is written once that is mended, and what it was asked for
    waits in `facts` meanwhile.
    """

    class Kind(models.TextChoices):
        NOARFI = "noarfi", "Notice of assignment and request for information"
        RECEIPT = "receipt", "Receipt of the application"
        QUESTION = "eligibility_question", "Question about eligibility"
        INELIGIBLE = "ineligible", "Application ineligible"
        DEFERRED = "deferred", "Application deferred"
        CHASER = "chaser", "Missing records"
        TERMINATED = "terminated", "Review terminated"
        WITHDRAWN = "withdrawn", "Application withdrawn"
        CONSOLIDATED = "consolidated", "Cases joined"
        REQUEST = "party_request", "Request for more information"
        ANSWER = "party_answer", "Answer to a request"
        EXPEDITED = "expedited", "Review made expedited"

    class State(models.TextChoices):
        HELD = "held", "Held"
        ORDERED = "ordered", "Being sealed"
        SEALED = "sealed", "Sealed"
        CANCELLED = "cancelled", "Not sent"

    kind = models.CharField(max_length=20, choices=Kind)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    about = models.ManyToManyField(Case, blank=True, related_name="notices_about", help_text="Of a notice on many.")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="notices",
        help_text="Whom a notice on many cases goes to.",
    )  # fmt: skip
    jurisdiction = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    facts = models.JSONField(default=dict, help_text="What it was asked to say besides the facts of the case.")
    addressed = models.JSONField(default=dict, help_text="The roles or parties that were named, where any were.")
    frozen = models.ForeignKey(FrozenDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    letter = models.OneToOneField(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="notice")
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Of the sealed file.")
    held_rule = models.CharField(max_length=60, blank=True)
    held_because = models.TextField(blank=True)
    once = models.CharField(max_length=100, unique=True, null=True, blank=True, help_text="What is noticed only once.")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=254)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["held", "cancelled"]) | Q(frozen__isnull=False, letter__isnull=False),
                name="notice_ordered_with_its_letter",
            ),
            models.CheckConstraint(condition=~Q(state="held") | ~Q(held_because=""), name="notice_held_for_a_reason"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(organization__isnull=False), name="notice_is_about_something"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-issued_at"], name="notice_of_case"),
            models.Index(fields=["state"], name="notice_held", condition=Q(state="held")),
        ]
        triggers = [
            pgtrigger.FSM(
                name="notice_goes_forward",
                field="state",
                transitions=[
                    ("held", "ordered"), ("held", "cancelled"), ("ordered", "sealed"), ("ordered", "cancelled"),
                ],
            ),
            pgtrigger.Protect(
                name="notice_says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.frozen_id IS NOT NULL AND (OLD.frozen_id IS DISTINCT FROM NEW.frozen_id"
                    " OR OLD.letter_id IS DISTINCT FROM NEW.letter_id)"
                ),
            ),
            pgtrigger.Protect(name="notice_never_deleted", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def reference(self) -> str:
        """What the notice is called on its pages: "N-0000123"."""
        return f"N-{self.pk:07d}"


def new_route() -> str:
    return secrets.token_hex(8)


class PrintBatch(models.Model):
    """Paper that goes out together. Printed is not mailed: service counts from the confirmed hand-over alone."""

    class State(models.TextChoices):
        MAKING = "making", "Being made"
        TO_PRINT = "to_print", "To print and hand over"
        CONFIRMED = "confirmed", "Handed over"
        CANCELLED = "cancelled", "Given up"

    state = models.CharField(max_length=10, choices=State, default=State.MAKING)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=254)
    cut_off_at = models.DateTimeField(help_text="By when it should be with the carrier.")
    pages = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(null=True, blank=True, help_text="When the file was first fetched.")
    carrier = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When the last piece was settled.")
    confirmed_by = models.CharField(max_length=254, blank=True)

    class Meta:
        verbose_name_plural = "print batches"
        indexes = [models.Index(fields=["state", "cut_off_at"], name="print_batch_waiting")]
        triggers = [pgtrigger.Protect(name="print_batch_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"B-{self.pk:06d}"


class NoticeCopyQuerySet(models.QuerySet["NoticeCopy"]):
    def in_state(self, *states: str) -> NoticeCopyQuerySet:
        return self.filter(state__in=states)

    def served(self) -> NoticeCopyQuerySet:
        return self.filter(served_at__isnull=False)

    def replaced(self) -> NoticeCopyQuerySet:
        """Copies in whose place another one went out."""
        return self.filter(replacement__isnull=False)


@pghistory.track(model_name="NoticeCopyHistory")
class NoticeCopy(models.Model):
    """A notice to one recipient: frozen name and address, way of service, when it was served, and what proves it."""

    class Method(models.TextChoices):
        MAIL = "mail", "Mail"
        ELECTRONIC = "electronic", "Electronic"

    class State(models.TextChoices):
        HELD = "held", "Held"
        WAITING = "waiting", "Waits for the seal"
        TO_PRINT = "to_print", "To print"
        PRINTED = "printed", "Printed, not confirmed"
        MAILED = "mailed", "Mailed"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        BOUNCED = "bounced", "Bounced"
        RETURNED = "returned", "Returned"
        CANCELLED = "cancelled", "Not sent"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="copies")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=25, blank=True, help_text="A party's role, or “worker”.")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="notice_copies")
    answers = models.BooleanField(default=False, help_text="The one who owes an answer; the others get a copy.")
    name = models.CharField(max_length=300)
    lines = models.JSONField(default=list, help_text="The postal address, line by line.")
    region = models.CharField(max_length=10, blank=True, help_text="State of the address: the mail's days hang on it.")
    email = models.EmailField(blank=True)
    method = models.CharField(max_length=12, choices=Method)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=500, blank=True, help_text="Why it is held, bounced, returned or not sent.")
    route = models.CharField(max_length=16, unique=True, default=new_route, help_text="In the code of its cover sheet.")
    code = models.ForeignKey(AccessCode, null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    batch = models.ForeignKey(PrintBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    piece = models.PositiveIntegerField(null=True, blank=True, help_text="Its place in the batch.")
    first_page = models.PositiveIntegerField(null=True, blank=True, help_text="In the batch's file.")
    sheets = models.PositiveIntegerField(null=True, blank=True, help_text="Pages of the piece, cover sheet included.")
    served_at = models.DateTimeField(null=True, blank=True)
    served_on = models.DateField(null=True, blank=True, help_text="Day of service in the jurisdiction.")
    proof = models.CharField(max_length=500, blank=True, help_text="How service is proved, in words.")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="First download.")
    opens = models.PositiveIntegerField(default=0)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replacement",
        help_text="The bounced or returned copy in whose place it goes out.",
    )  # fmt: skip

    objects = NoticeCopyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "notice copies"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(served_at=None, served_on=None, proof="")
                | (Q(served_at__isnull=False, served_on__isnull=False) & ~Q(proof="")),
                name="notice_copy_served_with_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["mailed", "sent"]) | Q(served_at__isnull=False),
                name="notice_copy_gone_is_served",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "bounced", "returned"]) | ~Q(problem=""),
                name="notice_copy_trouble_is_said",
            ),
            models.CheckConstraint(
                condition=~Q(state="printed") | Q(batch__isnull=False, piece__isnull=False),
                name="notice_copy_printed_in_a_batch",
            ),
            models.UniqueConstraint(
                fields=["batch", "piece"], condition=Q(batch__isnull=False), name="notice_copy_piece_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="notice_copy_work"),
            models.Index(
                fields=["-served_at", "-id"], name="notice_copy_out", condition=Q(state__in=["sent", "mailed"])
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="notice_copy_goes_its_way",
                field="state",
                transitions=[
                    ("held", "waiting"), ("held", "to_print"), ("held", "sending"), ("held", "cancelled"),
                    ("waiting", "held"), ("waiting", "to_print"), ("waiting", "sending"), ("waiting", "cancelled"),
                    ("to_print", "printed"), ("to_print", "cancelled"), ("to_print", "held"),
                    ("printed", "mailed"), ("printed", "to_print"), ("printed", "cancelled"), ("printed", "held"),
                    ("sending", "sent"), ("sending", "held"), ("sending", "cancelled"), ("sending", "bounced"),
                    ("mailed", "returned"), ("sent", "bounced"),
                ],
            ),
            pgtrigger.Protect(
                name="notice_copy_address_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'held' AND (OLD.name <> NEW.name OR OLD.lines <> NEW.lines"
                    " OR OLD.email <> NEW.email OR OLD.method <> NEW.method OR OLD.region <> NEW.region)"
                ),
            ),
            pgtrigger.Protect(
                name="notice_copy_service_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.served_at IS NOT NULL AND (OLD.served_at IS DISTINCT FROM NEW.served_at"
                    " OR OLD.served_on IS DISTINCT FROM NEW.served_on OR OLD.proof <> NEW.proof)"
                ),
            ),
            pgtrigger.Protect(name="notice_copy_never_deleted", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.notice.reference} to {self.name}"

    @property
    def role_label(self) -> str:
        return dict(Party.Role.choices).get(self.role, "Injured worker" if self.role == WORKER else "")
