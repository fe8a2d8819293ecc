"""What the solver is asked, and what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

#: Ties are broken by 0 to 9.
TIES = 10


@dataclass(frozen=True)
class FlowNumbers:
    """The [assignment] table of data/panel.toml; points are those of the score."""

    load_points: int  # what each case that a reviewer has already costs the next one
    minimum_cases: int  # up to so many cases a reviewer is asked before the others
    minimum_points: int  # what that is worth
    stability_points: int  # what it is worth that an open offer stays where it is
    arcs_per_case: int  # so many of a case's best reviewers are looked at first
    alternates: int  # so many are kept beside each pair
    requester_cases: int  # at most so many cases of one requesting physician per reviewer ...
    requester_days: int  # ... in so many days


@dataclass(frozen=True)
class Problem:
    """Cases and reviewers by index; keys are stable and decide every tie, whatever the order.

    score: cases x reviewers, -1 where the reviewer may not. seats: reviewers wanted. urgency: more goes first.
    load, places: what a reviewer has, and how many more there is room for. requester: the physician of each case as a
    number, -1 not known. met: (reviewer, requester) -> cases in the period. worker: equal numbers, one worker.
    offered: who has an open offer of the case, -1 nobody. locked: pairs that stand, (case, reviewer).
    """

    cases: tuple[str, ...]
    reviewers: tuple[str, ...]
    score: NDArray[np.int16]
    seats: Whole
    urgency: Whole
    load: Whole
    places: Whole
    requester: Whole
    worker: Whole
    offered: Whole
    numbers: FlowNumbers
    seed: int = 0
    met: Mapping[tuple[int, int], int] = field(default_factory=dict)
    locked: tuple[tuple[int, int], ...] = ()

    def in_order(self) -> tuple[Problem, Whole, Whole]:
        """The same problem sorted by key, with the places that its cases and reviewers had here."""
        by_case = np.array(sorted(range(len(self.cases)), key=self.cases.__getitem__), dtype=np.int64)
        by_reviewer = np.array(sorted(range(len(self.reviewers)), key=self.reviewers.__getitem__), dtype=np.int64)
        to_case, to_reviewer = _places_of(by_case), np.append(_places_of(by_reviewer), -1)
        # Numbers of physicians and workers mean nothing but "the same": they are given anew in the order of the cases.
        requester = _numbered(self.requester[by_case])
        renamed = dict(zip(self.requester[by_case].tolist(), requester.tolist(), strict=True))
        sorted_ = replace(
            self,
            cases=tuple(self.cases[place] for place in by_case),
            reviewers=tuple(self.reviewers[place] for place in by_reviewer),
            score=self.score[np.ix_(by_case, by_reviewer)],
            seats=self.seats[by_case],
            urgency=self.urgency[by_case],
            load=self.load[by_reviewer],
            places=self.places[by_reviewer],
            requester=requester,
            worker=_numbered(self.worker[by_case]),
            offered=to_reviewer[self.offered[by_case]],
            met={(int(to_reviewer[one]), renamed[who]): n for (one, who), n in self.met.items() if who in renamed},
            locked=tuple(sorted((int(to_case[case]), int(to_reviewer[one])) for case, one in self.locked)),
        )
        return sorted_, by_case, by_reviewer


class Cost(NamedTuple):
    """Compared from left to right. missing: seats that stay empty, by urgency; points: distance, load and moved
    offers; ties: what only the seed decides."""

    missing: int
    points: int
    ties: int


@dataclass(frozen=True)
class Answer:
    """pairs: (case, reviewer), locked ones first named by `Problem.locked`. missing: empty seats per case.

    split: cases of one worker that went to different people although one could have taken all; merged: those that
    one reviewer takes together.
    """

    pairs: tuple[tuple[int, int], ...]
    missing: Whole
    cost: Cost
    merged: tuple[tuple[int, ...], ...] = ()
    split: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Prices:
    """Costs of a problem in whole numbers that compare like `Cost`.

    points, ties: cases x reviewers. unit_points(): of a reviewer's next places. scale, step: what a point and an empty
    seat weigh. rank: place of each case among the urgencies, 0 for the one that can wait longest.
    """

    points: NDArray[np.int32]
    ties: NDArray[np.int32]
    rank: Whole
    ranks: int
    scale: int
    step: int
    numbers: FlowNumbers

    def unit_points(self, load: int, places: int) -> Whole:
        """Points of the first, second, ... further case: rising, so that the flow fills them in turn."""
        return self.at_load(np.arange(load, load + places, dtype=np.int64))

    def at_load(self, load: Whole) -> Whole:
        """Points of one case more, at these loads."""
        late = np.where(load >= self.numbers.minimum_cases, self.numbers.minimum_points, 0)
        return self.numbers.load_points * load + late

    def missing_price(self, case: int, nth: int) -> int:
        """Weight of the nth seat of a case that stays empty, from 0: the last one left of a case weighs most."""
        return int(self.rank[case]) + 1 + nth * self.ranks


class CostsTooLargeError(ValueError):
    """The solver's whole numbers cannot hold these costs apart."""


def prices_of(problem: Problem, *, coarse: int = 1) -> Prices:
    """Every cost that the problem knows. Why a point outweighs all ties and a seat all points: see the ADR.

    coarse: for very large problems ties may outweigh a point by so much, to keep the numbers small. Raises
    CostsTooLargeError.
    """
    numbers = problem.numbers
    points = 1000 - problem.score.astype(np.int32)
    held = np.flatnonzero(problem.offered >= 0)
    if len(held):
        points[held] += numbers.stability_points
        points[held, problem.offered[held]] -= numbers.stability_points
    most_load = int((problem.load + problem.places).max(initial=0))
    most = numbers.load_points * most_load + numbers.minimum_points
    urgencies, rank = np.unique(problem.urgency, return_inverse=True)
    circle = len(problem.cases) + 1  # no way through the graph comes by a case twice
    scale = max(2 * TIES, 2 * TIES * circle // coarse)
    step = 2 * (circle * (1000 + numbers.stability_points) + most + 1) * scale
    if step * (len(urgencies) + 1) * max(1, int(problem.seats.max(initial=1))) >= 2**53:
        raise CostsTooLargeError("The costs of this problem are too large to be told apart. Solve it in parts.")
    return Prices(points, _ties(problem), rank.reshape(-1), max(1, len(urgencies)), scale, step, numbers)


def _ties(problem: Problem) -> NDArray[np.int32]:
    """0 to 9 for each pair, from the seed and the two keys alone."""
    rows = _hashes(problem.cases, problem.seed)[:, None]
    mixed = rows ^ (_hashes(problem.reviewers, problem.seed + 1)[None, :] * np.uint64(0x9E3779B97F4A7C15))
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    ties: NDArray[np.int32] = ((mixed >> np.uint64(33)) % np.uint64(TIES)).astype(np.int32)
    return ties


def _hashes(keys: tuple[str, ...], seed: int) -> NDArray[np.uint64]:
    salt = str(seed).encode()
    raw = b"".join(hashlib.blake2b(key.encode(), digest_size=8, key=salt).digest() for key in keys)
    return np.frombuffer(raw, dtype="<u8").astype(np.uint64)


def _places_of(order: Whole) -> Whole:
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order))
    return found


def _numbered(values: Whole) -> Whole:
    """Equal values by equal numbers, in the order in which they come; -1 stays."""
    known: dict[int, int] = {-1: -1}
    return np.array([known.setdefault(value, len(known) - 1) for value in values.tolist()], dtype=np.int64)
