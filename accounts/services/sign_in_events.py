"""Events of sign-in, put into the access log; and what has to follow from them (other sessions end)."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import signals as auth_signals
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Act, User
from accounts.services.access_log import note_access, person_key
from accounts.services.sessions import end_all_sessions
from common.actor import Actor


def connect() -> None:
    """Called once from AppConfig.ready."""
    pairs = [
        (account_signals.user_logged_in, _signed_in),
        (auth_signals.user_login_failed, _sign_in_failed),
        (auth_signals.user_logged_out, _signed_out),
        (account_signals.password_changed, _password_changed),
        (account_signals.password_reset, _password_reset),
        (account_signals.email_changed, _email_changed),
        (factor_signals.authenticator_added, _factor_added),
        (factor_signals.authenticator_removed, _factor_removed),
        (factor_signals.authenticator_reset, _codes_made),
        (factor_signals.authentication_failed, _factor_failed),
    ]
    for signal, receiver in pairs:
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")


def _note(act: Act, request: HttpRequest | None, user: User | None, detail: str = "") -> None:
    note_access(
        act=act, request=request, now=timezone.now(), actor=Actor.of(user) if user else None,
        target=str(user) if user else "", target_key=person_key(user.pk) if user else "", detail=detail,
    )  # fmt: skip


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    _note(Act.SIGNED_IN, request, user)


def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """The typed address is written down only when it is somebody's: people type passwords into the wrong field."""
    typed = str(credentials.get("email") or credentials.get("username") or "")[:254].replace("\x00", "")
    user = User.objects.filter(email__iexact=typed).first() if typed else None
    note_access(
        act=Act.SIGN_IN_FAILED, request=request, now=timezone.now(),
        target=user.email if user else "an address without account", target_key=person_key(user.pk) if user else "",
    )  # fmt: skip


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        _note(Act.SIGNED_OUT, request, user)


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _note(Act.PASSWORD_CHANGED, request, user)
    _end_other_sessions(request, user)


def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    _note(Act.PASSWORD_RESET, request, user)
    end_all_sessions(user)


def _email_changed(request: HttpRequest, user: User, to_email_address: Any, **_: Any) -> None:
    _note(Act.EMAIL_CHANGED, request, user, detail=f"now {to_email_address.email}")


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _factor(Act.FACTOR_ADDED, request, user, authenticator)


def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _factor(Act.FACTOR_REMOVED, request, user, authenticator)


def _factor(act: Act, request: HttpRequest, user: User, authenticator: Authenticator) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _note(Act.RECOVERY_CODES_MADE if act == Act.FACTOR_ADDED else act, request, user, detail="recovery codes")
        return
    _note(act, request, user, detail=str(authenticator.type))
    _end_other_sessions(request, user)


def _codes_made(request: HttpRequest, user: User, **_: Any) -> None:
    _note(Act.RECOVERY_CODES_MADE, request, user)


def _factor_failed(request: HttpRequest, user: User, **_: Any) -> None:
    _note(Act.FACTOR_FAILED, request, user)


def _end_other_sessions(request: HttpRequest, user: User) -> None:
    """Everywhere else the person is signed out (ASVS 7.4.3); here the session goes on under a new key."""
    here = getattr(request.user, "pk", None) == user.pk
    end_all_sessions(user, keep=request.session.session_key if here else None)
    if here:
        update_session_auth_hash(request, user)
        UserSession.objects.filter(user=user).delete()
        UserSession.objects.create_from_request(request)
