"""The facts that the gate and the score look at, plain values; `panel_facts` and `gate_facts` in services load them.

Nothing here knows the database. Every period may lack either end: no beginning is "always", no end is "still".
"""

from reviews.rules.facts.case import CaseFacts, ItemFacts, OrganizationTie, PartyFacts
from reviews.rules.facts.finding import Door, Finding, Severity, WaiverFacts
from reviews.rules.facts.numbers import ConflictNumbers, GateNumbers, ScoreNumbers
from reviews.rules.facts.period import Period
from reviews.rules.facts.reviewer import (
    AddressFacts,
    AffiliationFacts,
    CertificationFacts,
    CheckFacts,
    ChecksFacts,
    EarlierPart,
    ExclusionFacts,
    LicenseFacts,
    Outcome,
    PersonDecision,
    ProductInterestFacts,
    RelationFacts,
    ReviewerFacts,
    SanctionFacts,
    Spelling,
)
from reviews.rules.facts.wanted import CLOSENESS, Match, Wanted

__all__ = [
    "CLOSENESS",
    "AddressFacts",
    "AffiliationFacts",
    "CaseFacts",
    "CertificationFacts",
    "CheckFacts",
    "ChecksFacts",
    "ConflictNumbers",
    "Door",
    "EarlierPart",
    "ExclusionFacts",
    "Finding",
    "GateNumbers",
    "ItemFacts",
    "LicenseFacts",
    "Match",
    "OrganizationTie",
    "Outcome",
    "PartyFacts",
    "Period",
    "PersonDecision",
    "ProductInterestFacts",
    "RelationFacts",
    "ReviewerFacts",
    "SanctionFacts",
    "ScoreNumbers",
    "Severity",
    "Spelling",
    "WaiverFacts",
    "Wanted",
]
