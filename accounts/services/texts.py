"""Text messages to a mobile telephone, beside the mail, where a gateway is configured (`IMR_TEXT_GATEWAY`).

The gateway takes a mail to an address made from the number, as telephone companies and their resellers offer it. A
message says that something waits, never what.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings

from accounts.models import OutgoingMail
from accounts.services.mail import post_mail


def post_text(*, kind: str, to: str, about: dict[str, Any], now: dt.datetime) -> OutgoingMail | None:
    """Put a message down for the outbox; None where no gateway is set or there is no number. See `post_mail`."""
    digits = re.sub(r"\D", "", to)
    if not settings.TEXT_GATEWAY or not digits:
        return None
    return post_mail(kind=kind, to=settings.TEXT_GATEWAY.replace("{number}", digits), about=about, now=now)
