"""Cases of one worker go to one reviewer where one can take them all, unless somebody else would go without."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from reviews.rules.flow.problem import Answer, CostsTooLargeError, Prices, Problem, prices_of
from reviews.rules.flow.solving import room_of, solve_flow

Group = tuple[int, ...]
#: Tried one after the other for problems whose costs would not fit.
_COARSE = (1, 32, 1024)


def solve(problem: Problem, *, pruned: bool = True) -> Answer:
    """The assignment of least cost, the same for every order of cases and reviewers.

    First everything is solved apart; that tells which reviewer suits each worker's cases. Those pairs are then fixed,
    and the rest is solved once more. Where this leaves a seat empty that was filled before, the worker's cases stay
    apart, and the answer says so.
    """
    for coarse in _COARSE[:-1]:
        try:
            return _solve(problem, pruned=pruned, coarse=coarse)
        except CostsTooLargeError:
            continue
    return _solve(problem, pruned=pruned, coarse=_COARSE[-1])


def _solve(problem: Problem, *, pruned: bool, coarse: int) -> Answer:
    ordered, cases, reviewers = problem.in_order()
    prices = prices_of(ordered, coarse=coarse)
    apart = solve_flow(ordered, prices, pruned=pruned)
    groups = _groups(ordered)
    best, merged = apart, [group for group in groups if _together(apart, group)]
    fixed = _fix(ordered, prices, apart, groups)
    if any(group not in merged for group in fixed):
        locks = tuple(sorted([*ordered.locked, *((case, one) for group, one in fixed.items() for case in group)]))
        again = solve_flow(replace(ordered, locked=locks), prices, pruned=pruned)
        if again.cost.missing <= apart.cost.missing:
            best, merged = again, [group for group in groups if _together(again, group)]
    split = [group for group in groups if group not in merged]
    missing = np.empty_like(best.missing)
    missing[cases] = best.missing
    return Answer(
        tuple(sorted((int(cases[case]), int(reviewers[one])) for case, one in best.pairs)),
        missing,
        best.cost,
        tuple(tuple(int(cases[case]) for case in group) for group in merged),
        tuple(tuple(int(cases[case]) for case in group) for group in split),
    )


def _groups(problem: Problem) -> list[Group]:
    """Two and more cases of one worker that each want one reviewer and are not fixed already; the urgent first."""
    locked = {case for case, _ in problem.locked}
    by_worker: dict[int, list[int]] = {}
    for case, worker in enumerate(problem.worker.tolist()):
        if worker >= 0 and problem.seats[case] == 1 and case not in locked:
            by_worker.setdefault(worker, []).append(case)
    groups = [tuple(one) for one in by_worker.values() if len(one) > 1]
    return sorted(groups, key=lambda group: (-max(int(problem.urgency[case]) for case in group), group))


def _together(answer: Answer, group: Group) -> bool:
    """Whether one reviewer has them all."""
    takers = {reviewer for case, reviewer in answer.pairs if case in group}
    return len(takers) == 1 and not answer.missing[list(group)].any()


def _fix(problem: Problem, prices: Prices, apart: Answer, groups: list[Group]) -> dict[Group, int]:
    """For each group the reviewer who takes it whole: who has most of it already, then who costs least."""
    room = room_of(problem)
    places = room.places.copy()
    met = Counter(room.met)
    taker = dict(apart.pairs)
    fixed: dict[Group, int] = {}
    for group in groups:
        rows = list(group)
        able = room.open[rows].all(axis=0) & (places >= len(group))
        physicians = Counter(who for who in problem.requester[rows].tolist() if who >= 0)
        for who, count in physicians.items():
            if met or count > problem.numbers.requester_cases:
                seen = np.array([met[one, who] for one in range(len(problem.reviewers))])
                able &= seen + count <= problem.numbers.requester_cases
        if not able.any():
            continue
        has = np.bincount([taker[case] for case in group if case in taker], minlength=len(problem.reviewers))
        cost = (prices.points[rows].sum(axis=0) * 10 * len(group) + prices.ties[rows].sum(axis=0)).astype(np.int64)
        ranked = np.lexsort((cost, -has, ~able))
        chosen = int(ranked[0])
        places[chosen] -= len(group)
        met.update({(chosen, who): count for who, count in physicians.items()})
        fixed[group] = chosen
    return fixed
