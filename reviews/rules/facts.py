"""The facts that the gate and the score look at: plain values, loaded by `reviews.services.gate_facts`.

Nothing here knows the database. Every period may lack either end: no beginning is "always", no end is "still".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple


class Severity(StrEnum):
    """hard can never be waived; waivable needs a second person and a reason; unknown blocks until somebody finds out;
    shown is told and blocks nothing."""

    HARD = "hard"
    WAIVABLE = "waivable"
    UNKNOWN = "unknown"
    SHOWN = "shown"


class Door(StrEnum):
    """Where the gate is asked. The later doors ask about soundness only, not about free time."""

    LIST = "list"
    OFFER = "offer"
    ACCEPT = "accept"
    OPEN = "open"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEAL = "seal"

    @property
    def takes_work_on(self) -> bool:
        return self in (Door.LIST, Door.OFFER, Door.ACCEPT)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the gate has to say about a reviewer and a case.

    rule: key ("license.expired"). party: the case's party it is about, "" when it is about the reviewer alone.
    evidence: a sentence for people. since, until: the period of the evidence. source: the record it was read from.
    subject: what the reviewer declared, as one comparable word; a waiver holds for this one declaration only.
    waiver: the waiver that lets a waivable finding pass.
    """

    rule: str
    severity: Severity
    evidence: str
    party: str = ""
    party_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    source: str = ""
    subject: str = ""
    waiver: int | None = None

    @property
    def blocks(self) -> bool:
        return self.severity != Severity.SHOWN and not (self.severity == Severity.WAIVABLE and self.waiver is not None)

    @property
    def waivable(self) -> bool:
        """Whether a waiver may be asked for: waivable, and not waived already."""
        return self.severity == Severity.WAIVABLE and self.waiver is None

    def is_waived_by(self, waiver: WaiverFacts) -> bool:
        """Never for anything but a waivable finding, and only while nothing of what was waived has changed."""
        return self.severity == Severity.WAIVABLE and waiver == WaiverFacts(
            waiver.id, self.rule, self.party_id, self.party, self.subject, self.since, self.until
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "party": self.party or None,
            "party_id": self.party_id,
            "evidence": self.evidence,
            "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None,
            "source": self.source or None,
            "waiver": self.waiver,
        }


@dataclass(frozen=True, slots=True)
class WaiverFacts:
    """A standing waiver of one finding about one reviewer and one case: what it was given for, exactly."""

    id: int
    rule: str
    party_id: int | None
    party: str
    subject: str
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, order=True, slots=True)
class Period:
    since: dt.date | None = None
    until: dt.date | None = None

    def is_over(self, on: dt.date) -> bool:
        return self.until is not None and self.until < on

    def ended_since(self, day: dt.date) -> bool:
        """Not over yet, or over but not before `day`."""
        return self.until is None or self.until >= day

    def overlap(self, other: Period) -> Period | None:
        since = max((day for day in (self.since, other.since) if day), default=None)
        until = min((day for day in (self.until, other.until) if day), default=None)
        return None if since and until and since > until else Period(since, until)

    def covers(self, other: Period) -> bool:
        return (self.since is None or (other.since is not None and self.since <= other.since)) and (
            self.until is None or (other.until is not None and self.until >= other.until)
        )


# --- the case ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrganizationTie:
    """How an organization hangs together with a party's: itself, of the same family in a period, or alike by name."""

    kind: str  # "same", "family" or "similar"
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """Whether a party's person is the reviewer (subject "") or the relation of this folded name."""

    subject: str
    party_key: str
    party_npi: str
    party_role: str
    same: bool


@dataclass(frozen=True, slots=True)
class Spelling:
    """Another name of the reviewer (subject "") or of the relation of this folded name, folded."""

    subject: str
    key: str


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party of the case. names: folded names and aliases, of the organization and the person.

    ties: organization id -> how it hangs together with this party's organization.
    """

    id: int | None
    role: str
    name: str
    names: frozenset[str] = frozenset()
    person_key: str = ""
    person_npi: str = ""
    address_key: str = ""
    ties: tuple[tuple[int, OrganizationTie], ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A disputed item. key, body_part: folded for comparing. category, subcategory: as filed."""

    service: str
    key: str
    category: str = ""
    subcategory: str = ""
    body_part: str = ""
    depends: bool = False
    #: Category and subcategory, folded for comparing.
    category_key: str = ""


