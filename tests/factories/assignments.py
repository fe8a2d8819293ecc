"""Offers for tests, made by the real services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import User
from cases.models import Case
from common.actor import Actor
from reviews.models import Assignment, Reviewer
from reviews.services.assignment import accept, offer
from reviews.services.statement import statement_parties
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer

COORDINATOR = Actor("coordinator@site.example", frozenset({"coordinator"}))


def make_person(role: str = "reviewer", *, email: str | None = None) -> User:
    user = User.objects.create_user(email or f"{role}{User.objects.count()}@site.example", "a long pass phrase")
    user.groups.add(Group.objects.get(name=role))
    return user


def make_offer(
    *, case: Case | None = None, reviewer: Reviewer | None = None, now: dt.datetime = NOW
) -> tuple[Assignment, Actor]:
    """A ready case offered to a reviewer with an account; and that reviewer as actor."""
    reviewer = reviewer or make_reviewer(user=make_person())
    assignment = offer(case=case or make_case(state="ready"), reviewer=reviewer, actor=COORDINATOR, now=now)
    return assignment, Actor.of(reviewer.user)


def statement_of(assignment: Assignment, **changes: Any) -> dict[str, Any]:
    """A complete statement: knows nobody. `changes` replace; answers={"worker": "known"} are merged."""
    answers = {line.key: "none" for line in statement_parties(assignment.case)}
    answers.update(changes.pop("answers", {}))
    reviewer = assignment.reviewer
    return {
        "answers": {key: answer for key, answer in answers.items() if answer is not None},
        "credentials_current": True,
        "knowledge_sufficient": True,
        "pay_independent": True,
        "signed_name": f"{reviewer.first_name} {reviewer.last_name}",
        **changes,
    }


def accept_offer(assignment: Assignment, actor: Actor, *, now: dt.datetime = NOW, **changes: Any) -> Assignment:
    return accept(assignment_id=assignment.pk, actor=actor, now=now, **statement_of(assignment, **changes))
