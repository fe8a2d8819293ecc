from __future__ import annotations

import copy
import datetime as dt
import json
import re
import subprocess
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def shared(path: str) -> Path:
    """A file of the shared project facts; the test is skipped where they are absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"../shared/{path} is not here; this test compares with it")
    return found


DOCUMENT = {
    "format": "imr-determination/1",
    "case_number": "CM16-0000042",
    "version": 1,
    "supersedes": None,
    "jurisdiction": "california",
    "priority": "standard",
    "layout": "2016",
    "language": "en",
    "assigned_on": "2016-11-18",
    "injury_date": "2014-03-07",
    "determined_on": "2016-12-19",
    "ur_decision_date": "2016-11-09",
    "application_received_on": "2016-11-14",
    "reviewer": {
        "certifications": [{"specialty": "Physical Medicine & Rehabilitation", "subspecialty": None}],
        "licensed_states": ["Texas", "California"],
    },
    "diagnoses": ["lumbar strain"],
    "clinical_case_summary": "The injured worker reports low back pain.\n\nAn examination showed a limp.",
    "documents_reviewed": None,
    "outcome": "partially_overturned",
    "items": [
        {
            "position": 1,
            "service": "Physical therapy 3 times a week for 2 weeks",
            "heading": None,
            "original_request": None,
            "authorized": None,
            "retrospective": False,
            "depends_on": None,
            "decision": "overturned",
            "standard": "A",
            "administrator_guidelines": [],
            "reviewer_guidelines": [
                {
                    "basis": "MTUS",
                    "publication": "Chronic Pain Medical Treatment",
                    "year": 2016,
                    "sections": ["Physical medicine treatment"],
                    "pages": None,
                    "text": None,
                }
            ],
            "rationale": "The request fits the guideline. It is medically necessary.",
        }
    ],
}


@pytest.fixture
def document():
    """A determination of the layout 2016, free to change."""
    return copy.deepcopy(DOCUMENT)


def exchange_document(row: dict, *, layout: str) -> dict:
    """A row of the determination exchange format as the frozen document that it becomes."""
    review = row["review"]
    return {
        **DOCUMENT,
        "case_number": row["case_number"],
        "layout": layout,
        "assigned_on": row["assigned_on"],
        "determined_on": row["determined_on"],
        "injury_date": row["claim"]["injury_date"],
        "ur_decision_date": row["utilization_review"]["decision_date"],
        "application_received_on": row["application"]["received_at"][:10],
        "reviewer": row["reviewer"],
        "clinical_case_summary": review["clinical_case_summary"],
        "items": [
            {
                "position": position,
                "service": item["service"],
                "heading": item.get("heading"),
                "original_request": item.get("original_request"),
                "authorized": item.get("authorized_by_claims_administrator"),
                "retrospective": False,
                "depends_on": None,
                "decision": decided["decision"],
                "standard": decided["standard"],
                "administrator_guidelines": item.get("claims_administrator_guidelines", []),
                "reviewer_guidelines": decided["reviewer_guidelines"],
                "rationale": decided["rationale"],
            }
            for position, (item, decided) in enumerate(zip(row["items"], review["items"], strict=True), start=1)
        ],
    }


def shared_blocks(layout: str) -> dict:
    return json.loads(shared(f"wording/{layout}.json").read_text(encoding="utf-8"))[0]["blocks"]


@pytest.fixture
def own_wording(db):
    from letters.services.wording import load_own_wording

    load_own_wording(now=NOW)


@pytest.fixture
def order(own_wording):
    """Orders a letter of a document, left to the test to seal."""
    from letters.services.ordering import freeze, order_letter

    def place(content, **facts):
        frozen = freeze(content=content, now=NOW)
        return order_letter(
            frozen=frozen,
            key=content["case_number"],
            version=content["version"],
            now=NOW,
            **{"to_worker": False, **facts},
        )

    return place


def pdf_text(content: bytes) -> str:
    """What pdftotext reads, without the page lines and direction marks."""
    out = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    return re.sub(
        r"^Page \d+ of \d+$", "", out.translate({0x202A: None, 0x202B: None, 0x202C: None}), flags=re.MULTILINE
    )
