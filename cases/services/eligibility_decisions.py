"""What is decided about an application: eligible, ineligible, deferred; and what opens the question again.

Every decision is a row with its reasons, whichever way it came about; the workflow's own event tells people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from cases.models import Case, EligibilityDecision
from cases.rules.corrections import fact_at
from cases.rules.eligibility import Standing, say
from cases.services.correcting import write_change
from cases.services.eligibility import cure_window, facts_of, findings, reasons_for
from cases.services.jurisdictions import case_date
from cases.services.workflow import Moved, check_move, follow, guard, lock_case, move, record
from cases.signals import facts_corrected
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal, RuleRefusal, StateRefusal

_OUTCOMES = {
    Event.FIND_ELIGIBLE: EligibilityDecision.Outcome.ELIGIBLE,
    Event.FIND_INELIGIBLE: EligibilityDecision.Outcome.INELIGIBLE,
    Event.DEFER: EligibilityDecision.Outcome.DEFERRED,
}
#: (case) -> why a finding can no longer be taken back, or "" where nothing stands against it.
Told = Callable[[Case], str]
_TOLD: list[Told] = []
#: What must be brought up to date on a locked case before it is judged (the last days of its questions).
BEFORE_FINDING: list[Callable[[Case], None]] = []
#: Reason code -> the fact that a cure sets right.
_CURES: dict[str, str] = {
    "unsigned": "application.signed",
    "no_ur_decision": "application.ur_decision_attached",
}


def find_ineligible(*, case: Case, reasons: Sequence[str], actor: Actor, now: dt.datetime, note: str = "") -> Case:
    """End the case as ineligible for at least one reason code.

    Raises InputRefusal for no reason or one that leads elsewhere, RuleRefusal for a reason that the facts contradict or
    “no response” while nothing asked is overdue, and what the workflow refuses.
    """
    codes = list(dict.fromkeys(reasons))
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.FIND_INELIGIBLE, actor=actor)
        for prepare in BEFORE_FINDING:
            prepare(locked)
        _refuse_unknown(locked, codes)
        _refuse_contradicted(locked, codes, now)
        known = reasons_for(locked)
        until, because = cure_window(locked, codes)
        said = "; ".join(known[code].words for code in codes)
        tail = f" A cure received until {say(until)} opens it again." if until else ""
        return move(
            case=locked,
            event=Event.FIND_INELIGIBLE,
            actor=actor,
            now=now,
            sentence=f"Found ineligible: {said}.{tail}",
            facts={
                "reasons": codes,
                "cure_until": until.isoformat() if until else None,
                "cure_because": because,
                "note": note.strip(),
            },
        )


def defer(*, case: Case, said_by: str, dispute: str, on: dt.date, actor: Actor, now: dt.datetime,
          document: int | None = None) -> Case:  # fmt: skip
    """Defer the case for a dispute of liability until that is resolved.

    said_by: who told of it; dispute: which dispute, for people; on: the day of the word. Raises InputRefusal, and what
    the workflow refuses.
    """
    _refuse_empty(dispute, "dispute", "Say which dispute of liability it is.")
    refuse_future(case, on, "on", now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.DEFER, actor=actor)
        _set_fact(locked, "application.liability_disputed", True, actor=actor, now=now)
        return move(
            case=locked,
            event=Event.DEFER,
            actor=actor,
            now=now,
            sentence=f"Deferred: liability is disputed, said {said_by} on {say(on)}.",
            facts={
                "reasons": ["liability_disputed"],
                "said_by": said_by,
                "on": on.isoformat(),
                "note": dispute.strip(),
                "document": document,
            },
        )


def resolve_liability(
    *, case: Case, how: str, served_on: dt.date, service: str, actor: Actor, now: dt.datetime,
    document: int | None = None,
) -> Case:  # fmt: skip
    """Liability is resolved: the eligibility check goes on with a fresh window from the service of the notice.

    Raises InputRefusal for a day in the future or before the deferral's own application, and what the workflow refuses.
    """
    _refuse_empty(how, "how", "Say how liability was resolved.")
    refuse_future(case, served_on, "served_on", now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.LIABILITY_RESOLVED, actor=actor)
        _set_fact(locked, "application.liability_disputed", False, actor=actor, now=now)
        _end_standing(locked, EligibilityDecision.End.LIABILITY, on=served_on, served_by=service, now=now)
        return move(
            case=locked,
            event=Event.LIABILITY_RESOLVED,
            actor=actor,
            now=now,
            sentence=f"Liability is resolved; notice served {say(served_on)}. A fresh window for the application runs.",
            facts={
                "served_on": served_on.isoformat(),
                "service": service,
                "note": how.strip(),
                "document": document,
            },
        )


def cure(
    *, case: Case, codes: Sequence[str], received_on: dt.date, actor: Actor, now: dt.datetime, note: str = "",
    document: int | None = None,
) -> Case:  # fmt: skip
    """Take an ineligible case up again: what it lacked has come inside the application window.

    codes: the reasons that are cured; every reason of the finding must be. Raises RuleRefusal naming date and rule when
    the window is over or a reason cannot be cured, InputRefusal when a reason is left, and what the workflow refuses.
    """
    refuse_future(case, received_on, "received_on", now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.CURE, actor=actor)
        standing = standing_decision(locked)
        _refuse_uncured(locked, standing, codes, received_on)
        for code in codes:
            if code in _CURES:
                _set_fact(locked, _CURES[code], True, actor=actor, now=now)
        _end_standing(locked, EligibilityDecision.End.CURED, on=received_on, now=now)
        said = "; ".join(reasons_for(locked)[code].words for code in codes)
        return move(
            case=locked,
            event=Event.CURE,
            actor=actor,
            now=now,
            sentence=f"Cured on {say(received_on)}, inside the window: {said}.",
            facts={
                "how": "cured",
                "reasons": list(codes),
                "on": received_on.isoformat(),
                "note": note.strip(),
                "document": document,
            },
        )


def grant_appeal(
    *, case: Case, granted_on: dt.date, granted_by: str, actor: Actor, now: dt.datetime, note: str = "",
    document: int | None = None,
) -> Case:  # fmt: skip
    """Take an ineligible case up again because an appeal against the finding was granted: its reasons stand no longer.

    Raises InputRefusal, and what the workflow refuses.
    """
    _refuse_empty(granted_by, "granted_by", "Say who granted the appeal.")
    refuse_future(case, granted_on, "granted_on", now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.CURE, actor=actor)
        standing = standing_decision(locked)
        decided_on = case_date(locked, standing.decided_at) if standing else None
        if decided_on and granted_on < decided_on:
            message = f"The finding is of {say(decided_on)}; an appeal against it cannot be granted before."
            raise InputRefusal("eligibility.appeal", message, fields={"granted_on": message})
        _end_standing(locked, EligibilityDecision.End.APPEAL, on=granted_on, now=now)
        return move(
            case=locked,
            event=Event.CURE,
            actor=actor,
            now=now,
            sentence=f"Appeal against the finding granted on {say(granted_on)} by {granted_by.strip()}.",
            facts={
                "how": "appeal",
                "on": granted_on.isoformat(),
                "granted_by": granted_by.strip(),
                "note": note.strip(),
                "document": document,
            },
        )


def register_told(told: Told) -> Told:
    """Say when somebody outside was told of a finding (a notice is served): it is not taken back any more."""
    if told not in _TOLD:
        _TOLD.append(told)
    return told


def take_back(*, case: Case, actor: Actor, now: dt.datetime) -> Case:
    """Take a finding back that was made by mistake, as long as nobody outside was told.

    Raises what the workflow refuses, its guard `finding_not_told_yet` among it.
    """
    with transaction.atomic():
        locked = lock_case(case.pk)
        before = locked.get_state_display()
        moved = move(
            case=locked,
            event=Event.TAKE_BACK,
            actor=actor,
            now=now,
            sentence=f"The finding “{before}” is taken back: made by mistake, and nobody was told.",
        )
        _end_standing(moved, EligibilityDecision.End.TAKEN_BACK, on=None, now=now)
        if moved.assigned_on is not None:
            Case.objects.filter(pk=moved.pk).update(assigned_on=None)
            moved.assigned_on = None
        return moved


def standing_decision(case: Case) -> EligibilityDecision | None:
    """What stands about the application now."""
    return case.eligibility_decisions.standing().last()


def refuse_future(case: Case, day: dt.date, field: str, now: dt.datetime) -> None:
    """Raises InputRefusal for a day that has not come yet where the case's programme is."""
    if day > case_date(case, now):
        message = f"{say(day)} lies in the future. Enter the day on which it happened."
        raise InputRefusal("eligibility.date", message, fields={field: message})


