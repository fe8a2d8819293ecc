"""The gate once more when a case's facts change: whoever has it on the desk is asked about anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from cases.models import Case
from cases.services.register import current_register
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.days import california_date
from reviews.models import Assignment, Reviewer
from reviews.rules.facts import Door, Period
from reviews.rules.families import Families
from reviews.services.assignment import withdraw
from reviews.services.gate import GateResult, ask_gate, keep_note


def recheck_live(*, case: Case, now: dt.datetime) -> GateResult | None:
    """Ask the gate about the live assignment of a case, and act on what it finds; None when nobody has the case.

    An open offer that the gate stops is taken back. A holder keeps the file until staff act, but the stop is on the
    timeline, and the doors of submission, approval and seal stay shut.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        assignment = Assignment.objects.live().select_related("reviewer").filter(case=locked).first()
        if assignment is None:
            return None
        reviewer = Reviewer.objects.select_for_update(no_key=True).get(pk=assignment.reviewer_id)
        door = Door.OPEN if assignment.accepted_at else Door.ACCEPT
        result = ask_gate(case=locked, reviewer=reviewer, on=california_date(now), door=door)
        keep_note(assignment, result, now)
        if result.blocking:
            _stop(locked, assignment, result, now)
        return result


def recheck_named(*, organizations: Iterable[int], now: dt.datetime) -> None:
    """Ask the gate again about everybody who holds or was offered a case that a decision about names touches.

    organizations: those that the decision was about; their families count, on the side of the parties and of reviewers.
    """
    register, asked = current_register(), set(organizations)
    touched = asked | {register.merged[one] for one in asked if one in register.merged}
    families = Families((link.child, link.parent, Period()) for link in register.links)
    touched |= {other for one in touched for other in families.of(one)}
    live = Assignment.objects.live()
    held = live.filter(
        Q(case__parties__organization__in=touched)
        | Q(reviewer__affiliations__organization__in=touched)
        | Q(reviewer__billing_organizations__organization__in=touched)
        | Q(reviewer__product_interests__organization__in=touched)
    )
    for case in Case.objects.filter(pk__in=held.values("case")).order_by("pk"):
        recheck_live(case=case, now=now)


def _stop(case: Case, assignment: Assignment, result: GateResult, now: dt.datetime) -> None:
    gate = Actor.system("gate")
    said = " ".join(finding.evidence for finding in result.blocking)
    if assignment.accepted_at is None:
        withdraw(assignment_id=assignment.pk, reason=f"The gate is shut now: {said}"[:1000], actor=gate, now=now)
        return
    record(
        case=case, kind="gate.stopped", actor=gate, now=now,
        sentence=f"The gate stops {assignment.reviewer.reviewer_id} now: {said} Take the reviewer off.",
        facts={"assignment": assignment.pk, "findings": [finding.as_dict() for finding in result.blocking]},
    )  # fmt: skip
