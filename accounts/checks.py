"""`check --deploy`: what a production installation must not do, each with its id (imr.E0xx)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

_UNSENT = ("filebased", "console", "locmem", "dummy")


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Errors for the demo switch, debug, missing TLS, missing mail, an insecure address and a missing second factor."""
    findings = [
        (settings.DEMO, "imr.E001", "The demo switch is on: sample accounts with a known password may exist.",
         "Unset IMR_DEMO."),
        (not settings.TLS, "imr.E002", "TLS is off: cookies and case data would travel in the clear.",
         "Put a TLS proxy in front and set IMR_TLS=1."),
        (settings.DEBUG, "imr.E003", "Debug is on: error pages would show settings and case data.", "Unset IMR_DEBUG."),
        (_mail_is_missing(), "imr.E004", "No mail server is set: invitations and alerts would reach nobody.",
         "Set EMAIL_URL, for example smtp+tls://user:password@mail.example.org:587."),
        (not settings.SITE_URL.startswith("https://"), "imr.E005", "SITE_URL is not an https address.",
         "Set SITE_URL to the site's public address: links in mail are made from it."),
        (not settings.REQUIRE_FACTOR, "imr.E006", "People may work without a second factor.",
         "REQUIRE_FACTOR is off only with the demo switch. Unset IMR_DEMO."),
        (settings.DEFAULT_FROM_EMAIL.endswith("@localhost"), "imr.E007", "Mail would come from localhost.",
         "Set DEFAULT_FROM_EMAIL to an address of the organization."),
    ]  # fmt: skip
    return [Error(text, hint=hint, id=key) for wrong, key, text, hint in findings if wrong]


def _mail_is_missing() -> bool:
    return any(f".{kind}." in settings.EMAIL_BACKEND for kind in _UNSENT)
