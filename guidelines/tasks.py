from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from guidelines.services import links, unanswered


@shared_task(name="guidelines.check_links", ignore_result=True, expires=3600)
def check_links() -> None:
    links.check_links(now=timezone.now())


@shared_task(name="guidelines.forget_unanswered", ignore_result=True, expires=3600)
def forget_unanswered() -> None:
    unanswered.forget_old(now=timezone.now())
