"""The Administrative Director's written approval of more than one reviewer: put on file, and withdrawn.

Source: 8 CCR 9792.10.6(c).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case
from cases.services import workflow
from cases.workflow import Event, State
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.rules.characters import first_unprintable
from reviews.models import Assignment, ReviewerApproval
from reviews.models.approval import FEWEST_REVIEWERS, MOST_REVIEWERS
from reviews.services.papers import NewPaper, keep
from reviews.services.rights import refuse_other_than_staff
from reviews.services.seats import all_handed_in, approved_seats

_BEFORE_THE_CHECK = (State.ELIGIBILITY, State.RECORDS, State.READY, State.IN_REVIEW)


def record_approval(
    *,
    case: Case,
    reviewers: int,
    approved_by: str,
    approved_on: dt.date,
    came_by: str,
    paper: NewPaper | None,
    actor: Actor,
    now: dt.datetime,
) -> ReviewerApproval:
    """Put an approval on file; its places can be offered from now on.

    reviewers: how many may decide the case, the first included. paper: the approval itself. Raises RightRefusal,
    StateRefusal (the case is past its review), InputRefusal with the fields.
    """
    person = _person(actor)
    said = _faults(reviewers, approved_by, approved_on, came_by, paper, california_date(now))
    if said:
        raise InputRefusal("approval.fields", " ".join(said.values()), fields=said)
    with transaction.atomic():
        locked = workflow.lock_case(case.pk)
        if locked.state not in _BEFORE_THE_CHECK:
            raise StateRefusal(
                "approval.state",
                f"Case {locked.number} is in the state “{locked.get_state_display()}”: no further reviewer can begin. "
                "An approval is recorded before the quality check; have the review returned first.",
            )
        made = ReviewerApproval.objects.create(
            case=locked, round=locked.round, reviewers=reviewers, approved_by=approved_by.strip(),
            approved_on=approved_on, came_by=came_by.strip(), recorded_by_id=person, recorded_at=now,
            **keep(paper),
        )  # fmt: skip
        _say(
            made, "approval.recorded", actor, now,
            f"The Administrative Director approved {reviewers} reviewers in writing on {approved_on:%m/%d/%Y}.",
        )  # fmt: skip
        return made


def withdraw_approval(*, approval_id: int, reason: str, actor: Actor, now: dt.datetime) -> ReviewerApproval:
    """Take an approval off the file: it was recorded wrongly, or the director took it back.

    Where every place that is left has handed in its review, the case goes on to the quality check. Raises RightRefusal,
    InputRefusal without a reason, StateRefusal while a reviewer works or is asked under it, or when it is over.
    """
    person = _person(actor)
    if problem := _text_fault(reason, "Say why.", 1000):
        raise InputRefusal("approval.reason", problem, fields={"reason": problem})
    with transaction.atomic():
        case = workflow.lock_case(ReviewerApproval.objects.values_list("case_id", flat=True).get(pk=approval_id))
        found = ReviewerApproval.objects.select_for_update(of=("self",)).get(pk=approval_id)
        if found.withdrawn_at is not None:
            raise StateRefusal("approval.over", "This approval is withdrawn already.")
        if found.round != case.round or case.state not in _BEFORE_THE_CHECK:
            raise StateRefusal(
                "approval.state", f"Case {case.number} is past its review: the approval it was decided under stays."
            )
        others = ReviewerApproval.objects.standing().filter(case=case, round=case.round).exclude(pk=found.pk)
        left = max([1, *others.values_list("reviewers", flat=True)])
        _refuse_in_use(case, left)
        found.withdrawn_by_id, found.withdrawn_at, found.withdraw_reason = person, now, reason.strip()
        found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdraw_reason"])
        said = f"The approval of {found.reviewers} reviewers was withdrawn: {reason.strip()}"
        _say(found, "approval.withdrawn", actor, now, said)
        if case.state == State.IN_REVIEW and all_handed_in(case):
            said = f"{'The review is' if approved_seats(case) == 1 else 'All reviews are'} submitted."
            # Every reviewer has submitted as such; nobody is left to wait for, so the site takes the step.
            workflow.move(
                case=case, event=Event.SUBMIT, actor=Actor.system("reviewer_approvals"), now=now, sentence=said
            )
        return found


def _refuse_in_use(case: Case, left: int) -> None:
    live = Assignment.objects.live().filter(case=case, seat__gt=left).select_related("reviewer").order_by("seat")
    if live:
        who = ", ".join(one.reviewer.reviewer_id for one in live)
        raise StateRefusal(
            "approval.in_use",
            f"{who} {'works or was' if len(live) == 1 else 'work or were'} asked under this approval. "
            "Take the offer or the reviewer off first.",
        )


def _person(actor: Actor) -> int:
    refuse_other_than_staff(actor, "Keeping the approval of more than one reviewer")
    if actor.user_id is None:
        raise RightRefusal("approval.person", "Only a person with an account keeps an approval on file.")
    return actor.user_id


def _faults(
    reviewers: int, approved_by: str, approved_on: dt.date, came_by: str, paper: NewPaper | None, today: dt.date
) -> dict[str, str]:
    some = FEWEST_REVIEWERS <= reviewers <= MOST_REVIEWERS
    found = {
        "reviewers": "" if some else f"Choose from {FEWEST_REVIEWERS} to {MOST_REVIEWERS} reviewers.",
        "approved_by": _text_fault(approved_by, "Say who approved it.", 200),
        "approved_on": "This day has not come yet." if approved_on > today else "",
        "came_by": _text_fault(came_by, "Say how it came.", 200),
        "document": "" if paper else "The approval must be in writing: add it.",
    }
    return {field: text for field, text in found.items() if text}


def _text_fault(text: str, wanted: str, most: int) -> str:
    if not text.strip():
        return wanted
    if len(text.strip()) > most:
        return f"At most {most:,} characters; this has {len(text.strip()):,}."
    bad = first_unprintable(text)
    return f"This holds {bad.spoken}. Take it out or write it in words." if bad else ""


def _say(approval: ReviewerApproval, kind: str, actor: Actor, now: dt.datetime, sentence: str) -> None:
    facts = {"approval": approval.pk, "reviewers": approval.reviewers}
    workflow.record(case=approval.case, kind=kind, sentence=sentence, facts=facts, actor=actor, now=now)