def _refuse_empty(text: str, field: str, message: str) -> None:
    if not text.strip():
        raise InputRefusal(f"eligibility.{field}", message, fields={field: message})


def _refuse_unknown(case: Case, codes: Sequence[str]) -> None:
    known = reasons_for(case)
    message = ""
    if not codes or any(code not in known for code in codes):
        message = "Choose at least one reason for which the application is ineligible."
    elif elsewhere := [known[code] for code in codes if known[code].effect != "ineligible"]:
        ways = {"deferred": "Defer the case", "linked": "Join it to the earlier case", "terminated": "Terminate it"}
        message = " ".join(f"{ways[one.effect]} instead: {one.words} ({one.source})." for one in elsewhere)
    if message:
        raise InputRefusal("eligibility.reasons", message, fields={"reasons": message})


def _refuse_contradicted(case: Case, codes: Sequence[str], now: dt.datetime) -> None:
    """A finding stands on the facts of the case: what they contradict must be corrected first."""
    met = [line for line in findings(case) if line.code in codes and line.standing == Standing.MET]
    if met:
        said = " ".join(f"{line.question} {line.evidence}" for line in met)
        raise RuleRefusal(
            "eligibility.facts",
            f"The facts on file say otherwise. {said} Correct the fact that is wrong, or leave the reason out.",
            fields={"reasons": said},
        )
    if "no_response" in codes and not case.eligibility_questions.overdue(case_date(case, now)).exists():
        message = "No question is past its last day without an answer. Ask the party, or wait for the day to pass."
        source = reasons_for(case)["no_response"].source
        raise RuleRefusal("eligibility.no_response", f"{message} ({source})", fields={"reasons": message})


