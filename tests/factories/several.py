"""Cases with more than one reviewer for tests, made by the real services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.models import Case
from common.actor import Actor
from reviews.models import Assignment, ReviewerApproval
from reviews.services.papers import NewPaper
from reviews.services.review import submit
from reviews.services.reviewer_approvals import record_approval
from tests.factories.assignments import accept_offer, make_offer, make_person
from tests.factories.cases import NOW, a_pdf, make_case
from tests.factories.reviews import fill_in

PAPER = NewPaper("approval.pdf", a_pdf())


def approve_reviewers(
    case: Case, reviewers: int = 2, *, actor: Actor | None = None, now: dt.datetime = NOW, **facts: Any
) -> ReviewerApproval:
    given = {
        "approved_by": "A. Director", "approved_on": now.date() - dt.timedelta(days=1), "came_by": "Letter",
        "paper": PAPER, **facts,
    }  # fmt: skip
    actor = actor or Actor.of(make_person("coordinator"))
    return record_approval(case=case, reviewers=reviewers, actor=actor, now=now, **given)


def held_by_several(reviewers: int = 2, *, now: dt.datetime = NOW, **case_facts: Any) -> tuple[Case, list[Actor]]:
    """A case in review that so many reviewers accepted; they as actors, by seat."""
    case = make_case(state="ready", **case_facts)
    approve_reviewers(case, reviewers, now=now)
    people: list[tuple[Assignment, Actor]] = [make_offer(case=case, now=now) for _ in range(reviewers)]
    for assignment, actor in people:
        accept_offer(assignment, actor, now=now)
    case.refresh_from_db()
    return case, [actor for _, actor in people]


def submitted_by_several(*decisions: str, now: dt.datetime = NOW, **case_facts: Any) -> tuple[Case, list[Actor]]:
    """A case waiting for its quality check; decisions: each reviewer's for every item."""
    case, people = held_by_several(len(decisions), now=now, **case_facts)
    for number, (actor, decision) in enumerate(zip(people, decisions, strict=True), start=1):
        review = fill_in(case=case, actor=actor, now=now, decision=decision, rationale=f"Reasons in words {number}.")
        submit(review_id=review.pk, version=review.version, actor=actor, now=now)
    case.refresh_from_db()
    return case, people
