"""Who competes for whom: the part of the graph that a case without a reviewer can reach by moving others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reviews.rules.flow.problem import Answer, Problem

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Shortage:
    """A minimum cut: `cases` want `seats` together, `reviewers` alone may take them and have `places` free; `empty` of
    them get nobody. No arrangement does better."""

    cases: tuple[int, ...]
    empty: tuple[int, ...]
    reviewers: tuple[int, ...]
    seats: int
    places: int


def reach(open_: Mask, taken: Mask, start: NDArray[np.int64]) -> tuple[Mask, Mask]:
    """Cases and reviewers that can be reached: from a case to whoever may take it, from there to whose case it is.

    open_: who may take which case. taken: who takes which.
    """
    cases = np.zeros(open_.shape[0], dtype=bool)
    reviewers = np.zeros(open_.shape[1], dtype=bool)
    frontier = np.zeros_like(cases)
    frontier[start] = True
    while frontier.any():
        cases |= frontier
        new = open_[frontier].any(axis=0) & ~reviewers
        reviewers |= new
        frontier = taken[:, new].any(axis=1) & ~cases
    return cases, reviewers


def shortages(problem: Problem, answer: Answer) -> tuple[Shortage, ...]:
    """Each group of cases that compete for the same people in vain; by the group's first case."""
    open_ = problem.score >= 0
    for (reviewer, who), count in problem.met.items():
        if count >= problem.numbers.requester_cases:
            open_[problem.requester == who, reviewer] = False
    taken = np.zeros_like(open_)
    locked = set(problem.locked)
    for case, reviewer in answer.pairs:
        taken[case, reviewer] = (case, reviewer) not in locked
    held = np.bincount([reviewer for _, reviewer in locked], minlength=open_.shape[1])
    left = set(np.flatnonzero(answer.missing > 0).tolist())
    seats = problem.seats - np.bincount([case for case, _ in locked], minlength=open_.shape[0])
    groups: list[tuple[Mask, Mask]] = []
    while left:
        group = reach(open_, taken, np.array([min(left)]))
        left -= set(np.flatnonzero(group[0]).tolist())
        touching = [one for one in groups if (one[0] & group[0]).any() or (one[1] & group[1]).any()]
        groups = [one for one in groups if not any(one is other for other in touching)]
        for cases, reviewers in touching:
            group = (group[0] | cases, group[1] | reviewers)
        groups.append(group)
    found = [
        Shortage(
            tuple(np.flatnonzero(cases).tolist()),
            tuple(np.flatnonzero(cases & (answer.missing > 0)).tolist()),
            tuple(np.flatnonzero(reviewers).tolist()),
            int(seats[cases].sum()),
            int((problem.places - held)[reviewers].sum()),
        )
        for cases, reviewers in groups
    ]
    return tuple(sorted(found, key=lambda one: one.cases))
