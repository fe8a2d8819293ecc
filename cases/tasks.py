from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cases.services import arrival_checks, uploads


@shared_task(name="cases.sweep_uploads", ignore_result=True, expires=3600)
def sweep_uploads() -> None:
    uploads.sweep(now=timezone.now())


@shared_task(name="cases.check_held", ignore_result=True, expires=300)
def check_held() -> None:
    arrival_checks.check_held_again(now=timezone.now())
