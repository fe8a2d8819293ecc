"""Reminders before a credential ends or its check grows too old: a ladder whose steps survive missed runs.

The reviewer is written to about what is the reviewer's to do, staff about what they verify. The mails name no case.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from accounts.roles import ROLES
from accounts.services.mail import post_mail
from common.days import california_date
from reviews.models import Certification, License, Reminder, Reviewer
from reviews.models.credentialing import Kind
from reviews.rules.credentials import Ending, step_due
from reviews.rules.dates import months_before
from reviews.rules.facts import GateNumbers, Outcome
from reviews.services.panel_facts import checks_of
from reviews.services.reference import panel_numbers

#: So many lines go into one mail; the page has the rest.
MOST_LINES = 40
_SLACK = dt.timedelta(days=3)
#: kind -> what is looked up, and whether the reviewer can do something about it.
_OF_PERSON: dict[str, tuple[str, bool]] = {
    Kind.PRACTICE: ("active practice", True),
    Kind.TRAINING: ("training in the law", False),
    Kind.SANCTIONS: ("record of sanctions and exclusions", False),
}


def send_reminders(*, now: dt.datetime) -> int:
    """Write about everything for which a step is due and not sent: to the reviewer each, to staff in one mail. How
    many mails.

    A run that was missed is made up for by the next one; two runs at once wait for one another and send nothing twice.
    """
    today = california_date(now)
    with transaction.atomic():
        _one_run_at_a_time()
        due = list(_due(today))
        Reminder.objects.bulk_create(
            Reminder(reviewer_id=one.reviewer, about=one.about, ends_on=one.ends_on, step=step, sent_at=now)
            for one, step in due
        )
        people = Reviewer.objects.in_bulk({one.reviewer for one, _ in due}) if due else {}
        endings = [one for one, _ in due]
        return _write_to_reviewers(endings, people, now) + _write_to_staff(endings, people, now)


def due_soon(*, on: dt.date) -> list[Ending]:
    """What ends for active reviewers within the first step of the ladder, the soonest first. Three statements."""
    last = on + dt.timedelta(days=max(panel_numbers().credentials.reminder_days))
    gate = panel_numbers().gate
    found = [*_of_rows(on, last, gate), *_of_people(gate, on)]
    return sorted(
        (one for one in found if on <= one.ends_on <= last), key=lambda one: (one.ends_on, one.reviewer, one.about)
    )


def months_after(day: dt.date, months: int) -> dt.date:
    return months_before(day, -months)


def _one_run_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('reviews.credential_reminders', 0))")


def _due(today: dt.date) -> Iterator[tuple[Ending, int]]:
    """What is to be written about now, with the step of the ladder; two things of one name and day are one."""
    sent: dict[tuple[int, str, dt.date], list[int]] = defaultdict(list)
    for row in Reminder.objects.filter(ends_on__gte=today):
        sent[row.reviewer_id, row.about, row.ends_on].append(row.step)
    steps = panel_numbers().credentials.reminder_days
    for ending in due_soon(on=today):
        known = sent[ending.reviewer, ending.about, ending.ends_on]
        step = step_due(ending, on=today, steps=steps, sent=known)
        if step is not None:
            known.append(step)
            yield ending, step


def _write_to_reviewers(endings: list[Ending], people: dict[int, Reviewer], now: dt.datetime) -> int:
    mine = [one for one in endings if one.for_reviewer]
    for one in mine:
        about = {"what": one.about, "ends_on": one.ends_on.isoformat(), "check": one.check}
        post_mail(kind="credential_reminder", to=people[one.reviewer].email, about=about, now=now)
    return len(mine)


def _write_to_staff(endings: list[Ending], people: dict[int, Reviewer], now: dt.datetime) -> int:
    """One mail to everybody who verifies, without what is of the own file."""
    theirs = [one for one in endings if one.kind]
    verifying = [role for role, rights in ROLES.items() if "manage_panel" in rights]
    staff = User.objects.filter(is_active=True, groups__name__in=verifying).distinct().order_by("pk")
    count = 0
    for person in staff if theirs else ():
        lines = [
            {"who": f"{who}, {who.reviewer_id}", "what": one.for_staff, "on": one.ends_on.isoformat()}
            for one in theirs
            if (who := people[one.reviewer]).user_id != person.pk
        ]
        if lines:
            about = {"lines": lines[:MOST_LINES], "more": len(lines[MOST_LINES:]), "soonest": lines[0]["on"]}
            post_mail(kind="checks_due", to=person.email, about=about, now=now)
            count += 1
    return count


def _of_rows(on: dt.date, last: dt.date, gate: GateNumbers) -> Iterator[Ending]:
    """Licences that work and certifications: their ends, and their checks."""
    months = gate.verification_months
    near = Q(expires_on__range=(on, last)) | Q(
        # a day of slack at either side: a month has no fixed length
        verified_on__range=(months_before(on, months) - _SLACK, months_before(last, months) + _SLACK)
    )
    licenses = License.objects.filter(near, reviewer__active=True, status=License.Status.ACTIVE)
    for owner, state, until, verified, row in licenses.values_list(
        "reviewer_id", "state", "expires_on", "verified_on", "pk"
    ):
        yield from _of_row(owner, f"{state} licence", until, verified, months, on, Kind.LICENSE, row)
    for owner, specialty, end, verified, row in Certification.objects.filter(near, reviewer__active=True).values_list(
        "reviewer_id", "specialty", "expires_on", "verified_on", "pk"
    ):
        yield from _of_row(owner, f"certification in {specialty}", end, verified, months, on, Kind.CERTIFICATION, row)


def _of_row(
    owner: int, thing: str, until: dt.date | None, verified: dt.date | None, months: int, on: dt.date, kind: str,
    row: int,
) -> Iterator[Ending]:  # fmt: skip
    if until is not None:
        yield Ending(owner, thing, until, kind=kind, row=row)
    if verified is not None and (until is None or until > on):
        again = months_after(verified, months)
        if until is None or again < until:
            yield Ending(owner, thing, again, check=True, kind=kind, row=row)


def _of_people(gate: GateNumbers, on: dt.date) -> Iterator[Ending]:
    """Practice, training and sanctions where their check counts, and the yearly attestation."""
    rows = Reviewer.objects.filter(active=True).order_by("pk")
    for owner, newest, trained, attested in rows.values_list(
        "pk", "newest_checks", "law_training_completed_on", "interests_attested_on"
    ):
        checks = checks_of(newest)
        for kind, (thing, for_reviewer) in _OF_PERSON.items():
            check = getattr(checks, kind)
            if check is not None and check.outcome == Outcome.CONFIRMED:
                again = months_after(check.on, gate.verification_months)
                yield Ending(owner, thing, again, check=True, kind=kind, for_reviewer=for_reviewer)
        if attested is not None:
            yield Ending(owner, "attestation of interests", months_after(attested, gate.attestation_months))
        if trained is not None and (counts := gate.training_months(on)):
            yield Ending(owner, "training in the law", months_after(trained, counts), kind=Kind.TRAINING)
