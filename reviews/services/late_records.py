"""Telling the reviewer that a record came after the case went to them; the mail names the case, none of its facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from accounts.services.mail import post_mail
from cases.models import Case, LateRecord
from cases.signals import record_came_late
from reviews.models import Assignment


@receiver(record_came_late, dispatch_uid="reviews.late_records")
def tell_the_reviewer(*, late: LateRecord, case: Case, now: dt.datetime, **signal: Any) -> None:  # noqa: ARG001
    """Inside the transaction that files the record. Nobody holds the case: nobody is told."""
    if late.after_determination:
        return
    for holding in Assignment.objects.accepted().filter(case=case).select_related("reviewer__user").order_by("seat"):
        if holding.reviewer.user is not None:
            post_mail(kind="late_record", to=holding.reviewer.user.email, about={"case": case.number}, now=now)
