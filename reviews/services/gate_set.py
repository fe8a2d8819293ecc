"""Asks the gate for many cases at once: the same facts and rules as `reviews.services.gate`, in the set form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from reviews.models import Reviewer
from reviews.rules.facts import CaseFacts, Door, Finding, ReviewerFacts, Wanted
from reviews.rules.gate import find_all
from reviews.rules.gate_set import Numbers, SetAnswer, judge_set
from reviews.rules.score import best_match
from reviews.rules.specialties import wanted_for
from reviews.services.gate_cases import load_cases
from reviews.services.gate_facts import load_panel
from reviews.services.gate_histories import load_histories
from reviews.services.reference import panel_numbers, specialty_table


@dataclass
class Judged:
    """Everybody asked about every case. cases, reviewers, wanted: facts by index. exact: (case, reviewer) by index."""

    case_ids: list[int]
    on: dt.date
    door: Door
    cases: list[CaseFacts]
    reviewers: list[ReviewerFacts]
    wanted: list[Wanted]
    exact: dict[tuple[int, int], ReviewerFacts]
    answer: SetAnswer
    inactive: int = 0

    def findings(self, case: int, reviewer: int) -> list[Finding]:
        """Every finding about one pair, in words, from the same facts."""
        numbers = panel_numbers()
        return find_all(
            case=self.cases[case], reviewer=self.person(case, reviewer), wanted=self.wanted[case], on=self.on,
            door=self.door, gate=numbers.gate, conflicts=numbers.conflicts,
        )  # fmt: skip

    def person(self, case: int, reviewer: int) -> ReviewerFacts:
        return self.exact.get((case, reviewer), self.reviewers[reviewer])

    def specialty(self, case: int, reviewer: int) -> tuple[str, str]:
        """The specialty that the pair matches by, and how closely."""
        facts = self.cases[case]
        match = best_match(self.reviewers[reviewer], self.wanted[case], through=max(self.on, facts.due_on))
        return (match.specialty, match.closeness) if match else ("", "")


def judge(*, case_ids: Sequence[int], on: dt.date, door: Door = Door.LIST) -> Judged:
    """The gate's answer for every pair of these cases and active reviewers, in a constant number of statements.

    Who is not active is stopped by that alone: they are counted (`inactive`) and not loaded.
    """
    ids = list(case_ids)
    numbers, table = panel_numbers(), specialty_table()
    active = list(Reviewer.objects.filter(active=True).values_list("pk", flat=True))
    cases = load_cases(ids, reviewers=active)
    panel = load_panel(cases, on=on, reviewers=active)
    wanted = [wanted_for(case, table) for case in cases]
    case_place = {pk: place for place, pk in enumerate(ids)}
    reviewer_place = {reviewer.id: place for place, reviewer in enumerate(panel)}
    exact = {
        (case_place[case], reviewer_place[reviewer]): facts
        for (case, reviewer), facts in load_histories(ids, panel, on=on).items()
    }
    answer = judge_set(
        cases=cases, reviewers=panel, wanted=wanted, exact=exact, on=on, door=door,
        numbers=Numbers(numbers.gate, numbers.conflicts, numbers.score),
    )  # fmt: skip
    inactive = Reviewer.objects.filter(active=False).count()
    return Judged(ids, on, door, cases, panel, wanted, exact, answer, inactive)
