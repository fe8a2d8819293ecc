"""The eligibility check of a case: its lines from the facts, the guard of “find eligible”, and the other outcomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cases.models import Case, Party
from cases.rules.eligibility import ApplicationFacts, Finding, Standing, find
from cases.services.workflow import move
from cases.workflow import Event
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RuleRefusal
from common.services.exchange import parse_date, parse_moment

#: Reason code -> words for people. Source: domain.md section 4, CA-15.
REASONS: dict[str, str] = {
    "unsigned": "not signed by the worker or a valid representative",
    "late": "outside the window for applications",
    "no_ur_decision": "the complete UR decision is not attached",
    "conditional_non_certification": "the UR only lacked information",
    "duplicate": "an earlier application for the same treatment",
    "not_utilization_review": "no UR denial or modification",
    "invalid_representative": "the representative was not named after the UR decision",
    "no_response": "the parties did not answer in time",
}


def facts_of(case: Case) -> ApplicationFacts:
    """What eligibility hangs on, as typed now."""
    application, review = case.application, case.utilization_review
    items = list(case.items.all())
    named = [party.designated_on for party in case.parties.all() if party.role == Party.Role.REPRESENTATIVE]
    return ApplicationFacts(
        signed=application.signed,
        ur_decision_attached=application.ur_decision_attached,
        liability_disputed=application.liability_disputed,
        conditional_non_certification=review.conditional_non_certification,
        outcome=review.get_outcome_display().lower(),
        decided_on=review.decision_date,
        served_on=review.served_date,
        service=review.service,
        received_on=application.received_on,
        formulary=bool(items) and all(item.formulary for item in items),
        signed_by=application.signed_by,
        representative_named_on=max((day for day in named if day), default=None),
    )


def facts_of_row(row: dict[str, Any]) -> ApplicationFacts:
    """The same facts from an exchange row (`cases.services.exporting.row_of`)."""
    application, review, items = row["application"], row["utilization_review"], row["items"]
    named = [party["designated_on"] for party in row["parties"] if party["role"] == Party.Role.REPRESENTATIVE]
    return ApplicationFacts(
        signed=application["signed"],
        ur_decision_attached=application["ur_decision_attached"],
        liability_disputed=bool(application["liability_disputed"]),
        conditional_non_certification=bool(review["conditional_non_certification"]),
        outcome=review["outcome"] or "",
        decided_on=parse_date(review["decision_date"]),
        served_on=parse_date(review["served_date"]) if review["served_date"] else None,
        service=review["service"] or "",
        received_on=california_date(parse_moment(application["received_at"])),
        formulary=bool(items) and all(item["formulary"] for item in items),
        signed_by=application["signed_by"] or "",
        representative_named_on=max((parse_date(day) for day in named if day), default=None),
    )


def findings(case: Case) -> list[Finding]:
    """Every line of the eligibility check with its standing, evidence and source."""
    return find(facts_of(case))


def refuse_ineligible(case: Case) -> None:
    """Raises RuleRefusal that names each reason code standing against the application; an unknown fact blocks too."""
    against = [line for line in findings(case) if line.standing != Standing.MET]
    if against:
        said = " ".join(f"{line.question} {line.evidence} ({line.code}, {line.source})" for line in against)
        raise RuleRefusal(
            "eligibility",
            f"Case {case.number} cannot be found eligible. {said} Correct a fact that is typed wrong, ask the party, "
            "or find the application ineligible.",
            fields={line.code: line.evidence for line in against},
        )


def find_ineligible(*, case: Case, reasons: Sequence[str], actor: Actor, now: dt.datetime) -> Case:
    """End the case as ineligible for at least one reason code. Raises InputRefusal, StateRefusal, RightRefusal."""
    unknown = [reason for reason in reasons if reason not in REASONS]
    if unknown or not reasons:
        raise InputRefusal(
            "eligibility.reasons",
            "Choose at least one reason for which the application is ineligible.",
            fields={"reasons": "Choose at least one reason."},
        )
    said = "; ".join(REASONS[reason] for reason in reasons)
    return move(
        case=case,
        event=Event.FIND_INELIGIBLE,
        actor=actor,
        now=now,
        sentence=f"Found ineligible: {said}.",
        facts={"reasons": list(reasons)},
    )
