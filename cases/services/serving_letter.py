"""Serving the determination: when and how it went out, which starts the clocks that count from the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from cases.models import Case, NoticeCopy, Party
from cases.rules.eligibility import say
from cases.rules.jurisdiction import AHEAD, GIVEN
from cases.services.eligibility_decisions import refuse_future
from cases.services.jurisdictions import case_date, jurisdiction_of
from cases.services.rail import says
from cases.services.workflow import check_move, lock_case, move
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal

#: Who was served, as the facts of the event name them.
ADMINISTRATOR, APPLICANT = Party.Role.CLAIMS_ADMINISTRATOR.value, "worker"
#: (case) -> places of the items whose treatment the determination found necessary. The room above knows it.
Overturned = Callable[[Case], frozenset[int]]
_OVERTURNED: list[Overturned] = []


def register_overturned(function: Overturned) -> Overturned:
    if function not in _OVERTURNED:
        _OVERTURNED.append(function)
    return function


def items_decided(case: Case, which: str) -> list[int]:
    """The places of the overturned items: all, those still to be given (AHEAD), or those given already (GIVEN)."""
    places = frozenset[int]().union(*(function(case) for function in _OVERTURNED))
    items = case.items.filter(position__in=places)
    if which in (AHEAD, GIVEN):
        items = items.filter(retrospective=which == GIVEN)
    return list(items.values_list("position", flat=True))


def usual_ways(case: Case, on: dt.date) -> dict[str, str]:
    """How the claims administrator and the worker are served as a rule; empty where nobody knows the way."""
    of = jurisdiction_of(case)
    administrator = case.parties.filter(role=Party.Role.CLAIMS_ADMINISTRATOR).first()
    mail = NoticeCopy.Method.MAIL
    carrier = administrator.serve_by or mail if administrator else mail
    return {
        ADMINISTRATOR: of.way(carrier, administrator.state if administrator else "", on),
        APPLICANT: of.way(mail, case.worker.state, on),
    }


def serve_letter(
    *, case: Case, served_on: dt.date, ways: dict[str, str], actor: Actor, now: dt.datetime, note: str = ""
) -> Case:
    """The letter is served: the determination is made, and the clocks that it starts run from `served_on`.

    ways: ADMINISTRATOR and APPLICANT -> key of the way of service. Source: 9792.10.7, LC 4610.6(h). Raises InputRefusal
    for a day to come, one before the approval, or an unknown way, and what the workflow refuses.
    """
    refuse_future(case, served_on, "served_on", now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.SERVE, actor=actor)
        approved = locked.events.filter(kind=f"moved.{Event.APPROVE}").order_by("-pk").first()
        if approved is not None and served_on < (since := case_date(locked, approved.at)):
            message = f"The determination was approved on {say(since)}; its letter was not served before."
            raise InputRefusal("letter.served", message, fields={"served_on": message})
        of = jurisdiction_of(locked)
        known = {who: of.service(way, served_on) for who, way in ways.items()}
        said = {who: known[who].name for who in (ADMINISTRATOR, APPLICANT) if who in known}
        words = "; ".join(f"{_NAMES[who]}: {name}" for who, name in said.items())
        return move(
            case=locked,
            event=Event.SERVE,
            actor=actor,
            now=now,
            sentence=f"Letter served on {say(served_on)}{f' ({words})' if words else ''}.",
            facts={"served_on": served_on.isoformat(), "ways": ways, "note": note.strip()},
        )


@says(Event.CLOSE)
def _still_running(case: Case) -> str:
    """Beside the button: what the letter started and nobody has noted as done."""
    open_clocks = case.deadlines.running().order_by("due_at")
    of = jurisdiction_of(case)
    said = [f"{of.clock(one.clock, one.trigger_on).name}, due {say(one.due_on)}" for one in open_clocks if one.due_on]
    return f"Still running, and ended by closing: {'; '.join(said)}." if said else ""


_NAMES = {ADMINISTRATOR: "claims administrator", APPLICANT: "injured worker"}
