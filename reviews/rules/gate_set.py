"""The gate for many cases and reviewers at once: the same rules as `gate.find_all`, each asked as seldom as it can.

What hangs on the reviewer alone is asked once per reviewer; what hangs on the due date, once per stretch of days in
which nothing of the reviewer begins or ends; specialties, once per way in which a reviewer's certifications answer
what a case wants; conflicts, once per party and reviewer who share a handle. A property test holds both forms together.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from reviews.rules.conflicts import item_conflicts, party_conflicts
from reviews.rules.facts import (
    CLOSENESS,
    CaseFacts,
    ConflictNumbers,
    Door,
    GateNumbers,
    PartyFacts,
    ReviewerFacts,
    ScoreNumbers,
    Wanted,
)
from reviews.rules.gate import (
    case_findings,
    find_all,
    register_findings,
    standing_findings,
    time_findings,
    turning_days,
)
from reviews.rules.gate_credentials import license_findings, specialty_findings
from reviews.rules.handles import Handle, handles_of_case, handles_of_party, handles_of_reviewer
from reviews.rules.score import (
    best_match,
    closeness_points,
    own_parts,
    score_parts,
)
from reviews.rules.score_set import experience_of_all
from reviews.rules.stops import stops_of

Stops = NDArray[np.uint16]
Points = NDArray[np.int16]
#: (case, reviewer) by index -> the reviewer as this case sees him: earlier parts, own offer left out, waivers.
Exact = Mapping[tuple[int, int], ReviewerFacts]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Numbers:
    gate: GateNumbers
    conflicts: ConflictNumbers
    score: ScoreNumbers


@dataclass
class SetAnswer:
    """stops: reviewers x cases, 0 where nothing blocks. score: reviewers x cases, what it would be if nothing did.

    parts: name -> points, by reviewer alone or reviewers x cases.
    """

    stops: Stops
    score: Points
    parts: dict[str, Points] = field(default_factory=dict)
    exact_parts: dict[tuple[int, int], dict[str, int]] = field(default_factory=dict)

    def may(self) -> NDArray[np.bool_]:
        free: NDArray[np.bool_] = self.stops == 0
        return free

    def parts_of(self, case: int, reviewer: int) -> dict[str, int]:
        """The parts of one score by name."""
        if (case, reviewer) in self.exact_parts:
            return self.exact_parts[case, reviewer]
        return {name: int(row[reviewer] if row.ndim == 1 else row[reviewer, case]) for name, row in self.parts.items()}


def judge_set(
    *,
    cases: Sequence[CaseFacts],
    reviewers: Sequence[ReviewerFacts],
    wanted: Sequence[Wanted],
    exact: Exact,
    on: dt.date,
    door: Door,
    numbers: Numbers,
) -> SetAnswer:
    """The gate's answer for every pair. wanted: of each case. exact: pairs that have a history with each other."""
    shape = (len(reviewers), len(cases))
    answer = SetAnswer(np.zeros(shape, dtype=np.uint16), np.zeros(shape, dtype=np.int16))
    if not cases or not reviewers:
        return answer
    answer.stops |= np.array([stops_of(case_findings(case)) for case in cases], dtype=np.uint16)[None, :]
    asks = _Asks(cases, wanted, on=on, door=door)
    closeness = np.zeros(shape, dtype=np.int16)
    without_register = [number for number, case in enumerate(cases) if not case.has_register]
    for place, reviewer in enumerate(reviewers):
        alone = stops_of(standing_findings(reviewer, on=on, gate=numbers.gate))
        if without_register:
            found = register_findings(cases[without_register[0]], reviewer)
            answer.stops[place, without_register] |= np.uint16(stops_of(found))
        stops, points = _of_reviewer(reviewer, asks, on, door, numbers)
        answer.stops[place] |= stops | np.uint16(alone)
        closeness[place] = points
    _mark_conflicts(answer.stops, cases, reviewers, on=on, numbers=numbers.conflicts)
    _score(answer, cases, reviewers, closeness, on=on, numbers=numbers.score)
    for (case, place), person in exact.items():
        all_ = find_all(
            case=cases[case], reviewer=person, wanted=wanted[case], on=on, door=door, gate=numbers.gate,
            conflicts=numbers.conflicts,
        )  # fmt: skip
        answer.stops[place, case] = stops_of(all_)
        match = best_match(person, wanted[case], through=max(on, cases[case].due_on))
        parts = score_parts(case=cases[case], reviewer=person, match=match, on=on, numbers=numbers.score)
        answer.score[place, case] = sum(parts.values())
        answer.exact_parts[case, place] = parts
    return answer


# --- what hangs on the reviewer, the day and the specialties ------------------------------------------------------


class _Asks:
    """The cases by what they ask of a reviewer: `kinds` of (wanted specialties, day), and the kind of each case."""

    def __init__(self, cases: Sequence[CaseFacts], wanted: Sequence[Wanted], *, on: dt.date, door: Door) -> None:
        through = [max(on, case.due_on) if door.takes_work_on else on for case in cases]
        score_through = [max(on, case.due_on) for case in cases]
        self.days = sorted({*through, *score_through})
        place = {day: number for number, day in enumerate(self.days)}
        self.wanted, which = _distinct(wanted, _content)
        triples, self.kind_of = _distinct(
            list(zip(which, (place[day] for day in through), (place[day] for day in score_through), strict=True)),
            lambda triple: triple,
        )
        self.kinds = np.array(triples, dtype=np.int64).reshape(-1, 3)
        self.case_kind = np.array(self.kind_of, dtype=np.int64)
        self._closeness: dict[tuple[str, ...], NDArray[np.int64]] = {}
        self._barred: dict[str, NDArray[np.int64]] = {}

    def closeness(self, fields: tuple[str, ...]) -> NDArray[np.int64]:
        """For each distinct wish: 0 where a certification does not answer it, else 1 and up by closeness."""
        if fields not in self._closeness:
            matches = [one.match(fields) for one in self.wanted]
            self._closeness[fields] = np.array([CLOSENESS.index(one.closeness) + 1 if one else 0 for one in matches])
        return self._closeness[fields]

    def barred(self, degree: str) -> NDArray[np.int64]:
        if degree not in self._barred:
            self._barred[degree] = np.array([bool(one.barred_degrees.get(degree)) for one in self.wanted], dtype=int)
        return self._barred[degree]


