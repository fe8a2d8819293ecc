"""`check --deploy`: what production must not run with, besides what `accounts.checks` refuses."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def check_production(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Errors for the development seal key and for the servers of the demo."""
    findings = [
        (not (settings.SEAL_PKCS12 or settings.SEAL_PKCS11_MODULE), "imr.E020",
         "Letters would be sealed with the development key, which anybody can have made.",
         "Set SEAL_PKCS12 or SEAL_PKCS11_MODULE, see docs/operate.md."),
        (not os.environ.get("DATABASE_URL"), "imr.E021",
         "The database would be the embedded one, which is for trying the site out.", "Set DATABASE_URL."),
        (not os.environ.get("REDIS_URL"), "imr.E022",
         "Redis would be the embedded one, which is for trying the site out.", "Set REDIS_URL."),
        (not os.environ.get("SECRET_KEY"), "imr.E023",
         "SECRET_KEY would be one made in the data folder.", "Set SECRET_KEY, and keep it apart from the backups."),
    ]  # fmt: skip
    return [Error(text, hint=hint, id=key) for wrong, key, text, hint in findings if wrong]
