"""The case of a past determination, written again when its feed says something else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from cases.models import Application, Case, UtilizationReview
from cases.rules.intake import refuse_problems
from cases.services.documents import file_named
from cases.services.intake import content_hash, find_problems
from cases.services.workflow import record
from cases.services.writing import (
    day,
    organizations_of,
    write_claim,
    write_parts,
    write_worker,
)
from common.actor import Actor


def rewrite_past(
    *, case: Case, row: dict[str, Any], actor: Actor, now: dt.datetime, files_base: Path | None = None
) -> Case:
    """Let an imported case say what `row` says now; call with the case locked.

    The history tables and the frozen documents of earlier versions keep what stood before. Items stay the same rows by
    position, since the review hangs on them; the caller has taken the review off items that `row` no longer has.
    Raises InputRefusal as `cases.services.intake.take_in_past` does.
    """
    refuse_problems(find_problems(row, now=now, past=True))
    case.parties.all().delete()
    case.diagnoses.all().delete()
    case.documents.all().delete()
    UtilizationReview.objects.filter(case=case).delete()
    Application.objects.filter(case=case).delete()
    case.worker, case.claim = write_worker(row.get("worker") or {}), write_claim(row.get("claim") or {})
    case.priority = row.get("priority") or Case.Priority.STANDARD
    case.assigned_on = day(row.get("assigned_on"))
    case.feed_hash = content_hash(row)
    case.version += 1
    case.save(update_fields=["worker", "claim", "priority", "assigned_on", "feed_hash", "version"])
    organizations = organizations_of(row, source=f"typed in case {case.number}")
    write_parts(case, row, organizations=organizations, filed=file_named(row, files_base))
    record(case=case, kind="imported.again", sentence="Past determination taken over again.", actor=actor, now=now)
    return Case.objects.get(pk=case.pk)
