from __future__ import annotations

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from accounts.roles import ADMINISTRATOR
from accounts.services.mail import send_mail
from common.models import OutboxJob
from tests.accounts.people import make_person

pytestmark = pytest.mark.django_db


def first(email: str = "chief@example.org") -> str:
    out = StringIO()
    call_command("first_administrator", email, "Chief Example", stdout=out)
    return out.getvalue()


def test_what_is_no_address_is_refused():
    with pytest.raises(CommandError, match="no e-mail address"):
        first("chief")


def test_a_second_administrator_comes_by_invitation_only():
    make_person(ADMINISTRATOR)
    with pytest.raises(CommandError, match="administrator already"):
        first()
    assert not User.objects.filter(email="chief@example.org").exists()


def test_the_first_administrator_chooses_the_password_by_mail(client):
    assert "/accounts/password/reset/" in first("Chief@Example.org")
    user = User.objects.get(email="chief@example.org")
    assert user.role_names == {ADMINISTRATOR}
    assert not user.has_usable_password()
    client.post(reverse("account_reset_password"), {"email": user.email})
    send_mail(OutboxJob.objects.get())
    assert [message.to for message in mail.outbox] == [["chief@example.org"]]
    assert "/accounts/password/reset/key/" in mail.outbox[0].body
