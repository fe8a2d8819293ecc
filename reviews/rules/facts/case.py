"""What the gate asks of a case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from reviews.rules.facts.period import ALWAYS, Period


@dataclass(frozen=True, slots=True)
class OrganizationTie:
    """How an organization hangs together with a party's: itself, of the same family in a period, or alike by name."""

    kind: str  # "same", "family" or "similar"
    period: Period = ALWAYS


@dataclass(slots=True, unsafe_hash=True)  # never changed; but thousands are made, and freezing doubles what one costs
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


@dataclass(slots=True, unsafe_hash=True)  # as PartyFacts
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
