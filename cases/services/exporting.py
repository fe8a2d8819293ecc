"""A case as the exchange row that would bring it in: for corrections, which the rules of intake judge again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.models import Case, DisputedItem, Party
from cases.models.person import Address


def row_of(case: Case) -> dict[str, Any]:
    """The facts of the case in exchange form, documents and citations left out. Unknown is null."""
    worker, claim, review, application = case.worker, case.claim, case.utilization_review, case.application
    return {
        "priority": case.priority,
        "worker": {**_plain(worker, "first_name", "last_name", "birth_date", "sex", "language", "email", "phone"),
                   "address": _address(worker)},
        "claim": _plain(claim, "claim_number", "injury_date", "adj_number", "wcis_number"),
        "utilization_review": _plain(review, "decision_date", "served_date", "service", "outcome", "kind",
                                     "conditional_non_certification", "rfa_date"),
        "application": _plain(application, "received_at", "signed", "signed_by", "ur_decision_attached",
                              "liability_disputed", "channel"),
        "diagnoses": [_plain(one, "text", "icd10") for one in case.diagnoses.all()],
        "items": [_item(one) for one in case.items.all()],
        "parties": [_party(one) for one in case.parties.all()],
    }  # fmt: skip


def value_at(row: dict[str, Any], path: str) -> Any:
    """The value at a key path such as `parties[0].person.npi`."""
    here: Any = row
    for key in path.replace("[", ".").replace("]", "").split("."):
        here = here[int(key)] if isinstance(here, list) else (here or {}).get(key)
    return here


def put_at(row: dict[str, Any], path: str, value: Any) -> None:
    """Write a value at a key path; a missing object on the way is made."""
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    here: Any = row
    for key in way:
        if isinstance(here, list):
            here = here[int(key)]
        else:
            here[key] = {} if here.get(key) is None else here[key]
            here = here[key]
    here[last] = value


def _plain(record: Any, *names: str) -> dict[str, Any]:
    return {name: _value(getattr(record, name)) for name in names}


def _value(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return None if value == "" else value


def _address(record: Address) -> dict[str, Any]:
    return _plain(record, "line1", "line2", "city", "state", "zip")


def _item(item: DisputedItem) -> dict[str, Any]:
    names = ("service", "original_request", "quantity", "body_part", "side", "category", "retrospective", "formulary")
    return {
        **_plain(item, *names),
        "authorized_by_claims_administrator": item.authorized or None,
        "depends_on": item.depends_on.position if item.depends_on else None,
    }


def _party(party: Party) -> dict[str, Any]:
    person = party.person
    return {
        **_plain(party, "role", "email", "designated_on", "serve_by"),
        "organization": party.organization_name or None,
        "person": _plain(person, "first_name", "last_name", "npi", "specialty") if person else None,
        "address": _address(party),
    }
