"""The status of a case for its parties, by case number, birth date and ZIP: constant work whatever is wrong."""

from __future__ import annotations

import datetime as dt
import hmac
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from cases.models import Case, EligibilityDecision
from cases.models.deadline import Deadline
from cases.rules.public_status import Missing, PublicStatus, stage_of
from cases.rules.required_records import holds_up
from cases.workflow import State

WORDING = Path(__file__).resolve().parent.parent / "wording" / "status.toml"
_BLANKS = re.compile(r"\s+")
#: What a case whose own data is missing is compared with: nothing that can be typed.
_NO_DATE, _NO_ZIP = "0000-00-00", "-----"
_LONGEST_NUMBER = 20


@lru_cache(maxsize=1)
def wording() -> dict[str, dict[str, Any]]:
    """The words of the page: language -> key -> text."""
    return tomllib.loads(WORDING.read_text(encoding="utf-8"))


def normal_number(typed: str) -> str:
    """A case number as it is kept: capitals, no blanks."""
    return _BLANKS.sub("", typed.replace("\x00", "")).upper()[:_LONGEST_NUMBER]


def find_case(*, number: str, birth_date: dt.date, zip_code: str) -> Case | None:
    """The case, if all three belong together; None without a hint which of them is wrong.

    Constant work: one statement and one comparison of texts of equal length, whether the case is there or not.
    """
    case = Case.objects.filter(number=normal_number(number)).select_related("worker").first()
    known_date = case.worker.birth_date.isoformat() if case and case.worker.birth_date else _NO_DATE
    known_zip = (case.worker.zip[:5] if case else "").rjust(5, "-") or _NO_ZIP
    same = hmac.compare_digest(
        f"{known_date} {known_zip}".encode(), f"{birth_date.isoformat()} {zip_code[:5]:>5}".encode()
    )
    return case if same and case is not None and not case.imported else None


def status_of(case: Case, *, now: dt.datetime) -> PublicStatus:
    """What the page shows of a case, in a constant number of statements."""
    decision = case.eligibility_decisions.standing().last()
    against = decision if decision and decision.outcome == EligibilityDecision.Outcome.INELIGIBLE else None
    clock = _next_clock(case)
    return PublicStatus(
        state=case.state,
        reached=_reached(case),
        missing=tuple(_missing(case)),
        reasons=tuple(against.reasons) if against and case.state == State.INELIGIBLE else (),
        fix_until=against.cure_until if against and case.state == State.INELIGIBLE else None,
        next_clock=clock.clock if clock else "",
        next_on=clock.due_on if clock else None,
        late=bool(clock and clock.due_at and clock.due_at < now),
    )


def _next_clock(case: Case) -> Deadline | None:
    return case.deadlines.running().order_by("due_at", "pk").first()


def _missing(case: Case) -> list[Missing]:
    """What is awaited, each kind once: which record exactly is nobody's business here."""
    found = [
        Missing("answer", question.reason, question.party.role if question.party else "worker")
        for question in case.eligibility_questions.open().select_related("party")
        if case.state == State.ELIGIBILITY
    ]
    if case.state == State.RECORDS:
        found += [
            Missing("record", request.key, request.owed_by)
            for request in case.record_requests.outstanding()
            if holds_up(request.needed)
        ]
    return list(dict.fromkeys(found))


def _reached(case: Case) -> str:
    """The furthest step on the timeline, for a case that ended another way."""
    moved = case.events.filter(kind__startswith="moved.").order_by("pk").values_list("facts", flat=True)
    steps = [str(facts.get("from", "")) for facts in moved]
    return stage_of(steps[-1]) if steps else stage_of(case.state)
