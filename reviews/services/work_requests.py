""" "Give me work": the reviewer names a number or hours, and the system picks.

The same gate and score as at every other door; what burns most goes first. The reviewer sees neither the list nor the
cases that were not given, and the client has no say in it at all (UR-8).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases.models import Case
from cases.workflow import State
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, Refusal
from reviews.models import Assignment, OfferList, Reviewer
from reviews.rules.facts import Door
from reviews.rules.offers import minutes_of_work
from reviews.services.case_size import case_size
from reviews.services.gate import ask_gate
from reviews.services.offering import make_offer
from reviews.services.reference import panel_numbers
from reviews.services.rights import own_entry

MOST_CASES = 10
MOST_HOURS = 40
#: So many of the most urgent cases are looked at; a longer look would keep the reviewer waiting.
LOOKED_AT = 80


@dataclass(frozen=True)
class Given:
    """offers: made now. looked_at: how many waiting cases were asked about. why_none: said when none was given."""

    offers: list[Assignment] = field(default_factory=list)
    looked_at: int = 0
    why_none: str = ""


def give_work(*, cases: int | None, hours: int | None, actor: Actor, now: dt.datetime) -> Given:
    """Offer the most urgent fitting cases to the reviewer who asks: so many, or as many as fit into the hours.

    Raises RightRefusal (not on the roster), InputRefusal (neither or both, out of bounds). Two reviewers who ask at
    once never get the same case: each offer locks its case.
    """
    reviewer = own_entry(actor)
    most, minutes = _wish(cases, hours)
    looked_at, fitting = _fitting(reviewer, now=now)
    offers: list[Assignment] = []
    for case, took in fitting:
        if len(offers) >= most or (minutes is not None and took > minutes):
            continue
        try:
            made = make_offer(
                case_id=case.pk, reviewer_id=reviewer.pk, origin=Assignment.Origin.ASKED, actor=actor, now=now
            )
        except Refusal:
            continue  # somebody was quicker, or the own capacity is full now: the gate said so under its locks
        offers.append(made)
        if minutes is not None:
            minutes -= took
    return Given(offers, looked_at, "" if offers else _why_none(looked_at, bool(fitting)))


def _wish(cases: int | None, hours: int | None) -> tuple[int, int | None]:
    if (cases is None) == (hours is None):
        raise InputRefusal("work.wish", "Say how many cases, or how many hours.", fields={"cases": "One of the two."})
    if hours is None:
        assert cases is not None  # noqa: S101 - one of the two, as asked above
        if not 1 <= cases <= MOST_CASES:
            said = f"From 1 to {MOST_CASES} cases at a time."
            raise InputRefusal("work.cases", said, fields={"cases": said})
        return cases, None
    if not 1 <= hours <= MOST_HOURS:
        said = f"From 1 to {MOST_HOURS} hours at a time."
        raise InputRefusal("work.hours", said, fields={"hours": said})
    return MOST_CASES, hours * 60


def _fitting(reviewer: Reviewer, *, now: dt.datetime) -> tuple[int, list[tuple[Case, int]]]:
    """The waiting cases that the gate lets the reviewer have, with minutes: expedited, by due day, by score."""
    today, numbers = california_date(now), panel_numbers().effort
    found = []
    waiting = list(_waiting(reviewer)[:LOOKED_AT])
    for case in waiting:
        result = ask_gate(case=case, reviewer=reviewer, on=today, door=Door.OFFER)
        if result.eligible:
            size = case_size(case)
            took = minutes_of_work(items=size.items, pages=size.pages, numbers=numbers)
            due = california_date(case.next_due_at) if case.next_due_at else dt.date.max
            found.append(((case.priority != Case.Priority.EXPEDITED, due, -result.score, case.pk), case, took))
    return len(waiting), [(case, took) for _, case, took in sorted(found, key=lambda one: one[0])]


def _waiting(reviewer: Reviewer) -> QuerySet[Case]:
    """Ready cases that nobody has and no list asks for, what burns first; not those the reviewer had to do with."""
    asked = Assignment.objects.filter(case=OuterRef("pk"))
    return (
        Case.objects.filter(state=State.READY)
        .exclude(Exists(asked.live()))
        .exclude(Exists(asked.filter(reviewer=reviewer).filter(Q(withdrawn_at=None) | Q(accepted_at__isnull=False))))
        .exclude(Exists(OfferList.objects.filter(case=OuterRef("pk"), ended_at=None)))
        .order_by("priority", F("next_due_at").asc(nulls_last=True), "pk")  # "expedited" stands before "standard"
    )


def _why_none(looked_at: int, fitting: bool) -> str:
    if not looked_at:
        return "No case waits for a reviewer now. Ask again later; offers come by mail all the same."
    if fitting:
        return "The cases that fit you now take longer than the hours you named, or were given away this moment."
    return f"None of the {looked_at} most urgent cases fits your field, your calendar and your interests now."
