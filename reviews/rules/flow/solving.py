"""One flow of least cost, exact for the arcs it is given; and the arcs: the best of each case, more where they fail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from reviews.rules.flow.problem import Answer, Cost, CostsTooLargeError, Prices, Problem, Whole
from reviews.rules.flow.residual import reach

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Room:
    """What is left of a problem when its locked pairs stand: seats, places, load and meetings already counted."""

    open: Mask
    seats: Whole
    load: Whole
    places: Whole
    met: dict[tuple[int, int], int]


def room_of(problem: Problem) -> Room:
    """Raises ValueError for a lock that the problem has no room for: whoever asks has checked that."""
    open_ = problem.score >= 0
    seats, load, places = problem.seats.copy(), problem.load.copy(), problem.places.copy()
    met = dict(problem.met)
    for case, reviewer in problem.locked:
        if places[reviewer] < 1 or seats[case] < 1 or not open_[case, reviewer]:
            raise ValueError(f"no room for the locked pair {problem.cases[case]}, {problem.reviewers[reviewer]}")
        seats[case] -= 1
        places[reviewer] -= 1
        load[reviewer] += 1
        open_[case, reviewer] = False
        who = int(problem.requester[case])
        if who >= 0:
            met[reviewer, who] = met.get((reviewer, who), 0) + 1
    for (reviewer, who), count in met.items():
        if count >= problem.numbers.requester_cases:
            open_[problem.requester == who, reviewer] = False
    return Room(open_ & (places > 0)[None, :] & (seats > 0)[:, None], seats, load, places, met)


def solve_flow(problem: Problem, prices: Prices, *, pruned: bool = True) -> Answer:
    """The optimum. pruned: look at each case's best arcs first, at more where one of the others would help."""
    room = room_of(problem)
    arcs = _best(problem, prices, room) if pruned else room.open
    chosen, missing = _flow(problem, prices, room, arcs)
    while pruned:
        more = _helpful(problem, prices, room, arcs, chosen, missing)
        if not more.any():
            break
        arcs = arcs | more
        chosen, missing = _flow(problem, prices, room, arcs)
    pairs = sorted([*problem.locked, *map(tuple, chosen.tolist())])
    return Answer(tuple(pairs), missing, _cost(problem, prices, pairs, missing))


def _best(problem: Problem, prices: Prices, room: Room) -> Mask:
    """Each case's cheapest arcs at the load that a quick hand-out ends with; an open offer's arc is always one."""
    width = problem.numbers.arcs_per_case * max(1, int(problem.seats.max(initial=1)))
    if width >= len(problem.reviewers):
        return room.open
    load = room.load + _quick(problem, prices, room)
    cost = prices.points + prices.at_load(load).astype(np.int32)[None, :]
    cost[~room.open] = np.iinfo(np.int32).max
    best = np.argpartition(cost, width, axis=1)[:, :width]
    arcs = np.zeros_like(room.open)
    np.put_along_axis(arcs, best, True, axis=1)
    held = np.flatnonzero(problem.offered >= 0)
    arcs[held, problem.offered[held]] = True
    return arcs & room.open


def _quick(problem: Problem, prices: Prices, room: Room) -> Whole:
    """How many cases each reviewer would get if the urgent ones simply took what is cheapest, one after the other."""
    taken = np.zeros_like(room.load)
    price = prices.at_load(room.load)
    for case in np.lexsort((np.arange(len(problem.cases)), -problem.urgency)).tolist():
        free = np.flatnonzero(room.open[case] & (taken < room.places))
        cost = prices.points[case, free] + price[free]
        chosen = free[np.argsort(cost, kind="stable")[: int(room.seats[case])]]
        taken[chosen] += 1
        price[chosen] = prices.at_load(room.load[chosen] + taken[chosen])
    return taken


def _helpful(problem: Problem, prices: Prices, room: Room, arcs: Mask, chosen: Whole, missing: Whole) -> Mask:
    """Arcs that were left out and by which a case would gain, at the prices that the answer stands for."""
    taken = np.bincount(chosen[:, 1], minlength=len(problem.reviewers))
    left_out = room.open & ~arcs
    more = np.zeros_like(arcs)
    if missing.any():
        # A chain of moves over arcs that were left out may still free a place: give those cases all their arcs.
        takes = np.zeros_like(arcs)
        takes[chosen[:, 0], chosen[:, 1]] = True
        cases, reviewers = reach(room.open, takes, np.flatnonzero(missing > 0))
        free = bool((reviewers & (room.places > taken)).any())
        if free or prices.rank[cases].min() < prices.rank[missing > 0].max():
            more |= left_out & cases[:, None]
    last = prices.points[chosen[:, 0], chosen[:, 1]] + prices.at_load(room.load + taken - 1)[chosen[:, 1]]
    worst = np.full(len(problem.cases), -1, dtype=np.int64)
    np.maximum.at(worst, chosen[:, 0], last)
    following = prices.at_load(room.load + taken).astype(np.int32)
    return more | (left_out & (room.places > taken)[None, :] & (prices.points + following[None, :] < worst[:, None]))


