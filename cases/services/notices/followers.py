"""Notices that follow an event of the workflow. What one lacks holds it, never the event (`issuing`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from cases.models import Case, Notice, Party
from cases.models.notice import WORKER
from cases.services.jurisdictions import jurisdiction_of
from cases.services.notices.issuing import issue
from cases.services.notices.receipts import RECEIPT_JOB
from cases.services.workflow import Moved, follow
from cases.workflow import Event
from common.actor import Actor, acting
from common.models import OutboxJob
from common.services import outbox

Kind = Notice.Kind
_WITHDRAWN = "The withdrawal has reached us."


@outbox.handler(RECEIPT_JOB)
def _receipt(job: OutboxJob) -> None:
    case = Case.objects.get(pk=int(job.key))
    actor = Actor.system("notices")
    if not case.imported:
        with acting(actor, "receipt of an application"):
            issue(kind=Kind.RECEIPT, case=case, actor=actor, now=job.created_at, once=f"receipt:{case.pk}")


@follow(Event.FIND_ELIGIBLE)
def _assigned(moved: Moved) -> None:
    _issue(moved, Kind.NOARFI)


@follow(Event.FIND_INELIGIBLE)
def _ineligible(moved: Moved) -> None:
    of, on = jurisdiction_of(moved.case), _day(moved)
    until = moved.facts.get("cure_until")
    reasons: list[dict[str, Any]] = []
    cures: list[dict[str, Any]] = []
    for code in moved.facts.get("reasons", ()):
        rule = of.reason(code, on)
        words = rule.words[:1].upper() + rule.words[1:]
        reasons.append({"reason": words, "explanation": rule.explained or None, "source": rule.source})
        if rule.curable and until:
            cures.append({"reason": words, "cure": rule.cure or words, "until": until})
    _issue(moved, Kind.INELIGIBLE, {"reasons": reasons, "cure": cures})


@follow(Event.ASK)
def _asked(moved: Moved) -> None:
    party = moved.case.parties.filter(pk=moved.facts.get("party") or 0).first()
    question = moved.facts.get("note") or ""
    _issue(moved, Kind.QUESTION, {"questions": [question] if question else []}, to=[party or WORKER], again=True)


@follow(Event.DEFER)
def _deferred(moved: Moved) -> None:
    _issue(moved, Kind.DEFERRED, {"dispute": moved.facts.get("note") or None})


@follow(Event.TERMINATE)
def _terminated(moved: Moved) -> None:
    _issue(moved, Kind.TERMINATED, {"explanation": _authorization(moved)})


@follow(Event.WITHDRAW)
def _withdrawn(moved: Moved) -> None:
    said = [moved.facts.get("who"), moved.facts.get("how"), moved.facts.get("note")]
    _issue(moved, Kind.WITHDRAWN, {"explanation": ". ".join(part for part in said if part) or _WITHDRAWN})


@follow(Event.CONSOLIDATE)
def _joined(moved: Moved) -> None:
    kept = Case.objects.with_facts().filter(number=moved.facts.get("into") or "").first()
    rows = [_line(one) for one in (kept, Case.objects.with_facts().get(pk=moved.case.pk)) if one is not None]
    _issue(moved, Kind.CONSOLIDATED, {"cases": rows, "kept_case_number": kept.number if kept else None})


@follow(Event.EXPEDITE)
def _expedited(moved: Moved) -> None:
    """Told at once, 8 CCR 9792.10.4(c)."""
    facts = {
        "certified_by": moved.facts.get("certified_by") or "The treating physician",
        "certified_on": moved.facts.get("on") or _day(moved).isoformat(),
    }
    _issue(moved, Kind.EXPEDITED, facts)


def _issue(
    moved: Moved, kind: str, facts: dict[str, Any] | None = None, *, to: list[str | Party] | None = None,
    again: bool = False,
) -> None:  # fmt: skip
    """Issue what follows. again: the event may happen often in a case, each time with a notice of its own."""
    once = None if again else f"{kind}:{moved.case.pk}:{moved.case.version}"
    # The mover's rights are checked at the move; what follows is the house's own act.
    actor = Actor(name=moved.actor.name, roles=Actor.system("notices").roles, user_id=moved.actor.user_id)
    with transaction.atomic():
        issue(kind=kind, case=moved.case, to=to or (), facts=facts, actor=actor, now=moved.now, once=once)


def _authorization(moved: Moved) -> str:
    note = moved.facts.get("note") or ""
    by, on = moved.facts.get("by"), moved.facts.get("on")
    said = f"{by} authorized the treatment on {dt.date.fromisoformat(on):%m/%d/%Y}." if by and on else ""
    return " ".join(part for part in (said, note) if part) or "The claims administrator has authorized the treatment."


def _line(case: Case) -> dict[str, str | None]:
    application = getattr(case, "application", None)
    return {
        "case_number": case.number,
        "application_received_on": application.received_on.isoformat() if application else None,
        "items": "; ".join(item.service for item in case.items.all()),
    }


def _day(moved: Moved) -> dt.date:
    return moved.now.astimezone(jurisdiction_of(moved.case).zone).date()
