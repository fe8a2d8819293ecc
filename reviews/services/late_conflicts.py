"""A conflict that comes to light when the case is decided: the sealed letter stays, staff are told and settle it.

A material conflict of the reviewer is a ground of appeal (LC 4610.6(h)); who finds one after the determination must not
keep it to themselves. The finding stands among those of the self-audit until somebody says what was done about it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.roles import require
from cases.models import Case
from cases.rules.corrections import DECIDED
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, StateRefusal
from reviews.models import Assignment, AuditFinding
from reviews.rules.facts import Door, Finding
from reviews.services.gate import ask_gate
from reviews.services.staff_tasks import tell_staff

_CONFLICTS = ("conflict.", "party.")
#: The reviewer's own part in this dispute is what was decided.
_OWN_PART = "conflict.earlier_"


@dataclass(frozen=True)
class Late:
    """What the gate would have stopped, had it been known: one finding about one of those who decided the case."""

    assignment: Assignment
    finding: Finding


def find_late(case: Case) -> list[Late]:
    """Conflicts of whoever decided the case, by the facts as they stand now and the rules of the day it was decided on,
    that nobody was told of yet. Empty for a case that is not decided. Changes nothing."""
    if case.state not in DECIDED:
        return []
    decided = Assignment.objects.filter(case=case, round=case.round, completed_at__isnull=False)
    return [
        Late(assignment, finding)
        for assignment in decided.select_related("reviewer").order_by("seat")
        for finding in _blocking(case, assignment)
        if not _told(case, assignment, finding)
    ]


def keep_late(*, case: Case, found: Iterable[Late], why: str, now: dt.datetime) -> None:
    """Put each onto the case's timeline and among the findings, and a task on the desk; call with the case locked.

    why: what brought it to light, for the timeline.
    """
    gate, today = Actor.system("gate"), california_date(now)
    for one in found:
        reviewer = one.assignment.reviewer
        made = AuditFinding.objects.create(
            reviewer=reviewer, case=case, rule=one.finding.rule, severity=str(one.finding.severity),
            evidence=one.finding.evidence[:1000], first_on=today, last_on=today,
        )  # fmt: skip
        record(
            case=case, kind="gate.late_conflict", actor=gate, now=now,
            sentence=f"{why} {reviewer.reviewer_id}, who decided the case: {one.finding.evidence} The letter stays.",
            facts={"assignment": one.assignment.pk, "finding": made.pk, **one.finding.as_dict()},
        )  # fmt: skip
        tell_staff(
            case=case, what=f"A conflict of {reviewer.reviewer_id} came to light after the determination.", now=now
        )


def look_again(*, case: Case, why: str, now: dt.datetime) -> None:
    """Ask about whoever decided the case, and keep what is found; nothing where it is not decided."""
    if case.state not in DECIDED:
        return
    with transaction.atomic():
        locked = lock_case(case.pk)
        keep_late(case=locked, found=find_late(locked), why=why, now=now)


def decided_by(reviewer_id: int) -> list[Case]:
    """Cases that are not closed yet and that the reviewer decided."""
    done = Assignment.objects.filter(reviewer=reviewer_id, completed_at__isnull=False)
    return list(Case.objects.in_state(*DECIDED).filter(pk__in=done.values("case")).order_by("pk"))


def settle_late(*, finding_id: int, action: str, actor: Actor, now: dt.datetime) -> AuditFinding:
    """Say what was done about a conflict that came late. Raises RightRefusal, InputRefusal, StateRefusal."""
    require(actor, "settle_incidents")
    said = action.strip()
    if not said:
        raise InputRefusal("late_conflict.action", "Say what was done.", fields={"action": "Say what was done."})
    with transaction.atomic():
        late = AuditFinding.objects.filter(IS_LATE, pk=finding_id, case__isnull=False)
        case_id = late.values_list("case_id", flat=True).first()
        if case_id is None:
            raise StateRefusal("late_conflict.unknown", "There is no such finding of a decided case.")
        case = lock_case(case_id)
        found = late.select_for_update(of=("self",)).get()
        if found.gone_on is not None:
            raise StateRefusal("late_conflict.over", "This finding is settled already.")
        found.gone_on = california_date(now)
        found.save(update_fields=["gone_on"])
        record(
            case=case, kind="gate.late_conflict_settled", sentence="The conflict that came late is settled.",
            facts={"finding": found.pk, "note": said[:1000]}, actor=actor, now=now,
        )  # fmt: skip
        return found


#: Findings of `keep_late`: about somebody who decided the case before. The nightly audit asks about nobody who is done.
IS_LATE = Exists(
    Assignment.objects.filter(
        case=OuterRef("case"), reviewer=OuterRef("reviewer"), completed_at__date__lte=OuterRef("first_on")
    )
)


def _blocking(case: Case, assignment: Assignment) -> list[Finding]:
    assert assignment.completed_at is not None  # noqa: S101 - the caller's filter; for the type
    day = california_date(assignment.completed_at)
    result = ask_gate(case=case, reviewer=assignment.reviewer, on=day, door=Door.SEAL)
    conflicts = [one for one in result.blocking if one.rule.startswith(_CONFLICTS)]
    return [
        one for one in conflicts
        if not one.rule.startswith(_OWN_PART) and (one.since is None or one.since <= day)
    ]  # fmt: skip


def _told(case: Case, assignment: Assignment, finding: Finding) -> bool:
    return AuditFinding.objects.filter(
        IS_LATE, case=case, reviewer=assignment.reviewer_id, rule=finding.rule, evidence=finding.evidence[:1000]
    ).exists()
