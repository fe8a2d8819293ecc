"""What may be done with a case now, read off the workflow table: the entries of the action rail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cases.models import Case
from cases.services.workflow import check_move
from cases.workflow import Event, State, events_for
from common.actor import Actor
from common.errors import Refusal

#: Events that other rooms carry out, with pages of their own.
_ELSEWHERE = frozenset(
    {Event.ACCEPT, Event.RECUSE, Event.SUBMIT, Event.RETURN, Event.APPROVE, Event.DUPLICATE, Event.CONSOLIDATE,
     Event.SEPARATE, Event.SEPARATE_RECORDS}
)  # fmt: skip

#: Events that need a word from the person: what to ask for.
ASKS: dict[str, str] = {
    Event.PROCEED: "Which records are missing, and why is it right to go on without them?",
}
#: Events whose facts are asked for on a form of their own (cases.forms.eligibility_acts).
_WITH_FORMS = frozenset(
    {
        Event.ASK, Event.FIND_INELIGIBLE, Event.DEFER, Event.LIABILITY_RESOLVED, Event.CURE, Event.WITHDRAW,
        Event.TERMINATE, Event.EXPEDITE, Event.REMAND, Event.SERVE,
    }
)  # fmt: skip

#: What follows from an event besides the step itself, said before it is done.
FOLLOWS: dict[str, str] = {
    Event.FIND_ELIGIBLE: "Today becomes the date of assignment, which the letter prints. The records clock starts.",
    Event.FIND_INELIGIBLE: "The case ends here, unless the application is cured or an appeal is granted.",
    Event.DEFER: "The case waits until liability is resolved.",
    Event.PROCEED: "The case goes to a reviewer with the records that are here.",
    Event.WITHDRAW: "The case ends here, and no determination is made.",
    Event.TERMINATE: "What is authorized leaves the dispute. When nothing is left, the case ends undecided.",
    Event.TAKE_BACK: "The eligibility check is open again, as if nothing had been found.",
    Event.EXPEDITE: "The case becomes expedited at once; every date is worked out anew.",
    Event.REMAND: "A new round opens; whoever reviewed the case before stays out.",
    Event.SERVE: "The last days to petition, to authorize and to reimburse run from the service.",
}

_LIKELY: dict[str, tuple[Event, ...]] = {
    State.RECEIVED: (Event.OPEN,),
    State.ELIGIBILITY: (Event.FIND_ELIGIBLE,),
    State.DEFERRED: (Event.LIABILITY_RESOLVED,),
    State.RECORDS: (Event.RECORDS_COMPLETE,),
    State.DETERMINED: (Event.SERVE,),
    State.SERVED: (Event.CLOSE,),
}


#: What a room says of one event in one case, beside its button.
Says = Callable[[Case], str]
SAYINGS: dict[Event, Says] = {}


def says(event: Event) -> Callable[[Says], Says]:
    """Register the sentence that stands beside the button of an event when nothing objects to it."""

    def register(function: Says) -> Says:
        SAYINGS[event] = function
        return function

    return register


@dataclass(frozen=True)
class Possible:
    """An event that the person's role may cause in this state. why_not: the objection of a guard, or empty."""

    event: Event
    why_not: str = ""
    primary: bool = False
    note: str = ""

    @property
    def asks(self) -> bool:
        """Whether a word is needed before it is done, on a page of its own."""
        return self.event in ASKS or self.event in _WITH_FORMS


def possible_events(*, case: Case, actor: Actor) -> list[Possible]:
    """The events for the rail, the most likely one first and marked as primary when nothing objects to it."""
    likely = _LIKELY.get(case.state, ())
    events = [event for event in events_for(case.state, actor.roles) if event not in _ELSEWHERE]
    events.sort(key=lambda event: likely.index(event) if event in likely else len(likely))
    found = [Possible(event, _objection(case, event, actor)) for event in events]
    first = next((one.event for one in found if one.event in likely and not one.why_not), None)
    return [Possible(one.event, one.why_not, one.event == first, _note(case, one)) for one in found]


def _note(case: Case, one: Possible) -> str:
    known = SAYINGS.get(one.event)
    return known(case) if known and not one.why_not else FOLLOWS.get(one.event, "")


def _objection(case: Case, event: Event, actor: Actor) -> str:
    try:
        check_move(case=case, event=event, actor=actor)
    except Refusal as refusal:
        return refusal.message
    return ""
