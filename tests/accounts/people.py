"""People for tests: an account with roles, and a client that is signed in with a second factor."""

from __future__ import annotations

import itertools

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from accounts.models import User
from accounts.services.people import lay_roles
from common.actor import Actor

PASSWORD = "correct horse 4610"
SECRET = "JBSWY3DPEHPK3PXP"
_numbers = itertools.count(1)


def make_person(*roles: str, email: str = "", factor: bool = True, **fields) -> User:
    number = next(_numbers)
    email = email or f"person{number}@example.org"
    user = User.objects.create_user(email, PASSWORD, name=fields.pop("name", f"Person {number}"), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    lay_roles(user, frozenset(roles))
    if factor:
        TOTP.activate(user, SECRET)
    return User.objects.get(pk=user.pk)


def actor(user: User) -> Actor:
    return Actor.of(User.objects.get(pk=user.pk))


def code_now(secret: str = SECRET) -> str:
    """What the person's app shows at the moment where the clock of codes stands (tests/conftest.py)."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def signed_in(user: User, **client) -> Client:
    browser = Client(**client)
    browser.force_login(User.objects.get(pk=user.pk), backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def factors(user: User) -> list[str]:
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
