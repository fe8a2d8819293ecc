from __future__ import annotations

import datetime as dt

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Organization
from cases.models.person import Address
from reviews.models.newest_checks import KEPT_FROM_CHANGES, never_older


class ReviewerQuerySet(models.QuerySet["Reviewer"]):
    def with_gate_facts(self) -> ReviewerQuerySet:
        """Everything the gate asks about a reviewer, in a constant number of statements."""
        return self.prefetch_related(
            "certifications", "licenses", "away_periods", "practice_addresses", "billing_organizations__organization",
            "exclusions", "sanctions", "affiliations__organization", "relations", "product_interests", "assignments",
        )  # fmt: skip


@pghistory.track(model_name="ReviewerHistory", exclude=["newest_checks"])  # their history are the checks
class Reviewer(models.Model):
    """An expert of the panel. Never named in anything that leaves the organization (LC 4610.6(f))."""

    class Degree(models.TextChoices):
        MD = "MD", "MD"
        DO = "DO", "DO"
        DC = "DC", "DC"
        PHD = "PhD", "PhD"
        DPM = "DPM", "DPM"
        DDS = "DDS", "DDS"
        LAC = "LAc", "LAc"
        OD = "OD", "OD"

    reviewer_id = models.CharField("roster id", max_length=60, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reviewer"
    )
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, db_index=True, help_text="The name folded for comparing.")
    degree = models.CharField(max_length=5, choices=Degree, blank=True)
    email = models.EmailField()
    phone = models.CharField(
        "mobile telephone", max_length=20, blank=True, help_text="Digits. For text messages that an offer waits."
    )
    npi = models.CharField("NPI", max_length=10, blank=True)
    active = models.BooleanField(default=True)
    leaving_on = models.DateField(null=True, blank=True, help_text="The last day on the panel; empty: stays.")
    practice_since = models.DateField("in active practice since")
    practice_hours_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    law_training_completed_on = models.DateField(null=True, blank=True)
    capacity_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity_open_cases = models.PositiveSmallIntegerField(null=True, blank=True)
    expertise = models.JSONField(default=list, blank=True)
    interests_attested_on = models.DateField(null=True, blank=True)
    newest_checks = models.JSONField(default=dict, editable=False, help_text="Kept by triggers on the checks.")

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["npi"], condition=~Q(npi=""), name="reviewer_npi_once"),
        ]
        triggers = [KEPT_FROM_CHANGES]

    def __str__(self) -> str:
        return self.shown_name(self.first_name, self.last_name, self.degree)

    @staticmethod
    def shown_name(first: str, last: str, degree: str) -> str:
        return f"{first} {last}{', ' + degree if degree else ''}"


class TypedHere(models.Model):
    """A fact that may come from a roster file or be typed on this site; a later file takes only its own facts away."""

    typed_here = models.BooleanField(default=False, help_text="Not from a roster file, which leaves it alone.")

    class Meta:
        abstract = True


class Dated(TypedHere):
    """A period; no beginning means always, no end means it still holds."""

    from_date = models.DateField("from", null=True, blank=True)
    to_date = models.DateField("until", null=True, blank=True)

    class Meta:
        abstract = True


class Verified(models.Model):
    """Who checked a credential against its source, when and where (URAC; standards UR-2)."""

    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


@pghistory.track(model_name="CertificationHistory")
class Certification(Verified):
    """A board certification. `expires_on` None: does not expire."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="certifications")
    board = models.CharField(max_length=200, blank=True)
    specialty = models.CharField(max_length=100)
    subspecialty = models.CharField(max_length=100, blank=True)
    certified_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(certified_on=None) | Q(expires_on=None) | Q(expires_on__gt=F("certified_on")),
                name="certification_expires_after_issue",
            )
        ]
        triggers = [never_older("certification")]

    def __str__(self) -> str:
        return f"{self.specialty}{' / ' + self.subspecialty if self.subspecialty else ''}"

    def is_current(self, on: dt.date) -> bool:
        return self.expires_on is None or self.expires_on >= on


@pghistory.track(model_name="LicenseHistory")
class License(Verified):
    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        RESTRICTED = "restricted", "Restricted"
        EXPIRED = "expired", "Expired"
        SURRENDERED = "surrendered", "Surrendered"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="licenses")
    state = models.CharField(max_length=2)
    number = models.CharField(max_length=40)
    status = models.CharField(max_length=12, choices=Status)
    expires_on = models.DateField()

    class Meta:
        triggers = [never_older("license")]

    def __str__(self) -> str:
        return f"{self.state} {self.number}"


@pghistory.track(model_name="AwayPeriodHistory")
class AwayPeriod(TypedHere):
    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="away_periods")
    from_date = models.DateField()
    to_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="away_period_runs_forward")
        ]

    def __str__(self) -> str:
        return f"{self.from_date} to {self.to_date}"


@pghistory.track(model_name="PracticeAddressHistory")
class PracticeAddress(Address, Dated):
    """Where the reviewer practises; one that was left keeps its end, because the look-back asks for it."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="practice_addresses")

    def __str__(self) -> str:
        return ", ".join(self.address_lines)


@pghistory.track(model_name="BillingOrganizationHistory")
class BillingOrganization(Dated):
    """Through whom the reviewer bills or billed; one that was left keeps its end."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="billing_organizations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.organization)


@pghistory.track(model_name="ExclusionHistory")
class Exclusion(Dated):
    """A party to whose cases the reviewer is not sent, by name: the reviewer's own list, or the organization's."""

    class ListedBy(models.TextChoices):
        REVIEWER = "reviewer", "Reviewer's “do not send” list"
        ORGANIZATION = "organization", "Organization's exclusion list"

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="exclusions")
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=300, db_index=True)
    listed_by = models.CharField(max_length=12, choices=ListedBy, default=ListedBy.REVIEWER)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


@pghistory.track(model_name="SanctionHistory")
class Sanction(TypedHere):
    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="sanctions")
    text = models.CharField(max_length=1000)
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)
    material = models.BooleanField(help_text="Raises a substantial question of fitness.")

    def __str__(self) -> str:
        return self.text
