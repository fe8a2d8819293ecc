"""The search sequence of 8 CCR 9792.21.1(d), told from the look-ups that were made; and the standard that follows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

MTUS, ACOEM_ODG, OTHER_GUIDELINES, STUDIES = 1, 2, 3, 4
STEPS: dict[int, str] = {
    MTUS: "MTUS",
    ACOEM_ODG: "current ACOEM or ODG",
    OTHER_GUIDELINES: "other nationally recognized guidelines",
    STUDIES: "peer-reviewed studies",
}
_ACOEM_ODG = re.compile(
    r"\bODG\b|official disability guidelines|\bACOEM\b|american college of occupational", re.IGNORECASE
)
_STUDY = re.compile(
    r"\bet al\b|\bjournal\b|\bJ\.? [A-Z]|randomi[sz]ed|\btrials?\b|systematic review|meta-analysis|cochrane|pubmed|pmid"
    r"|\bdoi\b|\bstudy\b|\bcohort\b|\d{4};\s?\d+",
    re.IGNORECASE,
)
_GUIDELINE = re.compile(
    r"guid(?:eline|ance)|consensus|recommendation|position statement|practice parameter", re.IGNORECASE
)


def step_of(*, basis: str, publication: str) -> int:
    """The step that a source belongs to. What shows no mark of a study counts as a guideline."""
    if basis == "MTUS":
        return MTUS
    if _ACOEM_ODG.search(publication):
        return ACOEM_ODG
    if _STUDY.search(publication) and not _GUIDELINE.search(publication):
        return STUDIES
    return OTHER_GUIDELINES


@dataclass(frozen=True)
class Looked:
    """One look-up: kind "searched" (words, results), "opened" or "cited" (label), or "outside" the library (label is
    the source; place, day and what it gave)."""

    step: int
    kind: str
    words: str = ""
    results: int = 0
    label: str = ""
    place: str = ""
    on: dt.date | None = None
    gave: str = ""


def told(rows: Sequence[Looked]) -> str:
    """The sequence in words, a line for each step; empty when nothing was looked up. Rows in the order of time."""
    if not rows:
        return ""
    return "\n".join(f"{step}. {name}: {_step(step, rows)}" for step, name in STEPS.items())


def _step(step: int, rows: Sequence[Looked]) -> str:
    mine = [row for row in rows if row.step == step]
    searched = [row for row in mine if row.kind == "searched"]
    cited = list(dict.fromkeys(row.label for row in mine if row.kind == "cited"))
    opened = [label for label in dict.fromkeys(row.label for row in mine if row.kind == "opened") if label not in cited]
    outside = [_outside(row) for row in mine if row.kind == "outside"]
    parts = []
    if searched:
        parts.append("searched for " + ", ".join(f"“{row.words}” ({_found(row)})" for row in _last(searched)))
    if outside:
        parts.append("; ".join(dict.fromkeys(outside)))
    if opened:
        parts.append(f"read {'; '.join(opened)}")
    if cited:
        parts.append(f"cited {'; '.join(cited)}")
    return ("; ".join(parts) or "no look-up recorded") + "."


def _outside(row: Looked) -> str:
    day = f", {row.on:%b} {row.on.day}, {row.on.year}" if row.on else ""
    return f"looked in {row.label} ({row.place}{day}): {row.gave.rstrip('. ')}"


def _found(row: Looked) -> str:
    return f"{row.results} found" if row.results else "nothing found"


def _last(rows: Sequence[Looked]) -> list[Looked]:
    """Words that were only the beginning of the next search, or that were searched again, are told once."""
    kept: dict[str, Looked] = {}
    for place, row in enumerate(rows):
        following = rows[place + 1].words.lower() if place + 1 < len(rows) else ""
        if not (following != row.words.lower() and following.startswith(row.words.lower())):
            kept[row.words.lower()] = row
    return list(kept.values())


@dataclass(frozen=True)
class ProposedStandard:
    """certain: nobody need be asked. sentence: why."""

    letter: str
    certain: bool
    sentence: str


def proposed_standard(steps: Sequence[int]) -> ProposedStandard | None:
    """The standard (LC 4610.5(c)(2)) that follows from the steps of an item's citations; None without any."""
    cited = set(steps)
    if not cited:
        return None
    if cited == {MTUS}:
        return ProposedStandard("A", True, "Standard A: only the MTUS is cited.")
    if MTUS in cited:
        return ProposedStandard(
            "A", False, "Standard A, as the MTUS is cited; other sources stand beside it, so choose it yourself."
        )
    if cited == {STUDIES}:
        return ProposedStandard("B", False, "Standard B: only studies are cited. Say why the MTUS does not apply.")
    if STUDIES in cited:
        return ProposedStandard(
            "B",
            False,
            "Standard B or C: studies and guidelines outside the MTUS are cited. Say why the MTUS does not apply.",
        )
    return ProposedStandard(
        "C", False, "Standard C: guidelines outside the MTUS are cited. Say why neither A nor B applies."
    )
