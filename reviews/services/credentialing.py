"""What staff write into a credential file: checks, training, sanctions, standing on the panel, adverse changes.

Every change that the gate looks at asks it anew about the reviewer's cases in hand, after the transaction (UR-5).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.roles import person_id, require
from cases.rules.names import ORGANIZATION_KEY_LENGTH, name_key
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.rules.characters import first_unprintable
from reviews.models import (
    AdverseChange,
    Certification,
    CredentialCheck,
    Exclusion,
    License,
    Reviewer,
    RosterNote,
    TrainingRecord,
)
from reviews.models.credentialing import Kind
from reviews.rules.dates import shown
from reviews.services.credential_file import about_of, newest_look
from reviews.services.offering import lock_reviewer
from reviews.services.papers import NewPaper, keep
from reviews.services.recheck import post_recheck

LONGEST = 1000


@dataclass(frozen=True)
class Check:
    """What somebody saw at the source. status: of a licence; expires_on: as the source says it, None for no end.

    practice_since, practice_hours: of a confirmed practice, as the source says it; None leaves what is on the roster.
    """

    confirmed: bool
    checked_on: dt.date
    source: str
    note: str = ""
    status: str = ""
    expires_on: dt.date | None = None
    paper: NewPaper | None = None
    practice_since: dt.date | None = None
    practice_hours: int | None = None


def record_check(
    *, reviewer: Reviewer, kind: str, row: int = 0, check: Check, actor: Actor, now: dt.datetime, today: dt.date
) -> CredentialCheck:
    """Keep a check. row: of the licence or certification. What the source says goes onto the roster, unless a newer
    check stands there: then this one is history.

    Raises RightRefusal (not for staff of the panel, or about oneself), InputRefusal with `fields`: a day that is not
    over, no source, no document for a confirmed check, an expiry before the issue.
    """
    person = _staff(actor)
    _refuse_bad_check(kind, check, today)
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        _refuse_own(locked, person)
        about, said, last = _heard(locked, kind, row, check, today)
        made = CredentialCheck.objects.create(
            reviewer=locked, kind=kind, about=about, confirmed=check.confirmed, said=said, checked_on=check.checked_on,
            source=check.source.strip(), checked_by_id=person, checked_by_name=_name_of(person),
            note=words(check.note, "note"), recorded_at=now, **keep(check.paper),
        )  # fmt: skip
        word = "confirmed" if check.confirmed else "not confirmed"
        said_of_it = f"{Kind(kind).label} {about} {word} at {check.source.strip()}."
        if last is not None and last > check.checked_on:
            said_of_it += f" Looked up on {shown(check.checked_on)}. A newer check stands."
        note(locked, "check", said_of_it, actor, now)
        post_recheck(reviewer=locked, now=now)
        return made


def _heard(
    reviewer: Reviewer, kind: str, row: int, check: Check, today: dt.date
) -> tuple[str, dict[str, Any], dt.date | None]:
    """What the check is about, what the source says of it, and the day of the newest look before.

    The database carries it onto the roster with the check, unless a newer check stands there.
    """
    if kind not in (Kind.LICENSE, Kind.CERTIFICATION):
        said = _practice(check) if kind == Kind.PRACTICE and check.confirmed else {}
        return "", said, newest_look(reviewer, kind, None, on=today)
    rows: Any = reviewer.licenses if kind == Kind.LICENSE else reviewer.certifications
    found: License | Certification | None = rows.filter(pk=row).first()
    if found is None:
        raise StateRefusal("credential.there", "This is not on the roster any more. Look at the file again.")
    said = {"expires_on": check.expires_on.isoformat() if check.expires_on else None}
    if isinstance(found, License):
        if check.status not in License.Status.values:
            raise _bad("status", "Choose what the source says.")
        if check.expires_on is None:
            raise _bad("expires_on", "A licence has an end. Enter the day.")
        said["status"] = check.status
    elif found.certified_on and check.expires_on and check.expires_on <= found.certified_on:
        raise _bad("expires_on", "The expiry must lie after the issue.")
    return about_of(found), said, newest_look(reviewer, kind, found, on=today)


def _practice(check: Check) -> dict[str, Any]:
    if check.practice_since is not None and check.practice_since > check.checked_on:
        raise _bad("practice_since", "The practice cannot begin after it was looked up.")
    since = check.practice_since.isoformat() if check.practice_since else None
    given = {"practice_since": since, "practice_hours_per_week": check.practice_hours}
    return {field: value for field, value in given.items() if value is not None}


def _refuse_bad_check(kind: str, check: Check, today: dt.date) -> None:
    if kind not in Kind.values:
        raise InputRefusal("credential.kind", "There is no such credential.")
    if check.checked_on > today:
        raise _bad("checked_on", "A check is made before it is written down: this day is still to come.")
    words(check.source, "source", needed="Say where it was looked up.", longest=300)
    if check.confirmed and check.paper is None:
        raise _bad("document", "A confirmed check needs its document: the print of the source.")


def record_training(
    *,
    reviewer: Reviewer,
    what: str,
    done_on: dt.date,
    text: str,
    paper: NewPaper | None,
    actor: Actor,
    now: dt.datetime,
    today: dt.date,
) -> TrainingRecord:
    """Keep a training or the yearly evaluation; training in the law is what the gate asks for (UR-14)."""
    person = _staff(actor)
    if what not in TrainingRecord.What.values:
        raise _bad("what", "Choose one.")
    if done_on > today:
        raise _bad("done_on", "This day is still to come. Write it down when it is done.")
    said = words(text, "text", needed="Say what it was.")
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        _refuse_own(locked, person)
        if what == TrainingRecord.What.LAW and (locked.law_training_completed_on or dt.date.min) < done_on:
            locked.law_training_completed_on = done_on  # before its record, which is the check of it
            locked.save(update_fields=["law_training_completed_on"])
        made = TrainingRecord.objects.create(
            reviewer=locked, what=what, done_on=done_on, text=said, recorded_by_id=person, recorded_at=now,
            **keep(paper),
        )  # fmt: skip
        note(locked, "training", f"{made.get_what_display()}: {said}", actor, now)
        post_recheck(reviewer=locked, now=now)
        return made


def add_sanction(
    *, reviewer: Reviewer, text: str, since: dt.date | None, until: dt.date | None, material: bool, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """A sanction that was found; a material one stops the reviewer's work at once."""
    person = _staff(actor)
    said = words(text, "text", needed="Say what it is.")
    if since and until and until < since:
        raise _bad("until", "The end lies before the beginning.")
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        _refuse_own(locked, person)
        locked.sanctions.create(text=said, from_date=since, to_date=until, material=material, typed_here=True)
        note(locked, "sanction", f"{'Material sanction' if material else 'Sanction'}: {said}", actor, now)
        post_recheck(reviewer=locked, now=now)


