"""Reviews for tests: a case held by a reviewer with an account, and a review filled in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import User
from cases.models import Case
from common.actor import Actor
from reviews.models import Assignment, Review
from reviews.services.review import CitationDraft, ItemDraft, begin_review, open_review, save_draft, submit
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer

RATIONALE = "The worker had nine visits without lasting gain. The request exceeds what the guideline supports."
CITATION = CitationDraft(
    basis="MTUS", publication="Chronic Pain Medical Treatment", year=2016, sections=("Physical medicine treatment",)
)


def make_user(role: str, *, email: str | None = None) -> User:
    user = User.objects.create_user(email or f"{role}{User.objects.count()}@site.example", "a long pass phrase")
    user.groups.add(Group.objects.get(name=role))
    return user


def hold_case(
    *, case: Case | None = None, now: dt.datetime = NOW, reviewer: dict[str, Any] | None = None, **case_facts: Any
) -> tuple[Case, Actor]:
    """A case in review, held by a clean reviewer (facts of `make_reviewer`) with an account; and that one as actor."""
    case = case or make_case(state="in_review", **case_facts)
    user = make_user("reviewer")
    assignment = Assignment.objects.create(
        case=case,
        reviewer=make_reviewer(user=user, **(reviewer or {})),
        round=case.round,
        offered_at=now - dt.timedelta(days=1),
        response_due_at=now + dt.timedelta(days=1),
        accepted_at=now - dt.timedelta(hours=20),
    )
    begin_review(case=case, assignment=assignment)
    return case, Actor.of(user)


def fill_in(*, case: Case, actor: Actor, now: dt.datetime = NOW, **item_facts: Any) -> Review:
    """A complete draft: every item upheld unless told otherwise."""
    review = open_review(case=case, actor=actor, now=now)
    facts = {"decision": "upheld", "standard": "A", "rationale": RATIONALE, "citations": (CITATION,), **item_facts}
    return save_draft(
        review_id=review.pk,
        version=review.version,
        summary="The injured worker has low back pain after lifting a crate.",
        items=[ItemDraft(position=item.position, **facts) for item in case.items.all()],
        actor=actor,
        now=now,
    )


def submitted_case(**case_facts: Any) -> tuple[Case, Actor]:
    """A case waiting for its quality check, and its reviewer."""
    case, actor = hold_case(**case_facts)
    review = fill_in(case=case, actor=actor)
    return submit(review_id=review.pk, version=review.version, actor=actor, now=NOW), actor
