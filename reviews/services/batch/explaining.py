"""Why a case found nobody, and what would help: the funnel, the first rule, the cheapest change, the shortages."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.rules.dates import shown
from reviews.rules.facts import Finding
from reviews.rules.flow import Answer, Shortage, shortages
from reviews.rules.funnel import FUNNEL, first_step
from reviews.rules.stops import OF_STEP, Stop
from reviews.services.batch.asking import Asked
from reviews.services.reference import change_points, specialty_table

#: After the gate's own steps: who may decide the case but has no place left in this run.
FULL = "A place left in this run"
STEPS = (*(label for label, _ in FUNNEL), FULL)
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """One change that would place a case. kind: a key of the table of changes."""

    kind: str
    reviewer: int
    points: int
    sentence: str


@dataclass(frozen=True)
class Why:
    """Why a case found nobody. funnel: how many are left after each of STEPS."""

    funnel: list[int]
    rule: str
    reason: str
    change: Change | None


class Explainer:
    """Explains one answer; whatever is the same for all cases is worked out once."""

    def __init__(self, asked: Asked, answer: Answer) -> None:
        self.asked, self.answer = asked, answer
        self.judged, self.problem = asked.judged, asked.problem
        self.stops = asked.judged.answer.stops
        taken = np.bincount([one for _, one in answer.pairs], minlength=len(self.problem.reviewers))
        self.left = self.problem.places - taken
        self._near_by_wish: dict[tuple[str, ...], NDArray[np.bool_]] = {}
        # The step at which each combination of reasons stops somebody; the last one for none.
        self._step = np.array([_first_step(stop) for stop in range(2 * max(Stop))], dtype=np.int64)

    def why(self, case: int) -> Why:
        lost = np.bincount(self._step[self.stops[:, case]], minlength=len(STEPS) + 1)
        lost[1] += self.judged.inactive
        funnel, left = [], int(lost.sum())
        for step in range(len(STEPS) - 1):
            left -= int(lost[step])
            funnel.append(left)
        funnel.append(0)
        rule, reason = self._first_rule(case, funnel)
        return Why(funnel, rule, reason, min(self._changes(case), key=lambda one: one.points, default=None))

    def _first_rule(self, case: int, funnel: list[int]) -> tuple[str, str]:
        """The rule that stopped the last ones, said of the best of them."""
        if not funnel[0]:
            return "panel.empty", "Nobody is on the panel."
        step = next(place for place, left in enumerate(funnel) if not left)
        if step == len(STEPS) - 1:
            if self._met_too_often(case).any():
                return "requester.cap", "Everybody who may decide it is full, or has met its physician often enough."
            return "capacity.run", "Everybody who may decide it is full with cases that are more urgent or fit better."
        there = np.flatnonzero(self._step[self.stops[:, case]] == step)
        if not len(there):
            return "reviewer.inactive", "Nobody on the panel is active."
        best = int(there[np.argmax(self.judged.answer.score[there, case])])
        found = [one for one in self.judged.findings(case, best) if one.blocks and first_step([one]) == step]
        return found[0].rule, f"{self._name(best)}: {found[0].evidence}"

    # --- what would help --------------------------------------------------------------------------------------

    def _changes(self, case: int) -> Iterator[Change]:
        """The best change of each kind."""
        stops = self.stops[:, case]
        wanted = np.ones(len(stops), dtype=bool)
        wanted[[one for row, one in self.asked.out if row == case]] = False
        room = (self.left > 0) & wanted
        met = self._met_too_often(case)
        full = (stops & ~np.uint16(Stop.OPEN_CASES | Stop.WEEK) == 0) & (self.left <= 0) & wanted & ~met
        for kind, able in (
            ("one_more", full),
            ("later", (stops == Stop.AWAY) & room & ~met),
            ("find_out", (stops == Stop.UNKNOWN) & room & ~met),
            ("waiver", (stops == Stop.WAIVABLE) & room & ~met),
            ("specialty", (stops == Stop.SPECIALTY) & room & ~met & self._near(case)),
        ):
            ranked = np.flatnonzero(able)
            if len(ranked):
                score = self.judged.answer.score[ranked, case]
                best = int(ranked[np.lexsort((ranked, -score))[0]])
                yield from self._change(kind, case, best)

    def _change(self, kind: str, case: int, one: int) -> Iterator[Change]:
        score = int(self.judged.answer.score[one, case])
        points = change_points()[kind] + 1000 - score
        found = [finding for finding in self.judged.findings(case, one) if finding.blocks]
        sentence = {
            "one_more": lambda: f"One more case for {self._name(one)} (score {score}).",
            "later": lambda: self._later(case, one, found),
            "find_out": lambda: f"Find out about {self._name(one)}: {found[0].evidence}",
            "waiver": lambda: f"A waiver for {self._name(one)}: {found[0].evidence}",
            "specialty": lambda: self._further(one, found),
        }[kind]()
        if sentence:
            yield Change(kind, one, points, sentence)
        if kind == "one_more" and self.stops[one, case] == Stop.WEEK:
            monday = self.judged.on - dt.timedelta(days=self.judged.on.weekday()) + _WEEK
            if monday <= self.judged.cases[case].due_on:
                yield Change(
                    "later", one, change_points()["later"] + 1000 - score,
                    f"{self._name(one)} has room again from Monday, {shown(monday)}.",
                )  # fmt: skip

    def _later(self, case: int, one: int, found: list[Finding]) -> str:
        back = max((finding.until for finding in found if finding.until), default=None)
        due = self.judged.cases[case].due_on
        if back is None or back >= due:
            return ""
        return f"{self._name(one)} is back on {shown(back + dt.timedelta(days=1))}; the case is due {shown(due)}."

    def _further(self, one: int, found: list[Finding]) -> str:
        if any(finding.rule != "specialty.mismatch" for finding in found):
            return ""
        held = _listed(sorted({row.specialty for row in self.judged.reviewers[one].certifications}))
        return f"Let {held} decide it, one step further away: {self._name(one)} has room."

    def _near(self, case: int) -> NDArray[np.bool_]:
        """Who holds a parent or sibling of one of the case's specialties."""
        wanted = tuple(match.specialty for match in self.judged.wanted[case].matches)
        if wanted not in self._near_by_wish:
            known = specialty_table().specialties
            near = {name for one in wanted if one in known for name in (*known[one].near, *known[one].parents)}
            self._near_by_wish[wanted] = np.array(
                [any(near.intersection(row.fields) for row in one.certifications) for one in self.judged.reviewers],
                dtype=bool,
            )
        return self._near_by_wish[wanted]

    def _met_too_often(self, case: int) -> NDArray[np.bool_]:
        """Who has had enough cases of this case's physician, those of this run counted in."""
        who = int(self.problem.requester[case])
        found = np.zeros(len(self.problem.reviewers), dtype=bool)
        if who < 0:
            return found
        for one, count in self._meetings[who].items():
            found[one] = count >= self.problem.numbers.requester_cases
        return found

    @cached_property
    def _meetings(self) -> dict[int, Counter[int]]:
        found: dict[int, Counter[int]] = {int(who): Counter() for who in set(self.problem.requester.tolist())}
        for (one, who), count in self.problem.met.items():
            found.setdefault(who, Counter())[one] += count
        for case, one in self.answer.pairs:
            found[int(self.problem.requester[case])][one] += 1
        return found

    # --- groups -----------------------------------------------------------------------------------------------

    def shortages(self) -> list[dict[str, Any]]:
        """Each group of cases that wants the same people in vain, in words."""
        return [self._in_words(one) for one in self._joined(shortages(self.problem, self.answer))]

    def _joined(self, found: tuple[Shortage, ...]) -> list[Shortage]:
        """Cases for which nobody is there at all stand alone in the graph: those that want the same are one group."""
        groups: dict[object, list[Shortage]] = {}
        for one in found:
            key = self._needs(one.cases) if not one.reviewers else one.cases
            groups.setdefault(key, []).append(one)
        return [
            Shortage(
                tuple(sorted(case for one in those for case in one.cases)),
                tuple(sorted(case for one in those for case in one.empty)),
                those[0].reviewers, sum(one.seats for one in those), those[0].places,
            )
            for those in groups.values()
        ]  # fmt: skip

    def _in_words(self, one: Shortage) -> dict[str, Any]:
        cases = f"{len(one.cases):,} case{'s' if len(one.cases) != 1 else ''}"
        need = "need" if len(one.cases) != 1 else "needs"
        people = f"{len(one.reviewers):,} reviewer{'s' if len(one.reviewers) != 1 else ''}"
        places = f"{one.places:,} free place{'s' if one.places != 1 else ''}"
        have = f"{people} with {places}" if one.reviewers else "nobody on the panel may take them now"
        return {
            "sentence": f"{cases} {need} {self._needs(one.cases, one.reviewers)}; {have}.",
            "cases": [self.problem.cases[case] for case in one.cases],
            "unassigned": [self.problem.cases[case] for case in one.empty],
            "reviewers": [self.problem.reviewers[who] for who in one.reviewers],
            "places": one.places,
        }

    def _needs(self, cases: tuple[int, ...], reviewers: tuple[int, ...] = ()) -> str:
        """The specialties that the group is about: those its own reviewers match by, else those it wants first."""
        counts: Counter[str] = Counter()
        for case in cases:
            if reviewers:
                counts.update({
                    self.judged.specialty(case, one)[0] for one in reviewers if self.problem.score[case, one] >= 0
                })  # fmt: skip
            else:
                counts.update(match.specialty for match in self.judged.wanted[case].matches[:1])
        named = [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if name]
        words = _listed(named[:3], "or") or "a specialty that nobody holds"
        licensed = reviewers and all(
            any(one.state == "CA" and one.status == "active" for one in self.judged.reviewers[who].licenses)
            for who in reviewers
        )
        return f"{words} with a California licence" if licensed else words

    def _name(self, one: int) -> str:
        return f"{self.judged.reviewers[one].name} ({self.judged.reviewers[one].reviewer_id})"


def _listed(names: list[str], word: str = "and") -> str:
    """ "A", "A and B", "A, B and C"."""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _first_step(stop: int) -> int:
    """The step of the funnel that a combination of reasons belongs to; the last of STEPS for none."""
    return next((step for step, reasons in enumerate(OF_STEP) if stop & reasons), len(STEPS) - 1)
