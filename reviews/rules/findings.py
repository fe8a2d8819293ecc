"""How a finding about a party of the case is put together."""

from __future__ import annotations

import datetime as dt

from reviews.rules.dates import shown
from reviews.rules.facts import Finding, PartyFacts, Period, Severity


def about(
    party: PartyFacts,
    rule: str,
    severity: Severity,
    evidence: str,
    *,
    source: str,
    period: Period | None = None,
    subject: str = "",
) -> Finding:
    return Finding(
        rule, severity, evidence, party=party.name, party_id=party.id, since=period.since if period else None,
        until=period.until if period else None, source=source, subject=subject,
    )  # fmt: skip


def when(period: Period, on: dt.date) -> str:
    """A period as the evidence says it: "until Mar 3, 2025", "since Jan 1, 2019", "current"."""
    if period.until is not None and period.until < on:
        return f"until {shown(period.until)}"
    return f"since {shown(period.since)}" if period.since else "current"
