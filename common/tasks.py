from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from common.services import outbox


@shared_task(name="common.run_job", acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def run_job(job_id: int) -> None:
    outbox.run(job_id, now=timezone.now())


@shared_task(name="common.sweep", ignore_result=True, expires=30)
def sweep() -> None:
    """Send every due job again that nobody has done: lost messages, killed workers, retries whose time has come."""
    for job_id in outbox.due_ids(now=timezone.now()):
        outbox.send(job_id)
