from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from cases.models.case import Case
from cases.models.organization import Organization
from cases.models.party import Party


class AccessCodeQuerySet(models.QuerySet["AccessCode"]):
    def live(self, now: dt.datetime) -> AccessCodeQuerySet:
        """Codes that open something now."""
        fresh = self.filter(withdrawn_at=None, expires_at__gt=now)
        return fresh.filter(Q(max_uses=None) | Q(used__lt=F("max_uses")))


class AccessCode(models.Model):
    """A code printed on a notice or sent in its mail: it opens one door to somebody without an account.

    Only keyed hashes rest here. The code itself is made again from the row and the site's secret key when a page is
    printed (`cases.services.access_codes.printed`): whoever reads the database has no code.
    """

    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="access_codes")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="access_codes")
    role = models.CharField(max_length=25, blank=True, help_text="A party's role, or “worker”.")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="access_codes",
        help_text="Set where the code is for all cases of an organization that it still owes records.",
    )  # fmt: skip
    may_download = models.BooleanField(default=False, help_text="Opens the notices that it was sent with.")
    may_upload = models.BooleanField(default=False, help_text="Files records to its case or organization's cases.")
    because = models.CharField(max_length=200, blank=True, help_text="What it was made for, for people.")
    nonce = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: as often as wanted.")
    used = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = AccessCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(may_download=True) | Q(may_upload=True), name="access_code_opens_something"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="access_code_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}: {self.because or 'no purpose said'}"


class AccessCodeTry(models.Model):
    """A code typed in vain, put down before it is looked at, so that guessing runs into a limit."""

    at = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True, help_text="Where it came from.")

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="access_try_when"),
            models.Index(fields=["address", "at"], name="access_try_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.address}"
