"""What the sample panel is meant to show, asked at the real gate on the day of the sample."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.models import Case
from reviews.services.gate import ask_gate_for_all

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
TODAY = dt.date(2026, 11, 23)

# (case, reviewer, rule that must be among the findings, does it keep the reviewer out?)
MEANT = [
    ("sample-01", "R-0031", "conflict.", True),
    ("sample-01", "R-0036", "attestation.", True),
    ("sample-01", "R-0041", "calendar.", True),
    ("sample-01", "R-0046", "practice.", True),
    ("sample-01", "R-0035", "conflict.", True),  # through the chain of parents
    ("sample-10", "R-0035", "conflict.", True),
    ("sample-02", "R-0032", "conflict.family", True),
    ("sample-03", "R-0003", "conflict.privileges", False),
    ("sample-03", "R-0033", "conflict.patient", True),
    ("sample-03", "R-0037", "license.restricted", True),
    ("sample-03", "R-0045", "conflict.do_not_send", True),
    ("sample-04", "R-0034", "conflict.address", True),
    ("sample-04", "R-0038", "certification.expired", True),
    ("sample-05", "R-0042", "conflict.family_member", True),
    ("sample-06", "R-0039", "certification.unverified", True),
    ("sample-08", "R-0043", "conflict.", True),
    ("sample-13", "R-0044", "conflict.product", True),
    ("sample-14", "R-0047", "training.", True),
    ("sample-15", "R-0040", "license.expired", True),
]


@pytest.mark.django_db
def test_every_flaw_is_found_and_every_case_has_its_reviewer_and_two_more():
    for name in ("organizations", "reviewers", "cases"):
        call_command(f"import_{name}", str(SAMPLE / f"{name}.json"), "--json", stdout=StringIO())
    answers = {
        case.external_id: {
            answer.reviewer.reviewer_id: answer for answer in ask_gate_for_all(case=case, on=TODAY).values()
        }
        for case in Case.objects.all()
    }
    for case, reviewer, rule, keeps_out in MEANT:
        answer = answers[case][reviewer]
        found = [finding for finding in answer.findings if finding.rule.startswith(rule)]
        assert found, (case, reviewer, rule, answer.findings)
        assert answer.eligible != keeps_out, (case, reviewer)
    for review in json.loads((SAMPLE / "reviews.json").read_text(encoding="utf-8")):
        eligible = {reviewer for reviewer, answer in answers[review["case"]].items() if answer.eligible}
        assert review["reviewer_id"] in eligible, review["case"]
        assert len(eligible) >= 3, review["case"]
