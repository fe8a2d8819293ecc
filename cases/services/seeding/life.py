"""How an invented case fares: which states it comes through, and when. The shares are those of a real year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from cases.workflow import Event, State

_DAY = dt.timedelta(days=1)
_EXPEDITED = 0.03
_ELIGIBLE = 0.90
_DEFERRED = 0.015  # of all; they wait for months
_RECORDS_LATE = 0.25
_WITHDRAWN, _TERMINATED = 0.02, 0.05  # of the eligible, while records are collected
_APPEAL = 35  # days between service and closing


@dataclass(frozen=True)
class Step:
    at: dt.datetime
    event: Event
    before: State
    after: State


@dataclass
class Life:
    """What has happened to one case up to now."""

    received: dt.datetime
    expedited: bool
    state: State
    since: dt.datetime
    steps: list[Step]

    def entered(self, state: State) -> dt.datetime | None:
        return next((step.at for step in self.steps if step.after == state), None)


def live(*, received: dt.datetime, now: dt.datetime, chance: Random) -> Life:
    """One case from its receipt to now."""
    expedited = chance.random() < _EXPEDITED
    life = Life(received, expedited, State.RECEIVED, received, [])
    pace = 0.12 if expedited else 1.0
    for event, after, days in _way(chance):
        at = life.since + days * pace * _DAY
        if at > now:
            break
        life.steps.append(Step(at, event, life.state, after))
        life.state, life.since = after, at
    return life


def _way(chance: Random) -> list[tuple[Event, State, float]]:
    """Event, state it leads to, days it takes, in order."""
    way: list[tuple[Event, State, float]] = [(Event.OPEN, State.ELIGIBILITY, chance.uniform(0.05, 1.5))]
    fate = chance.random()
    if fate > _ELIGIBLE:
        if fate > 1 - _DEFERRED:
            way.append((Event.DEFER, State.DEFERRED, chance.uniform(1, 6)))
        else:
            way.append((Event.FIND_INELIGIBLE, State.INELIGIBLE, chance.uniform(1, 8)))
        return way
    way.append((Event.FIND_ELIGIBLE, State.RECORDS, chance.uniform(0.5, 5)))
    fate = chance.random()
    if fate < _WITHDRAWN:
        return [*way, (Event.WITHDRAW, State.WITHDRAWN, chance.uniform(1, 15))]
    if fate < _TERMINATED:
        return [*way, (Event.TERMINATE, State.TERMINATED, chance.uniform(1, 15))]
    late = chance.random() < _RECORDS_LATE
    way.append((Event.RECORDS_COMPLETE, State.READY, chance.uniform(15, 40) if late else chance.uniform(4, 15)))
    way.append((Event.ACCEPT, State.IN_REVIEW, chance.uniform(0.5, 4)))
    way.append((Event.SUBMIT, State.QUALITY_CHECK, chance.uniform(3, 16)))
    way.append((Event.APPROVE, State.DETERMINED, chance.uniform(0.3, 3)))
    way.append((Event.SERVE, State.SERVED, chance.uniform(0.1, 1)))
    way.append((Event.CLOSE, State.CLOSED, _APPEAL + chance.uniform(0, 3)))
    return way
