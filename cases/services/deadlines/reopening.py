"""What the end of a case ended, and its undoing brings back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case
from cases.services.deadlines import targets
from cases.services.deadlines.keeping import Kind, keep, refresh
from cases.services.deadlines.workings import HouseWorkings
from cases.workflow import Event
from common.actor import Actor

#: Events by which an application is closed into another case.
JOINS = (Event.DUPLICATE, Event.CONSOLIDATE)


def undo_the_joining(*, case: Case, actor: Actor, now: dt.datetime) -> None:
    """The clocks and targets that the last joining of a locked case ended or met are open again.

    Clocks keep all that happened to them before. One of which another runs meanwhile stays ended.
    """
    joined = case.events.filter(kind__in=[f"moved.{event}" for event in JOINS]).order_by("pk").last()
    if joined is None:
        return
    workings = HouseWorkings.of_case(case)
    with transaction.atomic():
        targets.not_by_event(case, joined.kind.removeprefix("moved."), at=joined.at)
        running = set(case.deadlines.open().values_list("first_clock", "about"))
        for deadline in case.deadlines.filter(ended_at=joined.at, met_at=None):
            if (deadline.first_clock, deadline.about) not in running:
                deadline.ended_at = None
                keep(
                    deadline, kind=Kind.WORKED_OUT, sentence="Open again: the joining was undone; due {due}.",
                    actor=actor, now=now, workings=workings, facts={"because": "the joining was undone"},
                )  # fmt: skip
        case.targets.filter(deadline=None, done_at=None, ended_at=joined.at).update(ended_at=None)
        refresh(case)
