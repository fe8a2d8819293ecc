"""Licences and certifications that a reviewer proposes; staff verify each at its source, or refuse it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.roles import person_id, require
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.rules.states import STATE_NAMES
from common.services.exchange import parse_date
from reviews.models import License, ProfileChange, Reviewer
from reviews.models.credentialing import Kind
from reviews.rules.dates import shown
from reviews.services.credential_file import newest_look
from reviews.services.credentialing import Check, note, record_check, words
from reviews.services.offering import lock_reviewer
from reviews.services.papers import NewPaper, keep


def propose(
    *, reviewer: Reviewer, kind: str, row: int | None, facts: dict[str, Any], note_: str, paper: NewPaper | None,
    actor: Actor, now: dt.datetime,
) -> ProfileChange:  # fmt: skip
    """Propose a new licence or certification, or other facts of one on the roster; nothing changes until staff verify.

    facts: state, number, expires_on of a licence; board, specialty, subspecialty, certified_on, expires_on of a
    certification. Raises InputRefusal naming the field.
    """
    if actor.user_id is None or reviewer.user_id != actor.user_id:
        raise RightRefusal("profile.own", "Only the reviewer keeps the own profile.")
    if kind not in (Kind.LICENSE, Kind.CERTIFICATION):
        raise InputRefusal("proposal.kind", "Only licences and certifications are proposed.")
    clean = _clean(kind, facts)
    with transaction.atomic():
        own = lock_reviewer(reviewer.pk)
        if row is not None and not _rows(own, kind).filter(pk=row).exists():
            raise StateRefusal("proposal.row", "This is not on the roster any more. Propose it as new.")
        made = ProfileChange.objects.create(
            reviewer=own, kind=kind, row=row, note=words(note_, "note"), proposed_at=now,
            facts={key: value.isoformat() if isinstance(value, dt.date) else value for key, value in clean.items()},
            **keep(paper),
        )  # fmt: skip
        note(own, "proposed", f"{Kind(kind).label} proposed: {describe(made)}.", actor, now)
        return made


def accept_proposal(*, change_id: int, check: Check, actor: Actor, now: dt.datetime, today: dt.date) -> ProfileChange:
    """Staff looked it up: it goes onto the roster as the source says, with the check. Never by the reviewer."""
    require(actor, "manage_panel")
    with transaction.atomic():
        change, reviewer = _locked(change_id, actor)
        facts = {
            key: parse_date(value) if key.endswith("_on") and value else value for key, value in change.facts.items()
        }
        facts["expires_on"] = check.expires_on
        found = _rows(reviewer, change.kind).filter(pk=change.row or 0).first()
        if found is None:
            extra = {"status": check.status or License.Status.ACTIVE} if change.kind == Kind.LICENSE else {}
            if change.kind == Kind.LICENSE and check.expires_on is None:
                raise InputRefusal("proposal.expires_on", "Enter the day.", fields={"expires_on": "Enter the day."})
            found = _rows(reviewer, change.kind).create(**facts, **extra)
        else:
            for key, value in facts.items():
                setattr(found, key, value)
            found.save()
        _refuse_older(reviewer, change.kind, found, check, today)
        record_check(reviewer=reviewer, kind=change.kind, row=found.pk, check=check, actor=actor, now=now, today=today)
        return _decide(change, True, check.note, actor, now)


def _refuse_older(reviewer: Reviewer, kind: str, row: Any, check: Check, today: dt.date) -> None:
    """What was seen before the newest look does not make the proposal true."""
    last = newest_look(reviewer, kind, row, on=today)
    if last is not None and last > check.checked_on:
        said = f"This was looked up on {shown(last)} last. Look it up again to take the proposal over."
        raise InputRefusal("proposal.checked_on", said, fields={"checked_on": said})


def refuse_proposal(*, change_id: int, reason: str, actor: Actor, now: dt.datetime) -> ProfileChange:
    """Staff could not confirm it; the roster stays as it is."""
    require(actor, "manage_panel")
    said = words(reason, "reason", needed="Say why.")
    with transaction.atomic():
        change, reviewer = _locked(change_id, actor)
        note(reviewer, "proposed", f"{Kind(change.kind).label} not taken over: {said}", actor, now)
        return _decide(change, False, said, actor, now)


def describe(change: ProfileChange) -> str:
    """What was proposed, in one line."""
    facts = change.facts
    if change.kind == Kind.LICENSE:
        return f"{facts['state']} {facts['number']}, runs to {facts['expires_on']}"
    name = " / ".join(filter(None, [facts["specialty"], facts["subspecialty"]]))
    return f"{name}, {facts['expires_on'] or 'no end'}"


def _decide(change: ProfileChange, accepted: bool, reason: str, actor: Actor, now: dt.datetime) -> ProfileChange:
    change.accepted, change.decided_at, change.decide_reason = accepted, now, reason[:1000]
    change.decided_by_id = person_id(actor)
    change.save(update_fields=["accepted", "decided_at", "decided_by", "decide_reason"])
    return change


def _locked(change_id: int, actor: Actor) -> tuple[ProfileChange, Reviewer]:
    owner = ProfileChange.objects.filter(pk=change_id).values_list("reviewer_id", flat=True).first()
    if owner is None:
        raise StateRefusal("proposal.there", "There is no such proposal.")
    reviewer = lock_reviewer(owner)
    if reviewer.user_id == person_id(actor):
        raise RightRefusal("credential.own", "Nobody verifies the own credentials.")
    change = ProfileChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    if change.decided_at is not None:
        raise StateRefusal("proposal.decided", "This proposal is decided already.")
    return change, reviewer


def _rows(reviewer: Reviewer, kind: str) -> Any:
    return reviewer.licenses if kind == Kind.LICENSE else reviewer.certifications


def _clean(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    certification = {"board": 200, "specialty": 100, "subspecialty": 100}
    texts = {"state": 2, "number": 40} if kind == Kind.LICENSE else certification
    clean: dict[str, Any] = {
        key: words(str(facts.get(key) or ""), key, longest=longest) for key, longest in texts.items()
    }
    clean["expires_on"] = facts.get("expires_on")
    problem: tuple[str, str] | None = None
    if kind == Kind.LICENSE:
        clean["state"] = clean["state"].upper()
        if clean["state"] not in STATE_NAMES:
            problem = ("state", "Two letters of a US state, such as CA.")
        elif not clean["number"]:
            problem = ("number", "Fill this in.")
        elif not clean["expires_on"]:
            problem = ("expires_on", "Enter the day.")
    else:
        clean["certified_on"] = facts.get("certified_on")
        if not clean["specialty"]:
            problem = ("specialty", "Fill this in.")
        elif clean["certified_on"] and clean["expires_on"] and clean["expires_on"] <= clean["certified_on"]:
            problem = ("expires_on", "The expiry must lie after the issue.")
    if problem:
        raise InputRefusal(f"proposal.{problem[0]}", problem[1], fields={problem[0]: problem[1]})
    return clean
