from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from common.actor import Actor, acting
from reviews.services.assignment import lapse_overdue


@shared_task(name="reviews.lapse_offers", ignore_result=True, expires=60)
def lapse_offers() -> None:
    """Let offers lapse that nobody answered in time; one missed run is caught up by the next."""
    actor = Actor.system("lapse_offers")
    with acting(actor, "the time to answer is over"):
        lapse_overdue(actor=actor, now=timezone.now())
