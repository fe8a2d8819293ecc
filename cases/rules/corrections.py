"""Which typed fact may be corrected in which state: a table. Pure. Paths are those of the exchange row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cases.workflow import State

#: Until the determination is approved; what the letter prints is fixed from then on.
BEFORE_APPROVAL = frozenset(
    {
        State.RECEIVED, State.ELIGIBILITY, State.INELIGIBLE, State.DEFERRED, State.RECORDS, State.READY,
        State.IN_REVIEW, State.QUALITY_CHECK,
    }
)  # fmt: skip
#: Decided, and not closed yet: the sealed letter stays as it is.
DECIDED = frozenset({State.DETERMINED, State.SERVED})
#: While nobody reviews: the disputed items are what the reviewer decides on.
_BEFORE_REVIEW = BEFORE_APPROVAL - {State.IN_REVIEW, State.QUALITY_CHECK}
#: What eligibility hangs on, where eligibility is still decided.
_BEFORE_FINDING = frozenset({State.RECEIVED, State.ELIGIBILITY, State.INELIGIBLE, State.DEFERRED})
#: How to reach a person, until the case is closed.
_UNTIL_CLOSED = BEFORE_APPROVAL | DECIDED


@dataclass(frozen=True)
class Fact:
    """One fact that can be corrected.

    path:      key path in the exchange row; `[]` stands for any place of a list.
    label:     its words for people.
    states:    where it may be corrected.
    asks_gate: whether reviewers are judged anew by it (conflicts of interest, specialty).
    printed:   whether the determination letter prints it.
    """

    path: str
    label: str
    states: frozenset[State]
    asks_gate: bool = False
    printed: bool = False


def _address(base: str, *, asks_gate: bool = False) -> list[Fact]:
    words = {"line1": "Street", "line2": "Street, second line", "city": "City", "state": "State", "zip": "ZIP"}
    return [Fact(f"{base}.address.{key}", word, _UNTIL_CLOSED, asks_gate=asks_gate) for key, word in words.items()]


FACTS: tuple[Fact, ...] = (
    Fact("priority", "Priority", _BEFORE_FINDING, printed=True),
    Fact("worker.first_name", "First name", BEFORE_APPROVAL, asks_gate=True),
    Fact("worker.last_name", "Last name", BEFORE_APPROVAL, asks_gate=True),
    Fact("worker.birth_date", "Birth date", BEFORE_APPROVAL, asks_gate=True),
    Fact("worker.sex", "Sex", BEFORE_APPROVAL),
    Fact("worker.language", "Language", _UNTIL_CLOSED),
    *_address("worker"),
    Fact("worker.email", "E-mail", _UNTIL_CLOSED),
    Fact("worker.phone", "Phone", _UNTIL_CLOSED),
    Fact("claim.claim_number", "Claim number", BEFORE_APPROVAL),
    Fact("claim.injury_date", "Date of injury", BEFORE_APPROVAL, printed=True),
    Fact("claim.adj_number", "WCAB case number", _UNTIL_CLOSED),
    Fact("claim.wcis_number", "WCIS number", _UNTIL_CLOSED),
    Fact("utilization_review.decision_date", "Date of the UR decision", BEFORE_APPROVAL, printed=True),
    Fact("utilization_review.served_date", "UR decision served on", _BEFORE_FINDING),
    Fact("utilization_review.service", "How it was served", _BEFORE_FINDING),
    Fact("utilization_review.outcome", "Outcome of the UR", _BEFORE_FINDING),
    Fact("utilization_review.kind", "Kind of UR", BEFORE_APPROVAL),
    Fact("utilization_review.rfa_date", "Date of the request for authorization", BEFORE_APPROVAL),
    Fact("utilization_review.conditional_non_certification", "Conditional non-certification", _BEFORE_FINDING),
    Fact("application.received_at", "Application received", _BEFORE_FINDING, printed=True),
    Fact("application.signed", "Application signed", _BEFORE_FINDING),
    Fact("application.signed_by", "Signed by", _BEFORE_FINDING),
    Fact("application.ur_decision_attached", "UR decision attached", _BEFORE_FINDING),
    Fact("application.liability_disputed", "Liability disputed", _BEFORE_FINDING),
    Fact("application.channel", "Channel", BEFORE_APPROVAL),
    Fact("diagnoses[].text", "Diagnosis", _BEFORE_REVIEW, asks_gate=True),
    Fact("diagnoses[].icd10", "ICD-10", _BEFORE_REVIEW, asks_gate=True),
    Fact("items[].service", "Treatment in dispute", _BEFORE_REVIEW, asks_gate=True, printed=True),
    Fact("items[].original_request", "What was asked for at first", _BEFORE_REVIEW, printed=True),
    Fact("items[].authorized_by_claims_administrator", "Part authorized already", _BEFORE_REVIEW, printed=True),
    Fact("items[].quantity", "Quantity", _BEFORE_REVIEW),
    Fact("items[].body_part", "Body part", _BEFORE_REVIEW, asks_gate=True),
    Fact("items[].side", "Side", _BEFORE_REVIEW),
    Fact("items[].depends_on", "Depends on item", _BEFORE_REVIEW),
    Fact("items[].retrospective", "Given already (retrospective)", _BEFORE_REVIEW),
    Fact("items[].formulary", "Drug on the formulary", _BEFORE_FINDING),
    Fact("parties[].organization", "Organization", BEFORE_APPROVAL, asks_gate=True),
    Fact("parties[].person.first_name", "First name", BEFORE_APPROVAL, asks_gate=True),
    Fact("parties[].person.last_name", "Last name", BEFORE_APPROVAL, asks_gate=True),
    Fact("parties[].person.npi", "NPI", BEFORE_APPROVAL, asks_gate=True),
    Fact("parties[].person.specialty", "Specialty", BEFORE_APPROVAL, asks_gate=True),
    *_address("parties[]", asks_gate=True),  # a shared practice address is a conflict
    Fact("parties[].email", "E-mail", _UNTIL_CLOSED),
    Fact("parties[].serve_by", "Served by", _UNTIL_CLOSED),
    Fact("parties[].designated_on", "Named on", _BEFORE_FINDING),
)
_BY_PATH = {fact.path: fact for fact in FACTS}
_PLACE = re.compile(r"\[\d+\]")


def fact_at(path: str) -> Fact | None:
    """The fact at a key path such as `items[0].service`, with that path; None for what cannot be corrected."""
    known = _BY_PATH.get(kind_of(path))
    return replace(known, path=path) if known else None


def kind_of(path: str) -> str:
    """The key path with any place of its lists: `items[0].service` -> `items[].service`."""
    return _PLACE.sub("[]", path)


def correctable(state: str, lengths: dict[str, int]) -> list[Fact]:
    """The facts that may be corrected in a state. lengths: number of diagnoses, items and parties of the case."""
    found = [fact for fact in FACTS if state in fact.states and "[]" not in fact.path]
    for part, length in lengths.items():
        for place in range(length):
            inside = [one for one in FACTS if one.path.startswith(f"{part}[]") and state in one.states]
            found.extend(replace(one, path=one.path.replace("[]", f"[{place}]")) for one in inside)
    return found
