"""Reminders by ladder: due and not sent; a scheduler that was away sends one mail, not one for each rung."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import OutgoingMail
from cases.models import Case, CaseTask
from common.actor import Actor
from reviews.models import Assignment
from reviews.services.reminders import remind_all
from tests.factories.assignments import accept_offer, make_offer, make_person
from tests.factories.cases import NOW

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
BEAT = Actor.system("remind_reviewers")


def remind(now: dt.datetime) -> int:
    return remind_all(actor=BEAT, now=now)


def test_an_answered_or_fresh_offer_is_left_alone():
    assignment, actor = make_offer()
    assert remind(NOW + HOUR) == 0
    accept_offer(assignment, actor)
    assert remind(NOW + 30 * HOUR) == 0


def test_each_rung_is_sent_once_and_missed_rungs_become_one_mail():
    make_offer()
    assert [remind(NOW + hours * HOUR) for hours in (24, 25, 41, 42, 60)] == [1, 0, 1, 0, 0]
    make_offer()
    assert [remind(NOW + hours * HOUR) for hours in (45, 46)] == [1, 0]
    assert OutgoingMail.objects.filter(kind="review_offer_waits").count() == 3


def test_a_report_is_asked_for_and_the_day_after_its_date_staff_gets_a_task():
    assignment, actor = make_offer()
    accept_offer(assignment, actor)
    holder = make_person("coordinator")
    Case.objects.update(owner=holder)
    due = dt.datetime.combine(Assignment.objects.get().report_due_on, dt.time(20), tzinfo=dt.UTC)
    days = [remind(due + dt.timedelta(days=day)) for day in (-4, -3, -2, -1, 0, 1, 2)]
    assert days == [0, 1, 0, 1, 1, 1, 0]
    assert CaseTask.objects.get().owner == holder
    assert assignment.case.events.filter(kind="report.overdue").count() == 1
    (late,) = OutgoingMail.objects.filter(about__late=1)
    assert late.to == assignment.reviewer.email


def test_a_text_message_goes_beside_the_mail_only_where_a_gateway_is_set(settings):
    settings.TEXT_GATEWAY = "{number}@texts.example"
    assignment, _ = make_offer()
    assert not OutgoingMail.objects.filter(kind="text_offer").exists()
    assignment.reviewer.phone = "+1 (415) 555-0100"
    assignment.reviewer.save()
    remind(NOW + 30 * HOUR)
    (text,) = OutgoingMail.objects.filter(kind="text_offer")
    assert (text.to, text.about) == ("14155550100@texts.example", {"hours": 18})
