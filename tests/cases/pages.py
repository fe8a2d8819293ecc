"""Signed-in browsers by role, and the intake form as it is posted."""

from __future__ import annotations

from django.test import Client

from tests.accounts.people import make_person, signed_in


def browser(*roles: str) -> Client:
    return signed_in(make_person(*roles))


def intake_post(**changes: object) -> dict[str, object]:
    """A complete intake form as the browser sends it; keys as field names, None takes a field out."""
    form: dict[str, object] = {
        "case-priority": "standard",
        "application-received_on": "11/2/26",
        "application-received_time": "",
        "application-channel": "mail",
        "application-signed": "yes",
        "application-signed_by": "worker",
        "application-ur_decision_attached": "yes",
        "worker-first_name": "Ana",
        "worker-last_name": "Quiñones",
        "worker-birth_date": "3/9/1971",
        "worker-state": "CA",
        "worker-language": "en",
        "claim-claim_number": "CL-77",
        "claim-injury_date": "Feb 3, 2025",
        "utilization_review-decision_date": "2026-10-20",
        "utilization_review-outcome": "denied",
        **_rows("diagnoses", {"text": "Lumbar strain"}),
        **_rows("items", {"service": "MRI of the lumbar spine"}, least=1),
        **_rows("items-0-citations"),
        **_rows("parties", {"role": "employer", "organization": "Valley Orchards Inc."}, {"role": "insurer"}),
        **_rows("documents", {"title": "Progress report", "kind": "medical_report"}),
    }
    form.update(changes)
    return {key: value for key, value in form.items() if value is not None}


def _rows(prefix: str, *rows: dict[str, object], least: int = 0) -> dict[str, object]:
    found: dict[str, object] = {
        f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0, f"{prefix}-MIN_NUM_FORMS": least,
        f"{prefix}-MAX_NUM_FORMS": 100,
    }  # fmt: skip
    for place, row in enumerate(rows):
        found.update({f"{prefix}-{place}-{key}": value for key, value in row.items()})
    return found
