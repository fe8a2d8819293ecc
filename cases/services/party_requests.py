"""More information from one party of a case: asked by a notice of which everybody gets a copy (LC 4610.6(b))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.roles import require
from cases.models import Case, Notice, Party
from cases.models.notice import WORKER
from cases.services.notices.issuing import issue
from cases.services.notices.previewing import preview_notice
from cases.services.workflow import lock_case, record
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from common.rules.characters import first_unprintable

RIGHT = "send_notices"
#: While the file is collected and while somebody decides on it.
WHILE = (State.RECORDS, State.READY, State.IN_REVIEW, State.QUALITY_CHECK)
_MOST, _LONGEST = 10, 500


def ask_party(*, case: Case, party: Party | None, questions: Sequence[str], actor: Actor, now: dt.datetime) -> Notice:
    """Ask a party (None: the injured worker); the notice goes to it and, as copies, to everybody of the table.

    Its clock starts when the party's copy is served (9792.10.5(d)). Raises RightRefusal, StateRefusal outside of WHILE,
    InputRefusal (field `questions`) for no question, too many, one too long or one that cannot be printed.
    """
    require(actor, RIGHT)
    asked = clean_questions(questions)
    with transaction.atomic():
        locked = lock_case(case.pk)
        refuse_state(locked)
        notice = issue(kind=Notice.Kind.REQUEST, case=locked, actor=actor, now=now, **_what(party, locked, asked))
        record(
            case=locked,
            kind="party.asked",
            sentence=f"More information asked of {_name(party, locked)}.",
            facts={"notice": notice.pk, "party": party.pk if party else None, "note": " ".join(asked)},
            actor=actor,
            now=now,
        )
        return notice


def preview_request(
    *, case: Case, party: Party | None, questions: Sequence[str], actor: Actor, now: dt.datetime
) -> bytes:
    """The request as it would go out now, unsealed; nothing is kept. Raises what `ask_party` and the preview raise."""
    require(actor, RIGHT)
    asked = clean_questions(questions)
    refuse_state(case)
    return preview_notice(kind=Notice.Kind.REQUEST, case=case, actor=actor, now=now, **_what(party, case, asked))


def refuse_state(case: Case) -> None:
    """Raises StateRefusal while nobody collects or decides."""
    if case.imported or case.state not in WHILE:
        raise StateRefusal(
            "request.state",
            f"Case {case.number} is in the state “{case.get_state_display()}”. More information is asked for while its "
            "records are collected and while it is decided; before that, ask about eligibility.",
        )


def clean_questions(questions: Sequence[str]) -> list[str]:
    """The questions without empty lines. Raises InputRefusal on the field `questions`."""
    asked = [" ".join(one.split()) for one in questions if one.strip()]
    problem = ""
    if not asked:
        problem = "Say what is asked, one question a line."
    elif len(asked) > _MOST:
        problem = f"Ask at most {_MOST} questions in one request."
    elif any(len(one) > _LONGEST for one in asked):
        problem = f"A question has at most {_LONGEST} characters."
    elif bad := next(filter(None, map(first_unprintable, asked)), None):
        problem = f"A question holds {bad.spoken}, which cannot be printed."
    if problem:
        raise InputRefusal("request.questions", problem, fields={"questions": problem})
    return asked


def _what(party: Party | None, case: Case, asked: list[str]) -> dict[str, Any]:
    facts = {"asked": _name(party, case), "questions": asked}
    return {"to": [party or WORKER], "facts": facts}


def _name(party: Party | None, case: Case) -> str:
    return party.display_name if party else case.worker.full_name or "the injured worker"
