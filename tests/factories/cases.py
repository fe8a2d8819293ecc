"""Cases for tests of every room: `exchange_row` as a feed would send it, `make_case` complete and in any state.

case = make_case()                                       # taken in just now, state "received"
case = make_case(state="ready", items=[an_item("MRI of the left knee")])
case = make_case(worker={"last_name": "Lopez"})          # dicts are merged into the defaults, lists replace them
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
from typing import Any

import pikepdf

from cases.models import Case
from cases.services.intake import take_in
from cases.workflow import FIRST_STATE, STATE_MOVES, State
from common.actor import Actor

NOW = dt.datetime(2026, 11, 23, 18, tzinfo=dt.UTC)  # 10 in the morning in California
FACTORY = Actor.system("factory")
COORDINATOR = Actor(name="coordinator@example.org", roles=frozenset({"coordinator"}))

_counter = itertools.count(1)
_ASSIGNED_FROM = {State.RECORDS, State.READY, State.IN_REVIEW, State.QUALITY_CHECK, State.DETERMINED, State.SERVED}


def a_pdf(pages: int = 1) -> bytes:
    """A real PDF of empty pages."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def an_item(service: str = "Physical therapy 2 times a week for 6 weeks, lumbar spine", **facts: Any) -> dict[str, Any]:
    return {"service": service, **facts}


def a_citation(publication: str = "Chronic Pain Medical Treatment", **facts: Any) -> dict[str, Any]:
    usual = {"basis": "MTUS", "publication": publication, "year": 2016, "sections": ["Physical medicine treatment"]}
    return {**usual, **facts}


def exchange_row(**changes: Any) -> dict[str, Any]:
    """A complete row of `import_cases`, different in each call; dicts in `changes` are merged, the rest replaces."""
    number = next(_counter)
    row: dict[str, Any] = {
        "external_id": f"factory-{number}",
        "jurisdiction": "california",
        "priority": "standard",
        "worker": {
            "first_name": "Ana", "last_name": "Alvarado", "birth_date": "1971-03-09", "sex": "female", "language": "en",
            "address": {"line1": "12 Orchard Lane", "city": "Fresno", "state": "CA", "zip": "93701"},
        },
        "claim": {"claim_number": f"CL-{number:06d}", "injury_date": "2025-02-03"},
        "parties": [
            {"role": "employer", "organization": "Valley Orchards Inc."},
            {"role": "claims_administrator", "organization": "Golden Claims Services", "serve_by": "electronic"},
            {"role": "utilization_reviewer", "organization": "Clearpath UR"},
            {
                "role": "requesting_physician",
                "organization": "Fresno Spine Group",
                "person": {
                    "first_name": "Peter", "last_name": "Okafor", "npi": "1000000004",
                    "specialty": "Orthopedic Surgery",
                },
            },
        ],
        "utilization_review": {
            "decision_date": "2026-10-20", "served_date": "2026-10-21", "service": "mail_ca", "outcome": "denied",
            "kind": "prospective", "rfa_date": "2026-10-14",
        },
        "application": {
            "received_at": "2026-11-02T09:15:00-08:00", "signed": True, "signed_by": "worker",
            "ur_decision_attached": True, "channel": "mail",
        },
        "diagnoses": [{"text": "Lumbar strain", "icd10": "S39.012A"}],
        "items": [an_item(body_part="lumbar spine", claims_administrator_guidelines=[a_citation()])],
        "documents": [
            {
                "title": "Utilization review decision", "kind": "utilization_review_decision", "date": "2026-10-20",
                "pages": 6,
            },
            {
                "title": "Progress report", "kind": "medical_report", "author": "P. Okafor", "date": "2026-10-12",
                "pages": 4, "from_role": "claims_administrator", "received_at": "2026-11-09T10:00:00-08:00",
            },
        ],
    }  # fmt: skip
    return _merged(row, changes)


def _merged(row: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = dict(row)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(row.get(key), dict)
        merged[key] = _merged(row[key], value) if both else value
    return merged


def make_case(*, state: str = FIRST_STATE, now: dt.datetime = NOW, **changes: Any) -> Case:
    """A case taken in by the real intake, then put in `state` along the workflow table, guards not asked."""
    case = take_in(row=exchange_row(**changes), actor=FACTORY, now=now)
    put_in_state(case, state)
    if state in _ASSIGNED_FROM:
        Case.objects.filter(pk=case.pk).update(assigned_on=dt.date(2026, 11, 5))
    return Case.objects.get(pk=case.pk)


def put_in_state(case: Case, state: str) -> Case:
    """Walk the table to a state by raw updates, as the trigger allows."""
    paths: dict[str, list[str]] = {str(case.state): []}
    queue = [str(case.state)]
    while queue:
        here = queue.pop(0)
        for source, target in STATE_MOVES:
            if source == here and target not in paths:
                paths[target] = [*paths[here], target]
                queue.append(target)
    for step in paths[str(state)]:
        Case.objects.filter(pk=case.pk).update(state=step)
    case.refresh_from_db()
    return case
