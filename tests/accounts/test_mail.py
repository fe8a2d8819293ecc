from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import mail

from accounts.adapter import _TEXTS
from accounts.models import OutgoingMail
from accounts.services.mail import COMPLETIONS, post_mail
from common.models import OutboxJob
from common.services import outbox

NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
TEXTS = Path(__file__).parents[2] / "templates" / "accounts" / "mail"


def test_a_worker_knows_how_to_make_the_links():
    """A worker imports what Django starts, no page: without their links the mails would be empty words."""
    program = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'imr_site.settings'; django.setup();"
        "from accounts.services.mail import COMPLETIONS; print(*sorted(COMPLETIONS))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["email_confirmation", "invitation", "nothing", "notice", "password_reset"]


def test_every_mail_has_its_text():
    texts = {path.stem for path in TEXTS.glob("*.txt")}
    assert {kind for kind, _ in _TEXTS.values()} | (set(COMPLETIONS) - {"nothing"}) <= texts


@pytest.mark.django_db
def test_a_mail_is_sent_once_and_marks_in_names_stay_plain(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = post_mail(kind="password_changed", to="a@example.org", about={"name": "O'Neil & <b>Sons</b>"}, now=NOW)
    job = OutboxJob.objects.get(kind="accounts.mail", key=str(row.pk))
    assert outbox.run(job.pk, now=LATER)
    assert not outbox.run(job.pk, now=LATER)
    OutboxJob.objects.filter(pk=job.pk).update(done_at=None, attempts=0)
    assert outbox.run(job.pk, now=LATER)
    (message,) = mail.outbox
    assert message.subject == "Your password was changed"
    assert "O'Neil & <b>Sons</b>," in message.body
    assert OutgoingMail.objects.get().sent_at


@pytest.mark.django_db
def test_a_mail_server_that_is_away_leaves_the_job_for_later(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    row = post_mail(kind="password_changed", to="a@example.org", about={"name": "A"}, now=NOW)
    job = OutboxJob.objects.get(key=str(row.pk))
    assert not outbox.run(job.pk, now=LATER)
    job.refresh_from_db()
    assert job.done_at is None
    assert "Connection refused" in job.last_error
    assert not OutgoingMail.objects.get().sent_at
