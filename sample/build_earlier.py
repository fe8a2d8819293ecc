"""Turns the facts of real determinations into rows of `import_determinations`.

    python -m sample.build_earlier [FACTS.json [OUT.json]]

Services, citations, dates, decisions and credentials stay as given. Case numbers, injury dates, sex, documents and
narrative are made up, always the same for the same input: the row's place picks them, no chance is involved.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from pathlib import Path
from typing import Any

from sample.narratives import (
    BETWEEN,
    CARE,
    CONCLUSION,
    EXAM,
    MECHANISM_OF,
    MECHANISMS,
    MOOD_CARE,
    MOOD_EXAM,
    OPENING,
    REASONS,
    REPORT,
    SOURCE,
    kind_of,
)

FOLDER = Path(__file__).resolve().parent
FACTS = FOLDER / "data" / "determinations-facts.json"
ROWS = FOLDER / "earlier_determinations.json"

FIRST_NUMBER = 9_000_001
PACIFIC_WINTER = "-08:00"

# Rows whose facts name no diagnosis: what the service and the citations speak of (place in the file -> text).
UNNAMED_DIAGNOSIS = "pain of the {part}"

_SIDE = r"(?:(left|right|bilateral)\s+)?"
_PARTS = (
    (
        _SIDE + r"(knee|shoulder|elbow|wrist|hand|foot|ankle|hip|thumb|upper arm|femur|upper extremity|thigh)s?\b",
        "{0}{1}",
    ),
    (r"(lumbar|low back|lumbosacral|lumbago)", "low back"),
    (r"(cervical|neck|cervicalgia)", "neck"),
    (r"(thoracic)", "upper back"),
    (r"(hernia|abdom)", "abdominal wall"),
    (r"\b(face|facial|scalp|head)\b", "head"),
    (r"(depress|anxiety|stress)", "mental health"),
)


def exchange_rows(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One exchange row (a case plus review) for each fact record, in the same order."""
    return [_row(place, record) for place, record in enumerate(facts)]


def clean_diagnoses(texts: list[str] | None) -> list[str]:
    """The diagnoses without what the cutting of running text left behind.

    A closing quotation mark ends the diagnosis; a lone year, a whole sentence about "the applicant" and a leading verb
    go; a word broken at the end of a line is joined again.
    """
    kept: list[str] = []
    for text in texts or []:
        diagnosis = re.split(r'[."]*"', text)[0]
        diagnosis = re.sub(r"(?<=sprain)- ", "-", diagnosis)
        diagnosis = re.sub(r"(?<=[a-z])- (?=[a-z])", "", diagnosis)
        diagnosis = re.sub(r"^(?:is|was) ", "", diagnosis).strip(" ,.;")
        if diagnosis and not diagnosis.isdigit() and not diagnosis.startswith("the applicant"):
            kept.append(diagnosis)
    return kept


def body_part(*texts: str) -> str:
    """The first body part that one of the texts names, with its side; `affected area` when none does."""
    for text in texts:
        for pattern, form in _PARTS:
            if hit := re.search(pattern, text.lower()):
                groups = [f"{group} " if group else "" for group in hit.groups()]
                return form.format(*groups).strip() if "{" in form else form
    return "affected area"


def _row(place: int, record: dict[str, Any]) -> dict[str, Any]:
    decided = dt.date.fromisoformat(record["utilization_review_decision"])
    injured = _injury_date(place, decided)
    reported = decided - dt.timedelta(days=9 + place % 12)
    services = [item["service"] for item in record["items"]]
    part = body_part(*services, *(record["diagnoses"] or []))
    diagnoses = clean_diagnoses(record["diagnoses"]) or [UNNAMED_DIAGNOSIS.format(part=part)]
    depends = _dependencies(record["items"])
    standards = [_standard(item["reviewer_guidelines"]) for item in record["items"]]
    retrospective = all(item["retrospective"] for item in record["items"])
    received = record["application_received"]
    return {
        "external_id": f"earlier-{place + 1:04d}",
        "case_number": f"CM{received[2:4]}-{FIRST_NUMBER + place}",
        "jurisdiction": "california",
        "priority": record["priority"].lower(),
        "worker": {"sex": ("female", "male")[place % 2]},
        "claim": {"injury_date": injured.isoformat()},
        "parties": [],
        "utilization_review": {
            "decision_date": decided.isoformat(),
            "outcome": "modified"
            if any(item["authorized_by_claims_administrator"] for item in record["items"])
            else "denied",
            "kind": "retrospective" if retrospective else "prospective",
            "rfa_date": (reported + dt.timedelta(days=2)).isoformat(),
        },
        "application": {
            "received_at": f"{received}T{8 + place % 9:02d}:{(place * 7) % 60:02d}:00{PACIFIC_WINTER}",
            "signed": True,
            "signed_by": ("worker", "worker_attorney")[place % 3 == 0],
            "ur_decision_attached": True,
        },
        "diagnoses": [{"text": diagnosis} for diagnosis in diagnoses],
        "items": [
            {
                "service": item["service"],
                "original_request": item["original_request"],
                "authorized_by_claims_administrator": item["authorized_by_claims_administrator"],
                "retrospective": item["retrospective"],
                "depends_on": depends[position],
                "claims_administrator_guidelines": [
                    _citation(entry) for entry in item["claims_administrator_guidelines"]
                ],
            }
            for position, item in enumerate(record["items"])
        ],
        "documents": _documents(injured, reported, decided, retrospective=retrospective),
        "assigned_on": record["assigned"],
        "determined_on": record["determined"],
        "reviewer": {
            "certifications": [
                {"specialty": name, "subspecialty": None} for name in record["reviewer"]["certifications"]
            ],
            "licensed_states": record["reviewer"]["licensed_states"],
        },
        "review": {
            "clinical_case_summary": _summary(place, record, injured, reported, decided, diagnoses),
            "documents_reviewed": None,
            "items": [
                {
                    "decision": item["decision"].lower(),
                    "standard": standards[position] or standards[(depends[position] or 1) - 1] or "E",
                    "reviewer_guidelines": [_citation(entry) for entry in item["reviewer_guidelines"]],
                    "rationale": _rationale(place, position, item, diagnoses, injured, reported, decided),
                }
                for position, item in enumerate(record["items"])
            ],
        },
    }


