from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from common.actor import Actor, acting
from reviews.services.assignment import lapse_overdue
from reviews.services.credential_reminders import send_reminders
from reviews.services.reminders import remind_all
from reviews.services.self_audit import audit_panel


@shared_task(name="reviews.lapse_offers", ignore_result=True, expires=60)
def lapse_offers() -> None:
    """Let offers lapse that nobody answered in time; one missed run is caught up by the next."""
    actor = Actor.system("lapse_offers")
    with acting(actor, "the time to answer is over"):
        lapse_overdue(actor=actor, now=timezone.now())


@shared_task(name="reviews.audit_panel", ignore_result=True)
def audit_panel_nightly() -> None:
    """The self-audit of every credential and every case in hand, with the rules of the gate."""
    with acting(Actor.system("audit_panel"), "nightly self-audit"):
        audit_panel(now=timezone.now())


@shared_task(name="reviews.remind_of_credentials", ignore_result=True)
def remind_of_credentials() -> None:
    """Reminders that are due and not sent; one missed run is caught up by the next."""
    with acting(Actor.system("remind_of_credentials"), "a credential ends"):
        send_reminders(now=timezone.now())


@shared_task(name="reviews.remind_reviewers", ignore_result=True, expires=300)
def remind_reviewers() -> None:
    """Remind of offers and reports by the ladder; one missed run is caught up by the next."""
    actor = Actor.system("remind_reviewers")
    with acting(actor, "a reminder was due"):
        remind_all(actor=actor, now=timezone.now())
