"""Letters of imported determinations, sealed in the command's own process and written to a folder."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from common.errors import StateRefusal
from common.models import OutboxJob, StoredFile
from common.services import files, outbox
from letters.services.ordering import SEAL_JOB
from reviews.models import Determination
from reviews.services.determination import letter_of

#: A worker may be sealing the same letter just now; this long it is waited for.
_PATIENCE_SECONDS = 60


def write_letter(*, determination: Determination, folder: Path, now: dt.datetime) -> Path:
    """Seal the ordered letter if it is not sealed yet and write it as `folder/<case number>.pdf`. Returns the path.

    Uses the same job as the worker, so that a crash leaves the job for the sweeper; needs neither worker nor Redis.
    Raises StateRefusal with the job's error when the letter cannot be sealed.
    """
    content = files.read(_sealed_file(determination, now))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{determination.case.number}.pdf"
    beside = path.with_suffix(".pdf.writing")
    beside.write_bytes(content)
    return beside.replace(path)


def _sealed_file(determination: Determination, now: dt.datetime) -> StoredFile:
    until = time.monotonic() + _PATIENCE_SECONDS
    number = determination.case.number
    while time.monotonic() < until:
        letter = letter_of(determination)
        if letter is None:
            raise StateRefusal("letters.ordered", f"No letter of case {number} was ordered.")
        if letter.file is not None:
            return letter.file
        job = OutboxJob.objects.get(kind=SEAL_JOB, key=str(letter.pk))
        if job.held_at is not None:  # whoever runs the import again has looked
            outbox.retry(job_id=job.pk, now=now)
        if not outbox.run(job.pk, now=now):
            job.refresh_from_db()
            if job.last_error and job.done_at is None:
                raise StateRefusal("letters.held", f"The letter of case {number} could not be sealed: {job.last_error}")
            time.sleep(0.1)  # a worker holds the job; it is looked at again
    raise StateRefusal("letters.held", f"The letter of case {number} was not sealed within {_PATIENCE_SECONDS} s.")
