"""The gate: may this reviewer decide this case? One rule set for every door.

Source: Labor Code 139.5(c)(5) and (d)(4); URAC UR-1 to UR-9. Missing data is `unknown`, and unknown blocks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from reviews.rules.checks import practice_check, sanctions_check, training_findings
from reviews.rules.conflicts import find_conflicts
from reviews.rules.dates import months_before, shown, years_before
from reviews.rules.facts import (
    CaseFacts,
    ConflictNumbers,
    Door,
    Finding,
    GateNumbers,
    ReviewerFacts,
    Severity,
    Wanted,
)
from reviews.rules.gate_credentials import license_findings, specialty_findings
from reviews.rules.glance import Glance
from reviews.rules.handles import Reach

HARD, UNKNOWN, SHOWN = Severity.HARD, Severity.UNKNOWN, Severity.SHOWN


class Once:
    """What a question about one case asks only once, however many reviewers it is asked about."""

    def __init__(self, case: CaseFacts, *, on: dt.date, door: Door, gate: GateNumbers) -> None:
        self._case, self._on, self._door, self._gate = case, on, door, gate
        #: The day to which a reviewer's licence, certification and calendar must hold.
        self.through = max(on, case.due_on) if door.takes_work_on else on
        self.of_case = tuple(case_findings(case))

    @cached_property
    def reach(self) -> Reach:
        return Reach(self._case)

    @cached_property
    def glance(self) -> Glance:
        return Glance(on=self._on, through=self.through, gate=self._gate, takes_work_on=self._door.takes_work_on)


def find_all(
    *,
    case: CaseFacts,
    reviewer: ReviewerFacts,
    wanted: Wanted,
    on: dt.date,
    door: Door,
    gate: GateNumbers,
    conflicts: ConflictNumbers,
    once: Once | None = None,
) -> list[Finding]:
    """Every finding about the pair at `door` on `on`, in one fixed order: the case, the reviewer, the two together.

    once: the same case, day, door and numbers, where a whole panel is asked; without it every rule is asked.
    A waivable finding that a standing waiver was given for carries its number and blocks no more.
    """
    alone = once is None
    once = once or Once(case, on=on, door=door, gate=gate)
    through, findings = once.through, [*once.of_case]
    in_order = not alone and once.glance.finds_nothing(reviewer)
    if not in_order:
        findings += standing_findings(reviewer, on=on, gate=gate)
        findings += license_findings(reviewer, on=on, through=through, gate=gate)
    findings += specialty_findings(reviewer, wanted=wanted, on=on, through=through, gate=gate)
    if not in_order and door.takes_work_on:
        findings += time_findings(reviewer, on=on, through=through)
    if reviewer.earlier_parts:
        findings += earlier_findings(case, reviewer)
    if not case.has_register:
        findings += register_findings(case, reviewer)
    if alone or once.reach.touches(reviewer):
        findings += find_conflicts(case, reviewer, on=on, numbers=conflicts, reach=None if alone else once.reach)
    return [_with_waiver(finding, reviewer) for finding in findings] if reviewer.waivers else findings


def _with_waiver(finding: Finding, reviewer: ReviewerFacts) -> Finding:
    given = next((waiver.id for waiver in reviewer.waivers if finding.is_waived_by(waiver)), None)
    return finding if given is None else replace(finding, waiver=given)


def turning_days(reviewer: ReviewerFacts) -> list[dt.date]:
    """The last days on which something of the reviewer stands as before: between two of them it is the same for every
    due date. A rule that looks at another date of the reviewer beside the due date adds it here."""
    ends = {one.expires_on for one in reviewer.licenses}
    ends |= {one.expires_on for one in reviewer.certifications if one.expires_on}
    ends |= {reviewer.leaving_on} if reviewer.leaving_on else set()
    return sorted(ends | {one.since - dt.timedelta(days=1) for one in reviewer.away if one.since})


def case_findings(case: CaseFacts) -> Iterator[Finding]:
    """What the case itself must tell before anybody can be found free of conflicts."""
    roles = {party.role for party in case.parties}
    requesters = [party for party in case.parties if party.role == "requesting_physician"]
    if not any(party.role == "worker" and party.person_key for party in case.parties):
        yield Finding("case.worker", UNKNOWN, "The worker's name is not on the case.", source="case")
    if not any(party.person_key for party in requesters):
        yield Finding(
            "case.requesting_physician", UNKNOWN, "The requesting physician is not on the case.", source="case"
        )
    if not roles & {"employer", "insurer", "claims_administrator"}:
        yield Finding(
            "case.payer", UNKNOWN, "Neither employer, insurer nor claims administrator is on the case.", source="case"
        )
    if not case.items:
        yield Finding("case.items", UNKNOWN, "The case has no disputed item.", source="case")
    for party in case.parties:
        if party.role != "worker" and not party.names:
            yield Finding(
                "case.party_nameless", UNKNOWN, f"A party has no name: {party.role.replace('_', ' ')}.",
                party=party.name, party_id=party.id, source="case",
            )  # fmt: skip


def standing_findings(reviewer: ReviewerFacts, *, on: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    """Active, long and much enough in practice, trained, attested, without a material sanction; all this checked."""
    if not reviewer.active:
        yield Finding("reviewer.inactive", HARD, "Not active on the panel.", source="roster")
    yield from _practice(reviewer, on=on, gate=gate)
    yield from practice_check(reviewer, on=on, gate=gate)
    yield from training_findings(reviewer, on=on, gate=gate)
    attested = reviewer.interests_attested_on
    if attested is None or attested > on:
        yield Finding("attestation.missing", UNKNOWN, "No attestation of interests is on file.", source="roster")
    elif attested < months_before(on, gate.attestation_months):
        yield Finding(
            "attestation.stale", UNKNOWN,
            f"Interests were last attested on {shown(attested)}, more than {gate.attestation_months} months ago.",
            since=attested, source="roster",
        )  # fmt: skip
    for sanction in reviewer.sanctions:
        holds = not sanction.period.is_over(on)
        yield Finding(
            "sanction.material" if sanction.material and holds else "sanction.shown",
            HARD if sanction.material and holds else SHOWN,
            f"Sanction: {sanction.text}" + ("" if holds else " (over)"),
            since=sanction.period.since, until=sanction.period.until, source="sanctions",
        )  # fmt: skip
    yield from sanctions_check(reviewer, on=on, gate=gate)
    for words in reviewer.adverse:
        yield Finding("adverse.reported", UNKNOWN, f"Reported and not settled yet: {words}", source="adverse changes")


def _practice(reviewer: ReviewerFacts, *, on: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    since, hours = reviewer.practice_since, reviewer.practice_hours_per_week
    if since is None:
        yield Finding("practice.unknown", UNKNOWN, "The beginning of active practice is not known.", source="roster")
    elif since >= years_before(on, gate.practice_years):
        yield Finding(
            "practice.years", HARD,
            f"In active practice since {shown(since)}; more than {gate.practice_years} years are needed.",
            since=since, source="roster",
        )  # fmt: skip
    if hours is None:
        yield Finding("practice.hours_unknown", UNKNOWN, "The hours of practice a week are not known.", source="roster")
    elif hours < gate.practice_hours_per_week:
        yield Finding(
            "practice.hours", HARD,
            f"{hours} hours of practice a week; at least {gate.practice_hours_per_week} are needed.", source="roster",
        )  # fmt: skip


def time_findings(reviewer: ReviewerFacts, *, on: dt.date, through: dt.date) -> Iterator[Finding]:
    """Calendar free to the due date, and capacity left; offers that may still be accepted count."""
    for away in reviewer.away:
        if (away.since or on) <= through and not away.is_over(on):
            yield Finding(
                "calendar.away", HARD,
                f"Away {shown(away.since or on)} to {shown(away.until or through)}; the case is due {shown(through)}.",
                since=away.since, until=away.until, source="calendar",
            )  # fmt: skip
    if reviewer.leaving_on is not None and reviewer.leaving_on < through:
        yield Finding(
            "calendar.leaving", HARD,
            f"Leaves the panel after {shown(reviewer.leaving_on)}; the case is due {shown(through)}.",
            until=reviewer.leaving_on, source="roster",
        )  # fmt: skip
    for rule, count, most, words in (
        ("capacity.open_cases", reviewer.open_cases, reviewer.capacity_open_cases, "open cases and offers"),
        ("capacity.per_week", reviewer.cases_this_week, reviewer.capacity_per_week, "cases and offers this week"),
    ):
        if most is None:
            yield Finding("capacity.unknown", UNKNOWN, f"The capacity is not known ({words}).", source="roster")
        elif count >= most:
            yield Finding(rule, HARD, f"{count} of {most} {words}.", source="assignments")


_EARLIER_WORDS = {
    "declined": "Declined this case before.",
    "lapsed": "Let an offer of this case lapse.",
    "recused": "Was taken off this case before.",
}


def earlier_findings(case: CaseFacts, reviewer: ReviewerFacts) -> Iterator[Finding]:
    """Not declined, lapsed or recused from this case before, and no part in an earlier round of the dispute.

    An application joined with this case is the same dispute: who reviewed it took part in an earlier review.
    """
    for part in reviewer.earlier_parts:
        if part.other_case:
            if part.accepted:
                yield Finding(
                    "conflict.earlier_review", HARD, f"Reviewed this dispute as case {part.other_case}.",
                    until=part.ended_on, source="assignments",
                )  # fmt: skip
        elif part.accepted and part.round < case.round:
            yield Finding(
                "conflict.earlier_round", HARD, f"Reviewed this dispute in round {part.round}.",
                until=part.ended_on, source="assignments",
            )  # fmt: skip
        elif words := _EARLIER_WORDS.get(part.status):
            yield Finding(f"earlier.{part.status}", HARD, words, until=part.ended_on, source="assignments")


def register_findings(case: CaseFacts, reviewer: ReviewerFacts) -> Iterator[Finding]:
    """Without a register nobody can tell which house an organization of the reviewer's belongs to."""
    if not case.has_register and reviewer.has_organizations:
        yield Finding(
            "register.missing", UNKNOWN,
            "No organization is in the register, so no corporate family can be traced. Import the register first.",
            source="register",
        )  # fmt: skip
