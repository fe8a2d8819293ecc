"""What people do to clocks: stop, let run again, extend, put a receipt down, note that what was owed was done.

Each locks the case, checks right, state and rule, and is an event from which the due date is worked out.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.roles import require
from cases.models import Deadline
from cases.rules import clocks
from cases.rules.running import Extend, Restart, Step, Stop
from cases.services.deadlines import asking
from cases.services.deadlines.acts import name_of, opened, put_down
from cases.services.deadlines.keeping import Kind, moment_in, work_out, written
from cases.services.deadlines.workings import HouseWorkings
from common.actor import Actor
from common.errors import InputRefusal, RuleRefusal, StateRefusal

#: Events from which on a clock ran: nothing is stopped before the last of them.
_RAN = (Kind.RESTARTED, Kind.CONVERTED)


def stop(
    *, deadline: Deadline, because: str, actor: Actor, now: dt.datetime, on: clocks.Moment | None = None
) -> Deadline:
    """The clock waits from `on` (now). Raises RightRefusal, InputRefusal without a reason, StateRefusal when it is
    closed or stopped already, RuleRefusal when it is overdue: a stop cannot bring it back, InputRefusal for a day to
    come or before the clock ran."""
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = opened(deadline)
        if locked.stopped:
            raise StateRefusal("clock.stopped", f"“{name_of(locked)}” is stopped already.")
        if locked.late(now):
            raise RuleRefusal(
                "clock.late", f"“{name_of(locked)}” is overdue. Stopping it cannot bring it back: meet it now."
            )
        moment = on or now
        _refuse_day(locked, moment, "on", "stop", workings, now)
        facts = {"on": written(moment), "because": _reason(because)}
        return put_down(locked, Kind.STOPPED, f"Stopped: {because}", facts, actor, now, workings)


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
    day to come or before it was stopped."""
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = opened(deadline)
        if not locked.stopped:
            raise StateRefusal("clock.running", f"“{name_of(locked)}” is running; nothing has stopped it.")
        moment = on or now
        _refuse_day(locked, moment, "on", "restart", workings, now)
        facts = {"on": written(moment), "because": _reason(because), "fresh": fresh}
        return put_down(locked, Kind.RESTARTED, f"Runs again: {because}", facts, actor, now, workings)


def extend(
    *, deadline: Deadline, days: int, approval: str, approved_on: dt.date, actor: Actor, now: dt.datetime
) -> Deadline:
    """More days with the director's approval, which is recorded: who, where it is filed, of what day.

    Raises RightRefusal, StateRefusal for a closed clock, InputRefusal without the approval or with one of a day to
    come, RuleRefusal for a clock that is never extended and beyond the days that the jurisdiction allows in all.
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = opened(deadline)
        _check_approval(days, approval, approved_on, clocks.day_of(now, workings.zone))
        rule = workings.rule(locked.clock, locked.trigger)
        if not rule.extended_by:
            raise RuleRefusal("clock.extension", f"“{rule.name}” is never extended; no rule allows it ({rule.source}).")
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
        return put_down(locked, Kind.EXTENDED, f"Extended by {days} days, {because}", facts, actor, now, workings)


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


def received(*, deadline: Deadline, at: clocks.Moment, proof: str, actor: Actor, now: dt.datetime) -> Deadline:
    """The paper that started the clock was received at `at`: it counts from there, not from a presumed receipt.

    proof: what shows it. Raises RightRefusal, StateRefusal for a closed or stopped clock, RuleRefusal for one that does
    not start with a receipt, InputRefusal without the proof, for a day to come, or one before the service.
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = opened(deadline)
        rule = workings.rule(locked.clock, locked.trigger)
        if locked.stopped:
            raise StateRefusal("clock.stopped", f"“{rule.name}” is stopped. Let it run again first.")
        if not rule.receipt:
            raise RuleRefusal("clock.receipt", f"“{rule.name}” starts with: {rule.starts_from}. No receipt moves it.")
        _refuse_receipt(locked, at, proof, workings, now)
        served = clocks.say_day(clocks.day_of(locked.trigger, workings.zone))
        kept = f"Receipt on file, of a paper served on {served}: {proof.strip().rstrip('.')}."
        facts = {"trigger": written(at), "served": written(locked.trigger), "proof": proof.strip(), "because": kept}
        locked.trigger_on = clocks.day_of(at, workings.zone)
        locked.trigger_at = at if isinstance(at, dt.datetime) else None
        locked.service, locked.because, locked.trigger_ref = "", kept[:500], ""
        said = f"Starts from its receipt, {clocks.say(at)}: {proof.strip()}"
        return put_down(locked, Kind.MOVED, said[:380], facts, actor, now, workings)


