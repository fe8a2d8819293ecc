"""The reviewer's statement on one case: every party that LC 139.5(c)(5) names, each "none" or "I know this one"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import Case
from cases.rules.names import person_key
from common.errors import InputRefusal
from reviews.models import Reviewer

NONE, KNOWN = "none", "known"
ANSWERS = (NONE, KNOWN)

#: Roles whose officers, directors and managers count by themselves (LC 139.5(c)(5)(b)).
_LED = ("employer", "insurer", "claims_administrator")

MEANING = (
    "I have no material professional, familial or financial affiliation with anybody named here, my credentials are "
    "current, I know the condition, the treatment and its guidelines well enough, and my pay does not hang on the "
    "outcome."
)


@dataclass(frozen=True)
class StatementParty:
    """One line of the statement. key: its name in the form. party: id of the case's party, None for the others."""

    key: str
    party: int | None
    role: str
    role_label: str
    name: str


def statement_parties(case: Case) -> list[StatementParty]:
    """Every line that a statement on this case must answer, in the order of the law's list."""
    parties = list(case.parties.select_related("organization", "person"))
    lines = [StatementParty("worker", None, "worker", "Injured worker", case.worker.full_name or "Name not known")]
    lines.append(
        StatementParty("family", None, "worker_family", "The worker's immediate family", "Anybody of the family")
    )
    lines += [
        StatementParty(f"party-{party.pk}", party.pk, party.role, party.get_role_display(), party.display_name)
        for party in parties
    ]
    led = ", ".join(dict.fromkeys(party.display_name for party in parties if party.role in _LED))
    if led:
        lines.append(
            StatementParty("officers", None, "officers", "Officers, directors and managers", f"Those of {led}")
        )
    services = "; ".join(item.service for item in case.items.disputed())
    lines.append(StatementParty("makers", None, "makers", "Development or manufacture of what is in dispute", services))
    return lines


def check_answers(lines: list[StatementParty], answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """The answers as they are kept. Raises InputRefusal with the key of each line that is not answered.

    Where one party is known nothing else is asked: the lines that were answered are enough.
    """
    if KNOWN in (answers.get(line.key) for line in lines):
        lines = [line for line in lines if answers.get(line.key) in ANSWERS]
    open_lines = {
        line.key: "Say “none” or “I know this one”." for line in lines if answers.get(line.key) not in ANSWERS
    }
    if open_lines:
        raise InputRefusal(
            "statement.parties",
            f"{len(open_lines)} of {len(lines)} lines are not answered yet. Every party needs an answer.",
            fields=open_lines,
        )
    return [{"party": line.party, "role": line.role, "name": line.name, "answer": answers[line.key]} for line in lines]


def check_declarations(
    *,
    reviewer: Reviewer,
    credentials_current: bool,
    knowledge_sufficient: bool,
    pay_independent: bool,
    signed_name: str,
) -> None:
    """Raises InputRefusal with every declaration that is missing, and for a signature that is not the own name."""
    said = {
        "credentials_current": (credentials_current, "Without current credentials the case cannot be accepted."),
        "knowledge_sufficient": (knowledge_sufficient, "Without enough knowledge the case cannot be accepted."),
        "pay_independent": (pay_independent, "Pay that hangs on the outcome is forbidden."),
    }
    missing = {key: sentence for key, (given, sentence) in said.items() if not given}
    name = f"{reviewer.first_name} {reviewer.last_name}"
    if person_key(signed_name, "") != reviewer.key:
        missing["signed_name"] = f"Type your name as it stands on the roster: {name}."
    if missing:
        raise InputRefusal("statement.declarations", "The statement is not complete.", fields=missing)