@dataclass(frozen=True)
class CaseFacts:
    """What the gate asks of a case. diagnoses are folded for comparing."""

    number: str
    round: int
    due_on: dt.date
    parties: tuple[PartyFacts, ...]
    items: tuple[ItemFacts, ...]
    diagnoses: tuple[str, ...] = ()
    requesting_specialty: str = ""
    #: Whether the register of organizations holds anybody; without it no corporate family can be traced.
    has_register: bool = True

    @cached_property
    def met_words(self) -> dict[str, str]:
        """Words of expertise that were looked for in this case, with what they are in it: filled as they are asked."""
        return {}


# --- the reviewer --------------------------------------------------------------------------------------------------


class CertificationFacts(NamedTuple):
    """fields: specialty and subspecialty by the names that the table of specialties uses."""

    specialty: str
    fields: tuple[str, ...]
    certified_on: dt.date | None = None
    expires_on: dt.date | None = None
    verified_on: dt.date | None = None


class LicenseFacts(NamedTuple):
    state: str
    number: str
    status: str
    expires_on: dt.date
    verified_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SanctionFacts:
    text: str
    material: bool
    period: Period = Period()


class Outcome(StrEnum):
    """What the newest check of a fact says now. changed: the fact is not any more what was checked."""

    CONFIRMED = "confirmed"
    FAILED = "failed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class CheckFacts:
    on: dt.date
    outcome: str


@dataclass(frozen=True)
class ChecksFacts:
    """The newest check of each fact that is one of the person and no row of its own; None: never checked."""

    practice: CheckFacts | None = None
    training: CheckFacts | None = None
    sanctions: CheckFacts | None = None

    @cached_property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of the three where all of them confirmed; many people share them."""
        all_ = (self.practice, self.training, self.sanctions)
        days = [one.on for one in all_ if one is not None and one.outcome == Outcome.CONFIRMED]
        return (min(days), max(days)) if len(days) == len(all_) else None


@dataclass(frozen=True, slots=True)
class AffiliationFacts:
    """A tie of the reviewer to an organization. role: a key of Affiliation.Role, or "billing"."""

    organization: int
    organization_name: str
    role: str
    period: Period = Period()
    income_share_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RelationFacts:
    name: str
    key: str
    kind: str
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """Where the reviewer practises or practised. key: see `reviews.rules.likeness.address_key`."""

    key: str
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class ExclusionFacts:
    """A name to which the reviewer is not sent. by_reviewer: the own list, else the organization's."""

    key: str
    by_reviewer: bool = True
    period: Period = Period()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProductInterestFacts:
    name: str
    key: str
    kind: str
    organization: int | None = None
    period: Period = Period()
    income_share_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EarlierPart:
    """An earlier assignment of this dispute to the reviewer, other than the one now at hand.

    other_case: number of the other application of the same dispute that it was; "" for this very case.
    """

    round: int
    status: str
    accepted: bool
    ended_on: dt.date | None = None
    other_case: str = ""


