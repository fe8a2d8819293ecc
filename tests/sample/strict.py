"""The project's own reading of the exchange formats: every key, every choice, every date.

Written apart from the importers, so that the two check each other. Each function returns sentences, an empty list for
a good row. `*` before a key: required.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], str | None]


def text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "is not a text"


def blank(value: Any) -> str | None:
    return None if isinstance(value, str) else "is not a text"


def flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "is not true or false"


def number(value: Any) -> str | None:
    return (
        None
        if isinstance(value, int) and not isinstance(value, bool) and value > 0
        else "is not a whole number above 0"
    )


def day(value: Any) -> str | None:
    try:
        return None if dt.date.fromisoformat(value).isoformat() == value else "is not YYYY-MM-DD"
    except (TypeError, ValueError):
        return "is not YYYY-MM-DD"


def moment(value: Any) -> str | None:
    try:
        return None if dt.datetime.fromisoformat(value).utcoffset() is not None else "has no time zone"
    except (TypeError, ValueError):
        return "is not a moment"


def one_of(choices: str) -> Check:
    allowed = choices.split("|")
    return lambda value: None if value in allowed else f"is none of {choices}"


def maybe(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def list_of(check: Check | dict[str, Any]) -> tuple[str, Any]:
    return ("list", check)


ADDRESS = {"line1": blank, "city": blank, "state": blank, "zip": blank}

CITATION = {
    "*basis": one_of("MTUS|Non-MTUS"),
    "*publication": text,
    "year": maybe(number),
    "sections": list_of(text),
    "pages": maybe(text),
    "text": maybe(text),
}

PARTY_ROLES = (
    "employer|insurer|claims_administrator|mpn|utilization_reviewer|requesting_physician|medical_group|facility|manufacturer|"
    "worker_attorney|representative|employer_officer|worker_family"
)

CASE: dict[str, Any] = {
    "external_id": text,
    "case_number": maybe(text),
    "jurisdiction": one_of("california"),
    "priority": one_of("standard|expedited"),
    "*worker": {
        "*first_name": text,
        "*last_name": text,
        "*birth_date": day,
        "sex": maybe(one_of("male|female|other|unknown")),
        "language": text,
        "address": ADDRESS,
        "email": maybe(text),
        "phone": maybe(text),
    },
    "*claim": {"*claim_number": text, "*injury_date": day, "adj_number": maybe(text), "wcis_number": maybe(text)},
    "parties": list_of(
        {
            "*role": one_of(PARTY_ROLES),
            "organization": maybe(text),
            "person": ("maybe", {"first_name": blank, "last_name": text, "npi": maybe(text), "specialty": maybe(text)}),
            "address": ADDRESS,
            "email": maybe(text),
            "designated_on": maybe(day),
            "serve_by": one_of("mail|electronic"),
        }
    ),
    "*utilization_review": {
        "*decision_date": day,
        "served_date": maybe(day),
        "service": one_of("mail_ca|mail_us|mail_abroad|electronic|personal"),
        "outcome": one_of("denied|modified"),
        "kind": one_of("prospective|concurrent|retrospective"),
        "conditional_non_certification": flag,
        "rfa_date": maybe(day),
    },
    "*application": {
        "*received_at": moment,
        "signed": flag,
        "signed_by": one_of("worker|worker_attorney|representative"),
        "ur_decision_attached": flag,
        "liability_disputed": flag,
        "channel": one_of("mail|fax|electronic"),
    },
    "diagnoses": list_of({"*text": text, "icd10": maybe(text)}),
    "*items": list_of(
        {
            "*service": text,
            "heading": maybe(text),
            "category": maybe(text),
            "subcategory": maybe(text),
            "body_part": maybe(text),
            "side": maybe(one_of("left|right|bilateral")),
            "quantity": maybe(text),
            "original_request": maybe(text),
            "authorized_by_claims_administrator": maybe(text),
            "retrospective": flag,
            "formulary": flag,
            "depends_on": maybe(number),
            "claims_administrator_guidelines": list_of(CITATION),
        }
    ),
    "documents": list_of(
        {
            "*title": text,
            "kind": one_of(
                "medical_report|utilization_review_decision|application_form|request_for_authorization|imaging|therapy_notes|"
                "correspondence|other"
            ),
            "author": maybe(text),
            "date": maybe(day),
            "pages": maybe(number),
            "received_at": maybe(moment),
            "from_role": maybe(text),
            "path": maybe(text),
        }
    ),
}

REVIEW_ITEM = {
    "*decision": one_of("upheld|overturned"),
    "*standard": one_of("A|B|C|D|E|F"),
    "*reviewer_guidelines": list_of(CITATION),
    "*rationale": text,
}

# A past determination may lack what its letter does not print.
DETERMINATION: dict[str, Any] = {
    **CASE,
    "*worker": {key.lstrip("*"): check for key, check in CASE["*worker"].items()},
    "*claim": {("*" if "injury" in key else "") + key.lstrip("*"): check for key, check in CASE["*claim"].items()},
    "*assigned_on": day,
    "*determined_on": day,
    "*reviewer": {
        "*certifications": list_of({"*specialty": text, "subspecialty": maybe(text)}),
        "*licensed_states": list_of(text),
    },
    "*review": {"*clinical_case_summary": text, "documents_reviewed": maybe(blank), "*items": list_of(REVIEW_ITEM)},
}

REVIEWER: dict[str, Any] = {
    "*reviewer_id": text,
    "*first_name": text,
    "*last_name": text,
    "*degree": one_of("MD|DO|DC|PhD|DPM|DDS|LAc|OD"),
    "*email": text,
    "npi": maybe(text),
    "certifications": list_of(
        {
            "board": maybe(text),
            "*specialty": text,
            "subspecialty": maybe(text),
            "certified_on": maybe(day),
            "expires_on": maybe(day),
            "verified_on": maybe(day),
            "verified_by": maybe(text),
            "source": maybe(text),
        }
    ),
    "licenses": list_of(
        {
            "state": text,
            "*number": text,
            "status": one_of("active|restricted|expired|surrendered"),
            "*expires_on": day,
            "verified_on": maybe(day),
            "verified_by": maybe(text),
            "source": maybe(text),
        }
    ),
    "active_practice": {"*since": day, "hours_per_week": number},
    "law_training_completed_on": maybe(day),
    "capacity": {"per_week": number, "open_cases": number},
    "away": list_of({"from": day, "to": day}),
    "practice_addresses": list_of(ADDRESS),
    "billing_organizations": list_of(text),
    "do_not_send": list_of(text),
    "expertise": list_of(text),
    "sanctions": list_of({"text": text, "from": maybe(day), "to": maybe(day), "material": flag}),
    "affiliations": list_of(
        {
            "*organization": text,
            "role": one_of(
                "employee|owner|partner|contractor|officer|director|shareholder|consultant|speaker|staff_privileges|"
                "family_member_works_there|family_member_owns"
            ),
            "from": maybe(day),
            "to": maybe(day),
            "income_share_percent": maybe(number),
        }
    ),
    "relations": list_of(
        {
            "first_name": text,
            "last_name": text,
            "kind": one_of(
                "spouse|child|parent|sibling|parent_in_law|child_in_law|guardian|household|former_patient|business_partner|"
                "co_author|co_investigator|supervisor"
            ),
        }
    ),
    "product_interests": list_of(
        {
            "name": text,
            "manufacturer": blank,
            "kind": one_of("development|royalty|equity|consulting"),
            "from": maybe(day),
            "to": maybe(day),
            "income_share_percent": maybe(number),
        }
    ),
    "interests_attested_on": maybe(day),
}

ORGANIZATION: dict[str, Any] = {
    "*name": text,
    "kind": one_of(
        "carrier|administrator|employer|health_system|hospital|medical_group|manufacturer|law_firm|public_entity|other"
    ),
    "aliases": list_of(text),
    "parents": list_of({"name": text, "from": maybe(day), "to": maybe(day)}),
    "addresses": list_of(ADDRESS),
    "npi": maybe(text),
    "*source": text,
}


def problems(value: Any, shape: Any, where: str = "") -> list[str]:
    """What in `value` differs from `shape`: a dict of keys, ("list", inner), ("maybe", inner) or a check."""
    if isinstance(shape, tuple):
        kind, inner = shape
        if kind == "maybe":
            return [] if value is None else problems(value, inner, where)
        if not isinstance(value, list):
            return [f"{where} is not a list"]
        return [found for place, entry in enumerate(value, 1) for found in problems(entry, inner, f"{where}[{place}]")]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is not an object"]
        known = {key.lstrip("*"): check for key, check in shape.items()}
        missing = [f"{where}.{key[1:]} is missing" for key in shape if key.startswith("*") and key[1:] not in value]
        unknown = [f"{where}.{key} is not a known key" for key in value if key not in known]
        inside = [
            found for key in value if key in known for found in problems(value[key], known[key], f"{where}.{key}")
        ]
        return missing + unknown + inside
    complaint = shape(value)
    return [f"{where} {complaint}: {value!r}"] if complaint else []


def problems_of_case(row: dict[str, Any], shape: dict[str, Any] = CASE) -> list[str]:
    """Keys and values, then what one fact demands of another."""
    found = problems(row, shape, row.get("external_id", "row"))
    for position, item in enumerate(row["items"], 1):
        other = item.get("depends_on")
        if other is not None and (other == position or not 1 <= other <= len(row["items"])):
            found.append(f"item {position} depends on item {other}, which does not stand beside it")
    injury, review = row["claim"].get("injury_date", ""), row["utilization_review"]
    steps = [injury, review.get("rfa_date"), review["decision_date"], row["application"]["received_at"][:10]]
    present = [step for step in steps if step]
    if present != sorted(present):
        found.append(f"dates do not run forward: {present}")
    return found


def problems_of_determination(row: dict[str, Any]) -> list[str]:
    found = problems_of_case(row, DETERMINATION)
    if len(row["items"]) != len(row["review"]["items"]):
        found.append("the review does not have one entry for each item")
    return found
