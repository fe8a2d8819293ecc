"""The eligibility check of a case: its lines from the facts, and the guard of “find eligible”."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from cases.models import Case, EligibilityDecision, Party
from cases.rules.eligibility import ApplicationFacts, Finding, Standing, find, say
from cases.rules.jurisdiction import Reason
from cases.services.application_window import Served, application_window
from cases.services.jurisdictions import case_date, jurisdiction_of
from common.errors import RuleRefusal
from common.services.exchange import parse_date, parse_moment

#: A line that another room of the check adds (duplicates): (case) -> the line, or None where it has nothing to say.
ExtraLine = Callable[[Case], Finding | None]
_EXTRA_LINES: list[ExtraLine] = []


def register_line(line: ExtraLine) -> ExtraLine:
    """Add a line to the check of every case."""
    if line not in _EXTRA_LINES:
        _EXTRA_LINES.append(line)
    return line


def reasons_for(case: Case) -> dict[str, Reason]:
    """The reasons against an application, code -> reason, as they held when it came."""
    return {reason.code: reason for reason in jurisdiction_of(case).reasons(case.application.received_on)}


def facts_of(case: Case) -> ApplicationFacts:
    """What eligibility hangs on, as typed now."""
    application, review = case.application, case.utilization_review
    items = list(case.items.all())
    named = [party.designated_on for party in case.parties.all() if party.role == Party.Role.REPRESENTATIVE]
    decisions = _ended(case)
    return ApplicationFacts(
        signed=application.signed,
        ur_decision_attached=application.ur_decision_attached,
        liability_disputed=application.liability_disputed,
        conditional_non_certification=review.conditional_non_certification,
        outcome=review.get_outcome_display().lower(),
        decided_on=review.decision_date,
        received_on=application.received_on,
        window=application_window(
            of=jurisdiction_of(case),
            decided_on=review.decision_date,
            decision=Served(review.served_date, review.service) if review.served_date else None,
            formulary=bool(items) and all(item.formulary for item in items),
            after_liability=_resolved(decisions),
        ),
        signed_by=application.signed_by,
        representative_named_on=max((day for day in named if day), default=None),
        overruled=_overruled(decisions),
    )


def facts_of_row(row: dict[str, Any], case: Case) -> ApplicationFacts:
    """The same facts from an exchange row of the case (`cases.services.exporting.row_of`)."""
    application, review, items = row["application"], row["utilization_review"], row["items"]
    named = [party["designated_on"] for party in row["parties"] if party["role"] == Party.Role.REPRESENTATIVE]
    decided_on = parse_date(review["decision_date"])
    served_on = parse_date(review["served_date"]) if review["served_date"] else None
    decisions = _ended(case)
    return ApplicationFacts(
        signed=application["signed"],
        ur_decision_attached=application["ur_decision_attached"],
        liability_disputed=bool(application["liability_disputed"]),
        conditional_non_certification=bool(review["conditional_non_certification"]),
        outcome=review["outcome"] or "",
        decided_on=decided_on,
        received_on=case_date(case, parse_moment(application["received_at"])),
        window=application_window(
            of=jurisdiction_of(case),
            decided_on=decided_on,
            decision=Served(served_on, review["service"] or "") if served_on else None,
            formulary=bool(items) and all(item["formulary"] for item in items),
            after_liability=_resolved(decisions),
        ),
        signed_by=application["signed_by"] or "",
        representative_named_on=max((parse_date(day) for day in named if day), default=None),
        overruled=_overruled(decisions),
    )


def _ended(case: Case) -> list[EligibilityDecision]:
    return list(case.eligibility_decisions.filter(ended_at__isnull=False))


def _resolved(decisions: Sequence[EligibilityDecision]) -> Served | None:
    """The newest notice that resolved a dispute of liability."""
    ended = [one for one in decisions if one.ended_by == EligibilityDecision.End.LIABILITY and one.ended_on]
    return Served(ended[-1].ended_on, ended[-1].served_by) if ended and ended[-1].ended_on else None


def _overruled(decisions: Sequence[EligibilityDecision]) -> dict[str, str]:
    granted = [one for one in decisions if one.ended_by == EligibilityDecision.End.APPEAL and one.ended_on]
    return {
        code: f"An appeal against this finding was granted {say(one.ended_on)}."
        for one in granted
        for code in one.reasons
        if one.ended_on
    }


def findings(case: Case) -> list[Finding]:
    """Every line of the eligibility check with its standing, evidence and source."""
    extra = [line for line in (ask(case) for ask in _EXTRA_LINES) if line is not None]
    return [*find(facts_of(case), reasons_for(case)), *extra]


def refuse_ineligible(case: Case) -> None:
    """Raises RuleRefusal that names each reason code standing against the application; an unknown fact blocks too."""
    against = [line for line in find(facts_of(case), reasons_for(case)) if line.standing != Standing.MET]
    if against:
        said = " ".join(f"{line.question} {line.evidence} ({line.code}, {line.source})" for line in against)
        raise RuleRefusal(
            "eligibility",
            f"Case {case.number} cannot be found eligible. {said} Correct a fact that is typed wrong, ask the party, "
            "or find the application ineligible.",
            fields={line.code: line.evidence for line in against},
        )


def cure_window(case: Case, reasons: Sequence[str]) -> tuple[dt.date | None, str]:
    """Until which day a cure of these reasons reopens the case, and how that was worked out; no day: never."""
    known = reasons_for(case)
    if not reasons or any(not known[code].curable for code in reasons):
        fatal = [known[code].words for code in reasons if not known[code].curable]
        return None, f"Nothing cures this: {'; '.join(fatal)}." if fatal else ""
    window = facts_of(case).window
    return window.last_day, " ".join(window.steps)
