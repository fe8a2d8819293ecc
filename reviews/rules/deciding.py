"""What several reviewers of one case decide together, item by item.

Source: LC 4610.6(e): the majority decides; an even split goes to providing the treatment. One reviewer is a majority.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

UPHELD, OVERTURNED = "upheld", "overturned"


class How(StrEnum):
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    EVEN_SPLIT = "even_split"


@dataclass(frozen=True)
class Decided:
    """The decision on one item, how it came about, and in how many voices."""

    decision: str
    how: How
    upheld: int
    overturned: int

    @property
    def sentence(self) -> str:
        """For the people who check the review."""
        count = self.upheld + self.overturned
        if self.how == How.UNANIMOUS:
            return f"The {count} reviewers decided alike: {self.decision}."
        if self.how == How.MAJORITY:
            most = max(self.upheld, self.overturned)
            return f"{most} of {count} reviewers decided: {self.decision}. The majority decides."
        return (
            f"The reviewers are evenly divided, {self.upheld} to {self.overturned}: the law gives the treatment, "
            "the denial is overturned."
        )


def decide(votes: Sequence[str]) -> Decided:
    """The decision on one item from the reviewers' decisions. Raises ValueError for none or for another word."""
    counts = Counter(votes)
    if not votes or set(counts) - {UPHELD, OVERTURNED}:
        raise ValueError(f"no decision from the votes {sorted(counts)}")
    upheld, overturned = counts[UPHELD], counts[OVERTURNED]
    decision = UPHELD if upheld > overturned else OVERTURNED
    how = How.EVEN_SPLIT if upheld == overturned else How.MAJORITY if upheld and overturned else How.UNANIMOUS
    return Decided(decision, how, upheld, overturned)


def lead(votes: Mapping[int, Mapping[int, str]]) -> int:
    """The seat whose summary is printed: who decided most items as they stand, the lowest seat among equals.

    votes: seat -> {position of an item: decision}; every seat has the same positions.
    """
    decided = {position: decide([one[position] for one in votes.values()]) for position in next(iter(votes.values()))}
    agreed = {seat: sum(one[at] == decided[at].decision for at in decided) for seat, one in votes.items()}
    return min(votes, key=lambda seat: (-agreed[seat], seat))


def speaker(votes: Mapping[int, str], *, first: int) -> int:
    """The seat whose reasons are printed for an item: `first` if it decided as the item stands, else the lowest that
    did. With an even split that is somebody who overturns.

    votes: seat -> decision.
    """
    decision = decide(list(votes.values())).decision
    return first if votes[first] == decision else min(seat for seat, vote in votes.items() if vote == decision)
