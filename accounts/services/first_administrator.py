"""The one account that nobody invites: the first administrator of a new installation."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from accounts.models import Act, User
from accounts.roles import ADMINISTRATOR, ROLE_LABELS
from accounts.services.access_log import note_access, person_key
from accounts.services.people import administrators, lay_roles
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal

_LOCK = 4610002  # of two shells at once, one makes the account


@transaction.atomic
def make_first_administrator(*, email: str, name: str, now: dt.datetime) -> User:
    """An administrator's account without a password, for a site that has no administrator yet.

    The person proves the address by having a new password mailed. Raises InputRefusal (address), StateRefusal (there
    is an administrator, or somebody has the address).
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InputRefusal("administrator.email", f"{email!r} is no e-mail address.", fields={"email": ""}) from None
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
    if administrators():
        raise StateRefusal(
            "administrator.exists", "There is an administrator already. Have that person invite others on the site."
        )
    if User.objects.filter(email__iexact=email).exists():
        raise StateRefusal("administrator.account", f"Somebody has an account with {email} already.")
    user = User.objects.create_user(email, None, name=" ".join(name.split()))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    lay_roles(user, frozenset({ADMINISTRATOR}))
    note_access(
        act=Act.ROLE_CHANGED, actor=Actor.system("first_administrator"), now=now, target=user.email,
        target_key=person_key(user.pk), detail=ROLE_LABELS[ADMINISTRATOR],
    )  # fmt: skip
    return user
