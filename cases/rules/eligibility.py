"""Eligibility of an application, worked out from its facts: pure, with the rule and the evidence of every line.

The window here is the small part that intake needs; the full clocks with their calendars come with the deadlines.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

WINDOW_DAYS = 30
FORMULARY_WINDOW_DAYS = 10
#: Days that the way of service adds (8 CCR 9792.10.1(b)(1) with CCP 1013).
SERVICE_DAYS = {"mail_ca": 5, "mail_us": 10, "mail_abroad": 20}
_WEEK_END = 5


class Standing(StrEnum):
    """Whether a line holds: met, not met, or not known yet."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One line of the eligibility check.

    code:     reason code of the legal list ("unsigned", "late", ...), also of a line that is met.
    question: what is asked; evidence: the fact that answers it; source: the rule.
    """

    code: str
    question: str
    standing: Standing
    evidence: str
    source: str
    curable: bool = False


@dataclass(frozen=True)
class ApplicationFacts:
    """What eligibility hangs on. None means that nobody knows yet."""

    signed: bool | None
    ur_decision_attached: bool | None
    liability_disputed: bool
    conditional_non_certification: bool
    outcome: str
    decided_on: dt.date
    served_on: dt.date | None
    service: str
    received_on: dt.date
    formulary: bool = False
    signed_by: str = ""
    representative_named_on: dt.date | None = None


def last_day_to_apply(served_on: dt.date, service: str, *, formulary: bool = False) -> dt.date:
    """The last day for an application: the window from service and the days for the mail, rolled off a weekend."""
    window = FORMULARY_WINDOW_DAYS if formulary else WINDOW_DAYS
    day = served_on + dt.timedelta(days=window + SERVICE_DAYS.get(service, 0))
    while day.weekday() >= _WEEK_END:
        day += dt.timedelta(days=1)
    return day


def find(facts: ApplicationFacts) -> list[Finding]:
    """Every line of the check, those that stand against the application and those that do not."""
    return [
        _known("unsigned", "Is the application signed?", facts.signed, "9792.10.1(b)(2)", curable=True),
        _known("no_ur_decision", "Is the complete UR decision attached?", facts.ur_decision_attached, "9792.10.1(b)(2)",
               curable=True),
        _outcome(facts),
        _in_time(facts),
        _unless("conditional_non_certification", "Did the UR decide on necessity?", facts.conditional_non_certification,
                ("It only lacked information.", "It decided on necessity."), "9792.10.3(b)"),
        _unless("liability_disputed", "Is liability undisputed?", facts.liability_disputed,
                ("Liability is disputed for another reason than necessity: defer.", "No dispute is on file."),
                "LC 4610.5(h)(2)"),
        *_representative(facts),
    ]  # fmt: skip


def _known(code: str, question: str, answer: bool | None, source: str, *, curable: bool) -> Finding:
    standing = Standing.UNKNOWN if answer is None else Standing.MET if answer else Standing.NOT_MET
    evidence = {Standing.UNKNOWN: "Nobody has looked yet.", Standing.MET: "Yes.", Standing.NOT_MET: "No."}[standing]
    return Finding(code, question, standing, evidence, source, curable)


def _unless(code: str, question: str, against: bool, evidence: tuple[str, str], source: str) -> Finding:
    standing = Standing.NOT_MET if against else Standing.MET
    return Finding(code, question, standing, evidence[0] if against else evidence[1], source)


def _outcome(facts: ApplicationFacts) -> Finding:
    code, question, source = "not_utilization_review", "Did the UR deny or modify the request?", "LC 4610.5(d)"
    if not facts.outcome:
        return Finding(code, question, Standing.UNKNOWN, "The outcome of the UR is not on file.", source)
    return Finding(code, question, Standing.MET, f"The request was {facts.outcome}.", source)


def _in_time(facts: ApplicationFacts) -> Finding:
    code, question = "late", "Was it received in time?"
    source = "LC 4610.5(h)(1)" if facts.formulary else "9792.10.1(b)(1)"
    window = FORMULARY_WINDOW_DAYS if facts.formulary else WINDOW_DAYS
    if facts.served_on is None:
        # Service cannot lie before the decision, so an application inside the bare window is in time anyhow.
        if facts.received_on <= last_day_to_apply(facts.decided_on, "", formulary=facts.formulary):
            evidence = f"Received {_say(facts.received_on)}, within {window} days of the decision itself."
            return Finding(code, question, Standing.MET, evidence, source)
        return Finding(
            code, question, Standing.UNKNOWN, "The date on which the UR decision was served is missing.", source
        )
    last = last_day_to_apply(facts.served_on, facts.service, formulary=facts.formulary)
    met = facts.received_on <= last
    added = SERVICE_DAYS.get(facts.service, 0)
    evidence = (
        f"Served {_say(facts.served_on)}, {window} days{f' and {added} for the mail' if added else ''}: "
        f"last day {_say(last)}. Received {_say(facts.received_on)}."
    )
    return Finding(code, question, Standing.MET if met else Standing.NOT_MET, evidence, source)


def _representative(facts: ApplicationFacts) -> list[Finding]:
    if facts.signed_by != "representative":
        return []
    code, question, source = (
        "invalid_representative",
        "Was the representative named after the UR decision?",
        "LC 4610.5(j)",
    )
    named = facts.representative_named_on
    if named is None:
        return [Finding(code, question, Standing.UNKNOWN, "No date of naming is on file.", source, curable=True)]
    standing = Standing.MET if named >= facts.decided_on else Standing.NOT_MET
    return [Finding(code, question, standing, f"Named {_say(named)}.", source, curable=True)]


def _say(day: dt.date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
