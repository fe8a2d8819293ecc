"""What happens to clocks. Each act locks the case, writes an event and works the due date out from all of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.roles import require
from cases.models import Case, Deadline
from cases.rules import clocks
from cases.rules.running import Extend, Restart, Step, Stop
from cases.services.deadlines import asking
from cases.services.deadlines.keeping import Kind, keep, said, work_out, written
from cases.services.deadlines.workings import HouseWorkings
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.errors import InputRefusal, RuleRefusal, StateRefusal


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


def stop(
    *, deadline: Deadline, because: str, actor: Actor, now: dt.datetime, on: clocks.Moment | None = None
) -> Deadline:
    """The clock waits from `on` (now). Raises RightRefusal, InputRefusal without a reason, StateRefusal when it is
    closed or stopped already, RuleRefusal when it is overdue: a stop cannot bring it back."""
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = _open(deadline)
        if locked.stopped:
            raise StateRefusal("clock.stopped", f"“{name_of(locked)}” is stopped already.")
        if locked.late(now):
            raise RuleRefusal(
                "clock.late", f"“{name_of(locked)}” is overdue. Stopping it cannot bring it back: meet it now."
            )
        moment = on or now
        facts = {"on": written(moment), "because": _reason(because)}
        return _act(locked, Kind.STOPPED, f"Stopped: {because}", facts, actor, now, workings)


def restart(
    *,
    deadline: Deadline,
    because: str,
    actor: Actor,
    now: dt.datetime,
    on: clocks.Moment | None = None,
    fresh: bool = False,
) -> Deadline:
    """The clock runs again: with what was left, or from the start (`fresh`). Raises as `stop`, and InputRefusal for a
    day before it was stopped."""
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = _open(deadline)
        if not locked.stopped:
            raise StateRefusal("clock.running", f"“{name_of(locked)}” is running; nothing has stopped it.")
        moment = on or now
        stopped = locked.events.filter(kind=Kind.STOPPED).last()
        if stopped and clocks.day_of(moment, workings.zone) < clocks.day_of(_on(stopped.facts), workings.zone):
            message = "It cannot run again from a day before it was stopped."
            raise InputRefusal("clock.restart", message, fields={"on": message})
        facts = {"on": written(moment), "because": _reason(because), "fresh": fresh}
        return _act(locked, Kind.RESTARTED, f"Runs again: {because}", facts, actor, now, workings)


def extend(
    *, deadline: Deadline, days: int, approval: str, approved_on: dt.date, actor: Actor, now: dt.datetime
) -> Deadline:
    """More days with the director's approval, which is recorded: who, where it is filed, of what day.

    Raises RightRefusal, StateRefusal for a closed clock, InputRefusal without the approval or with one of a day to
    come, RuleRefusal beyond the days that the jurisdiction allows in all.
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = _open(deadline)
        _check_approval(days, approval, approved_on, clocks.day_of(now, workings.zone))
        left = asking.extension_left(locked)
        if days > left:
            message = (
                f"At most {left} more days are possible; the rules allow no more."
                if left
                else "No more days are possible; what the rules allow is used up."
            )
            raise RuleRefusal("clock.extension", message, fields={"days": message})
        because = f"approved by {approval.strip()} on {clocks.say_day(approved_on)}"
        facts = {"days": days, "approval": approval.strip(), "approved_on": approved_on.isoformat(), "because": because}
        return _act(locked, Kind.EXTENDED, f"Extended by {days} days, {because}", facts, actor, now, workings)


def _check_approval(days: int, approval: str, approved_on: dt.date, today: dt.date) -> None:
    wrong = {}
    if days < 1:
        wrong["days"] = "Say by how many days, at least one."
    if not approval.strip():
        wrong["approval"] = "Say who approved it and where the approval is filed."
    if approved_on > today:
        wrong["approved_on"] = "The approval cannot lie in the future."
    if wrong:
        raise InputRefusal("clock.approval", next(iter(wrong.values())), fields=wrong)


def convert(*, deadline: Deadline, because: str, actor: Actor, now: dt.datetime) -> Deadline:
    """The clock becomes its expedited one, where the jurisdiction has one; else it stays as it is."""
    with transaction.atomic():
        locked, workings = _open(deadline)
        clock = workings.rule(locked.clock, locked.trigger).expedited
        if not clock:
            return locked
        facts = {"clock": clock, "at": now.isoformat(), "because": because}
        return _act(locked, Kind.CONVERTED, f"Made expedited: {because}", facts, actor, now, workings, tell=False)


def convert_all(*, case: Case, because: str, actor: Actor, now: dt.datetime) -> None:
    """Every open clock of a case that became expedited."""
    for deadline in case.deadlines.open():
        convert(deadline=deadline, because=because, actor=actor, now=now)


def foresee(deadline: Deadline, step: Step) -> clocks.Moment | None:
    """Where an act would bring the due date; nothing is written."""
    return work_out(deadline, HouseWorkings.of_case(deadline.case), step).due


def foresee_stop(deadline: Deadline, on: clocks.Moment) -> clocks.Moment | None:
    return foresee(deadline, Stop(on))


def foresee_restart(deadline: Deadline, on: clocks.Moment, *, fresh: bool) -> clocks.Moment | None:
    return foresee(deadline, Restart(on, fresh=fresh))


def foresee_extension(deadline: Deadline, days: int) -> clocks.Moment | None:
    return foresee(deadline, Extend(days))


def name_of(deadline: Deadline) -> str:
    return HouseWorkings.of_case(deadline.case).rule(deadline.clock, deadline.trigger).name


def _open(deadline: Deadline) -> tuple[Deadline, HouseWorkings]:
    """The deadline as it stands under its case's lock. Raises StateRefusal when it is closed."""
    locked = lock_case(deadline.case_id)
    fresh = locked.deadlines.get(pk=deadline.pk)
    fresh.case = locked
    if not fresh.is_open:
        raise StateRefusal("clock.closed", f"“{name_of(fresh)}” is closed; nothing changes it.")
    return fresh, HouseWorkings.of_case(locked)


def _act(
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


def _reason(because: str) -> str:
    said = because.strip()
    if not said:
        message = "Say why; it stands in the history."
        raise InputRefusal("clock.reason", message, fields={"because": message})
    return said[:300]


def _on(facts: dict[str, Any]) -> clocks.Moment:
    from cases.services.deadlines.keeping import moment_in

    return moment_in(facts["on"])


def _tell(case: Case, locked: Case) -> None:
    """The caller's object learns the next dates that were kept on the locked one."""
    for name in ("next_due_at", "next_due_clock", "next_target_on"):
        setattr(case, name, getattr(locked, name))
