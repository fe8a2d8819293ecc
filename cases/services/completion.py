"""When the file of a case is whole, or good enough to go on: the guards of both events, and the clock that follows.

The determination clock starts at the receipt of the record that completed the file (LC 4610.6(d)(1)), whenever somebody
clicks; where records never come, as the jurisdiction chose.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cases.models import Case
from cases.rules.required_records import Needed, OnWhatIsHere, Standing, why_not_proceed
from cases.services.jurisdictions import jurisdiction_of
from cases.services.record_requests import Checked, checklist, lay_out, refuse_incomplete
from cases.services.records import is_medical
from cases.services.workflow import Moved, follow, guard
from cases.workflow import Event
from common.days import california_date
from common.errors import RuleRefusal


@guard("required_records_here")
def _required_records_here(case: Case) -> None:
    refuse_incomplete(case, now=timezone.now())


@guard("may_go_on_without_records")
def _may_go_on_without_records(case: Case) -> None:
    refuse_going_on(case, now=timezone.now())


def refuse_going_on(case: Case, *, now: dt.datetime) -> None:
    """Raises RuleRefusal unless the records are overdue and worker or physician sent medical papers beside the UR
    decision with its summary of the records (8 CCR 9792.10.6(b)(2)); says which of them is missing."""
    lines = checklist(case, now=now)
    due = records_due(lines)
    reasons = why_not_proceed(
        facts_for_going_on(case, lines), due=f"{california_date(due):%b %d, %Y}".replace(" 0", " ") if due else ""
    )
    if reasons:
        raise RuleRefusal(
            "records.on_what_is_here",
            f"Case {case.number} cannot go on with what is here: {'; '.join(reasons)}. "
            "Chase the records, or ask the worker or the physician for papers.",
        )


def facts_for_going_on(case: Case, lines: list[Checked]) -> OnWhatIsHere:
    rule = jurisdiction_of(case).going_on(case.assigned_on or california_date(case.created_at))
    summaries = [line for line in lines if line.request.needed == Needed.SUMMARY]
    return OnWhatIsHere(
        overdue=any(line.standing is Standing.OVERDUE for line in lines if line.holds_up),
        medical_papers_from_others=any(
            is_medical(document) and document.from_role in rule.papers_from for document in case.documents.all()
        ),
        ur_record_summary=not summaries or any(line.received_at is not None for line in summaries),
    )


def records_due(lines: list[Checked]) -> dt.datetime | None:
    """When the last of the required records was due."""
    return max((line.request.due_at for line in lines if line.holds_up and line.request.due_at), default=None)


@follow(Event.FIND_ELIGIBLE, order=20)
def _lay_the_checklist_out(moved: Moved) -> None:
    """Before the notices (order 50), which print what is asked."""
    lay_out(case=moved.case, now=moved.now)
