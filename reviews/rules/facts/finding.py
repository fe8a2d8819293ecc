"""What the gate says: findings at a door, each with its severity; and the waivers that let one pass."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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
