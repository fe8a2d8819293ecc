"""Tells the administrators, once for each time that a limit is passed and once when all is well again.

Asked every few seconds by the worker and by the scheduler, so that each notices the other's end. Mail goes out at once
and not through the outbox: the outbox is what may be standing still.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.roles import ADMINISTRATOR
from imr_site.health.readings import limits, read
from imr_site.health.rules import DATABASE, Level, Sign, judge, passed_limits
from imr_site.models import HealthAlert

log = logging.getLogger(__name__)


def watch(*, now: dt.datetime) -> None:
    """Open and close alerts by what the parts say now, and mail what has not been told yet."""
    signs = judge(read(now=now), limits())
    if any(sign.key == DATABASE and sign.level is Level.BAD for sign in signs):
        return  # whom to tell, and whether they were told, is written in the database itself
    _open(passed_limits(signs), now)
    _close([sign.key for sign in signs if sign.level is Level.GOOD], now)
    for alert_id in HealthAlert.objects.to_mail().order_by("opened_at").values_list("pk", flat=True):
        _tell(alert_id, now)


def _open(passed: list[Sign], now: dt.datetime) -> None:
    """At most one open alert a problem: the constraint decides between two watchers, not a look beforehand."""
    rows = [
        HealthAlert(problem=sign.key, sentence=f"{sign.title}: {sign.reading} {sign.advice}"[:500], opened_at=now)
        for sign in passed
    ]
    HealthAlert.objects.bulk_create(rows, ignore_conflicts=True)


def _close(good: list[str], now: dt.datetime) -> None:
    """A part that cannot be read stays as it was."""
    HealthAlert.objects.open().filter(problem__in=good).update(closed_at=now)


def _tell(alert_id: int, now: dt.datetime) -> None:
    """Mail one alert under its row's lock: whoever else watches passes it by."""
    with transaction.atomic():
        alert = HealthAlert.objects.to_mail().select_for_update(skip_locked=True).filter(pk=alert_id).first()
        if alert is None:
            return
        opening = alert.told_at is None
        try:
            _mail(alert, opening)
        except OSError as error:  # smtplib's errors too: tried again at the next look
            log.error("health.mail_failed", extra={"error": str(error)})  # noqa: TRY400 - no news in the trace
            return
        if opening:
            alert.told_at = now
        if alert.closed_at is not None:
            alert.recovery_told_at = now
        alert.save(update_fields=["told_at", "recovery_told_at"])


def _mail(alert: HealthAlert, opening: bool) -> None:
    if opening and alert.closed_at is None:
        subject, body = f"imr-site: trouble with the {alert.problem}", alert.sentence
    elif opening:
        subject = f"imr-site: there was trouble with the {alert.problem}"
        body = f"{alert.sentence}\n\nIt has passed by itself."
    else:
        subject, body = f"imr-site: the {alert.problem} is well again", f"It began with: {alert.sentence}"
    page = f"{settings.SITE_URL.rstrip('/')}/health/status/"
    when = f"Since {alert.opened_at:%Y-%m-%d %H:%M:%S} UTC" + (
        f", until {alert.closed_at:%Y-%m-%d %H:%M:%S} UTC" if alert.closed_at else ""
    )
    EmailMessage(subject=subject, body=f"{body}\n\n{when}.\n{page}\n", to=[], bcc=recipients()).send()


def recipients() -> list[str]:
    """The addresses of ADMINS and of everybody who holds the administrator's role."""
    people = User.objects.filter(Q(groups__name=ADMINISTRATOR), is_active=True).values_list("email", flat=True)
    return sorted({address for _, address in settings.ADMINS} | set(people))
