"""Reminders before a credential ends: a ladder whose steps survive missed runs. The mails name no case."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db import transaction

from accounts.services.mail import post_mail
from common.days import california_date
from reviews.models import Certification, License, Reminder, Reviewer
from reviews.rules.credentials import Ending, step_due
from reviews.rules.dates import months_before
from reviews.rules.facts import GateNumbers
from reviews.services.reference import panel_numbers


def send_reminders(*, now: dt.datetime) -> int:
    """Write to every active reviewer for whom a step is due and not sent. How many mails.

    A run that was missed is made up for by the next one; two runs at once send nothing twice (one row for each step).
    """
    today = california_date(now)
    steps = panel_numbers().credentials.reminder_days
    sent: dict[tuple[int, str, dt.date], list[int]] = defaultdict(list)
    for row in Reminder.objects.filter(ends_on__gte=today):
        sent[(row.reviewer_id, row.about, row.ends_on)].append(row.step)
    count = 0
    for ending in endings(on=today):
        step = step_due(ending, on=today, steps=steps, sent=sent[(ending.reviewer, ending.about, ending.ends_on)])
        if step is not None:
            count += _send(ending, step, now)
    return count


def _send(ending: Ending, step: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        reviewer = Reviewer.objects.select_for_update(no_key=True, of=("self",)).get(pk=ending.reviewer)
        _, new = Reminder.objects.get_or_create(
            reviewer=reviewer, about=ending.about, ends_on=ending.ends_on, step=step, defaults={"sent_at": now}
        )
        if new and reviewer.active:
            about = {"what": ending.about, "ends_on": ending.ends_on.isoformat()}
            post_mail(kind="credential_reminder", to=reviewer.email, about=about, now=now)
        return new and reviewer.active


def endings(*, on: dt.date) -> Iterator[Ending]:
    """What ends for each active reviewer: licences, certifications, checks that grow old, the yearly attestation."""
    gate = panel_numbers().gate
    for owner, state, until, verified in License.objects.filter(reviewer__active=True, status="active").values_list(
        "reviewer_id", "state", "expires_on", "verified_on"
    ):
        yield from _of(owner, f"Your {state} licence", until, verified, gate, on)
    for owner, specialty, end, verified in Certification.objects.filter(reviewer__active=True).values_list(
        "reviewer_id", "specialty", "expires_on", "verified_on"
    ):
        yield from _of(owner, f"Your certification in {specialty}", end, verified, gate, on)
    for owner, attested in Reviewer.objects.filter(active=True, interests_attested_on__isnull=False).values_list(
        "pk", "interests_attested_on"
    ):
        if attested is not None:
            yield Ending(owner, "Your attestation of interests", months_after(attested, gate.attestation_months))


def _of(
    owner: int, about: str, until: dt.date | None, verified: dt.date | None, gate: GateNumbers, on: dt.date
) -> Iterator[Ending]:
    if until is not None:
        yield Ending(owner, about, until)
    if verified is not None and (until is None or until > on):
        again = months_after(verified, gate.verification_months)
        if until is None or again < until:
            yield Ending(owner, f"The check of {about[0].lower()}{about[1:]}", again)


def months_after(day: dt.date, months: int) -> dt.date:
    return months_before(day, -months)
