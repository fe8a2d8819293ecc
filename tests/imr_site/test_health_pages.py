from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.roles import COORDINATOR, REVIEWER
from common.models import Heartbeat, OutboxJob
from imr_site.models import HealthAlert
from tests.accounts.people import make_person, signed_in

pytestmark = pytest.mark.django_db


def both_alive() -> None:
    for name in ("worker", "beat"):
        Heartbeat.objects.create(name=name, at=timezone.now())


def test_the_public_answer_names_the_part_in_trouble_and_nothing_else(client):
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "trouble", "problems": ["worker", "scheduler"]}


def test_the_public_answer_is_short_when_all_is_well(client):
    both_alive()
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "problems": []})


def test_health_is_read_not_changed(client):
    assert client.post("/health").status_code == 405
    assert not HealthAlert.objects.exists()


def test_the_staff_page_is_closed_to_strangers_and_reviewers(client):
    assert client.get("/health/status/").status_code == 302
    assert signed_in(make_person(REVIEWER)).get("/health/status/").status_code == 403


def test_the_staff_page_says_what_is_wrong_and_what_to_do():
    both_alive()
    Heartbeat.objects.filter(name="beat").update(at=timezone.now() - dt.timedelta(hours=3))
    OutboxJob.objects.create(
        kind="letters.seal", key="1", created_at=timezone.now(), not_before=timezone.now(), held_at=timezone.now()
    )
    page = signed_in(make_person(COORDINATOR)).get("/health/status/").content.decode()
    assert "Stopped: the last sign of life was 3 hours ago." in page
    assert "Start Celery beat" in page
    assert "1 job failed at every try." in page


@pytest.mark.parametrize("alerts", [1, 3, 30])
def test_the_staff_page_asks_the_same_number_of_questions_for_any_number_of_alerts(alerts, django_assert_num_queries):
    both_alive()
    for number in range(alerts):
        HealthAlert.objects.create(
            problem="worker",
            sentence="Stopped.",
            opened_at=timezone.now(),
            closed_at=timezone.now() + dt.timedelta(number),
        )
    browser = signed_in(make_person(COORDINATOR))
    browser.get("/health/status/")
    with django_assert_num_queries(QUERIES):
        browser.get("/health/status/")


#: The frame (session, user, factor, rights, roles), signs of life, due, waiting, held, certificate, alerts.
QUERIES = 16
