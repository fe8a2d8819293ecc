"""Licences, certifications and degree at the gate: in force, checked at their source, and fit for the case.

Source: Labor Code 139.5(d)(4); URAC UR-1 to UR-4. A check in the future, or one too long ago, is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from reviews.rules.dates import months_before, shown
from reviews.rules.facts import Finding, GateNumbers, LicenseFacts, ReviewerFacts, Severity, Wanted

HARD, UNKNOWN = Severity.HARD, Severity.UNKNOWN


def license_findings(reviewer: ReviewerFacts, *, on: dt.date, through: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    """One licence must be active, verified and valid through; a restricted one anywhere stops everything."""
    for license_ in reviewer.licenses:
        if license_.status == "restricted":
            yield Finding(
                "license.restricted", HARD, f"The {license_.state} licence is restricted.", source="licence record"
            )
    if not reviewer.licenses:
        yield Finding("license.missing", UNKNOWN, "No licence is on file.", source="roster")
        return
    valid = [one for one in reviewer.licenses if one.status == "active" and one.state and one.expires_on >= through]
    if not valid and not all(one.status and one.state for one in reviewer.licenses):
        yield Finding("license.incomplete", UNKNOWN, "A licence lacks its state or status.", source="licence record")
    elif not valid:
        yield _best_license(reviewer.licenses, through)
    elif not any(_is_verified(one.verified_on, on, gate) for one in valid):
        yield Finding(
            "license.unverified", UNKNOWN,
            f"The {valid[0].state} licence {_unverified_because(valid[0].verified_on, on, gate)}.",
            source="licence record",
        )  # fmt: skip


def _best_license(licenses: tuple[LicenseFacts, ...], through: dt.date) -> Finding:
    active = [one for one in licenses if one.status == "active"]
    if not active:
        return Finding("license.not_active", HARD, "No licence on file is active.", source="licence record")
    last = max(active, key=lambda one: one.expires_on)
    return Finding(
        "license.expired", HARD,
        f"The {last.state} licence runs to {shown(last.expires_on)}; it must be valid through {shown(through)}.",
        until=last.expires_on, source="licence record",
    )  # fmt: skip


def specialty_findings(
    reviewer: ReviewerFacts, *, wanted: Wanted, on: dt.date, through: dt.date, gate: GateNumbers
) -> list[Finding]:
    """A current, verified certification in one of the case's specialties, and a degree that may decide its services."""
    findings = []
    if not reviewer.degree:
        findings.append(Finding("degree.unknown", UNKNOWN, "The degree is not known.", source="roster"))
    elif barred := wanted.barred_degrees.get(reviewer.degree):
        words = f"The degree {reviewer.degree} does not decide {barred}."
        findings.append(Finding("degree.limit", HARD, words, source="roster"))
    if not reviewer.certifications:
        findings.append(Finding("certification.missing", UNKNOWN, "No certification is on file.", source="roster"))
        return findings
    fitting = [one for one in reviewer.certifications if wanted.match(one.fields)]
    if not fitting:
        findings.append(_mismatch(tuple([one.specialty for one in reviewer.certifications]), wanted))
        return findings
    current = [one for one in fitting if _is_current(one.certified_on, one.expires_on, on, through)]
    if not current:
        last = max(fitting, key=lambda one: one.expires_on or dt.date.max)
        runs_to = f"; it runs to {shown(last.expires_on)}." if last.expires_on else "."
        findings.append(
            Finding(
                "certification.expired", HARD,
                f"The certification in {last.specialty} must be current through {shown(through)}{runs_to}",
                since=last.certified_on, until=last.expires_on, source="certifications",
            )
        )  # fmt: skip
    elif not any(_is_verified(one.verified_on, on, gate) for one in current):
        because = _unverified_because(current[0].verified_on, on, gate)
        findings.append(
            Finding(
                "certification.unverified", UNKNOWN, f"The certification in {current[0].specialty} {because}.",
                source="certifications",
            )
        )  # fmt: skip
    return findings


def _mismatch(held: tuple[str, ...], wanted: Wanted) -> Finding:
    """Said to most of a panel, and to many the same: made once for each set of certifications."""
    if held not in wanted.mismatches:
        needed = ", ".join(match.specialty for match in wanted.matches)
        words = f"Certified in {', '.join(sorted({*held}))}; the case needs one of {needed}."
        wanted.mismatches[held] = Finding("specialty.mismatch", HARD, words, source="certifications")
    return wanted.mismatches[held]


def _is_current(since: dt.date | None, until: dt.date | None, on: dt.date, through: dt.date) -> bool:
    return (since is None or since <= on) and (until is None or until >= through)


def _is_verified(verified_on: dt.date | None, on: dt.date, gate: GateNumbers) -> bool:
    """Checked against its source, not in the future, and not too long ago."""
    return verified_on is not None and months_before(on, gate.verification_months) <= verified_on <= on


def _unverified_because(verified_on: dt.date | None, on: dt.date, gate: GateNumbers) -> str:
    if verified_on is None or verified_on > on:
        return "is not verified"
    return f"was last verified on {shown(verified_on)}, more than {gate.verification_months} months ago"


def certification_findings(reviewer: ReviewerFacts, *, on: dt.date, gate: GateNumbers) -> Iterator[Finding]:
    """The certifications by themselves, whatever case may come: none current, or none of the current ones checked.

    For the self-audit; for a case `specialty_findings` asks the same of the certifications that fit it.
    """
    if not reviewer.certifications:
        yield Finding("certification.missing", UNKNOWN, "No certification is on file.", source="roster")
    for one in reviewer.certifications:
        if not _is_current(one.certified_on, one.expires_on, on, on):
            yield Finding(
                "certification.expired", HARD, f"The certification in {one.specialty} is not current.",
                since=one.certified_on, until=one.expires_on, source="certifications",
            )  # fmt: skip
        elif not _is_verified(one.verified_on, on, gate):
            yield Finding(
                "certification.unverified", UNKNOWN,
                f"The certification in {one.specialty} {_unverified_because(one.verified_on, on, gate)}.",
                source="certifications",
            )  # fmt: skip
