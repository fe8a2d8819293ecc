"""Internal targets of a case: laid out when it comes in, worked back from each legal clock, done by events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cases.models import Case, CaseTarget, Deadline
from cases.rules import clocks
from cases.rules.jurisdiction import Target
from cases.services.deadlines.workings import HouseWorkings
from cases.services.jurisdictions import jurisdiction


def begin(*, case: Case, now: dt.datetime, since: dt.date | None = None, keys: frozenset[str] | None = None) -> None:
    """Lay the targets out that are counted on from the receipt of the application, or from `since`.

    keys: only these. Call with the case locked or just made; the case's next dates are kept.
    """
    if keys:
        CaseTarget.objects.filter(case=case, deadline=None, ended_at=None, key__in=keys).update(ended_at=now)
    begin_all(cases=[case], now=now, since=since, keys=keys)


def begin_all(
    *, cases: Sequence[Case], now: dt.datetime, since: dt.date | None = None, keys: frozenset[str] | None = None
) -> None:
    """`begin` for many cases that are just made, in constant statements."""
    from cases.services.deadlines.keeping import refresh_all

    house = {key: HouseWorkings(jurisdiction(key)) for key in {case.jurisdiction for case in cases}}
    laid: dict[tuple[str, str, dt.date], list[CaseTarget]] = {}  # cases of one day have the same targets
    rows: list[CaseTarget] = []
    for case in cases:
        workings = house[case.jurisdiction]
        day = since or receipt_of(case) or clocks.day_of(now, workings.zone)
        same = (case.jurisdiction, case.priority, day)
        if same not in laid:
            laid[same] = [
                _filled(CaseTarget(key=one.key, name=one.name, since=day), one, day, workings)
                for one in workings.of.targets(case.priority, day)
                if one.after and (keys is None or one.key in keys)
            ]
        rows += [_for_case(row, case) for row in laid[same]]
    if rows:
        CaseTarget.objects.bulk_create(rows)
        refresh_all(cases)


def _for_case(row: CaseTarget, case: Case) -> CaseTarget:
    facts = {field.attname: getattr(row, field.attname) for field in CaseTarget._meta.concrete_fields}
    return CaseTarget(**{**facts, "case_id": case.pk})


def receipt_of(case: Case) -> dt.date | None:
    application = getattr(case, "application", None)
    return application.received_on if application else None


def retarget(deadline: Deadline, workings: HouseWorkings, *, now: dt.datetime) -> None:
    """The targets before a clock's due date, as the rules have them now. A closed clock ends them."""
    kept = {one.key: one for one in deadline.targets.filter(ended_at=None)}
    wanted = _targets_of(deadline, workings) if deadline.is_open else []
    for one in wanted:
        row = kept.pop(one.key, None) or CaseTarget(case=deadline.case, deadline=deadline, key=one.key)
        row.name = one.name
        _filled(row, one, deadline.due, workings).save()
    CaseTarget.objects.filter(pk__in=[one.pk for one in kept.values()], done_at=None).update(ended_at=now)


def recount(case: Case, workings: HouseWorkings) -> None:
    """The targets counted on from the receipt, after its date was corrected or the rules changed."""
    day = receipt_of(case)
    rules = {one.key: one for one in workings.of.targets(case.priority, day) if one.after} if day else {}
    for row in case.targets.filter(deadline=None, done_at=None, ended_at=None):
        if row.key in rules:
            row.since = day if row.since == _first_since(case, row) else row.since
            _filled(row, rules[row.key], row.since, workings).save()


def _first_since(case: Case, row: CaseTarget) -> dt.date | None:
    """The day of the first target of this key: it is counted from the receipt, later ones from another event."""
    first = case.targets.filter(deadline=None, key=row.key).order_by("pk").first()
    return row.since if first and first.pk == row.pk else None


def by_event(case: Case, event: str, *, now: dt.datetime) -> None:
    """Note which targets an event of the workflow does, and which it opens again."""
    rules = HouseWorkings.of_case(case).of.target_rows
    done = {one.key for one in rules if event in one.done_by}
    undone = {one.key for one in rules if event in one.undone_by}
    rows = CaseTarget.objects.filter(case=case, ended_at=None)
    if done:
        rows.filter(key__in=done, done_at=None).update(done_at=now)
    if undone:
        rows.filter(key__in=undone).exclude(done_at=None).update(done_at=None)


def not_by_event(case: Case, event: str, *, at: dt.datetime) -> None:
    """An event that is undone: the targets that it met at that moment are open again."""
    done = {one.key for one in HouseWorkings.of_case(case).of.target_rows if event in one.done_by}
    CaseTarget.objects.filter(case=case, key__in=done, done_at=at).update(done_at=None)


def reached(*, case: Case, target: str, now: dt.datetime, back: bool = False) -> None:
    """A room above tells what no event of the workflow says: the offer went out; `back`: it came to nothing."""
    from cases.services.deadlines.keeping import refresh

    rows = CaseTarget.objects.filter(case=case, key=target, ended_at=None)
    rows.exclude(done_at=None).update(done_at=None) if back else rows.filter(done_at=None).update(done_at=now)
    refresh(Case.objects.get(pk=case.pk))


def _targets_of(deadline: Deadline, workings: HouseWorkings) -> list[Target]:
    rows = workings.of.targets(deadline.case.priority, deadline.trigger_on)
    return [one for one in rows if deadline.clock in one.clocks]


def _filled(row: CaseTarget, rule: Target, of: clocks.Moment | None, workings: HouseWorkings) -> CaseTarget:
    if of is None:
        row.due_on = row.due_at = None
        row.derivation = ["The clock is stopped; the target has no date."]
        return row
    worked = clocks.target(rule, of, zone=workings.zone, calendar=workings.any_calendar())
    row.timed = isinstance(worked.due, dt.datetime)
    row.due_on = clocks.day_of(worked.due, workings.zone)
    row.due_at = clocks.end_of(worked.due, workings.zone)
    row.derivation = list(worked.derivation)
    return row
