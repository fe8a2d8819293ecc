from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.roles import ADMINISTRATOR, COORDINATOR
from common.models import Heartbeat
from imr_site.health.alerts import recipients, watch
from imr_site.models import HealthAlert
from tests.accounts.people import make_person

MINUTE = dt.timedelta(minutes=1)


def signs_of_life(at: dt.datetime) -> None:
    for name in ("worker", "beat"):
        Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


@pytest.fixture
def administrator(transactional_db):
    signs_of_life(timezone.now())
    return make_person(ADMINISTRATOR, email="chief@example.org")


def test_nobody_is_mailed_while_all_is_well(administrator):
    watch(now=timezone.now())
    assert mail.outbox == []
    assert not HealthAlert.objects.exists()


def test_a_passed_limit_is_mailed_once_and_its_recovery_once(administrator):
    start = timezone.now()
    Heartbeat.objects.filter(name="worker").update(at=start - MINUTE)
    watch(now=start)
    watch(now=start)
    assert [message.subject for message in mail.outbox] == ["imr-site: trouble with the worker"]
    assert "imr-worker" in mail.outbox[0].body

    signs_of_life(start)
    watch(now=start)
    watch(now=start)
    assert [message.subject for message in mail.outbox[1:]] == ["imr-site: the worker is well again"]

    Heartbeat.objects.filter(name="worker").update(at=start - MINUTE)
    watch(now=start)
    assert len(mail.outbox) == 3


def test_two_watchers_at_once_send_one_mail(administrator):
    Heartbeat.objects.update(at=timezone.now() - MINUTE)
    together = threading.Barrier(2)

    def look():
        try:
            together.wait()
            watch(now=timezone.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    watch(now=timezone.now())
    assert sorted(message.subject for message in mail.outbox) == [
        "imr-site: trouble with the scheduler",
        "imr-site: trouble with the worker",
    ]


def test_a_mail_that_fails_is_sent_at_the_next_look(administrator, settings):
    Heartbeat.objects.filter(name="worker").update(at=timezone.now() - MINUTE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    watch(now=timezone.now())
    assert HealthAlert.objects.get().told_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    watch(now=timezone.now())
    assert len(mail.outbox) == 1


def test_administrators_who_may_sign_in_and_the_addresses_of_the_settings_are_told(administrator, settings):
    make_person(COORDINATOR, email="desk@example.org")
    make_person(ADMINISTRATOR, email="gone@example.org", is_active=False)
    settings.ADMINS = [("Pager", "pager@example.org")]
    assert recipients() == ["chief@example.org", "pager@example.org"]