def note_done(*, deadline: Deadline, on: dt.date, shown_by: str, actor: Actor, now: dt.datetime) -> Deadline:
    """What a clock that the letter started asked for was done, which nothing on the site can see.

    shown_by: what shows it. Raises RightRefusal, StateRefusal for a closed clock, RuleRefusal for any other clock,
    InputRefusal without what shows it, for a day to come, or one before the clock began.
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        locked, workings = opened(deadline)
        rule = workings.rule(locked.clock, locked.trigger)
        if not rule.starts_with:
            message = f"“{rule.name}” is met by what happens in the case, not by a note."
            raise RuleRefusal("clock.noted", message)
        today, first = clocks.day_of(now, workings.zone), locked.trigger_on
        message = "This day has not come yet." if on > today else ""
        message = message or (f"The clock began on {clocks.say_day(first)}; nothing was owed before." * (on < first))
        if message:
            raise InputRefusal("clock.noted", message, fields={"on": message})
        because = _reason(shown_by, "shown_by", "Say what shows it; it stands in the history.")
        locked.met_at = now if on == today else clocks.end_of(on, workings.zone)
        facts = {"at": locked.met_at.isoformat(), "because": because}
        return put_down(locked, Kind.MET, f"Done on {clocks.say_day(on)}: {because}", facts, actor, now, workings)


def _refuse_receipt(
    deadline: Deadline, at: clocks.Moment, proof: str, workings: HouseWorkings, now: dt.datetime
) -> None:
    day, today = clocks.day_of(at, workings.zone), clocks.day_of(now, workings.zone)
    wrong: dict[str, str] = {}
    if day > today or (isinstance(at, dt.datetime) and at > now):
        wrong["at"] = "A receipt cannot lie in the future."
    elif day < deadline.trigger_on:
        wrong["at"] = f"It was served on {clocks.say_day(deadline.trigger_on)}; nobody received it before."
    if deadline.timed and not isinstance(at, dt.datetime):
        wrong["at"] = "This clock counts hours: give the hour of the receipt too."
    if not proof.strip():
        wrong["proof"] = "Say what shows the receipt: a return receipt, a call, who said so."
    if wrong:
        raise InputRefusal("clock.receipt", next(iter(wrong.values())), fields=wrong)


def _refuse_day(
    deadline: Deadline, moment: clocks.Moment, field: str, act: str, workings: HouseWorkings, now: dt.datetime
) -> None:
    """A stop lies where the clock ran, a restart after its stop, and neither in the future."""
    day = clocks.day_of(moment, workings.zone)
    stops = deadline.events.filter(kind=Kind.STOPPED) if act == "restart" else deadline.events.none()
    ran = deadline.events.filter(kind__in=_RAN)
    begun = [clocks.day_of(_on(one.facts), workings.zone) for one in (*stops, *ran)]
    first = max([deadline.trigger_on, *begun])
    message = ""
    if day > clocks.day_of(now, workings.zone):
        message = "This day has not come yet. Enter a day up to today."
    elif day < first and act == "stop":
        message = f"The clock ran from {clocks.say_day(first)} on; it cannot be stopped before."
    elif day < first:
        message = "It cannot run again from a day before it was stopped."
    if message:
        raise InputRefusal(f"clock.{act}", message, fields={field: message})


def foresee(deadline: Deadline, step: Step) -> clocks.Moment | None:
    """Where an act would bring the due date; nothing is written."""
    return work_out(deadline, HouseWorkings.of_case(deadline.case), step).due


def foresee_stop(deadline: Deadline, on: clocks.Moment) -> clocks.Moment | None:
    return foresee(deadline, Stop(on))


def foresee_restart(deadline: Deadline, on: clocks.Moment, *, fresh: bool) -> clocks.Moment | None:
    return foresee(deadline, Restart(on, fresh=fresh))


def foresee_extension(deadline: Deadline, days: int) -> clocks.Moment | None:
    return foresee(deadline, Extend(days))


def _reason(because: str, field: str = "because", ask: str = "Say why; it stands in the history.") -> str:
    said = because.strip()
    if not said:
        raise InputRefusal("clock.reason", ask, fields={field: ask})
    return said[:300]


def _on(facts: dict[str, str]) -> clocks.Moment:
    return moment_in(facts.get("on") or facts["at"])
