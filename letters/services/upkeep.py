"""What staff see and do about letters: their state by job, and another try for a held one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from common.actor import Actor, acting
from common.errors import StateRefusal
from common.models import OutboxJob
from common.services import outbox
from letters.models import Letter
from letters.services.ordering import SEAL_JOB

SEALED, WAITING, HELD = "sealed", "waiting", "held"


@dataclass(frozen=True)
class LetterLine:
    """A letter as the list shows it. state: SEALED, WAITING or HELD; error: of the last try, also while it waits."""

    letter: Letter
    state: str
    attempts: int
    error: str


def lines_of(letters: Iterable[Letter]) -> list[LetterLine]:
    """The letters with the state of their jobs; one query for all."""
    letters = list(letters)
    keys = [str(letter.pk) for letter in letters]
    jobs = {job.key: job for job in OutboxJob.objects.filter(kind=SEAL_JOB, key__in=keys)}
    return [_line(letter, jobs.get(str(letter.pk))) for letter in letters]


def retry_letter(*, letter_id: int, actor: Actor, now: dt.datetime) -> Letter:
    """Release a letter whose tries are used up. Raises StateRefusal when it is sealed already or not held."""
    with acting(actor, "letters.retry"), transaction.atomic():
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if letter.is_sealed:
            raise StateRefusal("letter.sealed", f"Letter {letter.key} is sealed already. Nothing is left to do.")
        job = OutboxJob.objects.held().filter(kind=SEAL_JOB, key=str(letter.pk)).first()
        if job is None:
            raise StateRefusal("letter.not_held", f"Letter {letter.key} is not held; it is tried again by itself.")
        outbox.retry(job_id=job.pk, now=now)
        return letter


def _line(letter: Letter, job: OutboxJob | None) -> LetterLine:
    if letter.is_sealed:
        return LetterLine(letter, SEALED, 0, "")
    if job is None:
        return LetterLine(letter, WAITING, 0, "")
    _, _, said = job.last_error.partition(": ")  # the outbox puts the kind of error before the sentence
    return LetterLine(letter, HELD if job.held_at else WAITING, job.attempts, said or job.last_error)
