"""A clock as it really ran: begun, stopped, running again, extended, made expedited -> due.

Pure. Nothing is ever counted up or down from an earlier due date that was kept: the same events give the same due date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from zoneinfo import ZoneInfo

from cases.rules.clocks import (
    Moment,
    Worked,
    add_business_days,
    day_of,
    end_of,
    on_wall,
    say,
    say_day,
)
from cases.rules.holidays import Calendar
from cases.rules.jurisdiction import ClockRule


@dataclass(frozen=True)
class Begin:
    """What started the clock. because: the fact in words, for the derivation."""

    clock: str
    trigger: Moment
    service: str = ""
    because: str = ""


@dataclass(frozen=True)
class Stop:
    on: Moment
    because: str = ""


@dataclass(frozen=True)
class Restart:
    """fresh: the whole length anew; else what was left runs on."""

    on: Moment
    because: str = ""
    fresh: bool = False


@dataclass(frozen=True)
class Extend:
    days: int
    because: str = ""


@dataclass(frozen=True)
class Convert:
    """Becomes another clock (expedited) at a moment."""

    clock: str
    at: dt.datetime
    because: str = ""


Step = Stop | Restart | Extend | Convert


class Workings(Protocol):
    """The rules of a programme with its calendars, as the house has them."""

    @property
    def zone(self) -> ZoneInfo: ...
    def rule(self, clock: str, trigger: Moment) -> ClockRule: ...
    def due(self, rule: ClockRule, trigger: Moment, service: str) -> Worked: ...
    def calendar(self, key: str) -> Calendar: ...
    def converts_from_then(self, on: dt.date) -> bool:
        """Whether an expedited clock runs from the conversion (and ends no later than before), or from its trigger."""


@dataclass(frozen=True)
class Run:
    """Where a clock stands after its events. due None: it is stopped."""

    clock: str
    trigger: Moment
    due: Moment | None
    derivation: tuple[str, ...]


@dataclass(frozen=True)
class _State:
    rule: ClockRule
    trigger: Moment
    service: str
    due: Moment
    #: What was left when it was stopped: days, or a length of time for hours. None: it runs.
    left: int | dt.timedelta | None = None
    #: While stopped, it became another clock: the whole of that one runs from the restart.
    anew: bool = False
    steps: tuple[str, ...] = field(default=())

    def say(self, *sentences: str) -> _State:
        return replace(self, steps=(*self.steps, *sentences))


def run(begin: Begin, steps: Sequence[Step], workings: Workings) -> Run:
    """The due moment after every event, in their order, and each step in words.

    Raises ValueError for a stop of a stopped clock and a restart of a running one: services never let them in.
    """
    state = _begin(begin, workings)
    for step in steps:
        match step:
            case Stop():
                state = _stop(state, step, workings)
            case Restart():
                state = _restart(state, step, workings)
            case Extend():
                state = _extend(state, step, workings)
            case Convert():
                state = _convert(state, step, workings)
    due = state.due if state.left is None else None
    return Run(state.rule.key, state.trigger, due, state.steps)


def _begin(begin: Begin, workings: Workings) -> _State:
    rule = workings.rule(begin.clock, begin.trigger)
    worked = workings.due(rule, begin.trigger, begin.service)
    first, *rest = worked.derivation
    said = (begin.because,) if begin.because else ()
    return _State(rule, begin.trigger, begin.service, worked.due, steps=(first, *said, *rest))


def _stop(state: _State, step: Stop, workings: Workings) -> _State:
    if state.left is not None:
        raise ValueError("a stopped clock cannot be stopped")
    left = _left(state, step.on, workings)
    words = _length(state.rule, left)
    return replace(state, left=left).say(_why(f"Stopped on {_at(state, step.on, workings)} with {words} left", step))


def _restart(state: _State, step: Restart, workings: Workings) -> _State:
    if state.left is None:
        raise ValueError("a running clock cannot be started again")
    on = _moment(state.rule, step.on, workings)
    running = replace(state, left=None, anew=False).say(_why(f"Runs again from {_at(state, step.on, workings)}", step))
    if step.fresh or state.anew:
        rule = workings.rule(state.rule.key, on)
        worked = workings.due(rule, on, "")
        return replace(running, rule=rule, trigger=on, service="", due=worked.due).say(*worked.derivation)
    if isinstance(state.left, dt.timedelta):
        late = end_of(on, workings.zone).astimezone(dt.UTC) + state.left
        due: Moment = late.astimezone(workings.zone)
    else:
        due = _days_on(state.rule, day_of(on, workings.zone), state.left, workings)
    return replace(running, due=due).say(f"{_length(state.rule, state.left)} left, counted from there: {say(due)}.")


def _days_on(rule: ClockRule, day: dt.date, left: int, workings: Workings) -> dt.date:
    if rule.unit == "business":
        return add_business_days(day, left, workings.calendar(rule.calendar))[0]
    last = day + dt.timedelta(days=left)
    return workings.calendar(rule.calendar).next_open(last) if rule.rolls else last


def _extend(state: _State, step: Extend, workings: Workings) -> _State:
    more = dt.timedelta(days=step.days)
    if state.left is not None:
        left = state.left + more if isinstance(state.left, dt.timedelta) else state.left + step.days
        return replace(state, left=left).say(_why(f"Extended by {_days(step.days)} while it is stopped", step))
    if isinstance(state.due, dt.datetime):
        due: Moment = (state.due.astimezone(dt.UTC) + more).astimezone(workings.zone)
    else:
        due = state.due + more
    return replace(state, due=due).say(_why(f"Extended by {_days(step.days)} to {say(due)}", step))


def _convert(state: _State, step: Convert, workings: Workings) -> _State:
    rule = workings.rule(step.clock, step.at)
    head = _why(f"Becomes “{rule.name}” on {say(step.at.astimezone(workings.zone))}", step)
    if state.left is not None:
        return replace(state, rule=rule, anew=True).say(head)
    from_then = workings.converts_from_then(day_of(step.at, workings.zone))
    trigger = _moment(rule, step.at if from_then else state.trigger, workings)
    # From its first trigger on, the paper that started it was still received as it was.
    worked = workings.due(rule, trigger, "" if from_then else state.service)
    said = state.say(head, *worked.derivation)
    if from_then and end_of(worked.due, workings.zone) > end_of(state.due, workings.zone):
        return replace(said, rule=rule).say(f"It was due earlier than that already: {say(state.due)} stays.")
    return replace(said, rule=rule, trigger=trigger, due=worked.due)


def _left(state: _State, on: Moment, workings: Workings) -> int | dt.timedelta:
    if isinstance(state.due, dt.datetime):
        # In UTC: moments of one zone are subtracted by the wall, which the change of clocks bends.
        stopped = end_of(_moment(state.rule, on, workings), workings.zone).astimezone(dt.UTC)
        return state.due.astimezone(dt.UTC) - stopped
    day = day_of(on, workings.zone)
    if state.rule.unit != "business":
        return (state.due - day).days
    calendar = workings.calendar(state.rule.calendar)
    days = ((day + dt.timedelta(days=n)) for n in range(1, (state.due - day).days + 1))
    return sum(not calendar.shut(one) for one in days)


def _moment(rule: ClockRule, moment: Moment, workings: Workings) -> Moment:
    """A date, for a clock of hours, is the midnight that begins it: whoever waits loses nothing."""
    if rule.in_hours and not isinstance(moment, dt.datetime):
        return on_wall(dt.datetime.combine(moment, dt.time.min), workings.zone)
    return moment


def _at(state: _State, moment: Moment, workings: Workings) -> str:
    if state.rule.in_hours and isinstance(moment, dt.datetime):
        return say(moment.astimezone(workings.zone))
    return say_day(day_of(moment, workings.zone))


def _length(rule: ClockRule, left: int | dt.timedelta) -> str:
    if isinstance(left, dt.timedelta):
        hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
        return f"{hours} hours {minutes} minutes"
    unit = {"calendar": "calendar day", "business": "business day"}.get(rule.unit, "day")
    return f"{left} {unit}{'' if left == 1 else 's'}"


def _days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def _why(sentence: str, step: Step) -> str:
    return f"{sentence}: {step.because.rstrip('.')}." if step.because else f"{sentence}."
