"""The nightly self-audit: every active reviewer and every case in hand, asked with the gate's own rules (UR-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from cases.models import Case
from common.days import california_date
from reviews.models import Assignment, AuditFinding, AuditRun
from reviews.rules.facts import Finding, ReviewerFacts
from reviews.rules.gate import standing_findings
from reviews.rules.gate_credentials import certification_findings, license_findings
from reviews.services.late_conflicts import IS_LATE
from reviews.services.panel_facts import load_credentials
from reviews.services.recheck import recheck_live
from reviews.services.reference import panel_numbers

Key = tuple[int, int | None, str, str]


def audit_panel(*, now: dt.datetime) -> AuditRun:
    """Ask about everybody, keep what is found, and stop or let go on every case in hand accordingly.

    A finding keeps the day it was first seen; one that is not found any more gets its end. Runs twice without harm.
    """
    today = california_date(now)
    run = AuditRun.objects.create(on=today, started_at=now)
    people = [person for person in load_credentials() if person.active]
    found: dict[Key, Finding] = {}
    for person in people:
        for finding in findings_alone(person, on=today):
            found[(person.id, None, finding.rule, finding.evidence[:1000])] = finding
    cases = list(Case.objects.filter(assignments__in=Assignment.objects.live()).order_by("pk").distinct())
    stopped = 0
    for case in cases:  # one lock after the other: nobody's work waits for the whole night
        result = recheck_live(case=case, now=now)
        if result is not None and result.blocking:
            stopped += 1
            for finding in result.blocking:
                about = (finding.rule, finding.evidence[:1000])
                if (result.reviewer.id, None, *about) not in found:  # said of every case already
                    found[(result.reviewer.id, case.pk, *about)] = finding
    _keep(found, today)
    run.ended_at, run.reviewers, run.findings = now, len(people), len(found)
    run.cases, run.stopped = len(cases), stopped
    run.save()
    return run


def findings_alone(person: ReviewerFacts, *, on: dt.date) -> Iterator[Finding]:
    """What the gate would say about the reviewer whatever the case; only what blocks."""
    gate = panel_numbers().gate
    for finding in (
        *standing_findings(person, on=on, gate=gate),
        *license_findings(person, on=on, through=on, gate=gate),
        *certification_findings(person, on=on, gate=gate),
    ):
        if finding.blocks:
            yield finding


def _keep(found: dict[Key, Finding], today: dt.date) -> None:
    with transaction.atomic():
        open_rows = {
            (row.reviewer_id, row.case_id, row.rule, row.evidence): row
            for row in AuditFinding.objects.select_for_update().filter(~IS_LATE, gone_on=None)
        }
        AuditFinding.objects.filter(pk__in=[row.pk for key, row in open_rows.items() if key not in found]).update(
            gone_on=today
        )
        AuditFinding.objects.filter(pk__in=[row.pk for key, row in open_rows.items() if key in found]).update(
            last_on=today
        )
        AuditFinding.objects.bulk_create(
            AuditFinding(
                reviewer_id=key[0], case_id=key[1], rule=key[2], evidence=key[3], severity=str(finding.severity),
                first_on=today, last_on=today,
            )
            for key, finding in found.items()
            if key not in open_rows
        )  # fmt: skip
