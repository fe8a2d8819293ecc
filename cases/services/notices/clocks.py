"""What service does to the clocks of a case, by the jurisdiction's table of notices."""

from __future__ import annotations

import datetime as dt

from cases.models import Case, Notice, NoticeCopy, PartyAnswer
from cases.rules.jurisdiction import Jurisdiction, NoticeRule
from cases.services import deadlines
from cases.services.jurisdictions import jurisdiction
from cases.workflow import State
from common.actor import Actor

#: Notices that ask for the records of the file: their clock runs only while records are collected.
_ASK_FOR_RECORDS = frozenset({Notice.Kind.NOARFI, Notice.Kind.EXPEDITED})
_DONE = (NoticeCopy.State.CANCELLED,)


def move_clocks(copy: NoticeCopy, *, actor: Actor, now: dt.datetime) -> None:
    """Start the clock of whoever must answer, and meet those that the notice had to be out by.

    The day of mailing or sending is the trigger; a clock that counts from the receipt takes the way of service along. A
    copy served in place of a lost one starts the clock anew.
    """
    notice = copy.notice
    of = jurisdiction(notice.jurisdiction)
    rule = of.notice(notice.kind, notice.issued_at.astimezone(of.zone).date())
    if notice.case is None:
        return
    case = Case.objects.get(pk=notice.case.pk)
    if copy.answers and _runs(notice, case):
        _start(copy, case, rule, of, actor=actor, now=now)
    still = notice.copies.exclude(state__in=_DONE).filter(replacement=None, served_at=None)
    last = notice.copies.served().order_by("-served_at").values_list("served_at", flat=True).first()
    if not still.exists():
        for clock in rule.meets:
            deadlines.meet(case=case, clock=clock, at=last, actor=actor, now=now)


def _runs(notice: Notice, case: Case) -> bool:
    if notice.kind in _ASK_FOR_RECORDS:
        return case.state == State.RECORDS
    if PartyAnswer.objects.filter(request=notice).exclude(notice__state=Notice.State.CANCELLED).exists():
        return False  # answered already: a copy that goes out once more asks for nothing
    return case.state not in State.ended()


def _start(copy: NoticeCopy, case: Case, rule: NoticeRule, of: Jurisdiction, *, actor: Actor, now: dt.datetime) -> None:
    key = rule.starts(way=copy.method, expedited=case.priority == Case.Priority.EXPEDITED)
    if not key or copy.served_on is None or copy.served_at is None:
        return
    about = "" if copy.notice.kind in _ASK_FOR_RECORDS else copy.notice.reference
    others = {rule.starts_mail, rule.starts_electronic} - {key, ""}
    if copy.replaces_id:
        for running in case.deadlines.open().filter(first_clock__in=others, about=about):
            deadlines.end(deadline=running, because="the notice was served again", actor=actor, now=now)
    # Made expedited, the clock of the first notice ran on from that moment; now the law's own fact has happened.
    for running in case.deadlines.open().filter(clock=key, about=about).exclude(first_clock=key):
        deadlines.end(deadline=running, because="the notice of the expedited review was served", actor=actor, now=now)
    way = "mailed" if copy.method == NoticeCopy.Method.MAIL else "sent electronically"
    deadlines.start(
        case=case,
        clock=key,
        trigger=copy.served_at if of.clock(key, copy.served_on).in_hours else copy.served_on,
        service=of.way(copy.method, copy.region, copy.served_on) if of.clock(key, copy.served_on).receipt else "",
        because=f"Notice {copy.notice.reference} was {way} to {copy.name}.",
        ref=f"notice_copy:{copy.pk}",
        about=about,
        actor=actor,
        now=now,
    )
