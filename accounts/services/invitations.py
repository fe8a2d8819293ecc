"""Invitations: the only way to an account.

The link's token is an HMAC, under the site's secret key, of the row's id and its nonce of 256 random bits. The row
keeps the nonce and the token's SHA-256: whoever reads the database cannot make the link, while the outbox can.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts import signals
from accounts.models import Act, Invitation, OutgoingMail, User
from accounts.roles import REVIEWER, labels, person_id, require
from accounts.services.access_log import note_access, person_key
from accounts.services.mail import completes, post_mail
from accounts.services.people import check_roles, lay_roles
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal

VALID_FOR = dt.timedelta(days=7)
MAIL = "invitation"
_DEAD_LINK = "This invitation is used up, withdrawn or older than 7 days. Ask whoever invited you to send it again."


@transaction.atomic
def invite(
    *, actor: Actor, email: str, name: str, roles: Iterable[str], now: dt.datetime, reviewer_id: str = ""
) -> Invitation:
    """Invite a person by e-mail to an account with these roles.

    reviewer_id: the roster id, given exactly when the roles contain reviewer.
    Raises RightRefusal, InputRefusal (field by field), StateRefusal (account or open invitation exists).
    """
    require(actor, "manage_people")
    email, name, reviewer_id, wanted = email.strip().lower(), " ".join(name.split()), reviewer_id.strip(), set(roles)
    _check_input(email, name, wanted, reviewer_id)
    if User.objects.filter(email__iexact=email).exists():
        message = "Somebody has an account with this address already. Change its roles instead."
        raise StateRefusal("invitation.account", message, fields={"email": message})
    invitation = Invitation(
        email=email, name=name, roles=sorted(wanted), reviewer_id=reviewer_id, invited_by_id=person_id(actor),
        invited_at=now, expires_at=now + VALID_FOR, nonce="", token_hash=secrets.token_hex(32),
    )  # fmt: skip
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError:
        message = "This address is invited already. Send that invitation again or withdraw it."
        raise StateRefusal("invitation.open", message, fields={"email": message}) from None
    signals.invitation_made.send(sender=Invitation, invitation=invitation)
    _send(invitation, now)
    _note(Act.INVITED, actor, invitation, now, detail=", ".join(labels(wanted)))
    return invitation


@transaction.atomic
def send_again(*, actor: Actor, invitation_id: int, now: dt.datetime) -> Invitation:
    """A new link for 7 days; the earlier one is dead."""
    invitation = _lock_open(actor, invitation_id)
    invitation.expires_at = now + VALID_FOR
    _send(invitation, now)
    _note(Act.INVITATION_SENT_AGAIN, actor, invitation, now)
    return invitation


@transaction.atomic
def withdraw(*, actor: Actor, invitation_id: int, now: dt.datetime) -> Invitation:
    """The link opens nothing any more."""
    invitation = _lock_open(actor, invitation_id)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    _note(Act.INVITATION_WITHDRAWN, actor, invitation, now)
    return invitation


def find(*, token: str, now: dt.datetime) -> Invitation:
    """The open invitation that the token belongs to. Raises StateRefusal, in the same words whatever is wrong."""
    return _live(Invitation.objects.filter(token_hash=_hash(token)).first(), now)


@transaction.atomic
def accept(*, token: str, password: str, now: dt.datetime) -> User:
    """Make the account: roles, proved address, password. The link is used up.

    Raises StateRefusal (dead link, address taken meanwhile), InputRefusal (password).
    """
    invitation = _live(Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first(), now)
    user = User(email=invitation.email, name=invitation.name)
    _check_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise StateRefusal(
            "invitation.account", "There is an account with this address already. Sign in instead."
        ) from None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    lay_roles(user, frozenset(invitation.roles))
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    signals.invitation_accepted.send(sender=Invitation, user=user, invitation=invitation)
    _note(Act.INVITATION_ACCEPTED, Actor.of(user), invitation, now, key=person_key(user.pk))
    return user


def token_of(invitation: Invitation) -> str:
    """The secret of the invitation's present link."""
    return salted_hmac("accounts.invitation", f"{invitation.pk}:{invitation.nonce}", algorithm="sha256").hexdigest()


@completes(MAIL)
def _link(mail: OutgoingMail) -> dict[str, Any] | None:
    invitation = Invitation.objects.open().filter(pk=mail.about["invitation"]).first()
    if invitation is None:
        return None
    return {"link": settings.SITE_URL.rstrip("/") + reverse("accounts:join", args=[token_of(invitation)])}


def _send(invitation: Invitation, now: dt.datetime) -> None:
    invitation.nonce = secrets.token_hex(32)
    invitation.token_hash = _hash(token_of(invitation))
    invitation.save(update_fields=["nonce", "token_hash", "expires_at"])
    about = {"invitation": invitation.pk, "name": invitation.name, "roles": labels(invitation.roles)}
    post_mail(kind=MAIL, to=invitation.email, about=about, now=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _live(invitation: Invitation | None, now: dt.datetime) -> Invitation:
    if invitation is None or invitation.state(now) != "open":
        raise StateRefusal("invitation.dead", _DEAD_LINK)
    return invitation


def _lock_open(actor: Actor, invitation_id: int) -> Invitation:
    require(actor, "manage_people")
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise StateRefusal("invitation.closed", "This invitation was accepted or withdrawn meanwhile.")
    return invitation


def _check_input(email: str, name: str, roles: set[str], reviewer_id: str) -> None:
    check_roles(roles)
    problems: dict[str, str] = {}
    try:
        validate_email(email)
    except ValidationError:
        problems["email"] = "Enter an e-mail address such as name@example.org."
    if not name:
        problems["name"] = "Enter the person's name."
    if REVIEWER in roles and not reviewer_id:
        problems["reviewer_id"] = "Name the roster entry that this reviewer's account belongs to."
    if REVIEWER not in roles and reviewer_id:
        problems["reviewer_id"] = "Only an expert reviewer's account belongs to a roster entry."
    if problems:
        raise InputRefusal("invitation.input", " ".join(problems.values()), fields=problems)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        message = " ".join(error.messages)
        raise InputRefusal("invitation.password", message, fields={"password": message}) from None


def _note(act: Act, actor: Actor, invitation: Invitation, now: dt.datetime, *, detail: str = "", key: str = "") -> None:
    note_access(
        act=act, actor=actor, now=now, target=invitation.email, target_key=key or f"invitation:{invitation.pk}",
        detail=detail,
    )  # fmt: skip
