"""The gate once more when a case's facts change: whoever has it on the desk is asked about anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.models import Case
from cases.rules.corrections import DECIDED
from cases.services.register import current_register
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.days import california_date
from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, Reviewer
from reviews.rules.facts import Door, Period
from reviews.rules.families import Families
from reviews.services.assignment import withdraw
from reviews.services.gate import GateResult, ask_gate, keep_note, let_go_on, stop
from reviews.services.late_conflicts import decided_by, look_again


def recheck_live(*, case: Case, now: dt.datetime) -> GateResult | None:
    """Ask the gate about each live assignment of a case, and act on what it finds; None when nobody has the case.

    Of several reviewers' answers the first that blocks is given back, else the first.

    An open offer that the gate stops is taken back. A holder whom it stops keeps the assignment until staff give it to
    somebody else, but the file is shut, the stop is on the timeline and in the list of work to reassign, and nothing is
    submitted, approved or sealed. Where the gate is open again, the stop ends.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        live = list(Assignment.objects.live().select_related("reviewer").filter(case=locked).order_by("reviewer_id"))
        results = [_recheck_one(locked, assignment, now) for assignment in live]
        return next((one for one in results if one.blocking), results[0] if results else None)


def _recheck_one(case: Case, assignment: Assignment, now: dt.datetime) -> GateResult:
    reviewer = Reviewer.objects.select_for_update(no_key=True).get(pk=assignment.reviewer_id)
    door = Door.OPEN if assignment.accepted_at else Door.ACCEPT
    result = ask_gate(case=case, reviewer=reviewer, on=california_date(now), door=door)
    keep_note(assignment, result, now)
    if result.blocking:
        _stop(case, assignment, result, now)
    elif let_go_on(assignment):
        record(
            case=case, kind="gate.open_again", actor=Actor.system("gate"), now=now,
            sentence=f"The gate lets {reviewer.reviewer_id} go on: what stopped the work is gone.",
            facts={"assignment": assignment.pk},
        )  # fmt: skip
    return result


def recheck_named(*, organizations: Iterable[int], now: dt.datetime) -> None:
    """Ask the gate again about everybody who holds, was offered or has decided a case that a decision on names touches.

    organizations: those that the decision was about; their families count, on the side of the parties and of reviewers.
    """
    register, asked = current_register(), set(organizations)
    touched = asked | {register.merged[one] for one in asked if one in register.merged}
    families = Families((link.child, link.parent, Period()) for link in register.links)
    touched |= {other for one in touched for other in families.of(one)}
    concerned = Assignment.objects.filter(
        Q(case__parties__organization__in=touched)
        | Q(reviewer__affiliations__organization__in=touched)
        | Q(reviewer__billing_organizations__organization__in=touched)
        | Q(reviewer__product_interests__organization__in=touched)
    )
    for case in Case.objects.filter(pk__in=concerned.live().values("case")).order_by("pk"):
        recheck_live(case=case, now=now)
    decided = concerned.filter(completed_at__isnull=False)
    for case in Case.objects.in_state(*DECIDED).filter(pk__in=decided.values("case")).order_by("pk"):
        look_again(case=case, why="Names were decided.", now=now)


def _stop(case: Case, assignment: Assignment, result: GateResult, now: dt.datetime) -> None:
    gate = Actor.system("gate")
    said = " ".join(finding.evidence for finding in result.blocking)
    if assignment.accepted_at is None:
        withdraw(assignment_id=assignment.pk, reason=f"The gate is shut now: {said}"[:1000], actor=gate, now=now)
        return
    if not stop(assignment, result, now):
        return  # said already
    record(
        case=case, kind="gate.stopped", actor=gate, now=now,
        sentence=f"The gate stops {assignment.reviewer.reviewer_id} now: {said} Take the reviewer off.",
        facts={"assignment": assignment.pk, "findings": [finding.as_dict() for finding in result.blocking]},
    )  # fmt: skip


def recheck_reviewer(*, reviewer_id: int, now: dt.datetime) -> int:
    """Ask the gate about every case that the reviewer holds or is offered; how many it stops. What comes to light about
    decided ones is kept.

    Call outside any lock of the reviewer: each case is locked first, then the reviewer, as everywhere.
    """
    cases = Case.objects.filter(assignments__in=Assignment.objects.live().filter(reviewer=reviewer_id))
    results = [recheck_live(case=case, now=now) for case in cases.order_by("pk").distinct()]
    for case in decided_by(reviewer_id):
        look_again(case=case, why="The reviewer's file changed.", now=now)
    return sum(1 for result in results if result is not None and result.blocking)


RECHECK_JOB = "reviews.recheck"


def post_recheck(*, reviewer: Reviewer, now: dt.datetime) -> None:
    """Facts of a reviewer changed: ask the gate about the reviewer's work once this transaction has ended. It would
    wait for the locks of cases, which come before the reviewer's."""
    outbox.post(kind=RECHECK_JOB, key=f"{reviewer.pk}:{now.isoformat()}", now=now)


@outbox.handler(RECHECK_JOB)
def _recheck(job: OutboxJob) -> None:
    recheck_reviewer(reviewer_id=int(job.key.partition(":")[0]), now=timezone.now())
