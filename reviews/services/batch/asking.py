"""From rows to a problem for the solver: which cases, whom the gate lets pass, what everybody has already."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Q

from cases.models import Case, Party
from cases.rules.names import person_key
from cases.workflow import State
from common.canonical import canonical_json
from common.days import CALIFORNIA
from reviews.models import Assignment, Reviewer
from reviews.rules.facts import CaseFacts, Door
from reviews.rules.flow import Problem
from reviews.rules.stops import Stop
from reviews.services.gate_set import Judged, judge
from reviews.services.reference import flow_numbers
from reviews.services.seats import FIRST_PLACE

#: A case that is due in so many days or more can wait like any other; an expedited one goes before all of them.
FARTHEST_DAYS = 60
_EXPEDITED = 1000
_LATEST_DAYS = 30


@dataclass
class Asked:
    """A problem with all that it came from. dropped: locks that no longer hold, each with case, reviewer and why."""

    judged: Judged
    problem: Problem
    dropped: list[dict[str, str]]
    out: frozenset[tuple[int, int]]

    def hash(self) -> str:
        """A fingerprint of everything the solver saw."""
        one = self.problem
        digest = hashlib.sha256()
        for part in (
            one.score, one.seats, one.urgency, one.load, one.places, one.requester, one.worker, one.offered,
        ):  # fmt: skip
            digest.update(np.ascontiguousarray(part).tobytes())
        words = {
            "cases": list(one.cases), "reviewers": list(one.reviewers), "seed": one.seed, "numbers": vars(one.numbers),
            "met": sorted([*pair, count] for pair, count in one.met.items()),
            "locked": [list(pair) for pair in one.locked],
        }  # fmt: skip
        digest.update(canonical_json(words).encode())
        return digest.hexdigest()


def cases_to_assign(*, move_offers: bool) -> list[int]:
    """Cases that are ready and with nobody; with move_offers also those whose offer nobody has answered."""
    held = Assignment.objects.live()
    if move_offers:
        held = held.filter(accepted_at__isnull=False)
    ready = Case.objects.in_state(State.READY).exclude(pk__in=held.values("case_id"))
    return list(ready.order_by("number").values_list("pk", flat=True))


def ask(*, on: dt.date, seed: int, parameters: Mapping[str, Any]) -> Asked:
    """The problem of a day. parameters: each (reviewers per case), move_offers, locked and out (pairs of ids)."""
    ids = cases_to_assign(move_offers=bool(parameters.get("move_offers")))
    judged = judge(case_ids=ids, on=on, door=Door.LIST)
    case_place = {pk: place for place, pk in enumerate(ids)}
    reviewer_place = {reviewer.id: place for place, reviewer in enumerate(judged.reviewers)}

    def places_of(pairs: Iterable[Iterable[int]]) -> list[tuple[int, int]]:
        return [
            (case_place[case], reviewer_place[one])
            for case, one in pairs
            if case in case_place and one in reviewer_place
        ]

    out = frozenset(places_of(parameters.get("out", ())))
    score = np.where(judged.answer.may(), judged.answer.score, -1).T.astype(np.int16)
    for pair in out:
        score[pair] = -1
    requester, who = _requesters(judged.cases)
    urgency, worker = _urgency_and_workers(ids, judged.cases, on)
    numbers = flow_numbers()
    offered = _open_offers(ids, case_place, reviewer_place)
    again = np.bincount(offered[offered >= 0], minlength=len(judged.reviewers))
    problem = Problem(
        cases=tuple(case.number for case in judged.cases),
        reviewers=tuple(reviewer.reviewer_id for reviewer in judged.reviewers),
        score=score,
        seats=np.full(len(ids), int(parameters.get("each", 1)), dtype=np.int64),
        urgency=urgency,
        load=np.array([reviewer.open_cases for reviewer in judged.reviewers], dtype=np.int64) - again,
        places=_places(judged) + again,
        requester=requester,
        worker=worker,
        offered=offered,
        numbers=numbers,
        seed=seed,
        met=_met(who, reviewer_place, ids, on, numbers.requester_days),
    )
    wished = [(int(case), int(one)) for case, one in parameters.get("locked", ())]
    problem, dropped = _with_locks(problem, places_of(wished), judged)
    gone = [pair for pair in wished if pair[0] not in case_place or pair[1] not in reviewer_place]
    return Asked(judged, problem, [*dropped, *_gone(gone, case_place)], out)


def _places(judged: Judged) -> np.ndarray:
    """How many more cases each reviewer has room for: open ones, and of this week. Not known is none."""
    room = [
        min((one.capacity_open_cases or 0) - one.open_cases, (one.capacity_per_week or 0) - one.cases_this_week)
        for one in judged.reviewers
    ]
    return np.maximum(np.array(room, dtype=np.int64), 0)


def _open_offers(ids: list[int], case_place: dict[int, int], reviewer_place: dict[int, int]) -> np.ndarray:
    found = np.full(len(ids), -1, dtype=np.int64)
    first = Assignment.objects.offered().filter(case__any_of=ids, seat=FIRST_PLACE)
    for case, reviewer in first.values_list("case_id", "reviewer_id"):
        found[case_place[case]] = reviewer_place.get(reviewer, -1)  # who left the panel meanwhile keeps no offer
    return found


def _requesters(cases: list[CaseFacts]) -> tuple[np.ndarray, dict[str, int]]:
    """The requesting physician of each case as a number, and the numbers by NPI, else by folded name."""
    known: dict[str, int] = {}
    numbers = []
    for case in cases:
        party = next((one for one in case.parties if one.role == "requesting_physician" and one.person_key), None)
        name = (party.person_npi or party.person_key) if party else ""
        numbers.append(known.setdefault(name, len(known)) if name else -1)
    return np.array(numbers, dtype=np.int64), known


def _met(
    who: dict[str, int], reviewer_place: dict[int, int], ids: list[int], on: dt.date, days: int
) -> dict[tuple[int, int], int]:
    """How many cases of each of these physicians every reviewer took on or is offered, in the last days."""
    since = dt.datetime.combine(on - dt.timedelta(days=days), dt.time.min, tzinfo=CALIFORNIA)
    rows = (
        Assignment.objects.filter(Q(accepted_at__gte=since) | Q(pk__in=Assignment.objects.offered().values("pk")))
        .exclude(case__any_of=ids)
        .filter(case__parties__role=Party.Role.REQUESTING_PHYSICIAN)
        .values_list("reviewer_id", "case__parties__person__npi", "case__parties__person__key")
    )
    found: Counter[tuple[int, int]] = Counter()
    for reviewer, npi, key in rows:
        physician = who.get(npi or key or "")
        if physician is not None and reviewer in reviewer_place:
            found[reviewer_place[reviewer], physician] += 1
    return dict(found)


def _urgency_and_workers(ids: list[int], cases: list[CaseFacts], on: dt.date) -> tuple[np.ndarray, np.ndarray]:
    """Expedited before standard, then by the days that are left; and cases of one worker by one number."""
    rows = Case.objects.filter(pk__any_of=ids).values_list(
        "pk", "priority", "worker_id", "worker__first_name", "worker__last_name", "worker__birth_date"
    )
    facts = {row[0]: row for row in rows}
    known: dict[object, int] = {}
    urgency, worker = [], []
    for pk, case in zip(ids, cases, strict=True):
        _, priority, row, first, last, born = facts[pk]
        days = min(max((case.due_on - on).days, -_LATEST_DAYS), FARTHEST_DAYS)
        urgency.append(FARTHEST_DAYS - days + (_EXPEDITED if priority == Case.Priority.EXPEDITED else 0))
        name = person_key(first, last)
        worker.append(known.setdefault((name, born) if name and born else row, len(known)))
    return np.array(urgency, dtype=np.int64), np.array(worker, dtype=np.int64)


def _with_locks(problem: Problem, locks: list[tuple[int, int]], judged: Judged) -> tuple[Problem, list[dict[str, str]]]:
    """The locks that still hold, in the order of the cases; the others with what stops them."""
    places, seats = problem.places.copy(), problem.seats.copy()
    kept, dropped = [], []

    def drop(case: int, reviewer: int, why: str) -> None:
        dropped.append({"case": problem.cases[case], "reviewer": problem.reviewers[reviewer], "why": why})

    for case, reviewer in sorted(locks):
        if problem.score[case, reviewer] < 0:
            stop = Stop(int(judged.answer.stops[reviewer, case]))
            found = [one.evidence for one in judged.findings(case, reviewer) if one.blocks] if stop else ["Taken out."]
            drop(case, reviewer, " ".join(found))
        elif places[reviewer] < 1 or seats[case] < 1:
            drop(case, reviewer, "No place is left.")
        else:
            places[reviewer] -= 1
            seats[case] -= 1
            kept.append((case, reviewer))
    return replace(problem, locked=tuple(kept)), dropped


def _gone(pairs: list[tuple[int, int]], case_place: dict[int, int]) -> list[dict[str, str]]:
    """Locks whose case waits no more or whose reviewer is not active any more."""
    numbers = dict(Case.objects.filter(pk__in=[case for case, _ in pairs]).values_list("pk", "number"))
    people = dict(Reviewer.objects.filter(pk__in=[one for _, one in pairs]).values_list("pk", "reviewer_id"))
    return [
        {
            "case": numbers[case], "reviewer": people[one],
            "why": "Not active on the panel." if case in case_place else "The case waits for a reviewer no more.",
        }
        for case, one in pairs
    ]  # fmt: skip
