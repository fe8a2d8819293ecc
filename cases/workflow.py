"""The case workflow as one table: state x event -> state, with the roles that may and the guards that must agree.

Screens ask it which buttons to show, `cases.services.workflow.move` asks it whether an event may happen, the trigger on
`Case.state` is generated from it, docs/workflow.md is drawn from it, and one test walks state x event x role.
Guards are named predicates; each room registers its own with `cases.services.workflow.guard`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models

from accounts.roles import COORDINATOR, MEDICAL_DIRECTOR, QUALITY_REVIEWER, REVIEWER


class State(models.TextChoices):
    RECEIVED = "received", "Received"
    ELIGIBILITY = "eligibility", "Eligibility check"
    INELIGIBLE = "ineligible", "Ineligible"
    DEFERRED = "deferred", "Deferred"
    CONSOLIDATED = "consolidated", "Joined to another case"
    RECORDS = "records", "Collecting records"
    READY = "ready", "Ready for a reviewer"
    IN_REVIEW = "in_review", "In review"
    QUALITY_CHECK = "quality_check", "Quality check"
    DETERMINED = "determined", "Determined"
    SERVED = "served", "Served"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    TERMINATED = "terminated", "Terminated"

    @classmethod
    def ended(cls) -> tuple[State, ...]:
        return (cls.INELIGIBLE, cls.CONSOLIDATED, cls.CLOSED, cls.WITHDRAWN, cls.TERMINATED)


class Event(models.TextChoices):
    """What may happen to a case; the label is the verb on its button."""

    OPEN = "open", "Open the eligibility check"
    ASK = "ask", "Ask a party"
    FIND_ELIGIBLE = "find_eligible", "Find eligible"
    FIND_INELIGIBLE = "find_ineligible", "Find ineligible"
    DEFER = "defer", "Defer for a liability dispute"
    DUPLICATE = "duplicate", "Close as a duplicate"
    CONSOLIDATE = "consolidate", "Join to another case"
    SEPARATE = "separate", "Undo the joining"
    SEPARATE_RECORDS = "separate_records", "Undo the joining, back to the records"
    LIABILITY_RESOLVED = "liability_resolved", "Liability is resolved"
    CURE = "cure", "Take up again: cured or appeal granted"
    TAKE_BACK = "take_back", "Take the finding back"
    RECORDS_COMPLETE = "records_complete", "Records are complete"
    PROCEED = "proceed", "Proceed on what is here"
    ACCEPT = "accept", "Accept the offer"
    RECUSE = "recuse", "Take the reviewer off"
    SUBMIT = "submit", "Submit the review"
    RETURN = "return", "Return to the reviewer"
    APPROVE = "approve", "Approve the determination"
    SERVE = "serve", "Serve the letter"
    CLOSE = "close", "Close the case"
    REMAND = "remand", "Open a new round after a remand"
    WITHDRAW = "withdraw", "Withdraw at the worker's request"
    TERMINATE = "terminate", "Treatment authorized: all or some items"
    EXPEDITE = "expedite", "Make expedited"


@dataclass(frozen=True)
class Move:
    """One row: in `source`, `event` leads to `target`, by one of `roles`, when every guard agrees."""

    source: State
    event: Event
    target: State
    roles: frozenset[str]
    guards: tuple[str, ...] = ()


_STAFF = frozenset({COORDINATOR})
_DIRECTOR = frozenset({COORDINATOR, MEDICAL_DIRECTOR})
_REVIEWER = frozenset({REVIEWER})
_QUALITY = frozenset({QUALITY_REVIEWER, MEDICAL_DIRECTOR})

FIRST_STATE = "received"
IMPORTED_STATE = "closed"


def _rows() -> Iterator[Move]:
    s, e = State, Event
    yield Move(s.RECEIVED, e.OPEN, s.ELIGIBILITY, _STAFF)
    yield Move(s.ELIGIBILITY, e.ASK, s.ELIGIBILITY, _STAFF)
    yield Move(s.ELIGIBILITY, e.FIND_ELIGIBLE, s.RECORDS, _STAFF, ("application_eligible", "no_certain_duplicate"))
    yield Move(s.ELIGIBILITY, e.FIND_INELIGIBLE, s.INELIGIBLE, _STAFF)
    yield Move(s.ELIGIBILITY, e.DEFER, s.DEFERRED, _STAFF)
    for source in (s.ELIGIBILITY, s.RECORDS):
        yield Move(source, e.DUPLICATE, s.CONSOLIDATED, _STAFF)
        yield Move(source, e.CONSOLIDATE, s.CONSOLIDATED, _STAFF, ("application_eligible",))
    yield Move(s.CONSOLIDATED, e.SEPARATE, s.ELIGIBILITY, _STAFF)
    yield Move(s.CONSOLIDATED, e.SEPARATE_RECORDS, s.RECORDS, _STAFF)
    yield Move(s.DEFERRED, e.LIABILITY_RESOLVED, s.ELIGIBILITY, _STAFF)
    yield Move(s.INELIGIBLE, e.CURE, s.ELIGIBILITY, _STAFF)
    for source in (s.INELIGIBLE, s.DEFERRED, s.RECORDS):
        yield Move(source, e.TAKE_BACK, s.ELIGIBILITY, _STAFF, ("finding_not_told_yet",))
    whole, going_on = "required_records_here", "may_go_on_without_records"
    yield Move(s.RECORDS, e.RECORDS_COMPLETE, s.READY, _STAFF, ("more_than_the_ur_decision", whole))
    yield Move(s.RECORDS, e.PROCEED, s.READY, _STAFF, ("more_than_the_ur_decision", going_on))
    yield Move(s.READY, e.ACCEPT, s.IN_REVIEW, _REVIEWER, ("reviewer_holds_the_case",))
    yield Move(s.IN_REVIEW, e.RECUSE, s.READY, _REVIEWER | _STAFF, ("nobody_holds_the_case",))
    yield Move(s.IN_REVIEW, e.SUBMIT, s.QUALITY_CHECK, _REVIEWER, ("review_complete", "more_than_the_ur_decision"))
    yield Move(s.QUALITY_CHECK, e.RETURN, s.IN_REVIEW, _QUALITY, ("not_approved_yet",))
    yield Move(s.QUALITY_CHECK, e.APPROVE, s.DETERMINED, _QUALITY, ("sealed_letter_verified",))
    yield Move(s.DETERMINED, e.SERVE, s.SERVED, _STAFF)
    yield Move(s.SERVED, e.CLOSE, s.CLOSED, _STAFF)
    for source in (s.SERVED, s.CLOSED):
        yield Move(source, e.REMAND, s.READY, _DIRECTOR)
    for source in (s.ELIGIBILITY, s.DEFERRED, s.RECORDS, s.READY, s.IN_REVIEW, s.QUALITY_CHECK):
        yield Move(source, e.WITHDRAW, s.WITHDRAWN, _STAFF, ("not_approved_yet",))
        yield Move(source, e.TERMINATE, s.TERMINATED, _STAFF, ("not_approved_yet",))
    for source in (s.ELIGIBILITY, s.RECORDS, s.READY, s.IN_REVIEW):
        yield Move(source, e.EXPEDITE, source, _STAFF, ("not_expedited_yet",))


MOVES: tuple[Move, ...] = tuple(_rows())

#: For the trigger: every change of state that the table knows.
STATE_MOVES: list[tuple[str, str]] = sorted(
    {(str(move.source), str(move.target)) for move in MOVES if move.source != move.target}
)

#: The stages of a case that goes all the way, for the stage strip.
STAGES: tuple[State, ...] = (
    State.RECEIVED, State.ELIGIBILITY, State.RECORDS, State.READY, State.IN_REVIEW, State.QUALITY_CHECK,
    State.DETERMINED, State.SERVED, State.CLOSED,
)  # fmt: skip


def find_move(state: str, event: str) -> Move | None:
    """The row for `event` in `state`, or None where the table has none."""
    return next((move for move in MOVES if move.source == state and move.event == event), None)


def events_for(state: str, roles: frozenset[str]) -> list[Event]:
    """The events that `roles` may cause in `state`, guards not asked."""
    return [move.event for move in MOVES if move.source == state and move.roles & roles]