def _injury_date(place: int, decided: dt.date) -> dt.date:
    """Seven weeks to two years before the decision (before every date of service in the facts)."""
    return decided - dt.timedelta(days=49 + (place * 137) % 680)


def _dependencies(items: list[dict[str, Any]]) -> list[int | None]:
    """An item for which the reviewer cited nothing accompanies the case's first item."""
    return [1 if position and not item["reviewer_guidelines"] else None for position, item in enumerate(items)]


def _standard(citations: list[dict[str, Any]]) -> str | None:
    """MTUS is A; a named professional guideline C; a web page tells only what is usual, E; nothing, none."""
    if not citations:
        return None
    if any(entry["basis"] == "MTUS" for entry in citations):
        return "A"
    return "E" if all(entry["publication"].startswith(("http", "www")) for entry in citations) else "C"


def _citation(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in ("basis", "publication", "year", "sections", "pages")} | {"text": None}


def _documents(injured: dt.date, reported: dt.date, decided: dt.date, *, retrospective: bool) -> list[dict[str, Any]]:
    first_visit = injured + dt.timedelta(days=2)
    requested = reported + dt.timedelta(days=2)
    return [
        {
            "title": "First report of injury visit",
            "kind": "medical_report",
            "date": first_visit.isoformat(),
            "pages": 3,
        },
        {"title": "Progress report", "kind": "medical_report", "date": reported.isoformat(), "pages": 4},
        {
            "title": "Request for payment approval" if retrospective else "Request for authorization",
            "kind": "request_for_authorization",
            "date": requested.isoformat(),
            "pages": 1,
        },
        {
            "title": "Utilization review decision",
            "kind": "utilization_review_decision",
            "date": decided.isoformat(),
            "pages": 6,
        },
    ]


def _summary(
    place: int, record: dict[str, Any], injured: dt.date, reported: dt.date, decided: dt.date, diagnoses: list[str]
) -> str:
    age = 24 + (place * 11) % 40
    part = body_part(*diagnoses)
    mechanism = MECHANISM_OF.get(part, MECHANISMS[(place * 3) % len(MECHANISMS)])
    of_mind = bool(re.search("depress|anxiety", " ".join(diagnoses)))
    exam = MOOD_EXAM if of_mind else EXAM[place % len(EXAM)].format(pain=4 + place % 5)
    care = MOOD_CARE if of_mind else CARE[(place * 2) % len(CARE)]
    services = "; ".join(item["service"] for item in record["items"])
    answer = (
        "modified or denied"
        if any(item["authorized_by_claims_administrator"] for item in record["items"])
        else "denied"
    )
    return " ".join(
        (
            f"The injured worker is {age} years old and was hurt on {_us(injured)} in {mechanism}.",
            f"The listed diagnoses are: {', '.join(diagnoses)}.",
            f"{care}.",
            f"At the visit of {_us(reported)} {exam}.",
            f"The treating physician requested: {services}.",
            f"Utilization review {answer} the request on {_us(decided)}.",
        )
    )


def _rationale(
    place: int,
    position: int,
    item: dict[str, Any],
    diagnoses: list[str],
    injured: dt.date,
    reported: dt.date,
    decided: dt.date,
) -> str:
    """Opening, purpose of such care, source, reasons, conclusion.

    The turn differs by case and item, so that neighbours differ.
    """
    purposes, against, in_favour = REASONS[kind_of(item["service"])]
    necessary = item["decision"] == "Overturned"
    reasons = in_favour if necessary else against
    turn = place + position * 3
    publication = item["reviewer_guidelines"][0]["publication"] if item["reviewer_guidelines"] else ""
    named = bool(publication) and not publication.startswith(("http", "www"))
    facts = {
        "service": item["service"],
        "dx": diagnoses[position] if len(diagnoses) > position else diagnoses[0],
        "part": body_part(item["service"], *diagnoses),
        "weeks": (decided - injured).days // 7,
        "pub": publication,
        "requested": _us(reported + dt.timedelta(days=2)),
        "reported": _us(reported),
        "decided": _us(decided),
        "word": "medically necessary" if necessary else "not medically necessary",
    }
    first, second = turn % len(reasons), (turn // len(reasons) + turn + 1) % len(reasons)
    sentences = [
        OPENING[turn % len(OPENING)],
        purposes[turn % len(purposes)],
        (SOURCE if named else REPORT)[(turn // 3) % (len(SOURCE) if named else len(REPORT))],
        reasons[first],
        BETWEEN[(turn // 2) % len(BETWEEN)],
        *([reasons[second]] if second != first else []),
        CONCLUSION[(turn // 2) % len(CONCLUSION)],
    ]
    return " ".join(sentence.format(**facts) for sentence in sentences)


def _us(day: dt.date) -> str:
    return day.strftime("%m/%d/%Y")


def main(arguments: list[str]) -> None:
    source = Path(arguments[0]) if arguments else FACTS
    target = Path(arguments[1]) if len(arguments) > 1 else ROWS
    rows = exchange_rows(json.loads(source.read_text(encoding="utf-8")))
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} earlier determinations written to {target}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
