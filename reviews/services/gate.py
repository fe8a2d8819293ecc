"""Asks the gate: for one reviewer, or for the whole panel at once. One rule set, two forms that always agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction

from cases.models import Case
from cases.services.workflow import record
from common.actor import Actor
from common.collector import collector_at_rest
from common.days import california_date
from common.errors import RuleRefusal
from reviews.models import Assignment, Reviewer
from reviews.rules.facts import CaseFacts, Door, Finding, Match, ReviewerFacts, Wanted
from reviews.rules.gate import Once, find_all
from reviews.rules.score import best_match, score_parts
from reviews.rules.specialties import wanted_for
from reviews.services.gate_cases import load_case
from reviews.services.gate_facts import load_reviewers
from reviews.services.panel_rows import ReviewerIds
from reviews.services.reference import panel_numbers, specialty_table


@dataclass(frozen=True, slots=True)
class Asked:
    """One question at the gate: a case, a door and a day, and what the case wants of whoever decides it."""

    case: CaseFacts
    wanted: Wanted
    door: Door
    on: dt.date


@dataclass  # as ReviewerFacts: made by thousands, and never changed
class GateResult:
    """What the gate says about one reviewer. Match and score are worked out where somebody looks at them."""

    reviewer: ReviewerFacts
    findings: tuple[Finding, ...]
    blocking: tuple[Finding, ...]
    asked: Asked

    @property
    def door(self) -> Door:
        return self.asked.door

    @property
    def on(self) -> dt.date:
        return self.asked.on

    @property
    def eligible(self) -> bool:
        """No finding that blocks: hard, unknown, or waivable and not waived."""
        return not self.blocking

    @property
    def match(self) -> Match | None:
        """The specialty that the reviewer matches by."""
        return best_match(self.reviewer, self.asked.wanted, through=max(self.on, self.asked.case.due_on))

    @cached_property
    def score_parts(self) -> dict[str, int]:
        """The parts of the score by name, also for who may not decide the case."""
        numbers = panel_numbers().score
        return score_parts(
            case=self.asked.case, reviewer=self.reviewer, match=self.match, on=self.on, numbers=numbers
        )  # fmt: skip

    @property
    def score(self) -> int:
        """0 to 1000; 0 for who may not decide the case."""
        return sum(self.score_parts.values()) if self.eligible else 0

    def note(self, now: dt.datetime) -> dict[str, Any]:
        """What is kept with the assignment: door, moment, the specialty matched by, every finding."""
        return {
            "specialty": self.match.specialty if self.match else None,
            "door": str(self.door),
            "at": now.isoformat(),
            "eligible": self.eligible,
            "findings": [finding.as_dict() for finding in self.findings],
        }


class GateRefusal(RuleRefusal):
    """The gate stays shut; `result` holds what it found."""

    def __init__(self, result: GateResult, assignment: Assignment | None = None) -> None:
        said = " ".join(finding.evidence for finding in result.blocking)
        super().__init__(
            f"gate.{result.blocking[0].rule}", f"The gate does not let this reviewer decide this case: {said}"
        )
        self.result = result
        self.assignment_id = assignment.pk if assignment else None


def ask_gate(*, case: Case, reviewer: Reviewer, on: dt.date, door: Door | str) -> GateResult:
    """The gate's answer for one reviewer. For an act that follows, hold the locks of case and reviewer."""
    _, (result,) = _ask(case.pk, reviewers=[reviewer.pk], on=on, door=Door(door))
    return result


def ask_gate_for_all(*, case: Case, on: dt.date, door: Door | str = Door.LIST) -> dict[int, GateResult]:
    """The gate's answer for everybody on the roster, by reviewer, in a constant number of statements."""
    return {result.reviewer.id: result for result in ask_panel(case=case, on=on, door=door)[1]}


def ask_panel(*, case: Case, on: dt.date, door: Door | str = Door.LIST) -> tuple[Wanted, list[GateResult]]:
    """What the case asks of a reviewer, and the gate's answer for everybody by roster id."""
    with collector_at_rest():
        return _ask(case.pk, reviewers=None, on=on, door=Door(door))


def refuse_unless_gate_open(*, case: Case, assignment: Assignment, door: Door | str, now: dt.datetime) -> GateResult:
    """Ask for the holder of an assignment at a door, under the caller's locks, and keep what was found with it.

    Raises GateRefusal naming every blocking finding. What a refusal found is lost with the caller's transaction;
    `keeping_refusals` around it keeps that.
    """
    result = ask_gate(case=case, reviewer=assignment.reviewer, on=california_date(now), door=door)
    refuse_if_blocked(result, assignment=assignment)
    keep_note(assignment, result, now)
    return result


