"""A run from its beginning to its stored result."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from accounts.roles import require
from cases.services.seeding.copying import Table
from common.actor import Actor
from common.collector import collector_at_rest
from common.days import california_date
from common.errors import StateRefusal
from common.models import OutboxJob
from common.services import outbox
from reviews.models import ProposalRun, ProposedLoad, ProposedPair, UnplacedCase
from reviews.rules.flow import Answer, solve
from reviews.services.batch.asking import Asked, ask, cases_to_assign
from reviews.services.batch.explaining import STEPS, Explainer
from reviews.services.reference import flow_numbers

JOB = "reviews.propose"
_SEEDS = 2**31 - 1


def begin(
    *, actor: Actor, now: dt.datetime, seed: int | None = None, move_offers: bool = False, each: int = 1,
    follows: ProposalRun | None = None, locked: list[list[int]] | None = None, out: list[list[int]] | None = None,
    by_worker: bool = True,
) -> ProposalRun:  # fmt: skip
    """A new run. by_worker: put down the job that works it out; else the caller does (`work_out`).

    each: reviewers per case; more than one only for trying things out. Raises RightRefusal, and StateRefusal when no
    case waits for a reviewer.
    """
    require(actor, "assign_reviewers")
    if not cases_to_assign(move_offers=move_offers):
        raise StateRefusal(
            "proposal.cases", "No case waits for a reviewer. Cases come here when their records are complete."
        )
    with transaction.atomic():
        run = ProposalRun.objects.create(
            created_at=now,
            created_by_id=actor.user_id,
            follows=follows,
            on=california_date(now),
            seed=secrets.randbelow(_SEEDS) if seed is None else seed,
            parameters={
                "each": each, "move_offers": move_offers, "locked": locked or [], "out": out or [],
                "numbers": vars(flow_numbers()).copy(),
            },
        )  # fmt: skip
        if by_worker:
            outbox.post(kind=JOB, key=str(run.pk), now=now)
        return run


def solve_again(*, run_id: int, actor: Actor, now: dt.datetime, by_worker: bool = True) -> ProposalRun:
    """A new run on today's facts with the same seed: locked pairs stay, what was taken out is not proposed again."""
    run = ProposalRun.objects.get(pk=run_id)
    kept = {
        name: [list(pair) for pair in run.pairs.filter(**{flag: True}).values_list("case_id", "reviewer_id")]
        for name, flag in (("locked", "locked"), ("out", "taken_out"))
    }
    return begin(
        actor=actor, now=now, seed=run.seed, move_offers=run.parameters["move_offers"], each=run.parameters["each"],
        follows=run, by_worker=by_worker, locked=kept["locked"],
        out=[*run.parameters["out"], *(pair for pair in kept["out"] if pair not in run.parameters["out"])],
    )  # fmt: skip


@outbox.handler(JOB)
def _job(job: OutboxJob) -> None:
    work_out(run_id=int(job.key), now=timezone.now())


def work_out(*, run_id: int, now: dt.datetime) -> ProposalRun:
    """Ask the gate, solve, explain, store; all or nothing. A run that is worked out already is left as it is."""
    with collector_at_rest(), transaction.atomic():
        run = ProposalRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.state != ProposalRun.State.WAITING:
            return run
        asked = ask(on=run.on, seed=run.seed, parameters=run.parameters)
        try:
            answer = solve(asked.problem)
        except (ValueError, ArithmeticError) as error:
            run.state, run.problem = ProposalRun.State.FAILED, str(error)[:500]
        else:
            explainer = Explainer(asked, answer)
            _store(run, asked, answer, explainer)
            run.state = ProposalRun.State.PROPOSED
            run.totals = _totals(asked, answer)
            run.shortages = explainer.shortages() if answer.missing.any() else []
            run.input_hash = asked.hash()
        run.solved_at = now
        run.save()
        return run


def _totals(asked: Asked, answer: Answer) -> dict[str, Any]:
    number = asked.problem.cases
    placed = {case for case, _ in answer.pairs}
    scores = [int(asked.problem.score[pair]) for pair in answer.pairs]
    return {
        "cases": len(number),
        "reviewers": len(asked.problem.reviewers),
        "placed": len(placed),
        "unassigned": int((answer.missing > 0).sum()),
        "mean_score": round(sum(scores) / len(scores)) if scores else 0,
        "cost": list(answer.cost),
        "expedited": int((asked.problem.urgency >= 1000).sum()),  # noqa: PLR2004 - as asking.py marks them
        "split": [[number[case] for case in group] for group in answer.split],
        "merged": [[number[case] for case in group] for group in answer.merged],
        "dropped_locks": asked.dropped,
    }


def _store(run: ProposalRun, asked: Asked, answer: Answer, explainer: Explainer) -> None:
    judged, ids = asked.judged, asked.judged.case_ids
    pairs = Table(
        ProposedPair,
        ["run_id", "case_id", "reviewer_id", "place", "score", "parts", "specialty", "closeness", "locked"],
    )
    pairs.write_each(_pairs(run, asked, answer))
    unplaced = Table(UnplacedCase, ["run_id", "case_id", "missing", "funnel", "rule", "reason", "change"])
    for case in np.flatnonzero(answer.missing).tolist():
        why = explainer.why(case)
        change = why.change and {
            "kind": why.change.kind, "reviewer": judged.reviewers[why.change.reviewer].reviewer_id,
            "points": why.change.points, "sentence": why.change.sentence,
        }  # fmt: skip
        funnel = [{"step": step, "left": left} for step, left in zip(STEPS, why.funnel, strict=True)]
        unplaced.add(run.pk, ids[case], int(answer.missing[case]), funnel, why.rule, why.reason[:1000], change or {})
    unplaced.write()
    loads = Table(ProposedLoad, ["run_id", "reviewer_id", "before", "places"])
    for place, reviewer in enumerate(judged.reviewers):
        if reviewer.active:
            loads.add(run.pk, reviewer.id, int(asked.problem.load[place]), int(asked.problem.places[place]))
    loads.write()


def _pairs(run: ProposalRun, asked: Asked, answer: Answer) -> Iterator[tuple[Any, ...]]:
    """The chosen ones, then the alternates."""
    judged, ids = asked.judged, asked.judged.case_ids
    locked = set(asked.problem.locked)
    as_text = cache(lambda items: json.dumps(dict(items)))  # few differ among thousands
    for place, (case, one) in [*((0, pair) for pair in sorted(answer.pairs)), *_alternates(asked, answer)]:
        specialty, closeness = judged.specialty(case, one)
        parts = judged.answer.parts_of(case, one)
        yield (
            run.pk, ids[case], judged.reviewers[one].id, place, sum(parts.values()), as_text(tuple(parts.items())),
            specialty, closeness, (case, one) in locked,
        )  # fmt: skip


def _alternates(asked: Asked, answer: Answer) -> list[tuple[int, tuple[int, int]]]:
    """For each placed case the next best who may decide it and had a place before the run, best first."""
    score = asked.problem.score.copy()
    score[:, asked.problem.places < 1] = -1
    for pair in answer.pairs:
        score[pair] = -1
    placed = sorted({case for case, _ in answer.pairs})
    wanted = min(asked.problem.numbers.alternates, score.shape[1])
    if not placed or not wanted:
        return []
    best = np.argsort(-score[placed], axis=1, kind="stable")[:, :wanted]
    return [
        (place + 1, (case, one))
        for row, case in enumerate(placed)
        for place, one in enumerate(best[row].tolist())
        if score[case, one] >= 0
    ]


__all__ = ["begin", "solve_again", "work_out"]
