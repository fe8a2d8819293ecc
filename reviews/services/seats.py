"""The places for reviewers of one case: one, or as many as the approval on file names. Read under the case's lock."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cases.models import Case
from cases.workflow import State
from common.errors import StateRefusal
from reviews.models import Assignment, Review, ReviewerApproval

#: The place that every case has; the others are there under an approval on file alone.
FIRST_PLACE = 1


@dataclass(frozen=True)
class Seats:
    """live: who holds or was offered one, by seat. approvals: everything on file for the round, the withdrawn too."""

    live: tuple[Assignment, ...]
    approvals: tuple[ReviewerApproval, ...]

    @property
    def approved(self) -> int:
        """How many may decide the case: as `approved_seats`."""
        return max([1, *(one.reviewers for one in self.approvals if one.withdrawn_at is None)])

    @property
    def free(self) -> int | None:
        """The lowest place that nobody holds or was offered."""
        taken = {one.seat for one in self.live}
        return next((seat for seat in range(FIRST_PLACE, self.approved + 1) if seat not in taken), None)

    @property
    def missing(self) -> int:
        return self.approved - len(self.live)


def seats_of(case: Case) -> Seats:
    live = Assignment.objects.live().filter(case=case).select_related("reviewer").order_by("seat")
    return Seats(tuple(live), tuple(ReviewerApproval.objects.filter(case=case, round=case.round)))


def approved_seats(case: Case) -> int:
    """1 without an approval on file; of several that stand the one that names most counts (8 CCR 9792.10.6(c))."""
    standing = ReviewerApproval.objects.standing().filter(case=case, round=case.round)
    return int(standing.aggregate(most=Max("reviewers"))["most"] or 1)


def cases_with_a_free_place() -> QuerySet[Case]:
    """Cases in review that wait for a reviewer more: an approved place that nobody holds or was offered. One query."""
    approvals = ReviewerApproval.objects.standing().filter(case=OuterRef("pk"), round=OuterRef("round"))
    live = Assignment.objects.live().filter(case=OuterRef("pk")).order_by().values("case").annotate(n=Count("pk"))
    return (
        Case.objects.in_state(State.IN_REVIEW)
        .annotate(
            approved=Subquery(approvals.order_by("-reviewers").values("reviewers")[:1]),
            places_taken=Coalesce(Subquery(live.values("n")), 0),
        )
        .filter(approved__gt=F("places_taken"))
        .order_by("priority", "number")
    )


def may_offer(case: Case, seats: Seats) -> bool:
    """Whether a place of the case can be offered now: a ready case, or one in review with a free approved place."""
    if seats.free is None:
        return False
    return case.state == State.READY or (case.state == State.IN_REVIEW and seats.approved > 1)


def refuse_unless_free(case: Case) -> Seats:
    """The places of the locked case, of which one can be offered. Raises StateRefusal."""
    seats = seats_of(case)
    if may_offer(case, seats):
        return seats
    if case.state not in (State.READY, State.IN_REVIEW) or not seats.live:
        raise StateRefusal(
            "assignment.state",
            f"Case {case.number} cannot be offered: it is in the state “{case.get_state_display()}”.",
        )
    who = " and ".join(
        f"{'held by' if one.accepted_at else 'offered to'} {one.reviewer.reviewer_id}" for one in seats.live
    )
    if case.state == State.IN_REVIEW and seats.approved == 1:
        raise StateRefusal(
            "assignment.approval",
            f"Case {case.number} is {who} already. A second reviewer needs the Administrative Director's written "
            "approval: record it on the case's board first.",
        )
    raise StateRefusal("assignment.live", f"Case {case.number} is {who} already. Withdraw that first.")


def works_alone(case: Case, assignment: Assignment) -> bool:
    """Whether nobody but the holder of this assignment has accepted the case."""
    return not Assignment.objects.accepted().filter(case=case).exclude(pk=assignment.pk).exists()


def reviews_in_hand(case: Case) -> list[Review]:
    """The reviews of everybody who holds the case in its round, by seat, with assignment and reviewer."""
    rows = Review.objects.filter(case=case, round=case.round, assignment__in=Assignment.objects.accepted())
    return list(rows.select_related("assignment__reviewer").order_by("assignment__seat"))


def all_handed_in(case: Case) -> bool:
    """Whether every approved place is held and its review submitted."""
    reviews = reviews_in_hand(case)
    return len(reviews) >= approved_seats(case) and all(one.submitted_at for one in reviews)
