"""Render, seal, verify, store: the one way a letter becomes a sealed file."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from common.models import OutboxJob
from common.services import outbox
from letters.models import Letter
from letters.services.ordering import SEAL_JOB


def seal_letter(*, letter_id: int, now: dt.datetime) -> Letter:
    raise NotImplementedError


@outbox.handler(SEAL_JOB)
def _run(job: OutboxJob) -> None:
    seal_letter(letter_id=int(job.key), now=timezone.now())
