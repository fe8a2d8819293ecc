"""What facts do to clocks. Each act locks the case, writes an event and works the due date out from all of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from cases.models import Case, Deadline
from cases.rules import clocks
from cases.services.deadlines import asking
from cases.services.deadlines.keeping import Kind, keep, said, written
from cases.services.deadlines.workings import HouseWorkings
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.errors import StateRefusal


def start(
    *,
    case: Case,
    clock: str,
    trigger: clocks.Moment,
    actor: Actor,
    now: dt.datetime,
    service: str = "",
    because: str = "",
    ref: str = "",
    about: str = "",
) -> Deadline:
    """A fact starts a clock of the case's jurisdiction; an expedited case takes the expedited clock in its place.

    trigger: the day, or the moment where the hour may count; because: the fact in words, for the derivation; ref: the
    record it was read from ("document:12"), so that a correction of it counts; about: tells clocks of one kind apart.
    The same clock started again from another day moves; from the same day nothing happens. Raises InputRefusal for a
    clock or way of service that the jurisdiction does not have on that day.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        workings = HouseWorkings.of_case(locked)
        rule = workings.rule(clock, trigger)
        if locked.priority == Case.Priority.EXPEDITED and rule.expedited:
            rule = workings.rule(rule.expedited, trigger)
        running = locked.deadlines.open().filter(first_clock=rule.key, about=about).first()
        if running is None and (same := _converted(locked, clock, about)):
            running = same
        deadline = running or Deadline(
            case=locked, clock=rule.key, first_clock=rule.key, about=about, round=locked.round, started_at=now
        )
        before = (deadline.trigger, deadline.service) if running else None
        deadline.trigger_on = clocks.day_of(trigger, workings.zone)
        deadline.trigger_at = trigger if isinstance(trigger, dt.datetime) else None
        if before and before[1] == service and _same_day(before[0], trigger, workings, exact=deadline.timed):
            return deadline
        deadline.service, deadline.because, deadline.trigger_ref = service, because[:500], ref
        kind = Kind.MOVED if running else Kind.STARTED
        word = "Starts from another day" if running else "Started"
        kept = keep(
            deadline, kind=kind, sentence=f"{word}: {rule.name}, due {{due}}.", actor=actor, now=now,
            workings=workings, facts={"trigger": written(trigger), "service": service, "because": because},
        )  # fmt: skip
        _tell(case, locked)
        return kept


def _converted(case: Case, clock: str, about: str) -> Deadline | None:
    """The open clock that was started as `clock` and runs as its expedited one."""
    return case.deadlines.open().filter(first_clock=clock, about=about).first()


def _same_day(one: clocks.Moment, other: clocks.Moment, workings: HouseWorkings, *, exact: bool) -> bool:
    if exact:
        return one == other
    return clocks.day_of(one, workings.zone) == clocks.day_of(other, workings.zone)


def start_determination(
    *, case: Case, trigger: clocks.Moment, because: str, actor: Actor, now: dt.datetime, ref: str = ""
) -> Deadline:
    """The determination clock from the receipt of the record that completed the file, by what the items are.

    A case of formulary drugs alone takes their clock; a mixed one what the jurisdiction chose.
    """
    clock = asking.determination_clock(case, trigger)
    return start(case=case, clock=clock, trigger=trigger, because=because, ref=ref, actor=actor, now=now)


def meet(
    *, case: Case, clock: str, actor: Actor, now: dt.datetime, at: dt.datetime | None = None, about: str = ""
) -> Deadline | None:
    """What the clock asked for happened, at `at`. None when no such clock is open; late or not is read off it."""
    with transaction.atomic():
        locked = lock_case(case.pk)
        deadline = locked.deadlines.open().filter(Q(clock=clock) | Q(first_clock=clock), about=about).first()
        if deadline is None:
            return None
        deadline.met_at = at or now
        kept = _keep_closed(deadline, Kind.MET, "Met.", actor, now, {"at": deadline.met_at.isoformat()})
        _tell(case, locked)
        return kept


