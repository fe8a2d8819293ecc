"""What the status page for parties says of a case: pure, from states and clocks. No names, no medical data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from cases.workflow import State

#: The steps as workers know them, in their order.
STAGES = ("received", "check", "records", "review", "decision")

_STAGE_OF: dict[str, str] = {
    State.RECEIVED: "received", State.ELIGIBILITY: "check", State.INELIGIBLE: "check", State.DEFERRED: "check",
    State.CONSOLIDATED: "check", State.RECORDS: "records", State.READY: "review", State.IN_REVIEW: "review",
    State.QUALITY_CHECK: "review", State.DETERMINED: "decision", State.SERVED: "decision", State.CLOSED: "decision",
}  # fmt: skip
#: States in which the present step is done.
_DONE = (State.SERVED, State.CLOSED)


@dataclass(frozen=True)
class Missing:
    """Something awaited. kind: "record" or "answer"; key: the kind of record; role: who must send it."""

    kind: str
    key: str
    role: str


@dataclass(frozen=True)
class PublicStatus:
    """A case as the page shows it: keys, which the wording turns into words."""

    state: str
    reached: str
    missing: tuple[Missing, ...] = ()
    reasons: tuple[str, ...] = ()
    fix_until: dt.date | None = None
    next_clock: str = ""
    next_on: dt.date | None = None
    late: bool = False
    steps: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", steps(self.state, self.reached))


def steps(state: str, reached: str) -> tuple[tuple[str, str], ...]:
    """(step, "passed" | "present" | "next"); a case that ended another way stays at the step it had reached."""
    here = STAGES.index(_STAGE_OF.get(state, reached))
    done = state in _DONE
    return tuple(
        (name, "passed" if place < here or (place == here and done) else "present" if place == here else "next")
        for place, name in enumerate(STAGES)
    )


def stage_of(state: str) -> str:
    """The step that a state belongs to; the first one for a case that ended another way."""
    return _STAGE_OF.get(state, STAGES[0])
