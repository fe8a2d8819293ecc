"""How allauth works in this house: no sign-up, mail through the outbox, factors encrypted at rest."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes

from accounts.models import OutgoingMail, User
from accounts.services.mail import completes, post_mail

_RESET, _CONFIRM, _NOTHING = "password_reset", "email_confirmation", "nothing"

#: allauth's mail -> our text, and which facts of allauth's it may keep.
_TEXTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "account/email/email_changed": ("email_changed", ("from_email", "to_email")),
    "account/email/password_changed": ("password_changed", ()),
    "account/email/password_reset": ("password_was_reset", ()),
    "mfa/email/totp_activated": ("factor_added", ()),
    "mfa/email/webauthn_added": ("factor_added", ()),
    "mfa/email/totp_deactivated": ("factor_removed", ()),
    "mfa/email/webauthn_removed": ("factor_removed", ()),
    "mfa/email/recovery_codes_generated": ("recovery_codes_made", ()),
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator invites. Every mail is a row of the outbox, without its secrets."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This e-mail address and password do not belong together.",  # nosec B105 - words for people
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        self._post(_RESET, email, {"user": user.pk, "name": str(user)})

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        address = emailconfirmation.email_address
        self._post(_CONFIRM, address.email, {"address": address.pk, "name": str(address.user)})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whatever else allauth wants to tell. A text without a place here is not sent, but costs the same time.

        So a reset asked for an unknown address looks like one for a known address (no user enumeration).
        """
        kind, kept = _TEXTS.get(template_prefix, (_NOTHING, ()))
        about = {key: str(context[key]) for key in kept if key in context}
        user = context.get("user")
        self._post(kind, email if kind != _NOTHING else "", {**about, "name": str(user) if user else ""})

    def _post(self, kind: str, email: str, about: dict[str, Any]) -> None:
        with transaction.atomic():
            post_mail(kind=kind, to=email, about=about, now=timezone.now())


@completes(_NOTHING)
def _drop(_mail: OutgoingMail) -> None:
    return None


@completes(_RESET)
def _reset_link(mail: OutgoingMail) -> dict[str, Any] | None:
    user = User.objects.filter(pk=mail.about["user"], is_active=True).first()
    if user is None:
        return None
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    kwargs = {"uidb36": user_pk_to_url_str(user), "key": key}
    return {"link": _absolute(reverse("account_reset_password_from_key", kwargs=kwargs))}


@completes(_CONFIRM)
def _confirmation_link(mail: OutgoingMail) -> dict[str, Any] | None:
    address = EmailAddress.objects.filter(pk=mail.about["address"], verified=False).first()
    if address is None:
        return None
    return {"link": _absolute(reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]))}


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of factors are encrypted under the site's key; the last factor stays unless a second person takes it."""

    def encrypt(self, text: str) -> str:
        return self._cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.REQUIRE_FACTOR or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def _cipher(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        digests = (hashlib.sha256(b"accounts.factor:" + force_bytes(key)).digest() for key in keys)
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
