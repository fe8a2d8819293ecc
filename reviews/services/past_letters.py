"""Letters of imported determinations, sealed in the command's own process and written to a folder."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

from common.errors import StateRefusal
from common.models import OutboxJob
from common.services import files, outbox
from letters.models import Letter
from letters.services.ordering import SEAL_JOB

#: A worker may be sealing the same letter just now; this long it is waited for.
_PATIENCE_SECONDS = 60


def write_letter(*, letter_id: int, folder: Path, now: dt.datetime) -> Path:
    """Seal the letter if it is not sealed yet and write it as `folder/<case number>.pdf`. Returns the path.

    Uses the same job as the worker, so that a crash leaves the job for the sweeper; needs neither worker nor Redis.
    Raises StateRefusal with the job's error when the letter cannot be sealed.
    """
    letter = _sealed(letter_id, now)
    assert letter.file is not None  # a sealed letter has its file
    content = files.read(letter.file)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{letter.key}.pdf"
    beside = path.with_suffix(".pdf.writing")
    beside.write_bytes(content)
    os.replace(beside, path)
    return path


def _sealed(letter_id: int, now: dt.datetime) -> Letter:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        letter = Letter.objects.select_related("file").get(pk=letter_id)
        if letter.sealed_at is not None:
            return letter
        job = OutboxJob.objects.get(kind=SEAL_JOB, key=str(letter_id))
        if job.held_at is not None or time.monotonic() > until:
            raise StateRefusal("letters.held", f"The letter of {letter.key} could not be sealed: {job.last_error}")
        if not outbox.run(job.pk, now=now):
            job.refresh_from_db()
            if job.last_error and job.done_at is None:
                raise StateRefusal("letters.held", f"The letter of {letter.key} could not be sealed: {job.last_error}")
            time.sleep(0.1)
