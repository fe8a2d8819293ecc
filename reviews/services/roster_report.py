"""The roster report (UR-4): for everybody on the panel availability, credentials and standing; on screen and as CSV."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q

from reviews.models import Assignment, Reviewer
from reviews.models.credentialing import Kind
from reviews.rules.credentials import Standing
from reviews.rules.dates import shown
from reviews.services.credential_file import CredentialFile, Line, file_of, with_file
from reviews.services.panel_facts import load_credentials
from reviews.services.self_audit import findings_alone

HEADINGS = (
    "Reviewer id", "Name", "Degree", "Standing", "Suspended because", "Credentials", "Licences", "Certifications",
    "Practice, training, sanctions", "Away", "Open cases", "Open at most", "A week at most", "Interests attested",
    "File complete", "Missing",
)  # fmt: skip


@dataclass(frozen=True)
class RosterLine:
    """suspended: what keeps the reviewer from every case now, in sentences; empty for who may be offered work."""

    file: CredentialFile
    suspended: tuple[str, ...]
    away: str
    open_cases: int

    @property
    def standing(self) -> str:
        if not self.file.reviewer.active:
            return "Not active"
        if self.suspended:
            return "Suspended"
        return "Away" if self.away else "Available"


def roster_lines(*, on: dt.date, reviewers: list[int] | None = None) -> list[RosterLine]:
    """Everybody, or the named ones, by roster id; in a constant number of statements."""
    blocked: dict[int, list[str]] = defaultdict(list)
    away: dict[int, str] = {}
    for person in load_credentials(reviewers=reviewers):
        blocked[person.id] = [finding.evidence for finding in findings_alone(person, on=on)]
        for period in sorted(person.away):
            if not period.is_over(on) and (period.since or on) <= on and period.until:
                away[person.id] = f"until {shown(period.until)}"
    live = Q(assignments__in=Assignment.objects.live().filter(submitted_at=None))
    rows = with_file(Reviewer.objects.annotate(open_now=Count("assignments", filter=live, distinct=True)))
    if reviewers is not None:
        rows = rows.filter(pk__in=reviewers)
    return [
        RosterLine(
            file_of(row, on=on), tuple(blocked[row.pk]), away.get(row.pk, ""), vars(row)["open_now"]
        )
        for row in rows.order_by("reviewer_id", "pk")
    ]  # fmt: skip


def roster_rows(*, on: dt.date) -> Iterator[tuple[object, ...]]:
    """The report as cells: first the headings. For use inside the organization."""
    yield HEADINGS
    for line in roster_lines(on=on):
        one = line.file.reviewer
        yield (
            one.reviewer_id, f"{one.first_name} {one.last_name}", one.degree, line.standing, " ".join(line.suspended),
            WORDS[line.file.standing], _runs(line.file, "license"), _runs(line.file, "certification"),
            _others(line.file), line.away, line.open_cases, one.capacity_open_cases, one.capacity_per_week,
            one.interests_attested_on, "yes" if line.file.complete else "no", " ".join(line.file.missing),
        )  # fmt: skip


WORDS = {
    Standing.VERIFIED: "Verified",
    Standing.EXPIRING: "Expiring",
    Standing.EXPIRED: "Expired",
    Standing.UNVERIFIED: "Not verified",
    Standing.FAILED: "Not confirmed",
    Standing.CHANGED: "Changed since the check",
}


def word_of(line: Line) -> str:
    """A credential's standing in words; practice, training and sanctions have no end of their own but a check."""
    soon = line.standing == Standing.EXPIRING and not line.row
    return "Due soon" if soon else WORDS[line.standing]


def _runs(file: CredentialFile, kind: str) -> str:
    return "; ".join(
        f"{line.about} to {line.until.isoformat() if line.until else 'no end'} ({line.stopped or WORDS[line.standing]})"
        for line in file.lines
        if line.kind == kind
    )


def _others(file: CredentialFile) -> str:
    return "; ".join(f"{Kind(line.kind).label}: {word_of(line)}" for line in file.others)
