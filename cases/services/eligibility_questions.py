"""Questions to parties about an application: asked with a last day, answered, or overdue (9792.10.3(c))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.roles import require
from cases.models import Case, EligibilityQuestion, Notice, Party
from cases.rules.clocks import day_of
from cases.rules.eligibility import say
from cases.services import deadlines
from cases.services.application_window import answer_due
from cases.services.corrections import correct
from cases.services.eligibility import reasons_for
from cases.services.eligibility_decisions import BEFORE_FINDING, refuse_future
from cases.services.endings import refuse_foreign_document
from cases.services.jurisdictions import jurisdiction_of
from cases.services.workflow import Moved, check_move, follow, lock_case, move, record
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from common.rules.characters import first_unprintable


def ask(
    *, case: Case, party: Party | None, reason: str, question: str, actor: Actor, now: dt.datetime
) -> EligibilityQuestion:
    """Ask a party of the case (None: the injured worker) about a reason code; the notice follows the event.

    Raises InputRefusal for a party of another case, an unknown code, no question, or the same question still open.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.ASK, actor=actor)
        _refuse_bad_question(locked, party, reason, question)
        of = jurisdiction_of(locked)
        asked_on = day_of(now, of.zone)
        worked = answer_due(of=of, asked=now)
        due_on = day_of(worked.due, of.zone)
        row = EligibilityQuestion.objects.create(
            case=locked,
            party=party,
            reason=reason,
            question=question.strip(),
            asked_at=now,
            asked_on=asked_on,
            due_on=due_on,
            due_because=" ".join(worked.derivation),
        )
        words = reasons_for(locked)[reason].words
        move(
            case=locked,
            event=Event.ASK,
            actor=actor,
            now=now,
            sentence=f"Asked {row.asked_of.lower()}: {words}. Answer due {say(due_on)}.",
            facts={
                "question": row.pk,
                "party": party.pk if party else None,
                "reason": reason,
                "due_on": due_on.isoformat(),
                "note": row.question,
            },
        )
        return row


def answer(
    *,
    question: EligibilityQuestion,
    text: str,
    answered_on: dt.date,
    changes: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
    document: int | None = None,
) -> EligibilityQuestion:
    """Record what the party answered, and correct the facts that the answer settles (key path -> new value).

    Raises InputRefusal, StateRefusal when it was answered meanwhile, and what corrections refuse; then nothing is kept.
    """
    require(actor, "decide_cases")
    refuse_future(question.case, answered_on, "answered_on", now)
    with transaction.atomic():
        locked = lock_case(question.case_id)
        follow_clocks(locked)
        row = EligibilityQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if not row.is_open:
            raise StateRefusal("question.open", f"The question to {row.asked_of.lower()} is not open any more.")
        _refuse_bad_answer(row, text, answered_on)
        refuse_foreign_document(locked, document)
        if changes:
            correct(
                case=locked,
                changes=changes,
                reason=f"Answer of {row.asked_of.lower()} received {say(answered_on)}: {text.strip()}"[:1000],
                actor=actor,
                now=now,
                version=locked.version,
            )
        row.answered_on, row.answer, row.document_id = answered_on, text.strip(), document
        row.save(update_fields=["answered_on", "answer", "document"])
        _meet_clock(locked, row, actor=actor, now=now)
        late = " after its last day" if answered_on > row.due_on else ""
        record(
            case=locked,
            kind="question.answered",
            sentence=f"Answer of {row.asked_of.lower()} received {say(answered_on)}{late}.",
            facts={"question": row.pk, "note": row.answer, "document": document},
            actor=actor,
            now=now,
        )
        return row


def take_back_question(*, question: EligibilityQuestion, actor: Actor, now: dt.datetime) -> EligibilityQuestion:
    """Take back a question that need not be answered. Raises StateRefusal when it is not open."""
    require(actor, "decide_cases")
    with transaction.atomic():
        locked = lock_case(question.case_id)
        row = EligibilityQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if not row.is_open:
            raise StateRefusal("question.open", f"The question to {row.asked_of.lower()} is not open any more.")
        row.taken_back_at = now
        row.save(update_fields=["taken_back_at"])
        _meet_clock(locked, row, actor=actor, now=now)
        record(
            case=locked,
            kind="question.taken_back",
            sentence=f"The question to {row.asked_of.lower()} is taken back; no answer is awaited.",
            facts={"question": row.pk},
            actor=actor,
            now=now,
        )
        return row


def follow_clocks(case: Case) -> None:
    """Take over the last days from the clocks that the service of the notices started; call with the case locked."""
    asked = {row.notice.reference: row for row in case.eligibility_questions.open().select_related("notice")
             if row.notice is not None}  # fmt: skip
    for clock in case.deadlines.filter(about__in=asked, due_on__isnull=False).order_by("pk"):
        row = asked[clock.about]
        if (row.due_on, row.served) != (clock.due_on, True) and clock.due_on is not None:
            row.due_on, row.due_because, row.served = clock.due_on, " ".join(clock.derivation), True
            row.save(update_fields=["due_on", "due_because", "served"])


def _meet_clock(case: Case, row: EligibilityQuestion, *, actor: Actor, now: dt.datetime) -> None:
    """The answer came, or is not awaited any more: the clock of its notice stops asking."""
    if row.notice is None:
        return
    for clock in case.deadlines.open().filter(about=row.notice.reference):
        if row.answered_on:
            deadlines.meet(case=case, clock=clock.clock, about=clock.about, actor=actor, now=now)
        else:
            deadlines.end(deadline=clock, because="the question was taken back", actor=actor, now=now)


@follow(Event.ASK, order=60)
def _link_notice(moved: Moved) -> None:
    """The notice that was just issued for the question (order 50)."""
    notice = Notice.objects.filter(case=moved.case, kind=Notice.Kind.QUESTION, issued_at=moved.now).last()
    EligibilityQuestion.objects.filter(pk=moved.facts.get("question") or 0, notice=None).update(notice=notice)


@follow(Event.FIND_ELIGIBLE, order=60)
def _no_answer_is_awaited(moved: Moved) -> None:
    """An eligible application needs no more answers."""
    moved.case.eligibility_questions.open().update(taken_back_at=moved.now)


def _refuse_bad_question(case: Case, party: Party | None, reason: str, question: str) -> None:
    problems: dict[str, str] = {}
    if party is not None and party.case_id != case.pk:
        problems["party"] = "Choose a party of this case."
    if reason not in reasons_for(case):
        problems["reason"] = "Choose what the question is about."
    if not question.strip():
        problems["question"] = "Write the question."
    elif bad := first_unprintable(question):
        problems["question"] = f"This holds {bad.spoken}. Take it out or write it in words."
    elif case.eligibility_questions.open().filter(party=party, reason=reason).exists():
        problems["reason"] = "This party is asked about it already; the answer is awaited."
    if problems:
        raise InputRefusal("question.facts", " ".join(problems.values()), fields=problems)


def _refuse_bad_answer(row: EligibilityQuestion, text: str, answered_on: dt.date) -> None:
    problems: dict[str, str] = {}
    if not text.strip():
        problems["text"] = "Write down what the party answered."
    if answered_on < row.asked_on:
        problems["answered_on"] = f"The question was asked on {say(row.asked_on)}; no answer came before."
    if problems:
        raise InputRefusal("question.answer", " ".join(problems.values()), fields=problems)


if follow_clocks not in BEFORE_FINDING:
    BEFORE_FINDING.append(follow_clocks)
