"""What others ask about the clocks of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from cases.models import Case, CaseTarget, Deadline, DeadlineEvent
from cases.rules import clocks
from cases.services.deadlines.targets import receipt_of
from cases.services.deadlines.workings import HouseWorkings

#: The clocks that end with the determination, as the jurisdictions name them.
DETERMINATION = ("determination", "determination_formulary", "determination_expedited")


def open_deadlines(case: Case) -> list[Deadline]:
    """The clocks that nobody has met or ended, the nearest first; stopped ones last."""
    found = case.deadlines.open().prefetch_related("targets", "events")
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at or one.started_at))


def due_of(case: Case, clock: str, about: str = "") -> clocks.Moment | None:
    """When an open clock is due: a day, or a moment where the hour counts. None: it does not run."""
    row = case.deadlines.running().filter(Q(clock=clock) | Q(first_clock=clock), about=about).first()
    return row.due if row else None


def determination_clock(case: Case, trigger: clocks.Moment) -> str:
    """Which determination clock the case takes, before expedition: by which disputed items are formulary drugs."""
    workings = HouseWorkings.of_case(case)
    formulary = [item.formulary for item in case.items.disputed()]
    some, every = any(formulary), bool(formulary) and all(formulary)
    mixed = workings.choice("mixed_items", clocks.day_of(trigger, workings.zone), "shortest")
    short = every or (some and mixed == "shortest")
    return "determination_formulary" if short and workings.has("determination_formulary", trigger) else "determination"


def determination_due(case: Case) -> dt.date:
    """The day the determination is due; while its clock does not run yet, about when it would be: the length of the
    clock after the notice of assignment, else after the receipt."""
    return _running_determinations([case.pk]).get(case.pk) or _about_due(case)


def determinations_due(case_ids: Collection[int]) -> dict[int, dt.date]:
    """`determination_due` of many cases, by id: one statement for all whose clock runs, one for the others."""
    due = _running_determinations(case_ids)
    others = Case.objects.select_related("application").filter(pk__any_of=[pk for pk in case_ids if pk not in due])
    return due | {case.pk: _about_due(case) for case in others}


def _running_determinations(case_ids: Collection[int]) -> dict[int, dt.date]:
    rows = Deadline.objects.running().filter(case__any_of=case_ids, clock__in=DETERMINATION).order_by("-due_at", "-pk")
    return {case: day for case, day in rows.values_list("case_id", "due_on") if day is not None}


def _about_due(case: Case) -> dt.date:
    workings = HouseWorkings.of_case(case)
    begin = case.assigned_on or receipt_of(case) or clocks.day_of(case.created_at, workings.zone)
    rule = workings.rule("determination", begin)
    if case.priority == Case.Priority.EXPEDITED and rule.expedited:
        rule = workings.rule(rule.expedited, begin)
    return begin + dt.timedelta(days=-(-rule.length // 24) if rule.in_hours else rule.length)


def determination_due_at(case: Case) -> dt.datetime | None:
    """The last moment in time of the determination; None while its clock does not run."""
    row = case.deadlines.running().filter(clock__in=DETERMINATION).first()
    return row.due_at if row else None


def report_due(case: Case, *, today: dt.date) -> dt.date:
    """When the reviewer's report is wanted: the internal target, or the law's date when that has passed."""
    last = determination_due(case)
    target = CaseTarget.objects.filter(case=case, key="report", done_at=None, ended_at=None).first()
    return target.due_on if target and target.due_on and today < target.due_on <= last else last


def extension_left(deadline: Deadline) -> int:
    """How many days of extension the rules still allow for this clock."""
    workings = HouseWorkings.of_case(deadline.case)
    allowed_by = workings.rule(deadline.clock, deadline.trigger).extended_by
    if not allowed_by or not workings.has(allowed_by, deadline.trigger):
        return 0
    used: int = sum(event.facts["days"] for event in deadline.events.filter(kind=DeadlineEvent.Kind.EXTENDED))
    left = workings.rule(allowed_by, deadline.trigger).length - used
    return max(0, left)
