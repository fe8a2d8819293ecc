"""When the file of a case is whole, or good enough to go on: the guards of both events, and the clock that follows.

The determination clock starts at the receipt of the record that completed the file (LC 4610.6(d)(1)), whenever somebody
clicks; where records never come, as the jurisdiction chose.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from cases.models import Case, Deadline
from cases.rules.required_records import Needed, OnWhatIsHere, Standing, why_not_proceed
from cases.services import deadlines
from cases.services.deadlines.asking import DETERMINATION
from cases.services.jurisdictions import case_date, jurisdiction_of
from cases.services.rail import says
from cases.services.record_requests import (
    Checked,
    asked,
    checklist,
    completion_of,
    lay_out,
    refuse_incomplete,
    what_is_missing,
)
from cases.services.records import is_medical
from cases.services.workflow import Moved, follow, guard, record
from cases.workflow import Event
from common.actor import Actor
from common.errors import RuleRefusal

#: The notice by which records are asked for.
ASKING = "noarfi"


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
    reasons = why_not_proceed(facts_for_going_on(case, lines), due=said(case, due) if due else "")
    if reasons:
        raise RuleRefusal(
            "records.on_what_is_here",
            f"Case {case.number} cannot go on with what is here: {'; '.join(reasons)}. "
            "Chase the records, or ask the worker or the physician for papers.",
        )


def facts_for_going_on(case: Case, lines: list[Checked]) -> OnWhatIsHere:
    rule = jurisdiction_of(case).going_on(case.assigned_on or case_date(case, case.created_at))
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


@receiver(post_save, sender=Deadline, dispatch_uid="cases.completion.records_clock")
def _records_clock_runs(*, instance: Deadline, raw: bool = False, **signal: Any) -> None:  # noqa: ARG001
    """The clock that the service of the request started, or any change of it, is what the checklist goes by."""
    if raw or instance.due_at is None or instance.clock not in records_clocks(instance):
        return
    noon = dt.datetime.combine(instance.trigger_on, dt.time(12), tzinfo=jurisdiction_of(instance.case).zone)
    asked(
        case=instance.case,
        asked_at=instance.trigger_at or noon,
        due_at=instance.due_at,
        due_why=" ".join(instance.derivation),
    )


def records_clocks(deadline: Deadline) -> set[str]:
    """The clocks that the service of the notice of assignment starts, in the programme of the case."""
    rows = (
        one for one in jurisdiction_of(deadline.case).notices if one.kind == ASKING and one.holds(deadline.trigger_on)
    )
    return {clock for one in rows for clock in (one.starts_mail, one.starts_electronic, one.starts_expedited) if clock}


def work_out_again(*, case: Case, now: dt.datetime) -> None:
    """The file of a case that is ready or with a reviewer changed: another record may have completed it.

    The determination clock moves to that record's receipt. Where the file is not complete any more, the timeline says
    so and the clock runs on: nobody may gain time by a mistake in filing.
    """
    running = case.deadlines.open().filter(clock__in=DETERMINATION, trigger_ref__startswith="document:").first()
    if running is None:
        return
    actor, whole = Actor.system("required records"), completion_of(case, now=now)
    if whole is None:
        sentence = f"The file is not complete any more. Missing: {'; '.join(what_is_missing(case, now=now))}."
        record(case=case, kind="record.incomplete", sentence=sentence, actor=actor, now=now)
    elif whole.at != running.trigger_at:
        deadlines.start_determination(
            case=case,
            trigger=whole.at,
            because=f"Completed by “{whole.because[:200]}”, received {said(case, whole.at)}.",
            ref=f"document:{whole.key}" if whole.key else "",
            actor=actor,
            now=now,
        )


def said(case: Case, moment: dt.datetime) -> str:
    day = case_date(case, moment)
    return f"{day:%b} {day.day}, {day.year}"


@says(Event.RECORDS_COMPLETE)
def _since_when(case: Case) -> str:
    """Beside the button: the clock starts at a receipt, whenever it is pressed."""
    whole = completion_of(case, now=timezone.now())
    return (
        f"Complete since {said(case, whole.at)}: {whole.because}. The determination clock starts there."
        if whole
        else ""
    )


@follow(Event.FIND_ELIGIBLE, order=20)
def _lay_the_checklist_out(moved: Moved) -> None:
    """Before the notices (order 50), which print what is asked."""
    lay_out(case=moved.case, now=moved.now)
