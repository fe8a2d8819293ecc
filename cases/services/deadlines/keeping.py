"""Writing a deadline down: worked out from its events, its history, its targets and the case's next dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Min

from cases.models import Case, CaseTarget, Deadline, DeadlineEvent
from cases.rules import clocks
from cases.rules.running import Begin, Convert, Extend, Restart, Run, Step, Stop, run
from cases.services.deadlines.targets import retarget
from cases.services.deadlines.workings import HouseWorkings
from common.actor import Actor

Kind = DeadlineEvent.Kind

_NEXT_SQL = """
UPDATE cases_case SET next_due_at = next.due_at, next_due_clock = next.clock, next_target_on = next.target_on
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::date[]) AS next (id, due_at, clock, target_on)
WHERE cases_case.id = next.id
"""


def work_out(deadline: Deadline, workings: HouseWorkings, *more: Step) -> Run:
    """Where the clock stands by its kept events, and by `more` that are not kept yet."""
    begin = Begin(deadline.first_clock, deadline.trigger, deadline.service, deadline.because)
    kept = [] if deadline.is_new else [_step(event) for event in deadline.events.all() if event.kind in _STEPS]
    return run(begin, [*kept, *more], workings)


def keep(
    deadline: Deadline,
    *,
    kind: str,
    sentence: str,
    actor: Actor,
    now: dt.datetime,
    workings: HouseWorkings,
    facts: dict[str, Any] | None = None,
) -> Deadline:
    """Put an event down and work the clock, its targets and the case's next dates out again. Call with the case locked.

    sentence may hold {due}: the new due date in words.
    """
    before = written(deadline.due)
    if deadline.is_new:
        apply(deadline, work_out(deadline, workings), workings)
        deadline.save()
    event = DeadlineEvent(
        deadline=deadline, at=now, kind=kind, facts=facts or {}, due_before=before, actor_name=actor.name,
        user_id=actor.user_id,
    )  # fmt: skip
    more = [_step(event)] if kind in _STEPS else []
    apply(deadline, work_out(deadline, workings, *more), workings)
    deadline.save()
    event.due_after = written(deadline.due)
    event.sentence = sentence.replace("{due}", said(deadline))[:500]
    event.save()
    retarget(deadline, workings, now=now)
    refresh(deadline.case)
    return deadline


def apply(deadline: Deadline, found: Run, workings: HouseWorkings) -> None:
    """The result of `work_out` on the row, unsaved."""
    deadline.clock, deadline.derivation = found.clock, list(found.derivation)
    deadline.timed = isinstance(found.due, dt.datetime)
    deadline.due_on = None if found.due is None else clocks.day_of(found.due, workings.zone)
    deadline.due_at = None if found.due is None else clocks.end_of(found.due, workings.zone)


def refresh(case: Case) -> None:
    """The case's next legal due moment and next target, as lists and queues sort by them."""
    refresh_all([case])


def refresh_all(cases: Sequence[Case]) -> None:
    """`refresh` for many cases, in constant statements."""
    keys = [case.pk for case in cases]
    running = Deadline.objects.running().filter(case_id__in=keys).order_by("case_id", "due_at", "pk")
    first = {one.case_id: one for one in running.distinct("case_id")}
    targets = CaseTarget.objects.filter(case_id__in=keys, done_at=None, ended_at=None).order_by()
    target = dict(targets.values_list("case_id").annotate(on=Min("due_on")))
    changed = []
    for case in cases:
        deadline = first.get(case.pk)
        found = {
            "next_due_at": deadline.due_at if deadline else None,
            "next_due_clock": deadline.clock if deadline else "",
            "next_target_on": target.get(case.pk),
        }
        if any(getattr(case, name) != value for name, value in found.items()):
            changed.append(case)
            for name, value in found.items():
                setattr(case, name, value)
    if changed:
        _write_next(changed)


def _write_next(cases: Sequence[Case]) -> None:
    columns = [
        [getattr(case, name) for case in cases] for name in ("pk", "next_due_at", "next_due_clock", "next_target_on")
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_SQL, columns)


def written(due: clocks.Moment | None) -> str:
    """A date or moment as events keep it, moments in UTC; empty for none."""
    if due is None:
        return ""
    return due.astimezone(dt.UTC).isoformat() if isinstance(due, dt.datetime) else due.isoformat()


def said(deadline: Deadline) -> str:
    from cases.services.jurisdictions import jurisdiction_of

    due = deadline.due
    if due is None:
        return "no date while it is stopped"
    if isinstance(due, dt.datetime):
        due = due.astimezone(jurisdiction_of(deadline.case).zone)
    return clocks.say(due)


def moment_in(text: str) -> clocks.Moment:
    """A date or moment as `written`."""
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


_STEPS = frozenset({Kind.STOPPED, Kind.RESTARTED, Kind.EXTENDED, Kind.CONVERTED})


def _step(event: DeadlineEvent) -> Step:
    """A kept event as the arithmetic takes it."""
    facts = event.facts
    because = facts.get("because", "")
    if event.kind == Kind.STOPPED:
        return Stop(moment_in(facts["on"]), because)
    if event.kind == Kind.RESTARTED:
        return Restart(moment_in(facts["on"]), because, fresh=facts.get("fresh", False))
    if event.kind == Kind.EXTENDED:
        return Extend(facts["days"], because)
    return Convert(facts["clock"], dt.datetime.fromisoformat(facts["at"]), because)
