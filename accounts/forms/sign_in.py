"""allauth's forms in the words and the look of the house."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

_LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",  # nosec B105 - a label
    "oldpassword": "Present password",
    "password1": "New password",
    "password2": "The new password again",
    "code": "Code",
    "name": "Name of the device",
    "passwordless": "Sign in with this alone, without the password",
}
_HINTS = {
    "password": "",  # nosec B105 - no hint
    "passwordless": "The device then asks for your fingerprint, face or PIN each time.",
    "code": "",
}


class HouseWords:
    """Labels above the fields instead of placeholders in them; codes are typed with the number keys."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HINTS.get(name, field.help_text)
        if "code" in self.fields:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"


class LoginForm(HouseWords, account.LoginForm): ...


class ResetPasswordForm(HouseWords, account.ResetPasswordForm): ...


class ResetPasswordKeyForm(HouseWords, account.ResetPasswordKeyForm): ...


class ChangePasswordForm(HouseWords, account.ChangePasswordForm): ...


class SetPasswordForm(HouseWords, account.SetPasswordForm): ...


class AddEmailForm(HouseWords, account.AddEmailForm): ...


class ReauthenticateForm(HouseWords, account.ReauthenticateForm): ...


class AuthenticateForm(HouseWords, factor.AuthenticateForm): ...


class ReauthenticateFactorForm(HouseWords, factor.ReauthenticateForm): ...


class ActivateTOTPForm(HouseWords, totp.ActivateTOTPForm): ...


class AddWebAuthnForm(HouseWords, webauthn.AddWebAuthnForm): ...


class EditWebAuthnForm(HouseWords, webauthn.EditWebAuthnForm): ...