@dataclass  # a value like the others, but thousands are made for one question, and freezing doubles what one costs
class ReviewerFacts:
    id: int
    reviewer_id: str
    name: str
    key: str
    npi: str
    degree: str
    active: bool
    practice_since: dt.date | None
    practice_hours_per_week: int | None
    law_training_completed_on: dt.date | None
    interests_attested_on: dt.date | None
    capacity_per_week: int | None
    capacity_open_cases: int | None
    certifications: tuple[CertificationFacts, ...] = ()
    licenses: tuple[LicenseFacts, ...] = ()
    away: tuple[Period, ...] = ()
    sanctions: tuple[SanctionFacts, ...] = ()
    checks: ChecksFacts = ChecksFacts()
    #: Adverse changes that were reported and that nobody has settled yet, each as a sentence.
    adverse: tuple[str, ...] = ()
    addresses: tuple[AddressFacts, ...] = ()
    exclusions: tuple[ExclusionFacts, ...] = ()
    affiliations: tuple[AffiliationFacts, ...] = ()
    relations: tuple[RelationFacts, ...] = ()
    product_interests: tuple[ProductInterestFacts, ...] = ()
    expertise: tuple[str, ...] = ()
    #: The last day on the panel, where it is known.
    leaving_on: dt.date | None = None
    #: Other live assignments: offered or held, not yet submitted.
    open_cases: int = 0
    #: Other offers made or accepted in the week of the question that still count.
    cases_this_week: int = 0
    earlier_parts: tuple[EarlierPart, ...] = ()
    #: Standing waivers for this reviewer and this case.
    waivers: tuple[WaiverFacts, ...] = ()
    #: Whether the reviewer declares any organization at all, a party or not. Asked only where there is no register.
    has_organizations: bool = False
    last_case_on: dt.date | None = None
    submitted: int = 0
    submitted_on_time: int = 0
    #: What staff decided about names like the reviewer's or a relation's.
    decided_persons: tuple[PersonDecision, ...] = ()
    #: Other names that the reviewer or a relation has or had.
    spellings: tuple[Spelling, ...] = ()

    @classmethod
    def of(cls, known: dict[str, Any]) -> ReviewerFacts:
        """From values by name, which become its own; what is not named stands as the class says.

        For a panel of thousands: setting forty values one by one costs more than everything asked of them.
        """
        made = cls.__new__(cls)
        made.__dict__ = known
        return made

    def with_more(self, known: dict[str, Any]) -> ReviewerFacts:
        """The same with other values, and nothing worked out from the former."""
        more = self.of(vars(self) | known)
        vars(more).pop("_by_organization", None)
        return more

    def affiliations_of(self, organization: int) -> Sequence[AffiliationFacts]:
        return self._by_organization.get(organization, ())

    @cached_property
    def _by_organization(self) -> dict[int, list[AffiliationFacts]]:
        found: dict[int, list[AffiliationFacts]] = {}
        for affiliation in self.affiliations:
            found.setdefault(affiliation.organization, []).append(affiliation)
        return found


@dataclass(frozen=True)
class GateNumbers:
    """The [gate] table of data/panel.toml. law_training: (from which day on, months; 0 for good), the latest first."""

    practice_years: int
    practice_hours_per_week: int
    attestation_months: int
    verification_months: int
    law_training: tuple[tuple[dt.date, int], ...] = ()

    def training_months(self, on: dt.date) -> int:
        """How long a completed training in the law counts on a day; 0: for good."""
        for since, months in self.law_training:
            if since <= on:
                return months
        return 0


@dataclass(frozen=True)
class ConflictNumbers:
    """The [conflicts] table of data/panel.toml."""

    income_share_percent: int
    income_years: int
    employment_years: int
    practice_years: int
    partner_years: int
    colleague_years: int


@dataclass(frozen=True)
class ScoreNumbers:
    """The [score] table of data/panel.toml."""

    closeness: dict[str, int]
    experience: int
    on_time: int
    on_time_prior: dict[str, int]
    california_license: int
    rest: int
    rest_days: int


CLOSENESS = ("exact", "sibling", "parent")


@dataclass(frozen=True, slots=True)
class Match:
    """A specialty that may decide the case. closeness: exact, sibling or parent."""

    specialty: str
    closeness: str
    reason: str


@dataclass(frozen=True)
class Wanted:
    """What the case asks of a reviewer: specialties by name, and degrees that may not decide one of its services."""

    matches: tuple[Match, ...]
    barred_degrees: dict[str, str] = field(default_factory=dict)

    def match(self, fields: tuple[str, ...]) -> Match | None:
        """The closest of the case's specialties among `fields`; exact before sibling before parent."""
        if fields not in self._known:
            found = [match for match in self.matches if match.specialty in fields]
            self._known[fields] = min(found, key=lambda match: CLOSENESS.index(match.closeness), default=None)
        return self._known[fields]

    @cached_property
    def mismatches(self) -> dict[tuple[str, ...], Finding]:
        """Certifications that answer nothing the case asks for, with what is said of them: filled as they are met."""
        return {}

    @cached_property
    def _known(self) -> dict[tuple[str, ...], Match | None]:
        """Few certifications are many people's: each is compared with the case once."""
        return {}
