"""The sample panel has one flaw a reviewer (sample/README.md): the gate finds each, and the clean ones may decide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.models import Case
from reviews.models import Reviewer
from reviews.services.gate import ask_gate_for_all
from tests.factories.reviewers import TODAY

SAMPLE = Path(__file__).resolve().parents[2] / "sample"

#: roster id -> rule, severity, the cases by the end of their external id ("*": all).
FLAWS = {
    "R-0003": ("conflict.privileges", "shown", "03 07"),
    "R-0031": ("conflict.employment", "hard", "01 04 10"),
    "R-0032": ("conflict.family", "hard", "02"),
    "R-0033": ("conflict.patient", "hard", "03"),
    "R-0034": ("conflict.address", "waivable", "04 09"),
    "R-0035": ("conflict.employment", "hard", "01 04 10"),
    "R-0036": ("attestation.stale", "unknown", "*"),
    "R-0037": ("license.restricted", "hard", "*"),
    "R-0039": ("certification.unverified", "unknown", ""),
    "R-0042": ("conflict.family_member", "hard", "05"),
    "R-0043": ("conflict.employment", "waivable", "02 06 08 12 13"),
    "R-0044": ("conflict.income", "hard", "13"),
    "R-0045": ("conflict.do_not_send", "hard", "03 07 11 14 15"),
    "R-0046": ("practice.hours", "hard", "*"),
    "R-0047": ("training.missing", "unknown", "*"),
}


@pytest.mark.django_db
def test_the_gate_finds_each_flaw_of_the_sample_and_no_other():
    call_command("import_reviewers", SAMPLE / "reviewers.json", "--json")
    call_command("import_cases", SAMPLE / "cases.json", "--json")
    reviewers = json.loads((SAMPLE / "reviewers.json").read_text(encoding="utf-8"))
    assert Reviewer.objects.count() == len(reviewers)
    # The register is read after the roster: what was typed first must be recognised all the same.
    call_command("import_organizations", SAMPLE / "organizations.json", "--json")

    chosen = {row["case"]: row["reviewer_id"] for row in json.loads((SAMPLE / "reviews.json").read_text("utf-8"))}
    for case in Case.objects.order_by("external_id"):
        found = {
            result.reviewer.reviewer_id: {(one.rule, str(one.severity)) for one in result.findings}
            for result in ask_gate_for_all(case=case, on=TODAY).values()
        }
        mine = found[chosen[str(case.external_id)]]
        assert not {rule for rule, severity in mine if severity != "shown"}, (case.external_id, mine)
        for reviewer_id, (rule, severity, cases) in FLAWS.items():
            if cases:
                expected = cases == "*" or str(case.external_id)[-2:] in cases.split()
                assert ((rule, severity) in found[reviewer_id]) is expected, (case.external_id, reviewer_id)
        clean = {key: rules for key, rules in found.items() if key < "R-0026"}
        assert not {rule for rules in clean.values() for rule, _ in rules} - {
            "specialty.mismatch", "degree.limit", "conflict.privileges", "calendar.away",
        }  # fmt: skip
