"""`check --deploy`: no server and no key of the demo in production. See also the checks of accounts and letters."""

from __future__ import annotations

import os
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def check_production(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Errors for what would silently be made in the data folder."""
    findings = [
        (not os.environ.get("DATABASE_URL"), "imr.E031",
         "The database would be the embedded one, which is for trying the site out.", "Set DATABASE_URL."),
        (not os.environ.get("REDIS_URL"), "imr.E032",
         "Redis would be the embedded one, which is for trying the site out.", "Set REDIS_URL."),
        (not os.environ.get("SECRET_KEY"), "imr.E033",
         "SECRET_KEY would be one made in the data folder.", "Set SECRET_KEY, and keep it apart from the backups."),
    ]  # fmt: skip
    return [Error(text, hint=hint, id=key) for wrong, key, text, hint in findings if wrong]
