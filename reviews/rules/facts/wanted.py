"""The specialties that a case asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from reviews.rules.facts.finding import Finding

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
