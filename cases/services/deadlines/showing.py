"""The clocks of a case as its page shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.models import Case, CaseTarget, Deadline, DeadlineEvent
from cases.rules import clocks
from cases.rules.jurisdiction import ClockRule
from cases.services.deadlines.asking import extension_left, open_deadlines
from cases.services.deadlines.keeping import moment_in
from cases.services.deadlines.workings import HouseWorkings

#: Keys of duties -> who must act, where the key itself says it badly.
_WHO = {"imro": "review organization", "administrator": "claims administrator", "party": "the party asked"}


@dataclass(frozen=True)
class Line:
    """One event of a clock: the due date before and after, as read by people; empty where it did not change."""

    event: DeadlineEvent
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """A clock with its rule, who must act, its targets and history. more_days: how far it may still be extended."""

    deadline: Deadline
    rule: ClockRule
    who: str
    late: bool
    targets: list[CaseTarget]
    history: list[Line]
    more_days: int = 0

    @property
    def mark(self) -> tuple[str, str]:
        """Kind of mark and its word."""
        one = self.deadline
        if one.met_at:
            return ("late", "Met late") if self.late else ("done", "Met in time")
        if one.ended_at:
            return "stopped", "Ended"
        if one.stopped:
            return "waiting", "Stopped"
        return ("late", "Overdue") if self.late else ("active", "Running")


def show(case: Case, *, now: dt.datetime) -> tuple[list[Shown], list[Shown], list[CaseTarget]]:
    """Open clocks (the nearest first), closed ones (the latest first), and the targets that hang on no clock."""
    workings = HouseWorkings.of_case(case)
    running = [_shown(one, workings, now, is_open=True) for one in open_deadlines(case)]
    closed = case.deadlines.exclude(met_at=None, ended_at=None).prefetch_related("events", "targets").order_by("-pk")
    free = list(case.targets.filter(deadline=None, ended_at=None))
    return running, [_shown(one, workings, now, is_open=False) for one in closed], free


def rail(case: Case) -> list[dict[str, object]]:
    """The open clocks for the rail: name and due date; one statement."""
    workings = HouseWorkings.of_case(case)
    rows = sorted(case.deadlines.open(), key=lambda one: (one.due_at is None, one.due_at or one.started_at))
    return [{"name": workings.rule(one.clock, one.trigger).name, "due": one.due} for one in rows]


def _shown(deadline: Deadline, workings: HouseWorkings, now: dt.datetime, *, is_open: bool) -> Shown:
    rule = workings.rule(deadline.clock, deadline.trigger)
    return Shown(
        deadline=deadline,
        rule=rule,
        who=_WHO.get(rule.duty, rule.duty.replace("_", " ")),
        late=deadline.late(now),
        targets=[one for one in deadline.targets.all() if one.ended_at is None],
        history=[_line(event, workings) for event in deadline.events.all()],
        more_days=extension_left(deadline) if is_open and rule.extended_by else 0,
    )


def _line(event: DeadlineEvent, workings: HouseWorkings) -> Line:
    changed = event.due_before != event.due_after
    before, after = (_words(text, workings) if changed else "" for text in (event.due_before, event.due_after))
    return Line(event, before, after)


def _words(text: str, workings: HouseWorkings) -> str:
    if not text:
        return "no date"
    moment = moment_in(text)
    return clocks.say(moment.astimezone(workings.zone) if isinstance(moment, dt.datetime) else moment)