def _of_reviewer(
    reviewer: ReviewerFacts, asks: _Asks, on: dt.date, door: Door, numbers: Numbers
) -> tuple[Stops, Points]:
    """Stops and points of closeness for each case, without conflicts."""
    turns = turning_days(reviewer)
    stretch = np.array([bisect_left(turns, day) for day in asks.days])
    wish, through, score_through = asks.kinds.T
    way = asks.barred(reviewer.degree)
    for one in reviewer.certifications:
        way = way * (len(CLOSENESS) + 1) + asks.closeness(one.fields)
    key = (way[wish] * (len(turns) + 1) + stretch[through]) * (len(turns) + 1) + stretch[score_through]
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    stops, points = np.zeros(len(first), dtype=np.uint16), np.zeros(len(first), dtype=np.int16)
    by_day: dict[int, int] = {}
    for number, kind in enumerate(first.tolist()):
        day, wanted = asks.days[through[kind]], asks.wanted[wish[kind]]
        where = int(stretch[through[kind]])
        if where not in by_day:
            by_day[where] = stops_of(license_findings(reviewer, on=on, through=day, gate=numbers.gate)) | (
                stops_of(time_findings(reviewer, on=on, through=day)) if door.takes_work_on else 0
            )
        stops[number] = by_day[where] | stops_of(
            specialty_findings(reviewer, wanted=wanted, on=on, through=day, gate=numbers.gate)
        )
        points[number] = closeness_points(
            best_match(reviewer, wanted, through=asks.days[score_through[kind]]), numbers.score
        )
    of_case = inverse.reshape(-1)[asks.case_kind]
    return stops[of_case], points[of_case]


def _content(wanted: Wanted) -> object:
    return wanted.matches, tuple(sorted(wanted.barred_degrees.items()))


def _distinct(values: Sequence[Value], key: Callable[[Value], object]) -> tuple[list[Value], list[int]]:
    """The values that differ, and for each value the place of its like."""
    known: dict[object, int] = {}
    kept: list[Value] = []
    places = []
    for value in values:
        what = key(value)
        if what not in known:
            known[what] = len(kept)
            kept.append(value)
        places.append(known[what])
    return kept, places


# --- conflicts ----------------------------------------------------------------------------------------------------


def _mark_conflicts(
    stops: Stops, cases: Sequence[CaseFacts], reviewers: Sequence[ReviewerFacts], *, on: dt.date,
    numbers: ConflictNumbers,
) -> None:  # fmt: skip
    by_handle: dict[Handle, list[int]] = defaultdict(list)
    for place, reviewer in enumerate(reviewers):
        for handle in handles_of_reviewer(reviewer):
            by_handle[handle].append(place)
    for party, its_cases in _facets(cases):
        for place in _sharing(handles_of_party(party), by_handle):
            found = stops_of(party_conflicts(party, reviewers[place], on=on, numbers=numbers))
            if found:
                stops[place, its_cases] |= np.uint16(found)
    for number, case in enumerate(cases):
        for place in _sharing(handles_of_case(case), by_handle):
            stops[place, number] |= np.uint16(stops_of(item_conflicts(case, reviewers[place], on=on, numbers=numbers)))


def _sharing(handles: Iterable[Handle], by_handle: Mapping[Handle, list[int]]) -> set[int]:
    return {place for handle in handles if handle in by_handle for place in by_handle[handle]}


def _facets(cases: Sequence[CaseFacts]) -> list[tuple[PartyFacts, list[int]]]:
    """Every party once with its cases, taken apart: its organization, which many cases share, and who it is itself.

    No conflict rule needs both at a time, and the number of a party in its case means nothing to a rule.
    """
    found: dict[object, tuple[PartyFacts, list[int]]] = {}
    for number, case in enumerate(cases):
        for party in case.parties:
            if party.ties:
                house = ("house", party.role, id(party.ties))
                if house not in found:
                    found[house] = (PartyFacts(None, party.role, party.name, ties=party.ties), [])
                found[house][1].append(number)
            own = (party.role, party.person_key, party.person_npi, party.address_key, party.names)
            if own not in found:
                found[own] = (replace(party, ties=()) if party.ties else party, [])
            found[own][1].append(number)
    return list(found.values())


# --- the score ----------------------------------------------------------------------------------------------------


def _score(
    answer: SetAnswer, cases: Sequence[CaseFacts], reviewers: Sequence[ReviewerFacts], closeness: Points, *,
    on: dt.date, numbers: ScoreNumbers,
) -> None:  # fmt: skip
    answer.parts = {"closeness": closeness, "experience": experience_of_all(cases, reviewers, numbers)}
    own = [own_parts(reviewer, on=on, numbers=numbers) for reviewer in reviewers]
    for name in own[0]:
        answer.parts[name] = np.array([parts[name] for parts in own], dtype=np.int16)
    for part in answer.parts.values():
        answer.score += part[:, None] if part.ndim == 1 else part
