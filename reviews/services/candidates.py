"""Who may decide a case, ranked, with the funnel of reasons for everybody else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from cases.models import Case
from common.collector import collector_at_rest
from reviews.rules.facts import Match
from reviews.rules.funnel import FUNNEL, first_step
from reviews.services.gate import GateResult, ask_panel
from reviews.services.on_call import on_call_ids


@dataclass(frozen=True)
class FunnelStep:
    label: str
    left: int
    lost: int


@dataclass(frozen=True)
class Board:
    """eligible: best score first, for an expedited case who is on call before the others. others: by roster id.
    wanted: the specialties that may decide the case. on_call: roster keys."""

    eligible: tuple[GateResult, ...]
    others: tuple[GateResult, ...]
    wanted: tuple[Match, ...]
    funnel: tuple[FunnelStep, ...]
    on_call: frozenset[int] = frozenset()


def board_for(*, case: Case, on: dt.date, now: dt.datetime | None = None) -> Board:
    """The whole panel, asked about one case on one day; equal scores stand by roster id. now: who is on call counts."""
    on_call = on_call_ids(now) if now and case.priority == Case.Priority.EXPEDITED else set()
    with collector_at_rest():
        wanted, results = ask_panel(case=case, on=on)
        eligible = sorted(
            (result for result in results if result.eligible),
            key=lambda one: (one.reviewer.id not in on_call, -one.score, one.reviewer.reviewer_id),
        )
        others = [result for result in results if not result.eligible]
        return Board(tuple(eligible), tuple(others), wanted.matches, funnel_of(results), frozenset(on_call))


def funnel_of(results: list[GateResult]) -> tuple[FunnelStep, ...]:
    """How many are left after each group of rules; each person is lost at the first step that stops them."""
    lost = Counter(first_step(result.blocking) for result in results if not result.eligible)
    steps, left = [], len(results)
    for place, (label, _) in enumerate(FUNNEL):
        left -= lost[place]
        steps.append(FunnelStep(label, left, lost[place]))
    return tuple(steps)


def candidate_as_dict(result: GateResult) -> dict[str, Any]:
    """One reviewer as `candidates --json` prints it; stays inside the organization."""
    match = result.match
    specialty = {"specialty": match.specialty, "closeness": match.closeness, "reason": match.reason} if match else None
    return {
        "reviewer_id": result.reviewer.reviewer_id,
        "eligible": result.eligible,
        "score": result.score,
        "score_parts": result.score_parts,
        "specialty": specialty,
        "findings": [finding.as_dict() for finding in result.findings],
    }
