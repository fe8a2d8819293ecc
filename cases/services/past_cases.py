"""The case of a past determination, written again when its feed says something else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from cases.models import Application, Case, UtilizationReview
from cases.rules.intake import refuse_problems
from cases.services.documents import file_named
from cases.services.filed_before import content_hash
from cases.services.intake import find_problems
from cases.services.workflow import record
from cases.services.writing import (
    Written,
    claim_of,
    day,
    organizations_of,
    worker_of,
    write_parts,
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
    case.worker, case.claim = worker_of(row.get("worker") or {}), claim_of(row.get("claim") or {})
    case.worker.save()
    case.claim.save()
    case.priority = row.get("priority") or Case.Priority.STANDARD
    case.assigned_on = day(row.get("assigned_on"))
    case.feed_hash = content_hash(row)
    case.version += 1
    case.save(update_fields=["worker", "claim", "priority", "assigned_on", "feed_hash", "version"])
    organizations = organizations_of([row], source=f"typed in case {case.number}")
    written = Written(case, row, file_named(row, files_base))
    write_parts([written], organizations=organizations, again=True)
    record(case=case, kind="imported.again", sentence="Past determination taken over again.", actor=actor, now=now)
    return Case.objects.get(pk=case.pk)
