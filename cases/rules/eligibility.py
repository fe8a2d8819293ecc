"""Eligibility of an application, worked out from its facts: pure, with the rule and the evidence of every line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cases.rules.jurisdiction import Reason


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
    facts:    key paths of the facts that it was worked out from, as corrections name them.
    proof:    the kind of record that shows it.
    """

    code: str
    question: str
    standing: Standing
    evidence: str
    source: str = ""
    curable: bool = False
    facts: tuple[str, ...] = ()
    proof: str = ""


@dataclass(frozen=True)
class Window:
    """When an application may come: the first day, the last day, and how the last day was worked out, step by step."""

    opens: dt.date
    last_day: dt.date
    steps: tuple[str, ...]
    source: str
    #: What opened it, in words: "UR decision served".
    opened_by: str
    #: The service is not known: counted from the decision itself, the window ends no earlier than this.
    at_least: bool = False


@dataclass(frozen=True)
class ApplicationFacts:
    """What eligibility hangs on. None means that nobody knows yet."""

    signed: bool | None
    ur_decision_attached: bool | None
    liability_disputed: bool
    conditional_non_certification: bool
    outcome: str
    decided_on: dt.date
    received_on: dt.date
    window: Window
    signed_by: str = ""
    representative_named_on: dt.date | None = None
    #: Reason code -> why it no longer stands: an appeal against the finding was granted.
    overruled: Mapping[str, str] = field(default_factory=dict)


def find(facts: ApplicationFacts, reasons: Mapping[str, Reason]) -> list[Finding]:
    """Every line of the check, those that stand against the application and those that do not.

    reasons: the jurisdiction's list by code; a line whose reason it does not know is not asked.
    """
    lines = [
        _known("unsigned", "Is the application signed?", facts.signed, "application.signed", "application_form"),
        _known("no_ur_decision", "Is the complete UR decision attached?", facts.ur_decision_attached,
               "application.ur_decision_attached", "utilization_review_decision"),
        _outcome(facts),
        _in_time(facts),
        _unless("conditional_non_certification", "Did the UR decide on necessity?", facts.conditional_non_certification,
                ("It only lacked information.", "It decided on necessity."),
                "utilization_review.conditional_non_certification", "utilization_review_decision"),
        _unless("liability_disputed", "Is liability undisputed?", facts.liability_disputed,
                ("Liability is disputed for another reason than necessity: defer.", "No dispute is on file."),
                "application.liability_disputed", "correspondence"),
        *_representative(facts),
    ]  # fmt: skip
    asked = (line for line in lines if line.code in reasons)
    return [_heard(_with_rule(line, reasons[line.code]), facts.overruled) for line in asked]


def _with_rule(line: Finding, reason: Reason) -> Finding:
    return replace(line, source=line.source or reason.source, curable=reason.curable)


def _heard(line: Finding, overruled: Mapping[str, str]) -> Finding:
    """A reason that an appeal struck down no longer stands, whatever the facts say."""
    why = overruled.get(line.code)
    if why is None or line.standing == Standing.MET:
        return line
    return replace(line, standing=Standing.MET, evidence=f"{line.evidence} {why}")


def _known(code: str, question: str, answer: bool | None, fact: str, proof: str) -> Finding:
    standing = Standing.UNKNOWN if answer is None else Standing.MET if answer else Standing.NOT_MET
    evidence = {Standing.UNKNOWN: "Nobody has looked yet.", Standing.MET: "Yes.", Standing.NOT_MET: "No."}[standing]
    return Finding(code, question, standing, evidence, facts=(fact,), proof=proof)


def _unless(code: str, question: str, against: bool, evidence: tuple[str, str], fact: str, proof: str) -> Finding:
    standing = Standing.NOT_MET if against else Standing.MET
    return Finding(code, question, standing, evidence[0] if against else evidence[1], facts=(fact,), proof=proof)


def _outcome(facts: ApplicationFacts) -> Finding:
    standing, evidence = Standing.MET, f"The request was {facts.outcome}."
    if not facts.outcome:
        standing, evidence = Standing.UNKNOWN, "The outcome of the UR is not on file."
    return Finding(
        "not_utilization_review",
        "Did the UR deny or modify the request?",
        standing,
        evidence,
        facts=("utilization_review.outcome",),
        proof="utilization_review_decision",
    )


def _in_time(facts: ApplicationFacts) -> Finding:
    window = facts.window
    received = f"Received {say(facts.received_on)}"
    if facts.received_on <= window.last_day:
        standing = Standing.MET
        evidence = (
            f"{received}; the last day {'is no earlier than' if window.at_least else 'was'} {say(window.last_day)}."
        )
    elif window.at_least:
        # Service cannot lie before the decision, so only an application outside the bare window needs the date.
        standing = Standing.UNKNOWN
        evidence = f"{received}. The date on which the UR decision was served is missing."
    else:
        standing = Standing.NOT_MET
        evidence = f"{received}; the last day was {say(window.last_day)}."
    return Finding(
        "late",
        "Was it received in time?",
        standing,
        evidence,
        source=window.source,
        facts=("application.received_at", "utilization_review.served_date", "utilization_review.service"),
        proof="application_form",
    )


def _representative(facts: ApplicationFacts) -> list[Finding]:
    if facts.signed_by != "representative":
        return []
    named, standing = facts.representative_named_on, Standing.UNKNOWN
    evidence = "No date of naming is on file."
    if named is not None:
        standing = Standing.MET if named >= facts.decided_on else Standing.NOT_MET
        evidence = f"Named {say(named)}; the UR decision is of {say(facts.decided_on)}."
    return [
        Finding(
            "invalid_representative",
            "Was the representative named after the UR decision?",
            standing,
            evidence,
            facts=("application.signed_by", "parties[].designated_on"),
            proof="application_form",
        )
    ]


def say(day: dt.date) -> str:
    """Jan 7, 2027."""
    return f"{day:%b} {day.day}, {day.year}"
