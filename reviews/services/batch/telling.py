"""A run as the command prints it; stays inside the organization."""

from __future__ import annotations

from typing import Any

from reviews.models import ProposalRun, ProposedPair


def run_as_dict(run: ProposalRun) -> dict[str, Any]:
    """Totals, pairs with their alternates, cases without anybody with the reasons, shortages in words."""
    pairs: dict[str, list[dict[str, Any]]] = {}
    others: dict[str, list[dict[str, Any]]] = {}
    for pair in run.pairs.select_related("case", "reviewer").order_by("case__number", "place", "-score", "pk"):
        (others if pair.place else pairs).setdefault(pair.case.number, []).append(_pair(pair))
    return {
        "run": run.pk,
        "state": run.state,
        "on": run.on.isoformat(),
        "seed": run.seed,
        "input_hash": run.input_hash,
        "problem": run.problem or None,
        "totals": run.totals,
        "pairs": [
            {"case": case, **pair, "alternates": others.get(case, [])}
            for case, those in pairs.items()
            for pair in those
        ],
        "unassigned": [
            {
                "case": one.case.number, "missing": one.missing, "funnel": one.funnel, "rule": one.rule,
                "reason": one.reason, "change": one.change or None,
            }
            for one in run.unplaced.select_related("case").order_by("case__number")
        ],
        "shortages": run.shortages,
    }  # fmt: skip


def _pair(pair: ProposedPair) -> dict[str, Any]:
    return {
        "reviewer_id": pair.reviewer.reviewer_id,
        "score": pair.score,
        "score_parts": pair.parts,
        "specialty": pair.specialty,
        "closeness": pair.closeness,
        "locked": pair.locked,
        "outcome": pair.outcome or None,
        "note": pair.outcome_note or None,
    }
