"""Waivers: one person asks, another decides, for one waivable finding about one reviewer and one case.

A hard or an unknown finding is never waived: it is refused here, the database stores no waiver of its rule, and the
gate's rules look at a waiver only where the finding itself is waivable at that moment. Source: Labor Code 139.5(c)(5).
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction

from accounts.roles import person_id, require
from cases.models import Case
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from common.rules.characters import first_unprintable
from reviews.models import Reviewer, Waiver
from reviews.rules.facts import Door, Finding, Severity, WaiverFacts
from reviews.services.gate import ask_gate
from reviews.services.recheck import recheck_live

LONGEST_REASON = 1000


def finding_key(finding: Finding) -> str:
    """A short name of a finding for forms: the same finding always has the same one."""
    parts = (finding.rule, finding.party_id, finding.party, finding.subject, finding.since, finding.until)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def ask_waiver(*, case: Case, reviewer: Reviewer, finding: str, reason: str, actor: Actor, now: dt.datetime) -> Waiver:
    """Ask that a waivable finding may pass. finding: its `finding_key`.

    Raises RightRefusal (no coordinator, or the reviewer), InputRefusal (no reason), RuleRefusal "waiver.hard" or
    "waiver.unknown", StateRefusal (the finding is gone, waived or asked for already).
    """
    require(actor, "assign_reviewers")
    person = person_id(actor)
    said = _reason(reason)
    with transaction.atomic():
        locked = lock_case(case.pk)
        _refuse_ended(locked)
        found = find_waivable(case=locked, reviewer=reviewer, key=finding, now=now)
        _refuse_own(reviewer, person)
        same = Waiver.objects.open().filter(case=locked, reviewer=reviewer, **_about(found))
        if same.exists():
            raise StateRefusal("waiver.asked", "A waiver of this was asked for already. A second person decides it.")
        waiver = Waiver.objects.create(
            case=locked, reviewer=reviewer, severity=str(found.severity), evidence=found.evidence[:1000],
            asked_by_id=person, asked_at=now, ask_reason=said, **_about(found),
        )  # fmt: skip
        _note(waiver, "waiver.asked", f"Waiver asked for {reviewer.reviewer_id}: {found.evidence}", said, actor, now)
        return waiver


def decide_waiver(*, waiver_id: int, granted: bool, reason: str, actor: Actor, now: dt.datetime) -> Waiver:
    """A second person grants or refuses. Raises RightRefusal for who asked and for the reviewer, InputRefusal without a
    reason, StateRefusal when it is decided, or when the finding does not stand as it was asked about any more."""
    require(actor, "decide_waivers")
    person = person_id(actor)
    said = _reason(reason)
    with transaction.atomic():
        waiver = _locked(waiver_id)
        if waiver.decided_at is not None or waiver.withdrawn_at is not None:
            raise StateRefusal("waiver.decided", "This request is decided or withdrawn already.")
        if waiver.asked_by_id == person:
            raise RightRefusal("waiver.second_person", "Whoever asked does not decide. A second person must.")
        _refuse_own(waiver.reviewer, person)
        if granted:
            _refuse_ended(waiver.case)
            find_waivable(case=waiver.case, reviewer=waiver.reviewer, key=_key_of(waiver), now=now)
        waiver.granted, waiver.decided_by_id, waiver.decided_at, waiver.decide_reason = granted, person, now, said
        waiver.save(update_fields=["granted", "decided_by", "decided_at", "decide_reason"])
        word = "granted" if granted else "refused"
        words = f"Waiver {word} for {waiver.reviewer.reviewer_id}: {waiver.evidence}"
        _note(waiver, f"waiver.{word}", words, said, actor, now)
        if granted:
            recheck_live(case=waiver.case, now=now)
        return waiver


def withdraw_waiver(*, waiver_id: int, reason: str, actor: Actor, now: dt.datetime) -> Waiver:
    """Take a request or a granted waiver back; the work that rested on it stops at once."""
    if actor.user_id is None or not Waiver.objects.filter(pk=waiver_id, asked_by=actor.user_id, granted=None).exists():
        require(actor, "decide_waivers")
    person = person_id(actor)
    said = _reason(reason)
    with transaction.atomic():
        waiver = _locked(waiver_id)
        if waiver.withdrawn_at is not None or waiver.granted is False:
            raise StateRefusal("waiver.withdrawn", "There is no waiver to take back: it was refused or withdrawn.")
        _refuse_own(waiver.reviewer, person)
        waiver.withdrawn_by_id, waiver.withdrawn_at, waiver.withdraw_reason = person, now, said
        waiver.save(update_fields=["withdrawn_by", "withdrawn_at", "withdraw_reason"])
        words = f"Waiver taken back for {waiver.reviewer.reviewer_id}: {waiver.evidence}"
        _note(waiver, "waiver.withdrawn", words, said, actor, now)
        recheck_live(case=waiver.case, now=now)
        return waiver


def find_waivable(*, case: Case, reviewer: Reviewer, key: str, now: dt.datetime) -> Finding:
    """The finding of that key as it stands now. Raises StateRefusal when there is none or it is waived, RuleRefusal
    when it is none that can be waived."""
    answer = ask_gate(case=case, reviewer=reviewer, on=california_date(now), door=Door.LIST)
    found = next((finding for finding in answer.findings if finding_key(finding) == key), None)
    if found is None:
        raise StateRefusal("waiver.finding", "The gate does not find this any more. Look at the candidates again.")
    if found.severity == Severity.HARD:
        raise RuleRefusal("waiver.hard", f"This can never be waived: {found.evidence} Choose another reviewer.")
    if found.severity == Severity.SHOWN:
        raise RuleRefusal("waiver.shown", "This is told and stops nobody; there is nothing to waive.")
    if found.severity != Severity.WAIVABLE:
        raise RuleRefusal("waiver.unknown", f"This is not known yet and cannot be waived: {found.evidence} Find out.")
    if found.waiver is not None:
        raise StateRefusal("waiver.granted", "This is waived already.")
    return found


def _about(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule, "party_id": finding.party_id, "party_name": finding.party, "subject": finding.subject,
        "since": finding.since, "until": finding.until,
    }  # fmt: skip


def _key_of(waiver: Waiver) -> str:
    facts = WaiverFacts(
        waiver.pk, waiver.rule, waiver.party_id, waiver.party_name, waiver.subject, waiver.since, waiver.until
    )
    return finding_key(
        Finding(
            facts.rule, Severity.WAIVABLE, "", party=facts.party, party_id=facts.party_id, since=facts.since,
            until=facts.until, subject=facts.subject,
        )
    )  # fmt: skip


def _locked(waiver_id: int) -> Waiver:
    keys = Waiver.objects.filter(pk=waiver_id).values_list("case_id", flat=True).first()
    if keys is None:
        raise StateRefusal("waiver.there", "There is no such request.")
    lock_case(keys)
    return Waiver.objects.select_related("case", "reviewer").select_for_update(of=("self",)).get(pk=waiver_id)


def _refuse_own(reviewer: Reviewer, person: int) -> None:
    if reviewer.user_id == person:
        raise RightRefusal("waiver.own", "Nobody asks for or decides a waiver about themselves.")


def _refuse_ended(case: Case) -> None:
    if not Case.objects.open().filter(pk=case.pk).exists() or case.imported:
        raise StateRefusal("waiver.state", f"Case {case.number} is decided or over; nothing is waived in it any more.")


def _reason(reason: str) -> str:
    said = reason.strip()
    message = ""
    if not said:
        message = "Say why; it stands on the timeline."
    elif len(said) > LONGEST_REASON:
        message = f"At most {LONGEST_REASON:,} characters; this has {len(said):,}."
    elif bad := first_unprintable(said):
        message = f"This holds {bad.spoken}. Take it out or write it in words."
    if message:
        raise InputRefusal("waiver.reason", message, fields={"reason": message})
    return said


def _note(waiver: Waiver, kind: str, sentence: str, note: str, actor: Actor, now: dt.datetime) -> None:
    record(
        case=waiver.case, kind=kind, sentence=sentence, actor=actor, now=now,
        facts={"waiver": waiver.pk, "rule": waiver.rule, "reviewer": waiver.reviewer.reviewer_id, "note": note},
    )  # fmt: skip
