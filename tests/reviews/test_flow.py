"""The solver alone: an optimum, the same for every order, and no rule of it broken."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from reviews.rules.flow import FlowNumbers, Problem, shortages, solve
from reviews.rules.flow.problem import prices_of

NUMBERS = FlowNumbers(
    load_points=40, minimum_cases=1, minimum_points=100, stability_points=150, arcs_per_case=30, alternates=3,
    requester_cases=4, requester_days=30,
)  # fmt: skip
HARSH = replace(NUMBERS, requester_cases=1)


def whole(values):
    return np.array(values, dtype=np.int64)


def problem(score, *, places, seats=None, urgency=None, load=None, numbers=NUMBERS, **facts):
    """cases c0, c1, ... and reviewers r0, r1, ...; one seat each, nothing urgent, nobody has anything."""
    score = np.array(score, dtype=np.int16)
    cases, people = score.shape
    usual = {"requester": [-1] * cases, "worker": list(range(cases)), "offered": [-1] * cases}
    return Problem(
        cases=tuple(f"c{n}" for n in range(cases)),
        reviewers=tuple(f"r{n}" for n in range(people)),
        score=score,
        seats=whole(seats or [1] * cases),
        urgency=whole(urgency or [0] * cases),
        load=whole(load or [0] * people),
        places=whole(places),
        numbers=numbers,
        **{name: whole(facts.pop(name, value)) for name, value in usual.items()},
        **facts,
    )


def a_random_problem(seed, *, cases=7, people=5, numbers=NUMBERS, workers=False):
    chance = np.random.default_rng(seed)
    score = chance.integers(0, 1001, (cases, people))
    score[chance.random((cases, people)) < 0.4] = -1
    return problem(
        score, places=chance.integers(0, 3, people).tolist(), load=chance.integers(0, 4, people).tolist(),
        seats=chance.integers(1, 3, cases).tolist(), urgency=chance.integers(0, 3, cases).tolist(),
        requester=chance.integers(-1, 2, cases).tolist(), numbers=numbers, seed=seed,
        worker=chance.integers(0, 4, cases).tolist() if workers else list(range(cases)),
        met={(int(chance.integers(people)), 0): 1},
        offered=[int(chance.choice([-1, *np.flatnonzero(row >= 0)])) for row in score],
    )  # fmt: skip


def optimum_by_lp(question):
    """The same question written as a linear programme, from the words of the ADR alone."""
    prices = prices_of(question)
    lp = pywraplp.Solver.CreateSolver("GLOP")
    cost, by_case, by_reviewer, by_meeting = [], {}, {}, {}
    for case, reviewer in zip(*np.nonzero(question.score >= 0), strict=True):
        take = lp.NumVar(0, 1, "")
        cost.append((int(prices.points[case, reviewer]) + int(prices.ties[case, reviewer]) / 100) * take)
        by_case.setdefault(case, []).append(take)
        by_reviewer.setdefault(reviewer, []).append(take)
        who = int(question.requester[case])
        if who >= 0:
            by_meeting.setdefault((int(reviewer), who), []).append(take)
    for case, seats in enumerate(question.seats.tolist()):
        empty = [lp.NumVar(0, 1, "") for _ in range(seats)]
        cost += [1e5 * prices.missing_price(case, nth) * one for nth, one in enumerate(empty)]
        lp.Add(sum(by_case.get(case, [])) + sum(empty) == seats)
    for reviewer, takes in by_reviewer.items():
        units = [lp.NumVar(0, 1, "") for _ in range(int(question.places[reviewer]))]
        rising = prices.unit_points(int(question.load[reviewer]), len(units)).tolist()
        cost += [points * unit for points, unit in zip(rising, units, strict=True)]
        lp.Add(sum(takes) == sum(units))
    for meeting, takes in by_meeting.items():
        lp.Add(sum(takes) <= max(0, question.numbers.requester_cases - question.met.get(meeting, 0)))
    lp.Minimize(sum(cost))
    assert lp.Solve() == lp.OPTIMAL
    return lp.Objective().Value()


def as_one_number(cost):
    return 1e5 * cost.missing + cost.points + cost.ties / 100


def test_a_lock_without_a_place_is_refused():
    with pytest.raises(ValueError, match="no room for the locked pair c0, r0"):
        solve(problem([[900, 1]], places=[0, 1], locked=((0, 0),)))


def test_costs_that_could_not_be_told_apart_are_refused():
    huge = replace(NUMBERS, load_points=10**12)
    with pytest.raises(ValueError, match="too large to be told apart"):
        solve(problem(np.full((900, 1), 500), places=[900], numbers=huge))


def test_three_hundred_random_problems_cost_what_a_linear_programme_finds():
    for seed in range(300):
        question = a_random_problem(seed, numbers=HARSH if seed % 3 == 0 else NUMBERS)
        assert as_one_number(solve(question).cost) == pytest.approx(optimum_by_lp(question), rel=1e-9), seed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_nothing_is_over_full_nothing_forbidden_is_done_and_every_seat_is_filled_or_counted(seed, workers):
    question = a_random_problem(seed, workers=workers, numbers=HARSH)
    answer = solve(question)
    assert len(set(answer.pairs)) == len(answer.pairs)
    assert all(question.score[pair] >= 0 for pair in answer.pairs)
    taken = Counter(reviewer for _, reviewer in answer.pairs)
    assert all(count <= question.places[reviewer] for reviewer, count in taken.items())
    filled = Counter(case for case, _ in answer.pairs)
    assert all(filled[case] + answer.missing[case] == seats for case, seats in enumerate(question.seats))
    met = Counter((reviewer, int(question.requester[case])) for case, reviewer in answer.pairs)
    assert all(n + question.met.get(key, 0) <= 1 for key, n in met.items() if key[1] >= 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(seed, chance):
    question = a_random_problem(seed, workers=True)
    cases, people = list(range(len(question.cases))), list(range(len(question.reviewers)))
    chance.shuffle(cases)
    chance.shuffle(people)
    back = {old: new for new, old in enumerate(people)}
    mixed = replace(
        question,
        cases=tuple(question.cases[one] for one in cases), reviewers=tuple(question.reviewers[one] for one in people),
        score=question.score[np.ix_(cases, people)], seats=question.seats[cases], urgency=question.urgency[cases],
        requester=question.requester[cases], worker=question.worker[cases],
        offered=whole([back.get(int(one), -1) for one in question.offered[cases]]),
        load=question.load[people], places=question.places[people],
        met={(back[one], who): n for (one, who), n in question.met.items()},
    )  # fmt: skip

    def named(asked):
        answer = solve(asked)
        pairs = {(asked.cases[case], asked.reviewers[one]) for case, one in answer.pairs}
        return pairs, answer.cost, {frozenset(asked.cases[case] for case in group) for group in answer.split}

    assert named(mixed) == named(question)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_one_more_reviewer_never_makes_it_worse(seed):
    question = a_random_problem(seed, people=6)
    fewer = replace(
        question, reviewers=question.reviewers[:5], score=question.score[:, :5], load=question.load[:5],
        places=question.places[:5], offered=np.where(question.offered == 5, -1, question.offered),
        met={key: n for key, n in question.met.items() if key[0] < 5},
    )  # fmt: skip
    more = replace(question, offered=fewer.offered)
    assert solve(more, pruned=False).cost <= solve(fewer, pruned=False).cost


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_looking_at_the_best_few_first_leaves_no_seat_empty_that_could_be_filled(seed):
    question = a_random_problem(seed, cases=12, people=9, numbers=replace(NUMBERS, arcs_per_case=2))
    assert solve(question).cost.missing == solve(question, pruned=False).cost.missing


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_shortage_names_as_many_places_as_it_takes_to_see_that_nobody_is_left(seed):
    question = replace(a_random_problem(seed), requester=whole([-1] * 7))
    answer = solve(question)
    found = shortages(question, answer)
    assert sorted(case for one in found for case in one.empty) == np.flatnonzero(answer.missing).tolist()
    for one in found:
        missing = int(answer.missing[list(one.cases)].sum())
        # Every place of the group is taken by the group, unless a case wanted two and found one person only.
        assert one.places >= one.seats - missing
        if max(question.seats[list(one.cases)]) == 1:
            assert one.seats - one.places == missing


def test_the_urgent_case_gets_the_last_place_however_well_the_other_fits():
    answer = solve(problem([[1000], [0]], places=[1], urgency=[0, 1]))
    assert answer.pairs == ((1, 0),)
    assert answer.missing.tolist() == [1, 0]


def test_load_is_shared_before_small_differences_count_and_not_before_large_ones():
    near = solve(problem([[800, 790], [800, 790]], places=[2, 2]))
    assert Counter(one for _, one in near.pairs) == {0: 1, 1: 1}
    far = solve(problem([[800, 100], [800, 100]], places=[2, 2]))
    assert Counter(one for _, one in far.pairs) == {0: 2}


def test_an_open_offer_stays_for_a_small_gain_and_moves_for_a_large_one():
    assert solve(problem([[700, 800]], places=[1, 1], offered=[0])).pairs == ((0, 0),)
    assert solve(problem([[600, 800]], places=[1, 1], offered=[0])).pairs == ((0, 1),)


def test_a_locked_pair_stands_and_its_load_counts():
    answer = solve(problem([[900, 10], [900, 10]], places=[1, 1], locked=((0, 0),)))
    assert answer.pairs == ((0, 0), (1, 1))


def test_one_reviewer_meets_a_requester_only_so_often():
    question = problem([[900, 10]] * 3, places=[3, 3], requester=[5, 5, 5], numbers=HARSH)
    answer = solve(question)
    assert Counter(one for _, one in answer.pairs) == {0: 1, 1: 1}
    assert answer.missing.sum() == 1


def test_cases_of_one_worker_go_to_one_reviewer():
    score = [[900, 500, 400], [500, 900, 400]]
    assert Counter(one for _, one in solve(problem(score, places=[2, 2, 2], worker=[0, 1])).pairs) == {0: 1, 1: 1}
    answer = solve(problem(score, places=[2, 2, 2], worker=[7, 7]))
    assert len({one for _, one in answer.pairs}) == 1
    assert (answer.merged, answer.split) == (((0, 1),), ())


def test_cases_of_one_worker_stay_apart_where_nobody_can_take_both_or_another_case_would_go_without():
    nobody = solve(problem([[900, 500], [500, 900]], places=[1, 1], worker=[7, 7]))
    assert (nobody.merged, nobody.split) == ((), ((0, 1),))
    score = [[900, 500], [900, 500], [900, -1]]
    another = solve(problem(score, places=[2, 1], worker=[7, 7, 8]))
    assert another.missing.sum() == 0
    assert another.split == ((0, 1),)


def test_the_seed_decides_between_equals_and_decides_the_same_each_time():
    def pairs(seed):
        return solve(problem([[500] * 6] * 3, places=[1] * 6, seed=seed)).pairs

    answers = [pairs(seed) for seed in range(20)]
    assert answers == [pairs(seed) for seed in range(20)]
    assert len(set(answers)) > 5


def test_the_small_optimum_is_the_one_that_trying_everything_finds():
    for seed in range(30):
        question = replace(a_random_problem(seed, cases=4, people=3), seats=whole([1] * 4))
        prices = prices_of(question)
        best = min(
            _cost(question, prices, choice) for choice in itertools.product([-1, 0, 1, 2], repeat=4)
        )  # fmt: skip
        assert solve(question, pruned=False).cost == best


def _cost(question, prices, choice):
    """The cost of one way to hand four cases out, by hand; a forbidden way costs more than any other."""
    pairs = [(case, one) for case, one in enumerate(choice) if one >= 0]
    taken = Counter(one for _, one in pairs)
    met = Counter((one, int(question.requester[case])) for case, one in pairs)
    if (
        any(question.score[pair] < 0 for pair in pairs)
        or any(count > question.places[one] for one, count in taken.items())
        or any(n + question.met.get(key, 0) > 4 for key, n in met.items() if key[1] >= 0)
    ):
        return (10**9, 0, 0)
    load = sum(int(prices.unit_points(int(question.load[one]), count).sum()) for one, count in taken.items())
    empty = sum(prices.missing_price(case, 0) for case, one in enumerate(choice) if one < 0)
    return (
        empty,
        sum(int(prices.points[pair]) for pair in pairs) + load,
        sum(int(prices.ties[pair]) for pair in pairs),
    )
