"""The only door through which a case changes its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from cases.models import Case, CaseEvent
from cases.services.jurisdictions import case_date
from cases.workflow import Event, State, find_move
from common.actor import Actor
from common.errors import RightRefusal, StateRefusal

#: A guard looks at a locked case and raises a Refusal when it objects.
Guard = Callable[[Case], None]
GUARDS: dict[str, Guard] = {}

#: An effect writes what an event brings with it onto a locked case, inside the move: (case, now) -> changed fields.
Effect = Callable[[Case, dt.datetime], dict[str, Any]]
EFFECTS: dict[str, Effect] = {}


@dataclass(frozen=True)
class Moved:
    """What followers are told: the locked case after the move, and how it came about."""

    case: Case
    event: Event
    before: str
    facts: Mapping[str, Any]
    actor: Actor
    now: dt.datetime


#: A follower does what follows from an event (clocks, notices, tasks), inside the move's transaction and its lock.
#: Its Refusal undoes the move.
Follower = Callable[[Moved], None]
FOLLOWERS: dict[str, list[tuple[int, Follower]]] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Register a named guard of the workflow table."""

    def register(function: Guard) -> Guard:
        GUARDS[name] = function
        return function

    return register


def effect(event: Event) -> Callable[[Effect], Effect]:
    """Register what an event changes on the case besides its state, whichever way it comes about."""

    def register(function: Effect) -> Effect:
        EFFECTS[event] = function
        return function

    return register


def follow(*events: Event, order: int = 50) -> Callable[[Follower], Follower]:
    """Register what follows from events, lower orders first: clocks (10) before the notices (50) that print them."""

    def register(function: Follower) -> Follower:
        for event in events:
            followers = FOLLOWERS.setdefault(event, [])
            if all(known is not function for _, known in followers):
                followers.append((order, function))
                followers.sort(key=lambda one: one[0])
        return function

    return register


def lock_case(case_id: int) -> Case:
    """The case under its row lock; call inside a transaction, before any check."""
    return Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)


def check_move(*, case: Case, event: Event, actor: Actor) -> State:
    """The state that `event` would lead to. Raises StateRefusal, RightRefusal or the guard's own Refusal.

    `case` must be locked when the answer is acted upon.
    """
    if case.imported:
        raise StateRefusal(
            "workflow.imported", f"Case {case.number} is a past determination, taken over as it was. Nothing moves it."
        )
    move = find_move(case.state, event)
    if move is None:
        raise StateRefusal(
            "workflow.state",
            f"“{Event(event).label}” is not possible: case {case.number} is in the state “{case.get_state_display()}”.",
        )
    if not actor.has_any(move.roles):
        raise RightRefusal(
            "workflow.role", f"“{Event(event).label}” is for: {', '.join(sorted(move.roles)).replace('_', ' ')}."
        )
    for name in move.guards:
        ask_guard(name, case)
    return move.target


def ask_guard(name: str, case: Case) -> None:
    """Let a named guard object. A room that is not loaded must not leave its door open: no guard, no step."""
    if name not in GUARDS:
        raise StateRefusal("workflow.guard", f"Case {case.number} cannot be checked now: the guard {name} is missing.")
    GUARDS[name](case)


def move(
    *, case: Case, event: Event, actor: Actor, now: dt.datetime, sentence: str = "", facts: dict[str, Any] | None = None
) -> Case:
    """Let `event` happen to the case: lock, check, write the state, put the event on the timeline.

    Returns the locked, moved case. Raises what `check_move` raises; then nothing is written.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        target = check_move(case=locked, event=event, actor=actor)
        before = locked.state
        locked.state = target
        brought = EFFECTS[event](locked, now) if event in EFFECTS else {}
        if target != before:
            brought = {"stage_since": now, **brought}
        Case.objects.filter(pk=locked.pk).update(state=target, version=F("version") + 1, **brought)
        locked.version += 1
        for name, value in brought.items():
            setattr(locked, name, value)
        record(
            case=locked,
            kind=f"moved.{event}",
            sentence=sentence or f"{Event(event).label}: {State(before).label} → {target.label}.",
            facts={"from": before, "to": str(target), **(facts or {})},
            actor=actor,
            now=now,
        )
        moved = Moved(locked, event, before, facts or {}, actor, now)
        for _, follower in FOLLOWERS.get(event, ()):
            follower(moved)
        return locked


def record(
    *, case: Case, kind: str, sentence: str, actor: Actor, now: dt.datetime, facts: dict[str, Any] | None = None
) -> CaseEvent:
    """Put one line on the case's timeline."""
    event = line(case=case, kind=kind, sentence=sentence, actor=actor, now=now, facts=facts)
    event.save(force_insert=True)
    return event


def line(
    *, case: Case, kind: str, sentence: str, actor: Actor, now: dt.datetime, facts: dict[str, Any] | None = None
) -> CaseEvent:
    """One line of a timeline, not saved yet: for whoever writes those of many cases at once."""
    return CaseEvent(
        case=case,
        at=now,
        kind=kind,
        sentence=sentence[:500],
        facts=facts or {},
        actor_name=actor.name,
        user_id=actor.user_id,
    )


@guard("not_expedited_yet")
def _not_expedited_yet(case: Case) -> None:
    if case.priority == Case.Priority.EXPEDITED:
        raise StateRefusal("workflow.expedited", f"Case {case.number} is expedited already.")


@effect(Event.EXPEDITE)
def _becomes_expedited(_case: Case, _now: dt.datetime) -> dict[str, Any]:
    return {"priority": Case.Priority.EXPEDITED}


@effect(Event.FIND_ELIGIBLE)
def _is_assigned(case: Case, now: dt.datetime) -> dict[str, Any]:
    """Date Assigned is the date of the notice of assignment, which follows the finding (domain.md section 8)."""
    return {"assigned_on": case_date(case, now)}


@effect(Event.REMAND)
def _opens_a_round(case: Case, _now: dt.datetime) -> dict[str, Any]:
    return {"round": case.round + 1}


@guard("application_eligible")
def _application_eligible(case: Case) -> None:
    from cases.services.eligibility import refuse_ineligible

    refuse_ineligible(case)


@guard("more_than_the_ur_decision")
def _more_than_the_ur_decision(case: Case) -> None:
    from cases.services.records import refuse_ur_decision_alone

    refuse_ur_decision_alone(case)
