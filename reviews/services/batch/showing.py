"""What the pages of a run show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.models import ProposalRun, ProposedPair, ReviewerApproval, UnplacedCase


@dataclass(frozen=True)
class Load:
    """What one reviewer has, would get, and could have at most."""

    reviewer: str
    name: str
    before: int
    added: int
    most: int

    @property
    def after(self) -> int:
        return self.before + self.added


def runs() -> QuerySet[ProposalRun]:
    """Every run, the newest first, with who did what."""
    return ProposalRun.objects.select_related("created_by", "deployed_by", "undone_by", "follows")


def pairs_of(run: ProposalRun, *, show: str = "", typed: str = "") -> QuerySet[ProposedPair]:
    """The proposed pairs of a run, expedited first. show: "changed" or "locked" alone; typed: part of case or name."""
    rows = run.pairs.filter(place=0).select_related("case", "reviewer")
    if show == "changed":
        rows = rows.filter(outcome=ProposedPair.Outcome.CHANGED)
    elif show == "locked":
        rows = rows.filter(Q(locked=True) | Q(taken_out=True))
    if typed:
        rows = rows.filter(
            Q(case__number__icontains=typed) | Q(reviewer__last_name__icontains=typed)
            | Q(reviewer__reviewer_id__iexact=typed)
        )  # fmt: skip
    return rows.order_by("case__priority", "case__number", "pk")  # "expedited" sorts before "standard"


def alternates_of(run: ProposalRun, pairs: list[ProposedPair]) -> dict[int, list[ProposedPair]]:
    """The alternates of these pairs, by case."""
    found: dict[int, list[ProposedPair]] = {}
    rows = run.pairs.filter(case__in=[pair.case_id for pair in pairs], place__gt=0).select_related("reviewer")
    for other in rows.order_by("place", "-score", "pk"):
        found.setdefault(other.case_id, []).append(other)
    return found


def unplaced_of(run: ProposalRun) -> QuerySet[UnplacedCase]:
    return run.unplaced.select_related("case").order_by("case__priority", "case__number")


def outcomes_of(run: ProposalRun) -> Counter[str]:
    """How many of the pairs to deploy have which outcome; "" for those still to come."""
    rows = run.pairs.proposed().order_by().values("outcome").annotate(count=Count("pk"))
    return Counter({row["outcome"]: row["count"] for row in rows})


def with_further_places(run: ProposalRun) -> int:
    """How many of the cases to deploy are approved for more than one reviewer."""
    standing = ReviewerApproval.objects.standing().filter(case=OuterRef("case"), round=OuterRef("case__round"))
    return run.pairs.proposed().filter(Exists(standing)).count()


def loads_of(run: ProposalRun) -> list[Load]:
    """Everybody with a place or a case, the fullest after the run first."""
    added = Counter(run.pairs.proposed().values_list("reviewer_id", flat=True))
    rows = run.loads.select_related("reviewer").filter(Q(before__gt=0) | Q(places__gt=0))
    found = [
        Load(
            row.reviewer.reviewer_id, str(row.reviewer), row.before, added[row.reviewer_id], row.before + row.places
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.added, -one.after, one.reviewer))
