"""A list as CSV, streamed; each case that leaves is written down in the access log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from accounts.models import AccessLog, Act
from accounts.services.access_log import note_access, note_cases
from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.services.jurisdictions import case_date
from common.rules.csv_cells import csv_lines

#: A longer list is a report, not a worklist.
MOST = 20_000
_AT_ONCE = 500
COLUMNS = (
    "Case", "State", "Priority", "Worker", "Claim", "Held by", "Received", "Next target", "Legal due date", "Clock",
)  # fmt: skip


def export_lines(*, cases: CaseQuerySet, request: HttpRequest, what: str, now: dt.datetime) -> Iterator[str]:
    """The lines of the file. The access log gets one line for the list and one for each case in it, as they go out."""
    keys = list(cases.values_list("pk", flat=True)[:MOST])
    note = note_access(
        act=Act.EXPORTED, request=request, now=now, target="Case list", detail=f"{what}, {len(keys)} cases"
    )
    return csv_lines(_rows(keys, note))


def _rows(keys: list[int], note: AccessLog) -> Iterator[tuple[Any, ...]]:
    yield COLUMNS
    for begin in range(0, len(keys), _AT_ONCE):
        some = keys[begin : begin + _AT_ONCE]
        found = Case.objects.filter(pk__in=some).select_related("worker", "claim", "owner", "application").in_bulk()
        here = [found[key] for key in some if key in found]
        note_cases(note, (case.number for case in here))
        yield from (_row(case) for case in here)


def _row(case: Case) -> tuple[Any, ...]:
    application = getattr(case, "application", None)
    return (
        case.number, case.get_state_display(), case.get_priority_display(), case.worker.full_name,
        case.claim.claim_number, case.owner or "", application.received_on if application else "",
        case.next_target_on or "", case_date(case, case.next_due_at) if case.next_due_at else "", case.next_due_clock,
    )  # fmt: skip
