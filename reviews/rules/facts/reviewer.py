"""What the gate asks of a reviewer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from reviews.rules.facts.finding import WaiverFacts
from reviews.rules.facts.period import ALWAYS, Period


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
    period: Period = ALWAYS


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
    period: Period = ALWAYS
    income_share_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RelationFacts:
    name: str
    key: str
    kind: str
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """Where the reviewer practises or practised. key: see `reviews.rules.likeness.address_key`."""

    key: str
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class ExclusionFacts:
    """A name to which the reviewer is not sent. by_reviewer: the own list, else the organization's."""

    key: str
    by_reviewer: bool = True
    period: Period = ALWAYS
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProductInterestFacts:
    name: str
    key: str
    kind: str
    organization: int | None = None
    period: Period = ALWAYS
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
