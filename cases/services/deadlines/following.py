"""What each event of the workflow does to the clocks (order 10: before the notices, which print the dates)."""

from __future__ import annotations

import datetime as dt

from cases.models import Case
from cases.rules import clocks
from cases.services.deadlines import acts, by_hand, targets
from cases.services.deadlines.asking import DETERMINATION
from cases.services.deadlines.keeping import refresh
from cases.services.deadlines.reopening import JOINS, undo_the_joining
from cases.services.deadlines.workings import HouseWorkings
from cases.services.jurisdictions import case_date
from cases.services.record_requests import completion_of
from cases.services.serving_letter import ADMINISTRATOR, APPLICANT, items_decided
from cases.services.workflow import Moved, follow
from cases.workflow import Event

#: Clocks of the claims administrator that the completed file meets.
_RECORDS = ("records_mail", "records_electronic", "records_expedited")
#: Events that end every clock.
_ENDS = (
    Event.FIND_INELIGIBLE, *JOINS, Event.WITHDRAW, Event.TERMINATE, Event.CLOSE, Event.REMAND,
)  # fmt: skip
#: The targets that a case gets anew when it comes back to the eligibility check.
ELIGIBILITY = frozenset({"eligibility"})
_NO_WAY = "Nobody noted how the letter was served: no days of service are counted."


@follow(*_ENDS, order=10)
def _end_every_clock(moved: Moved) -> None:
    acts.end_all(case=moved.case, because=moved.event.label.lower(), actor=moved.actor, now=moved.now)


@follow(Event.SEPARATE, Event.SEPARATE_RECORDS, order=10)
def _go_on_where_it_stood(moved: Moved) -> None:
    """The joining is undone: what it ended runs again, from the days from which it ran."""
    undo_the_joining(case=moved.case, actor=moved.actor, now=moved.now)


@follow(Event.FIND_ELIGIBLE, order=10)
def _start_the_notice_of_assignment(moved: Moved) -> None:
    acts.end_all(case=moved.case, because="found eligible", actor=moved.actor, now=moved.now)
    if HouseWorkings.of_case(moved.case).has("noarfi", moved.now):
        acts.start(case=moved.case, clock="noarfi", trigger=moved.now, actor=moved.actor, now=moved.now)


@follow(Event.DEFER, order=10)
def _stop_every_clock(moved: Moved) -> None:
    for deadline in moved.case.deadlines.running():
        if not deadline.late(moved.now):
            by_hand.stop(deadline=deadline, because="liability is disputed", actor=moved.actor, now=moved.now)
    _again(moved.case)


@follow(Event.LIABILITY_RESOLVED, Event.CURE, order=10)
def _take_up_again(moved: Moved) -> None:
    for deadline in moved.case.deadlines.open().filter(due_at=None):
        by_hand.restart(
            deadline=deadline, because="taken up again", actor=moved.actor, now=moved.now, fresh=True
        )  # fmt: skip
    today = clocks.day_of(moved.now, HouseWorkings.of_case(moved.case).zone)
    targets.begin(case=moved.case, now=moved.now, since=today, keys=ELIGIBILITY)


@follow(Event.RECORDS_COMPLETE, Event.PROCEED, order=10)
def _start_the_determination(moved: Moved) -> None:
    """From the receipt of the record that completed the file; where records never came, as the jurisdiction chose."""
    case = moved.case
    waiting = case.deadlines.open().filter(clock__in=_RECORDS).order_by("due_at").last()
    whole = completion_of(case, now=moved.now)
    if moved.event == Event.PROCEED and waiting is not None and waiting.due is not None:
        trigger: clocks.Moment = min(waiting.due_at or moved.now, moved.now)
        because, ref = "The records never came; the clock starts on the day they were due.", ""
    elif whole is not None:
        trigger = whole.at
        because = f"Completed by “{whole.because[:200]}”, received {clocks.say_day(case_date(case, whole.at))}."
        ref = f"document:{whole.key}" if whole.key else ""
    else:
        trigger, because, ref = moved.now, "The day on which the file was found complete.", ""
    for deadline in case.deadlines.open().filter(clock__in=_RECORDS):
        if moved.event == Event.PROCEED:
            acts.end(deadline=deadline, because="the case went on without them", actor=moved.actor, now=moved.now)
        else:
            at = whole.at if whole else moved.now
            acts.meet(
                case=case, clock=deadline.clock, about=deadline.about, at=at, actor=moved.actor, now=moved.now
            )  # fmt: skip
    acts.start_determination(
        case=case, trigger=trigger, because=because, ref=ref, actor=moved.actor, now=moved.now
    )  # fmt: skip


@follow(Event.SERVE, order=10)
def _letter_is_served(moved: Moved) -> None:
    """The determination is made; what service of the letter starts begins, each clock by how its party was served."""
    case, workings = moved.case, HouseWorkings.of_case(moved.case)
    written = moved.facts.get("served_on")
    day = dt.date.fromisoformat(written) if written else clocks.day_of(moved.now, workings.zone)
    at = min(moved.now, clocks.end_of(day, workings.zone))
    for clock in DETERMINATION:
        acts.meet(case=case, clock=clock, at=at, actor=moved.actor, now=moved.now)
    ways = moved.facts.get("ways", {})
    for rule in workings.of.started_by_letter(day):
        if rule.items and not items_decided(case, rule.items):
            continue
        way = ways.get(ADMINISTRATOR if rule.duty == "administrator" else APPLICANT, "")
        because = f"The letter was served on {clocks.say_day(day)}." if way else _NO_WAY
        acts.start(
            case=case, clock=rule.key, trigger=day, service=way, because=because, actor=moved.actor, now=moved.now
        )  # fmt: skip


@follow(Event.REMAND, order=11)
def _new_round(moved: Moved) -> None:
    acts.start_determination(
        case=moved.case, trigger=moved.now, because="Remanded for a new round.", actor=moved.actor, now=moved.now
    )  # fmt: skip


@follow(Event.EXPEDITE, order=10)
def _every_clock_is_expedited(moved: Moved) -> None:
    because = "a physician certified an imminent and serious threat"
    acts.convert_all(case=moved.case, because=because, actor=moved.actor, now=moved.now)
    targets.recount(moved.case, HouseWorkings.of_case(moved.case), now=moved.now)


@follow(*Event, order=9)
def _targets_done(moved: Moved) -> None:
    """Before the clocks: one that ends takes along the targets that are not done."""
    targets.done_by(moved.case, moved.event, now=moved.now)


@follow(*Event, order=12)
def _next_dates(moved: Moved) -> None:
    targets.undone_by(moved.case, moved.event)
    _again(moved.case)


@follow(Event.TAKE_BACK, order=13)
def _decide_anew(moved: Moved) -> None:
    """Eligibility is to be decided again, by the old date where the rules open that target again, else from today."""
    if not moved.case.targets.filter(key__in=ELIGIBILITY, done_at=None, ended_at=None).exists():
        today = clocks.day_of(moved.now, HouseWorkings.of_case(moved.case).zone)
        targets.begin(case=moved.case, now=moved.now, since=today, keys=ELIGIBILITY)


def _again(case: Case) -> None:
    case.refresh_from_db(fields=["next_due_at", "next_due_clock", "next_target_on"])
    refresh(case)
