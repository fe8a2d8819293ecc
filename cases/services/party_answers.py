"""The answer of a party that was asked for more information, sent on to all other parties (LC 4610.6(b))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.dispatch import receiver

from accounts.roles import require
from cases.models import Case, Document, Notice, NoticeCopy, Party, PartyAnswer
from cases.models.notice import WORKER
from cases.services import deadlines
from cases.services.jurisdictions import jurisdiction_of
from cases.services.notices.issuing import is_out, issue, lock_notice
from cases.services.notices.previewing import preview_notice
from cases.services.workflow import lock_case, record
from cases.signals import record_moved
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal

RIGHT = "send_notices"


def open_requests(case: Case) -> list[Notice]:
    """The requests of a case that reached the party asked and that nothing answers yet, oldest first. One statement."""
    out = case.notices.filter(kind=Notice.Kind.REQUEST, copies__answers=True, copies__served_at__isnull=False)
    return list(out.exclude(pk__in=standing().values("request")).distinct().order_by("issued_at", "pk"))


def standing() -> QuerySet[PartyAnswer]:
    """The answers that went out or will: not those whose notice, or each of its copies, was given up."""
    copies = NoticeCopy.objects.filter(notice=OuterRef("notice")).exclude(state=NoticeCopy.State.CANCELLED)
    return PartyAnswer.objects.exclude(notice__state=Notice.State.CANCELLED).filter(Exists(copies))


def may_answer(*, request: Notice, document: Document, case: Case) -> bool:
    """Whether a record of the case can be the answer: it has pages, and came on the day of the request or later."""
    if document.file_id is None or document.received_at is None:
        return False
    zone = jurisdiction_of(case).zone
    return document.received_at.astimezone(zone).date() >= request.issued_at.astimezone(zone).date()


def mark_answer(*, request: Notice, document: Document, actor: Actor, now: dt.datetime) -> PartyAnswer:
    """Say that a record of the case answers a request: its clock is met by the day of receipt, and the answer goes to
    every other party, none to the one who answered.

    Two who mark at once: one is told that it is answered. Raises RightRefusal; StateRefusal for an ended case, or for
    a request that is not served or answered already; InputRefusal (field `document`) for a record of another case, one
    without pages, or one that came before the request.
    """
    require(actor, RIGHT)
    with transaction.atomic():
        case = _locked(request)
        asked = _fresh(request, case)
        document = _refuse_odd(asked, document, case)
        notice = issue(kind=Notice.Kind.ANSWER, case=case, actor=actor, now=now, **_what(asked, document, case))
        answer, _ = PartyAnswer.objects.update_or_create(
            request=asked, defaults={"document": document, "notice": notice, "by": actor.name, "at": now}
        )
        at = min(document.received_at or now, now)
        for clock in case.deadlines.open().filter(about=asked.reference):
            deadlines.meet(case=case, clock=clock.clock, about=clock.about, at=at, actor=actor, now=now)
        day = _day(asked.issued_at, case)
        record(
            case=case,
            kind="party.answered",
            sentence=f"“{document.title[:200]}” answers the request of {day:%b} {day.day} ({asked.reference}) and goes "
            f"to all other parties with {notice.reference}.",
            facts={"request": asked.pk, "document": document.pk, "notice": notice.pk},
            actor=actor,
            now=now,
        )
        return answer


def preview_answer(*, request: Notice, document: Document, actor: Actor, now: dt.datetime) -> bytes:
    """The notice as it would go out now, unsealed; nothing is kept. Raises what `mark_answer` and the preview raise."""
    require(actor, RIGHT)
    with transaction.atomic():
        case = _locked(request)
        asked = _fresh(request, case)
        document = _refuse_odd(asked, document, case)
        return preview_notice(kind=Notice.Kind.ANSWER, case=case, actor=actor, now=now, **_what(asked, document, case))


def _locked(request: Notice) -> Case:
    if request.kind != Notice.Kind.REQUEST or request.case_id is None:
        raise InputRefusal("answer.request", f"Notice {request.reference} asks no party for information.")
    case = lock_case(request.case_id)
    refuse_ended(case)
    return case


def refuse_ended(case: Case) -> None:
    """Raises StateRefusal once the case has ended or was served."""
    if case.imported or case.state in (*State.ended(), State.SERVED):
        raise StateRefusal(
            "answer.state",
            f"Case {case.number} is in the state “{case.get_state_display()}”: an answer is sent on while the case is "
            "collected or decided. A record that came too late stands under Records, After the determination.",
        )


def _fresh(request: Notice, case: Case) -> Notice:
    """The request as it stands under the lock of its case. Raises StateRefusal unless it is open."""
    asked = case.notices.get(pk=request.pk)
    known = standing().select_related("document", "notice").filter(request=asked).first()
    if known is not None:
        raise StateRefusal(
            "answer.answered",
            f"The request {asked.reference} is answered already, by “{known.document.title}”, marked by {known.by}. "
            f"It goes out with {known.notice.reference}; to correct it, give that notice up first.",
        )
    if asked.state == Notice.State.CANCELLED or not asked.copies.filter(answers=True, served_at__isnull=False).exists():
        raise StateRefusal(
            "answer.not_served",
            f"The request {asked.reference} has not reached the party asked, so nothing answers it. Confirm its "
            "hand-over on the outbox page first.",
        )
    return asked


def _refuse_odd(request: Notice, document: Document, case: Case) -> Document:
    found = case.documents.select_related("file").filter(pk=document.pk).first()
    problem = ""
    if found is None:
        problem = "Choose a record of this case."
    elif found.file_id is None:
        problem = "This record is listed only. File its pages with the case, then choose them."
    elif not may_answer(request=request, document=found, case=case):
        problem = "This record came before the request was made. Choose one that came after it."
    if found is None or problem:
        raise InputRefusal("answer.document", problem, fields={"document": problem})
    return found


def _what(request: Notice, document: Document, case: Case) -> dict[str, Any]:
    pages = document.pages or 0
    return {
        "without": _whom(request),
        "facts": {
            "asked": request.facts.get("asked"),
            "request": request.reference,
            "asked_on": _day(request.issued_at, case),
            "answered_on": _day(document.received_at, case) if document.received_at else None,
            "questions": list(request.facts.get("questions", [])),
            "answer": [{"document": document.title, "pages": f"{pages} page{'' if pages == 1 else 's'}"}],
        },
    }


def _whom(request: Notice) -> Sequence[str | Party]:
    """Who was asked: a party that the case still has, or the worker."""
    if WORKER in request.addressed.get("roles", []):
        return [WORKER]
    return list(Party.objects.filter(pk__in=request.addressed.get("parties", []), case=request.case_id))


def _day(moment: dt.datetime, case: Case) -> dt.date:
    return moment.astimezone(jurisdiction_of(case).zone).date()


@receiver(record_moved)
def _the_answer_was_in_the_wrong_file(
    *, document: Document, source: Case, actor: Actor, now: dt.datetime, **_signal: Any
) -> None:
    """A record that is enclosed with a notice was another case's: its copies that are still in the house are given up,
    inside the transaction that moves it, and the timeline names those that are not."""
    for answer in PartyAnswer.objects.filter(document=document).order_by("pk"):
        notice = lock_notice(answer.notice_id)
        copies = list(notice.copies.select_for_update().exclude(state=NoticeCopy.State.CANCELLED).order_by("pk"))
        gone = [copy.name for copy in copies if is_out(copy)]
        for copy in copies:
            if not is_out(copy):
                copy.state, copy.problem = NoticeCopy.State.CANCELLED, "The record enclosed lay in the wrong case."
                copy.save(update_fields=["state", "problem"])
        left = f" Printed or sent already, to be called back: {', '.join(gone)}." if gone else ""
        record(
            case=source,
            kind="party.answer_withdrawn",
            sentence=f"The record sent on with {notice.reference} lay in the wrong case: its copies in the house are "
            f"given up.{left}",
            facts={"notice": notice.pk, "document": document.pk},
            actor=actor,
            now=now,
        )
