from __future__ import annotations

import datetime as dt
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models

from accounts.models.user import User


class Act(models.TextChoices):
    """What the log knows to tell. Rooms above use VIEWED, DOWNLOADED, PRINTED and EXPORTED for their records."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGNED_OUT = "signed_out", "Signed out"
    TIMED_OUT = "timed_out", "Signed out after idling"
    THROTTLED = "throttled", "Stopped after too many tries"
    REFUSED = "refused", "Refused"
    VIEWED = "viewed", "Viewed"
    DOWNLOADED = "downloaded", "Downloaded"
    PRINTED = "printed", "Printed"
    EXPORTED = "exported", "Exported"
    PASSWORD_CHANGED = "password_changed", "Password changed"
    PASSWORD_RESET = "password_reset", "Password reset by mail"
    EMAIL_CHANGED = "email_changed", "E-mail address changed"
    FACTOR_ADDED = "factor_added", "Second factor added"
    FACTOR_REMOVED = "factor_removed", "Second factor removed"
    FACTOR_FAILED = "factor_failed", "Second factor failed"
    RECOVERY_CODES_MADE = "recovery_codes_made", "Recovery codes made"
    INVITED = "invited", "Invited"
    INVITATION_SENT_AGAIN = "invitation_sent_again", "Invitation sent again"
    INVITATION_WITHDRAWN = "invitation_withdrawn", "Invitation withdrawn"
    INVITATION_ACCEPTED = "invitation_accepted", "Invitation accepted"
    ROLE_CHANGED = "role_changed", "Roles changed"
    DEACTIVATED = "deactivated", "Account closed"
    REACTIVATED = "reactivated", "Account opened again"
    SESSIONS_ENDED = "sessions_ended", "Sessions ended"
    RESET_REQUESTED = "reset_requested", "Factor reset requested"
    RESET_APPROVED = "reset_approved", "Factor reset approved"
    RESET_DECLINED = "reset_declined", "Factor reset declined"
    BREAK_GLASS_OPENED = "break_glass_opened", "Emergency access opened"
    BREAK_GLASS_REVIEWED = "break_glass_reviewed", "Emergency access reviewed"


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    def of_act(self, act: str) -> AccessLogQuerySet:
        return self.filter(act=act)

    def by_name(self, text: str) -> AccessLogQuerySet:
        return self.filter(actor_name__icontains=text)

    def about(self, text: str) -> AccessLogQuerySet:
        return self.filter(models.Q(target_key=text) | models.Q(target__icontains=text))

    def concerning(self, user: User) -> AccessLogQuerySet:
        """What the person did, and what was done to their account."""
        return self.filter(models.Q(user=user) | models.Q(target_key=f"user:{user.pk}"))

    def between(self, start: dt.datetime | None, end: dt.datetime | None) -> AccessLogQuerySet:
        """Rows from `start` (inclusive) to `end` (exclusive); None leaves that side open."""
        rows: Any = self
        if start is not None:
            rows = rows.filter(at__gte=start)
        if end is not None:
            rows = rows.filter(at__lt=end)
        return rows  # type: ignore[no-any-return]


class AccessLog(models.Model):
    """Who did or saw what, when and from where. Rows are only ever added (45 CFR 164.312(b))."""

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    actor_name = models.CharField(max_length=254, blank=True, help_text="As it was then; empty for a stranger.")
    act = models.CharField(max_length=40, choices=Act.choices)
    target = models.CharField(max_length=200, blank=True, help_text="What it was about, for people. No health facts.")
    target_key = models.CharField(max_length=120, blank=True, help_text="Case number, or user:<id>.")
    detail = models.CharField(max_length=500, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=300, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_log_newest"),
            models.Index(fields=["act", "-at"], name="access_log_act"),
            models.Index(fields=["user", "-at"], name="access_log_person"),
            models.Index(fields=["target_key", "-at"], name="access_log_target"),
        ]
        triggers = [pgtrigger.Protect(name="access_log_only_grows", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name or 'stranger'} {self.act} {self.target}".strip()
