"""A reviewer's declared interests as lines for pages, the attestation and the credential file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reviews.models import Reviewer
from reviews.rules.dates import shown


@dataclass(frozen=True)
class InterestLine:
    """kind: a key of `reviews.services.profile.INTERESTS`. share: percent of income, where the kind has one."""

    kind: str
    row: int
    whom: str
    what: str
    since: dt.date | None
    until: dt.date | None
    share: Decimal | None = None
    has_share: bool = False

    @property
    def period(self) -> str:
        if self.until:
            return f"{shown(self.since)} to {shown(self.until)}" if self.since else f"until {shown(self.until)}"
        return f"since {shown(self.since)}" if self.since else "current"

    def as_text(self) -> str:
        share = f", {self.share} % of income" if self.share is not None else ""
        return f"{self.what}: {self.whom}, {self.period}{share}"


def lines_of(reviewer: Reviewer) -> list[InterestLine]:
    """Every interest, those that still hold first. Reads the relations that `with_gate_facts` fetches."""
    return sorted(_lines(reviewer), key=lambda line: (line.until is not None, line.what, line.whom))


def _lines(reviewer: Reviewer) -> Iterator[InterestLine]:
    for tie in reviewer.affiliations.all():
        yield InterestLine(
            "affiliation", tie.pk, tie.organization_name, tie.get_role_display() or "Role not stated", tie.from_date,
            tie.to_date, tie.income_share_percent, True,
        )  # fmt: skip
    for billing in reviewer.billing_organizations.all():
        yield InterestLine(
            "billing", billing.pk, str(billing.organization), "Bills through", billing.from_date, billing.to_date
        )
    for one in reviewer.relations.all():
        yield InterestLine(
            "relation", one.pk, f"{one.first_name} {one.last_name}", one.get_kind_display() or "Relation not stated",
            one.from_date, one.to_date,
        )  # fmt: skip
    for interest in reviewer.product_interests.all():
        whom = ", ".join(filter(None, [interest.name, interest.manufacturer]))
        yield InterestLine(
            "product", interest.pk, whom, interest.get_kind_display() or "Kind not stated", interest.from_date,
            interest.to_date, interest.income_share_percent, True,
        )  # fmt: skip
    for entry in reviewer.exclusions.all():
        yield InterestLine(
            "exclusion", entry.pk, entry.name, entry.get_listed_by_display(), entry.from_date, entry.to_date
        )