def _flow(problem: Problem, prices: Prices, room: Room, arcs: Mask) -> tuple[Whole, Whole]:
    """Chosen pairs and empty seats. Nodes: cases, reviewers, meetings (reviewer, physician), one sink."""
    cases, people = arcs.shape
    from_case, to_reviewer = (side.astype(np.int64) for side in np.nonzero(arcs))
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = cases + people
    heads, meeting_reviewers, meeting_left = _meetings(problem, room, from_case, to_reviewer, first=sink + 1)
    cost = prices.points[from_case, to_reviewer].astype(np.int64) * prices.scale + prices.ties[from_case, to_reviewer]
    pair_arcs = _add(flow, from_case, np.where(heads < 0, cases + to_reviewer, heads), np.ones_like(cost), cost)
    _add(
        flow, sink + 1 + np.arange(len(meeting_left), dtype=np.int64), cases + meeting_reviewers, meeting_left,
        np.zeros_like(meeting_left),
    )  # fmt: skip
    wanted = np.bincount(to_reviewer, minlength=people)
    for reviewer in np.flatnonzero((room.places > 0) & (wanted > 0)).tolist():
        units = prices.unit_points(int(room.load[reviewer]), min(int(room.places[reviewer]), int(wanted[reviewer])))
        ends = np.full(len(units), sink, dtype=np.int64)
        _add(flow, np.full_like(ends, cases + reviewer), ends, np.ones_like(ends), units * prices.scale)
    seats = np.flatnonzero(room.seats > 0)
    empty_arcs = []
    for nth in range(int(room.seats.max(initial=0))):
        those = seats[room.seats[seats] > nth]
        price = (prices.rank[those] + 1 + nth * prices.ranks) * prices.step
        ends = np.full(len(those), sink, dtype=np.int64)
        empty_arcs.append((those, _add(flow, those, ends, np.ones_like(ends), price)))
    flow.set_nodes_supplies(
        np.append(seats, sink).astype(np.int32), np.append(room.seats[seats], -int(room.seats.sum()))
    )
    status = flow.solve()
    if status == flow.BAD_COST_RANGE:
        raise CostsTooLargeError("The costs of this problem are too large for the solver. Solve it in parts.")
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow ended with {status}")
    used = flow.flows(pair_arcs) > 0 if len(pair_arcs) else np.zeros(0, dtype=bool)
    missing = np.zeros(cases, dtype=np.int64)
    for those, handles in empty_arcs:
        missing[those] += flow.flows(handles)
    return np.stack([from_case[used], to_reviewer[used]], axis=1), missing


def _meetings(
    problem: Problem, room: Room, from_case: Whole, to_reviewer: Whole, *, first: int
) -> tuple[Whole, Whole, Whole]:
    """Nodes that let at most so many cases of one physician through to one reviewer, made only where that can bind.

    Returns for each arc the node it goes to (-1: straight to the reviewer), and each node's reviewer and limit.
    """
    width, limit = int(problem.requester.max(initial=0)) + 1, problem.numbers.requester_cases
    often = np.bincount(problem.requester[problem.requester >= 0], minlength=width) > limit
    often[[physician for _, physician in room.met if physician < width]] = True
    who = problem.requester[from_case]
    asked = np.flatnonzero((who >= 0) & often[who])  # most physicians have too few cases to meet anybody too often
    keys, inverse, counts = np.unique(
        to_reviewer[asked] * width + who[asked], return_inverse=True, return_counts=True
    )  # fmt: skip
    left = np.full(len(keys), limit, dtype=np.int64)
    place_of = {int(value): place for place, value in enumerate(keys)}
    for (reviewer, physician), count in room.met.items():
        place = place_of.get(reviewer * width + physician)
        if place is not None:
            left[place] = max(0, limit - count)
    binds = counts > left
    number = np.where(binds, first + np.cumsum(binds) - 1, -1)
    heads = np.full(len(who), -1, dtype=np.int64)
    heads[asked] = number[inverse.reshape(-1)]
    return heads, keys[binds] // width, left[binds]


def _add(
    flow: min_cost_flow.SimpleMinCostFlow, tails: Whole, heads: Whole, capacities: Whole, costs: Whole
) -> NDArray[np.int32]:
    if not len(tails):
        return np.zeros(0, dtype=np.int32)
    added: NDArray[np.int32] = flow.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), capacities.astype(np.int64), costs.astype(np.int64)
    )
    return added


def _cost(problem: Problem, prices: Prices, pairs: list[tuple[int, int]], missing: Whole) -> Cost:
    cases = [case for case, _ in pairs]
    people = [reviewer for _, reviewer in pairs]
    taken = np.bincount(np.array(people, dtype=np.int64), minlength=len(problem.reviewers))
    load = sum(
        int(prices.unit_points(int(problem.load[one]), int(taken[one])).sum()) for one in np.flatnonzero(taken).tolist()
    )
    empty = sum(
        prices.missing_price(case, nth)
        for case in np.flatnonzero(missing).tolist()
        for nth in range(int(missing[case]))
    )
    return Cost(empty, int(prices.points[cases, people].sum()) + load, int(prices.ties[cases, people].sum()))