def _refuse_uncured(
    case: Case, standing: EligibilityDecision | None, codes: Sequence[str], received_on: dt.date
) -> None:
    known = reasons_for(case)
    reasons = list(standing.reasons) if standing else []
    window = facts_of(case).window
    if fatal := [known[code] for code in reasons if not known[code].curable]:
        said = "; ".join(f"{one.words} ({one.source})" for one in fatal)
        raise RuleRefusal(
            "eligibility.cure",
            f"Case {case.number} cannot be cured: {said}. Only an appeal against the finding opens it again.",
        )
    if left := [known[code].words for code in reasons if code not in codes]:
        message = f"This still stands: {'; '.join(left)}. Every reason must be cured before the case is taken up again."
        raise InputRefusal("eligibility.cure", message, fields={"codes": message})
    if received_on > window.last_day:
        message = (
            f"The cure came on {say(received_on)}; the window for the application ended on {say(window.last_day)} "
            f"({window.source}). {' '.join(window.steps)} Only an appeal against the finding opens the case again."
        )
        raise RuleRefusal("eligibility.cure_window", message, fields={"received_on": message})


def _set_fact(case: Case, path: str, value: Any, *, actor: Actor, now: dt.datetime) -> None:
    """Set a fact of the application that an act settles; the timeline says so like every correction."""
    name = path.rpartition(".")[2]
    old = getattr(case.application, name)
    if old == value:
        return
    write_change(case, path, value)
    fact = fact_at(path)
    label = fact.label.lower() if fact else name
    record(
        case=case,
        kind="corrected",
        sentence=f"Corrected: {label}.",
        facts={"changes": [{"fact": path, "old": old, "new": value}]},
        actor=actor,
        now=now,
    )
    facts_corrected.send(sender=Case, case=case, paths=[path], asks_gate=False, actor=actor, now=now)


def _end_standing(
    case: Case, ended_by: EligibilityDecision.End, *, on: dt.date | None, now: dt.datetime, served_by: str = ""
) -> None:
    outcome = (
        EligibilityDecision.Outcome.DEFERRED
        if ended_by == EligibilityDecision.End.LIABILITY
        else EligibilityDecision.Outcome.INELIGIBLE
    )
    row = standing_decision(case)
    if row is None:  # a case that came into its state before decisions were kept
        row = EligibilityDecision(case=case, outcome=outcome, decided_at=now, decided_by="")
    row.ended_at, row.ended_by, row.ended_on, row.served_by = now, ended_by, on, served_by
    row.save()


@follow(Event.FIND_ELIGIBLE, Event.FIND_INELIGIBLE, Event.DEFER, order=1)
def _keep_decision(moved: Moved) -> None:
    """The decision as a row, whichever service moved the case. An ineligible case always has its reasons."""
    reasons = list(moved.facts.get("reasons", ()))
    if moved.event == Event.FIND_INELIGIBLE and not reasons:
        _refuse_unknown(moved.case, reasons)
    until = moved.facts.get("cure_until")
    EligibilityDecision.objects.filter(case=moved.case, ended_at=None).update(
        ended_at=moved.now, ended_by=EligibilityDecision.End.TAKEN_BACK
    )
    EligibilityDecision.objects.create(
        case=moved.case,
        outcome=_OUTCOMES[moved.event],
        reasons=reasons,
        cure_until=dt.date.fromisoformat(until) if until else None,
        cure_because=moved.facts.get("cure_because", ""),
        decided_at=moved.now,
        decided_by=moved.actor.name,
    )


@guard("finding_not_told_yet")
def _finding_not_told_yet(case: Case) -> None:
    """A finding that a party was told of is undone by law only: cure, appeal, resolved liability."""
    for told in _TOLD:
        if message := told(case):
            raise StateRefusal("eligibility.told", message)
