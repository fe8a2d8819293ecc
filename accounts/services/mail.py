"""Mail to one address, through the outbox: a row first, sent after the commit.

A row holds ids and plain facts. Links with a token are made when the mail is sent, so that no token rests in the
database or in a log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import signals
from accounts.models import OutgoingMail
from common.models import OutboxJob
from common.services import outbox

KIND = "accounts.mail"

#: Makes the facts of a mail that are not stored (links with a token), from the row; None: nothing to send any more.
Completion = Callable[[OutgoingMail], "dict[str, Any] | None"]
COMPLETIONS: dict[str, Completion] = {}


def completes(kind: str) -> Callable[[Completion], Completion]:
    """Register the function that completes mails of `kind` at sending time."""

    def register(function: Completion) -> Completion:
        COMPLETIONS[kind] = function
        return function

    return register


def post_mail(*, kind: str, to: str, about: dict[str, Any], now: dt.datetime) -> OutgoingMail:
    """Put a mail down and hand it to the outbox. Call inside the transaction that causes it.

    kind: a text under templates/accounts/mail, whose first line is the subject. about: plain facts for it, no secrets.
    """
    mail = OutgoingMail.objects.create(kind=kind, to=to, about=about, created_at=now)
    outbox.post(kind=KIND, key=str(mail.pk), now=now)
    return mail


@outbox.handler(KIND)
def send_mail(job: OutboxJob) -> None:
    """Send the mail of an outbox row. A mail that lost its reason (invitation withdrawn) is dropped."""
    mail = OutgoingMail.objects.select_for_update().get(pk=int(job.key))
    if mail.sent_at is not None:
        return
    completion = COMPLETIONS.get(mail.kind)
    facts = completion(mail) if completion else {}
    if facts is None:
        return
    subject, body = _text(mail.kind, {**mail.about, **facts, "site_url": settings.SITE_URL})
    EmailMessage(subject=subject, body=body, to=[mail.to]).send()
    mail.sent_at = timezone.now()
    mail.save(update_fields=["sent_at"])
    signals.mail_sent.send(sender=OutgoingMail, mail=mail)


def _text(kind: str, facts: dict[str, Any]) -> tuple[str, str]:
    subject, _, body = render_to_string(f"accounts/mail/{kind}.txt", facts).lstrip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"
