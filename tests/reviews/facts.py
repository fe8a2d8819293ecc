"""Pure facts for tests of the rules: a clean pair, of which a test spoils one thing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from reviews.rules.facts import (
    AffiliationFacts,
    CaseFacts,
    CertificationFacts,
    CheckFacts,
    ChecksFacts,
    Door,
    Finding,
    ItemFacts,
    LicenseFacts,
    OrganizationTie,
    PartyFacts,
    Period,
    ReviewerFacts,
)
from reviews.rules.gate import find_all
from reviews.rules.specialties import wanted_for
from reviews.services.reference import panel_numbers, specialty_table

ON = dt.date(2026, 11, 23)
DUE = dt.date(2026, 12, 23)
INSURER, GROUP, FACILITY, MAKER, SISTER = 1, 2, 3, 4, 5


def same(organization: int) -> tuple[int, OrganizationTie]:
    return (organization, OrganizationTie("same"))


PARTIES = (
    PartyFacts(None, "worker", "Ana Alvarado", frozenset({"ana alvarado"}), "ana alvarado"),
    PartyFacts(
        11, "insurer", "Golden Insurance", frozenset({"golden insurance"}),
        ties=(same(INSURER), (SISTER, OrganizationTie("family")), (9, OrganizationTie("similar"))),
    ),
    PartyFacts(
        12, "requesting_physician", "Peter Okafor, Fresno Spine Group",
        frozenset({"peter okafor", "fresno spine group"}), "peter okafor", "1111111111", "1 main st 93701",
        ties=(same(GROUP),),
    ),
    PartyFacts(13, "facility", "Fresno Hospital", frozenset({"fresno hospital"}), ties=(same(FACILITY),)),
    PartyFacts(14, "manufacturer", "Coil Devices", frozenset({"coil devices"}), ties=(same(MAKER),)),
)  # fmt: skip

CASE = CaseFacts(
    number="CM26-0000001",
    round=1,
    due_on=DUE,
    parties=PARTIES,
    items=(ItemFacts("Physical therapy, 12 visits, lumbar spine", "physical therapy 12 visits lumbar spine"),),
    diagnoses=("lumbar strain",),
)

REVIEWER = ReviewerFacts(
    id=1,
    reviewer_id="R-1",
    name="Rowan Panelist",
    key="rowan panelist",
    npi="1999999999",
    degree="MD",
    active=True,
    practice_since=dt.date(2005, 1, 1),
    practice_hours_per_week=32,
    law_training_completed_on=dt.date(2026, 1, 5),
    interests_attested_on=dt.date(2026, 9, 1),
    capacity_per_week=6,
    capacity_open_cases=8,
    certifications=(
        CertificationFacts(
            "Physical Medicine & Rehabilitation", ("Physical Medicine & Rehabilitation",),
            dt.date(2004, 7, 1), dt.date(2030, 12, 31), dt.date(2026, 6, 1),
        ),
    ),
    licenses=(LicenseFacts("CA", "A1", "active", dt.date(2028, 6, 30), dt.date(2026, 6, 1)),),
    checks=ChecksFacts(*(CheckFacts(dt.date(2026, 6, 1), "confirmed") for _ in range(3))),
)  # fmt: skip


def found(*, case: CaseFacts = CASE, on: dt.date = ON, door: Door = Door.OFFER, **facts: Any) -> list[Finding]:
    """Every finding about the clean reviewer with `facts` changed."""
    numbers = panel_numbers()
    return find_all(
        case=case, reviewer=replace(REVIEWER, **facts), wanted=wanted_for(case, specialty_table()), on=on, door=door,
        gate=numbers.gate, conflicts=numbers.conflicts,
    )  # fmt: skip


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, str(finding.severity)) for finding in findings]


def tie(organization: int, role: str, *, since: str = "", until: str = "", share: Any = None) -> AffiliationFacts:
    return AffiliationFacts(organization, "Some House", role, period(since, until), share)


def period(since: str = "", until: str = "") -> Period:
    return Period(*(dt.date.fromisoformat(day) if day else None for day in (since, until)))
