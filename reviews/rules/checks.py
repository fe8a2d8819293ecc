"""Practice, training in the law and the search for sanctions: what their newest check leaves open, and what blocks.

The gate, the self-audit and the credential file ask here, so that a page never says another word than the door.
Source: Labor Code 139.5(d)(4); URAC UR-1, UR-2, UR-6. Whatever is not known blocks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from reviews.rules.dates import months_before, shown
from reviews.rules.facts import CheckFacts, Finding, GateNumbers, Outcome, ReviewerFacts, Severity

UNKNOWN = Severity.UNKNOWN


class Open(StrEnum):
    """What the newest check of something leaves open; each is the end of a rule's key."""

    UNVERIFIED = "unverified"
    FAILED = "not_confirmed"
    CHANGED = "changed"
    STALE = "stale"


#: The group of the rules -> what is checked, in a sentence; what to do where the source said no.
_WORDS = {
    "practice": (
        "active practice", "Check it again and enter what the source says.",
    ),
    "training": (
        "training in the law", "Have it made up for and put it on file.",
    ),
    "sanction": (
        "search for sanctions and exclusions",
        "Put what was found on file as a sanction or adverse change, then search again.",
    ),
}  # fmt: skip


def left_open(check: CheckFacts | None, *, on: dt.date, months: int) -> Open | None:
    """What keeps a check from counting on a day; None where it counts. months: how old it may be.

    No check, or one in the future; one that did not confirm; a fact that was changed after it; one too long ago.
    """
    if check is None or check.on > on:
        return Open.UNVERIFIED
    if check.outcome != Outcome.CONFIRMED:
        return Open.CHANGED if check.outcome == Outcome.CHANGED else Open.FAILED
    return None if check.on >= months_before(on, months) else Open.STALE


def practice_check(reviewer: ReviewerFacts, *, on: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    """The declared practice, confirmed at its source; a roster file is one."""
    yield from _check("practice", reviewer.checks.practice, on=on, gate=gate)


def training_findings(reviewer: ReviewerFacts, *, on: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    """Trained in the law, not longer ago than the panel's numbers let it count, and with a check of that."""
    trained = reviewer.law_training_completed_on
    if trained is None or trained > on:
        yield Finding(
            "training.missing", UNKNOWN,
            "No completed law training is on file. Put the training on file once it is done.", source="roster",
        )  # fmt: skip
        return
    months = gate.training_months(on)
    if months and trained < months_before(on, months):
        yield Finding(
            "training.outdated", UNKNOWN,
            f"The training in the law was completed on {shown(trained)} and counts for {months} months. "
            "Put a new one on file.",
            since=trained, source="roster",
        )  # fmt: skip
    yield from _check("training", reviewer.checks.training, on=on, gate=gate)


def sanctions_check(reviewer: ReviewerFacts, *, on: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    """Somebody searched for sanctions, not too long ago, and found what stands on file and no more."""
    yield from _check("sanction", reviewer.checks.sanctions, on=on, gate=gate)


def _check(group: str, check: CheckFacts | None, *, on: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    if problem := left_open(check, on=on, months=gate.verification_months):
        yield Finding(
            f"{group}.{problem}", UNKNOWN, _sentence(group, problem, check, gate.verification_months),
            since=check.on if check else None, source="checks",
        )  # fmt: skip


def _sentence(group: str, problem: Open, check: CheckFacts | None, months: int) -> str:
    what, when_refuted = _WORDS[group]
    day = shown(check.on) if check else ""
    again = "Check it at its source and put the check on file."
    if group == "sanction":
        again = "Search at the sources and put the check on file."
    return {
        Open.UNVERIFIED: f"The {what} is not verified. {again}",
        Open.FAILED: f"The {what} was not confirmed on {day}. {when_refuted}",
        Open.CHANGED: f"The {what} was changed after its check of {day}. {again}",
        Open.STALE: f"The {what} was last verified on {day}, more than {months} months ago. {again}",
    }[problem]