def exclude(
    *, reviewer: Reviewer, name: str, since: dt.date | None, until: dt.date | None, reason: str, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Put a party on the organization's exclusion list for this reviewer; hard for as long as it is dated."""
    person = _staff(actor)
    said = words(name, "name", needed="Name it.", longest=ORGANIZATION_KEY_LENGTH)
    key = name_key(said)
    if not 0 < len(key) <= ORGANIZATION_KEY_LENGTH:
        raise _bad("name", "This is no name.")
    because = words(reason, "reason", needed="Say why.", longest=300)
    if since and until and until < since:
        raise _bad("until", "The end lies before the beginning.")
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        _refuse_own(locked, person)
        locked.exclusions.create(
            name=said, key=key, listed_by=Exclusion.ListedBy.ORGANIZATION, reason=because, from_date=since,
            to_date=until, typed_here=True,
        )  # fmt: skip
        note(locked, "exclusion", f"On the organization's exclusion list: {said}. {because}", actor, now)
        post_recheck(reviewer=locked, now=now)


def set_active(*, reviewer: Reviewer, active: bool, reason: str, actor: Actor, now: dt.datetime) -> Reviewer:
    """Suspend a reviewer at once, or lift that. Offers are taken back and cases in hand listed for another.

    Who leaves without haste goes by `reviews.services.leaving`, which waits until no work is left without an owner.
    """
    person = _staff(actor)
    said = words(reason, "reason", needed="Say why.")
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        _refuse_own(locked, person)
        if locked.active == active:
            raise StateRefusal("reviewer.active", "Nothing to change: the reviewer is that already.")
        locked.active = active
        locked.save(update_fields=["active"])
        note(locked, "active", f"{'Active again' if active else 'Suspended'}: {said}", actor, now)
        post_recheck(reviewer=locked, now=now)
        return locked


def report_adverse(
    *, reviewer: Reviewer, what: str, text: str, happened_on: dt.date, actor: Actor, now: dt.datetime, today: dt.date
) -> AdverseChange:
    """Tell an adverse change: the reviewer about the own person, or staff (UR-5). The gate does not know until it is
    settled, so open offers are taken back and cases in hand are stopped."""
    person = person_id(actor)
    if reviewer.user_id != person:
        require(actor, "manage_panel")
    if what not in AdverseChange.What.values:
        raise _bad("what", "Choose one.")
    if happened_on > today:
        raise _bad("happened_on", "This day is still to come.")
    said = words(text, "text", needed="Say what happened.")
    with transaction.atomic():
        locked = lock_reviewer(reviewer.pk)
        made = AdverseChange.objects.create(
            reviewer=locked, what=what, text=said, happened_on=happened_on, reported_by_id=person, reported_at=now
        )
        note(locked, "adverse", f"Adverse change reported: {made.get_what_display()}.", actor, now)
        post_recheck(reviewer=locked, now=now)
        return made


def settle_adverse(*, change_id: int, action: str, actor: Actor, now: dt.datetime) -> AdverseChange:
    """Staff have looked and written what it means onto the file; the corrective action is kept. Never about oneself."""
    person = _staff(actor)
    said = words(action, "action", needed="Say what was done about it.")
    with transaction.atomic():
        owner = AdverseChange.objects.filter(pk=change_id).values_list("reviewer_id", flat=True).first()
        if owner is None:
            raise StateRefusal("adverse.there", "There is no such report.")
        locked = lock_reviewer(owner)
        _refuse_own(locked, person)
        change = AdverseChange.objects.select_for_update(of=("self",)).get(pk=change_id)
        if change.settled_at is not None:
            raise StateRefusal("adverse.settled", "This report is settled already.")
        change.corrective_action, change.settled_by_id, change.settled_at = said, person, now
        change.save(update_fields=["corrective_action", "settled_by", "settled_at"])
        note(locked, "adverse", f"Settled: {change.get_what_display()}. {said}", actor, now)
        post_recheck(reviewer=locked, now=now)
        return change


# --- parts ---------------------------------------------------------------------------------------------------------


def note(reviewer: Reviewer, kind: str, sentence: str, actor: Actor, now: dt.datetime) -> None:
    """A line in the reviewer's own timeline."""
    RosterNote.objects.create(reviewer=reviewer, kind=kind, sentence=sentence[:1000], actor=actor.name, at=now)


def words(text: str, field: str, *, needed: str = "", longest: int = LONGEST) -> str:
    """The text, trimmed. Raises InputRefusal for the field: missing where it is needed, too long, unprintable."""
    said = text.strip()
    if needed and not said:
        raise _bad(field, needed)
    if len(said) > longest:
        raise _bad(field, f"At most {longest:,} characters; this has {len(said):,}.")
    if bad := first_unprintable(said):
        raise _bad(field, f"This holds {bad.spoken}. Take it out or write it in words.")
    return said


def _staff(actor: Actor) -> int:
    require(actor, "manage_panel")
    return person_id(actor)


def _refuse_own(reviewer: Reviewer, person: int) -> None:
    if reviewer.user_id == person:
        raise RightRefusal("credential.own", "Nobody verifies or changes the own credential file.")


def _name_of(person: int) -> str:
    user = User.objects.get(pk=person)
    return (user.name or user.email)[:200]


def _bad(field: str, said: str) -> InputRefusal:
    return InputRefusal(f"credential.{field}", said, fields={field: said})