def refuse_if_blocked(result: GateResult, *, assignment: Assignment | None = None) -> None:
    """Raises GateRefusal with the first blocking rule and every blocking sentence."""
    if result.blocking:
        raise GateRefusal(result, assignment)


@contextmanager
def keeping_refusals(*, actor: Actor, now: dt.datetime) -> Iterator[None]:
    """Around an act and its transaction: what the gate found when it refused stays with the assignment all the same,
    and stands on the case's timeline."""
    try:
        yield
    except GateRefusal as refusal:
        if refusal.assignment_id is not None:
            _keep_refusal(refusal.assignment_id, refusal.result, actor, now)
        raise


def _keep_refusal(assignment_id: int, result: GateResult, actor: Actor, now: dt.datetime) -> None:
    with transaction.atomic():
        assignment = Assignment.objects.select_for_update(no_key=True, of=("self",)).get(pk=assignment_id)
        keep_note(assignment, result, now)
        stop(assignment, result, now)
        said = " ".join(finding.evidence for finding in result.blocking)
        record(
            case=assignment.case,
            kind="gate.refused",
            sentence=f"At the door “{result.door}” the gate stopped {result.reviewer.reviewer_id}: {said}",
            facts={"assignment": assignment.pk, "reviewer": result.reviewer.reviewer_id},
            actor=actor,
            now=now,
        )


def stop(assignment: Assignment, result: GateResult, now: dt.datetime) -> bool:
    """The holder works on no more until the gate opens again; whether that is new. An offer is not stopped here."""
    if assignment.accepted_at is None or assignment.status not in ("accepted", "submitted"):
        return False
    said = " ".join(finding.evidence for finding in result.blocking)[:1000]
    new = assignment.stopped_at is None or assignment.stop_reason != said
    assignment.stopped_at, assignment.stop_reason = assignment.stopped_at or now, said
    assignment.save(update_fields=["stopped_at", "stop_reason"])
    return new


def let_go_on(assignment: Assignment) -> bool:
    """What stopped the holder is gone; whether anything had."""
    if assignment.stopped_at is None:
        return False
    assignment.stopped_at, assignment.stop_reason = None, ""
    assignment.save(update_fields=["stopped_at", "stop_reason"])
    return True


def may_open_file(*, assignment: Assignment, now: dt.datetime) -> bool:
    """The door of the case file, asked at the first opening of each day and kept for the rest of it.

    Facts that change meanwhile ask the gate at once (`reviews.services.recheck`), and a stop shuts the file at once.
    """
    if assignment.stopped_at is not None:
        return False
    today = california_date(now)
    if assignment.gate_open_on == today:
        return True
    result = ask_gate(case=assignment.case, reviewer=assignment.reviewer, on=today, door=Door.OPEN)
    if result.blocking:
        _keep_refusal(assignment.pk, result, Actor.system("gate"), now)
        return False
    Assignment.objects.filter(pk=assignment.pk).update(gate_open_on=today)
    return True


def keep_note(assignment: Assignment, result: GateResult, now: dt.datetime) -> None:
    """Put what the gate found with the assignment; the same answer at the same door once more adds nothing."""
    note = result.note(now)
    last = next((one for one in reversed(assignment.gate_findings) if one["door"] == note["door"]), None)
    if last is None or last["findings"] != note["findings"]:
        assignment.gate_findings = [*assignment.gate_findings, note]
        assignment.save(update_fields=["gate_findings"])


def _ask(case_id: int, *, reviewers: ReviewerIds, on: dt.date, door: Door) -> tuple[Wanted, list[GateResult]]:
    case = load_case(case_id, reviewers=reviewers)
    numbers = panel_numbers()
    asked = Asked(case, wanted_for(case, specialty_table()), door, on)
    once = Once(case, on=on, door=door, gate=numbers.gate)
    results = []
    for reviewer in load_reviewers(case_id, case, on=on, reviewers=reviewers):
        findings = find_all(
            case=case, reviewer=reviewer, wanted=asked.wanted, on=on, door=door, gate=numbers.gate,
            conflicts=numbers.conflicts, once=once,
        )  # fmt: skip
        blocking = tuple([finding for finding in findings if finding.blocks]) if findings else ()
        results.append(GateResult(reviewer, tuple(findings), blocking, asked))
    return asked.wanted, results
