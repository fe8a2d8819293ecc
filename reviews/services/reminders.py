"""Reminders of offers that wait for an answer and of reports that are due, by a ladder.

"Due and not sent": what is sent follows from the rungs reached by now and the rungs sent. However long the scheduler
was away, one mail goes out, not one for each rung missed.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.services.mail import post_mail
from accounts.services.texts import post_text
from cases.services.desk.tasks import set_task
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, StateRefusal
from reviews.models import Assignment
from reviews.rules.offers import OfferNumbers, reminders_due, report_reminders_due
from reviews.services.offering import note_on_case
from reviews.services.reference import panel_numbers


def remind_all(*, actor: Actor, now: dt.datetime) -> int:
    """Send every reminder that is due and not sent. Returns how many mails went down."""
    numbers, today = panel_numbers().offer, california_date(now)
    most = len(numbers.report_reminder_days)
    soon = today + dt.timedelta(days=max(numbers.report_reminder_days))
    offers = Assignment.objects.offered().filter(
        response_due_at__gt=now, reminders_sent__lt=len(numbers.reminder_percents)
    )
    reports = Assignment.objects.accepted().filter(
        submitted_at=None, report_due_on__lte=soon, report_reminders_sent__lt=most
    )
    sent = sum(_remind_of_offer(pk, numbers, actor, now) for pk in offers.order_by("pk").values_list("pk", flat=True))
    return sent + sum(
        _remind_of_report(pk, numbers, actor, now) for pk in reports.order_by("pk").values_list("pk", flat=True)
    )


def _remind_of_offer(assignment_id: int, numbers: OfferNumbers, actor: Actor, now: dt.datetime) -> bool:
    with transaction.atomic():
        one = _locked(assignment_id)
        rung = reminders_due(offered_at=one.offered_at, due_at=one.response_due_at, now=now, numbers=numbers)
        if one.status != "offered" or rung <= one.reminders_sent:
            return False
        one.reminders_sent = rung
        one.save(update_fields=["reminders_sent"])
        hours = max(1, round((one.response_due_at - now).total_seconds() / 3600))
        post_mail(kind="review_offer_waits", to=one.reviewer.email, about={"hours": hours}, now=now)
        post_text(kind="text_offer", to=one.reviewer.phone, about={"hours": hours}, now=now)
        note_on_case(one, "offer.reminded", f"{one.reviewer.reviewer_id} was reminded of the offer.", actor, now)
        return True


def _remind_of_report(assignment_id: int, numbers: OfferNumbers, actor: Actor, now: dt.datetime) -> bool:
    with transaction.atomic():
        one = _locked(assignment_id)
        if one.status != "accepted" or one.report_due_on is None:
            return False
        left = (one.report_due_on - california_date(now)).days
        rung = report_reminders_due(due_on=one.report_due_on, today=california_date(now), numbers=numbers)
        if rung <= one.report_reminders_sent:
            return False
        one.report_reminders_sent = rung
        one.save(update_fields=["report_reminders_sent"])
        post_mail(kind="review_report_due", to=one.reviewer.email, about={"days": left, "late": -left}, now=now)
        note_on_case(one, "report.reminded", f"{one.reviewer.reviewer_id} was reminded of the report.", actor, now)
        if rung == len(numbers.report_reminder_days):
            _escalate(one, actor, now)
        return True


def _escalate(one: Assignment, actor: Actor, now: dt.datetime) -> None:
    """The last rung tells the staff too: a task for who holds the case. Nobody holds it: the timeline says it."""
    said = f"The report of {one.reviewer.reviewer_id} is overdue. Call, or take the case back."
    note_on_case(one, "report.overdue", said, actor, now)
    if one.case.owner is not None:
        try:
            with transaction.atomic():
                set_task(case=one.case, what=said, remind="", owner=one.case.owner, actor=actor, now=now)
        except (InputRefusal, StateRefusal):
            return


def _locked(assignment_id: int) -> Assignment:
    rows = Assignment.objects.select_related("reviewer", "case__owner").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=assignment_id)
