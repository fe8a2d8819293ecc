"""What follows from an act, said before it is done: which notices go to whom, which clocks start, stop or change."""

from __future__ import annotations

import datetime as dt

from cases.models import Case, Party
from cases.rules.clocks import say
from cases.rules.eligibility import say as say_day
from cases.rules.jurisdiction import Jurisdiction
from cases.services.application_window import answer_due
from cases.services.deadlines import open_deadlines
from cases.services.eligibility import cure_window, reasons_for
from cases.services.jurisdictions import WORKER, case_date, jurisdiction_of
from cases.services.rail import FOLLOWS
from cases.services.working_out import due_by_rule
from cases.workflow import Event
from common.errors import InputRefusal

#: Event -> the kind of notice that follows.
NOTICES: dict[str, str] = {
    Event.ASK: "eligibility_question",
    Event.FIND_ELIGIBLE: "noarfi",
    Event.FIND_INELIGIBLE: "ineligible",
    Event.DEFER: "deferred",
    Event.WITHDRAW: "withdrawn",
    Event.TERMINATE: "terminated",
    Event.EXPEDITE: "expedited",
}


def consequences(*, case: Case, event: Event, now: dt.datetime) -> list[str]:
    """Sentences for people, the case's own state first, then clocks, then notices."""
    of = jurisdiction_of(case)
    said = [FOLLOWS[event]] if event in FOLLOWS else []
    said += _clocks(case, event, of, now)
    said += _notice(case, event, of, case_date(case, now))
    return said


def _clocks(case: Case, event: Event, of: Jurisdiction, now: dt.datetime) -> list[str]:
    if event == Event.ASK:
        return [f"The answer is due {say(answer_due(of=of, asked=now).due)}; after that the case may end unanswered."]
    if event == Event.FIND_ELIGIBLE:
        due = due_by_rule(of, of.clock("noarfi", case_date(case, now)), now).due
        return [f"The notice of assignment is due {say(due)}."]
    if event == Event.FIND_INELIGIBLE:
        curable = [one.code for one in reasons_for(case).values() if one.curable]
        until, _ = cure_window(case, curable)
        return [f"What can be cured may be cured until {say_day(until)}."] if until else []
    if event in (Event.WITHDRAW, Event.TERMINATE, Event.EXPEDITE):
        return _running(case, event)
    if event == Event.LIABILITY_RESOLVED:
        return ["A fresh window for the application runs from the service of the notice."]
    return []


def _running(case: Case, event: Event) -> list[str]:
    names = {one.key: one.name for one in jurisdiction_of(case).clocks}
    running = [f"{names.get(one.clock, one.clock)}, due {say(one.due)}" for one in open_deadlines(case) if one.due]
    if not running:
        return []
    word = "Worked out anew" if event == Event.EXPEDITE else "These clocks end with the case"
    return [f"{word}: {'; '.join(running)}."]


def _notice(case: Case, event: Event, of: Jurisdiction, on: dt.date) -> list[str]:
    if event not in NOTICES:
        return []
    try:
        rule = of.notice(NOTICES[event], on)
    except InputRefusal:  # this programme sends none
        return []
    roles = {party.role for party in case.parties.all()}
    to = [role for role in rule.recipients if role == WORKER or role in roles]
    names = ["injured worker" if role == WORKER else Party.Role(role).label.lower() for role in to]
    return [f"Notice “{rule.name}” goes to: {', '.join(names)}."] if names else []
