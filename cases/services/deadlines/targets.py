"""Internal targets of a case: laid out when it comes in, worked back from each legal clock, done by events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cases.models import Case, CaseTarget, Deadline
from cases.models.case import IN_WORK
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
    done = _done_by_now(deadline.case, [one for one in wanted if one.key not in kept], deadline.started_at)
    for one in wanted:
        row = kept.pop(one.key, None) or CaseTarget(
            case=deadline.case, deadline=deadline, key=one.key, done_at=done.get(one.key)
        )
        row.name = one.name
        _filled(row, one, deadline.due, workings).save()
    CaseTarget.objects.filter(pk__in=[one.pk for one in kept.values()], done_at=None).update(ended_at=now)


def recount(case: Case, workings: HouseWorkings, *, now: dt.datetime) -> None:
    """The targets counted on from the receipt, after its date was corrected or the rules changed.

    One that the rules do not have any more ends; a case in work gets those that it never had.
    """
    day = receipt_of(case)
    if day is None:
        return
    rules = {one.key: one for one in workings.of.targets(case.priority, day) if one.after}
    for row in case.targets.filter(deadline=None, done_at=None, ended_at=None):
        if row.key not in rules:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            continue
        row.since = day if row.since == _first_since(case, row) else row.since
        _filled(row, rules[row.key], row.since, workings).save()
    if case.state not in IN_WORK:
        return
    known = set(case.targets.filter(deadline=None).values_list("key", flat=True))
    new = [one for one in rules.values() if one.key not in known]
    done = _done_by_now(case, new, case.created_at)
    for one in new:
        row = CaseTarget(case=case, key=one.key, name=one.name, since=day, done_at=done.get(one.key))
        _filled(row, one, day, workings).save()


def _done_by_now(case: Case, rules: list[Target], since: dt.datetime) -> dict[str, dt.datetime]:
    """Of targets that are laid out late: when the case did them, by the last of their events."""
    asked = [one for one in rules if one.done_by]
    if not asked:
        return {}
    kinds = {f"moved.{event}" for one in asked for event in (*one.done_by, *one.undone_by)}
    last = dict(case.events.filter(kind__in=kinds, at__gte=since).order_by("at", "pk").values_list("kind", "at"))
    found: dict[str, dt.datetime] = {}
    for one in asked:
        done = max((at for event in one.done_by if (at := last.get(f"moved.{event}"))), default=None)
        undone = max((at for event in one.undone_by if (at := last.get(f"moved.{event}"))), default=None)
        if done and (undone is None or undone < done):
            found[one.key] = done
    return found


def _first_since(case: Case, row: CaseTarget) -> dt.date | None:
    """The day of the first target of this key: it is counted from the receipt, later ones from another event."""
    first = case.targets.filter(deadline=None, key=row.key).order_by("pk").first()
    return row.since if first and first.pk == row.pk else None


def done_by(case: Case, event: str, *, now: dt.datetime) -> None:
    """Note which targets an event of the workflow does; call before the clocks that it ends take the others along."""
    keys = {one.key for one in HouseWorkings.of_case(case).of.target_rows if event in one.done_by}
    CaseTarget.objects.filter(case=case, ended_at=None, done_at=None, key__in=keys).update(done_at=now)


def undone_by(case: Case, event: str) -> None:
    """Open the targets again that an event of the workflow undoes; call after the clocks."""
    keys = {one.key for one in HouseWorkings.of_case(case).of.target_rows if event in one.undone_by}
    CaseTarget.objects.filter(case=case, ended_at=None, done_at__isnull=False, key__in=keys).update(done_at=None)


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
