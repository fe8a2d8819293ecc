"""Accounts of people: roles, closing, opening again, ending sessions. Nobody does these to their own account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from accounts import signals
from accounts.models import Act, User
from accounts.roles import ADMIN_SITE_RIGHTS, ADMINISTRATOR, ROLES, labels, require, rights_of
from accounts.services.access_log import note_access, person_key
from accounts.services.mail import post_mail
from accounts.services.sessions import end_all_sessions
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal


@transaction.atomic
def set_roles(*, actor: Actor, user_id: int, roles: Iterable[str], now: dt.datetime) -> User:
    """Give the person exactly these roles and end their sessions; nothing happens when they hold them already.

    Raises RightRefusal (right, own account), InputRefusal (unknown or no role), StateRefusal (last administrator).
    """
    wanted = frozenset(roles)
    user = _lock(actor, user_id)
    check_roles(wanted)
    had = user.role_names
    if wanted == had:
        return user
    if ADMINISTRATOR in had and ADMINISTRATOR not in wanted:
        _refuse_last_administrator(user)
    signals.roles_changing.send(sender=User, user=user, roles=wanted)
    lay_roles(user, wanted)
    end_all_sessions(user)
    note_access(
        act=Act.ROLE_CHANGED, actor=actor, now=now, target=str(user), target_key=person_key(user.pk),
        detail=f"{', '.join(labels(had)) or 'none'} → {', '.join(labels(wanted))}",
    )  # fmt: skip
    return user


@transaction.atomic
def deactivate(*, actor: Actor, user_id: int, now: dt.datetime) -> User:
    """Close the account and end its sessions at once. The row stays: the history names it."""
    user = _lock(actor, user_id)
    if not user.is_active:
        raise StateRefusal("people.closed", "This account is closed already.")
    if ADMINISTRATOR in user.role_names:
        _refuse_last_administrator(user)
    signals.account_closing.send(sender=User, user=user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_all_sessions(user)
    note_access(act=Act.DEACTIVATED, actor=actor, now=now, target=str(user), target_key=person_key(user.pk))
    return user


@transaction.atomic
def reactivate(*, actor: Actor, user_id: int, now: dt.datetime) -> User:
    """Open a closed account again, with the roles it had."""
    user = _lock(actor, user_id)
    if user.is_active:
        raise StateRefusal("people.open", "This account is open already.")
    user.is_active = True
    user.save(update_fields=["is_active"])
    note_access(act=Act.REACTIVATED, actor=actor, now=now, target=str(user), target_key=person_key(user.pk))
    return user


@transaction.atomic
def end_sessions(*, actor: Actor, user_id: int, now: dt.datetime) -> int:
    """Sign the person out everywhere; returns how many sessions were known."""
    user = _lock(actor, user_id)
    ended = end_all_sessions(user)
    note_access(
        act=Act.SESSIONS_ENDED, actor=actor, now=now, target=str(user), target_key=person_key(user.pk),
        detail=f"{ended} known",
    )  # fmt: skip
    return ended


def check_roles(roles: Iterable[str]) -> None:
    """Raise InputRefusal unless there is a role and each is one of `accounts.roles`."""
    wanted = set(roles)
    unknown = wanted - set(ROLES)
    if unknown:
        message = f"There is no role named {', '.join(sorted(unknown))}."
        raise InputRefusal("people.role", message, fields={"roles": message})
    if not wanted:
        message = "Choose at least one role. To take all away, close the account."
        raise InputRefusal("people.role", message, fields={"roles": message})


def lay_roles(user: User, roles: frozenset[str]) -> None:
    """Make the person's groups exactly the roles. The admin site opens to those who keep something there."""
    user.groups.set(Group.objects.filter(name__in=roles))
    user.is_staff = bool(ADMIN_SITE_RIGHTS & rights_of(roles))
    user.save(update_fields=["is_staff"])
    for cached in ("role_names", "rights"):
        user.__dict__.pop(cached, None)


def alert(*, kind: str, people: Iterable[User], about: dict[str, str], now: dt.datetime) -> None:
    """The same mail to several people, each their own."""
    for person in people:
        post_mail(kind=kind, to=person.email, about=about, now=now)


def administrators() -> list[User]:
    return list(User.objects.filter(is_active=True, groups__name=ADMINISTRATOR).order_by("pk"))


def _lock(actor: Actor, user_id: int) -> User:
    """The account under lock, after the lock on the administrators' group: two of them cannot close each other."""
    require(actor, "manage_people")
    Group.objects.select_for_update().get(name=ADMINISTRATOR)
    if actor.user_id is not None and not User.objects.filter(pk=actor.user_id, is_active=True).exists():
        raise RightRefusal("people.actor_closed", "Your own account was closed meanwhile.")
    user = User.objects.select_for_update().get(pk=user_id)
    if user.pk == actor.user_id:
        raise RightRefusal("people.self", "Nobody changes their own account here. Ask another administrator to do it.")
    return user


def _refuse_last_administrator(user: User) -> None:
    others = User.objects.filter(is_active=True, groups__name=ADMINISTRATOR).exclude(pk=user.pk)
    if not others.exists():
        raise StateRefusal(
            "people.last_administrator",
            "This is the last administrator, without whom nobody could invite or help people. Appoint another first.",
        )