def end(*, deadline: Deadline, because: str, actor: Actor, now: dt.datetime) -> Deadline:
    """The clock lost its sense; nobody kept or missed it from here on."""
    with transaction.atomic():
        locked = lock_case(deadline.case_id)
        fresh = locked.deadlines.get(pk=deadline.pk)
        if not fresh.is_open:
            return fresh
        fresh.ended_at = now
        return _keep_closed(fresh, Kind.ENDED, f"Ended: {because}.", actor, now, {"because": because})


def end_all(*, case: Case, because: str, actor: Actor, now: dt.datetime) -> None:
    """End every open clock, and every open target."""
    from cases.services.deadlines.keeping import refresh

    with transaction.atomic():
        locked = lock_case(case.pk)
        for deadline in locked.deadlines.open():
            end(deadline=deadline, because=because, actor=actor, now=now)
        locked.targets.filter(done_at=None, ended_at=None).update(ended_at=now)
        locked.refresh_from_db(fields=["next_due_at", "next_due_clock", "next_target_on"])
        refresh(locked)
        _tell(case, locked)


def _keep_closed(
    deadline: Deadline, kind: str, sentence: str, actor: Actor, now: dt.datetime, facts: dict[str, Any]
) -> Deadline:
    workings = HouseWorkings.of_case(deadline.case)
    return keep(deadline, kind=kind, sentence=sentence, actor=actor, now=now, workings=workings, facts=facts)


def convert(*, deadline: Deadline, because: str, actor: Actor, now: dt.datetime) -> Deadline:
    """The clock becomes its expedited one, where the jurisdiction has one; else it stays as it is."""
    with transaction.atomic():
        locked, workings = opened(deadline)
        clock = workings.rule(locked.clock, locked.trigger).expedited
        if not clock:
            return locked
        facts = {"clock": clock, "at": now.isoformat(), "because": because}
        return put_down(locked, Kind.CONVERTED, f"Made expedited: {because}", facts, actor, now, workings, tell=False)


def convert_all(*, case: Case, because: str, actor: Actor, now: dt.datetime) -> None:
    """Every open clock of a case that became expedited."""
    for deadline in case.deadlines.open():
        convert(deadline=deadline, because=because, actor=actor, now=now)


def name_of(deadline: Deadline) -> str:
    return HouseWorkings.of_case(deadline.case).rule(deadline.clock, deadline.trigger).name


def opened(deadline: Deadline) -> tuple[Deadline, HouseWorkings]:
    """The deadline as it stands under its case's lock, with its workings. Raises StateRefusal when it is closed."""
    locked = lock_case(deadline.case_id)
    fresh = locked.deadlines.get(pk=deadline.pk)
    fresh.case = locked
    if not fresh.is_open:
        raise StateRefusal("clock.closed", f"“{name_of(fresh)}” is closed; nothing changes it.")
    return fresh, HouseWorkings.of_case(locked)


def put_down(
    deadline: Deadline,
    kind: str,
    sentence: str,
    facts: dict[str, Any],
    actor: Actor,
    now: dt.datetime,
    workings: HouseWorkings,
    *,
    tell: bool = True,
) -> Deadline:
    """An event of an open clock, in its history and (`tell`) on the timeline of its case."""
    before = deadline.due
    sentence = f"{sentence.rstrip('.')}. Due {{due}}."
    kept = keep(deadline, kind=kind, sentence=sentence, actor=actor, now=now, workings=workings, facts=facts)
    if tell:
        record(
            case=kept.case, kind=f"deadline.{kind}", actor=actor, now=now,
            sentence=f"{name_of(kept)}: {sentence.replace('{due}', said(kept))}",
            facts={"deadline": kept.pk, "from": written(before), "to": written(kept.due), **facts},
        )  # fmt: skip
    return kept


def _tell(case: Case, locked: Case) -> None:
    """The caller's object learns the next dates that were kept on the locked one."""
    for name in ("next_due_at", "next_due_clock", "next_target_on"):
        setattr(case, name, getattr(locked, name))
