"""The call sheet of an administrator: its adjusters with every case that lacks records; one call noted on many."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from accounts.roles import require
from cases.models import ContactNote, Party
from cases.rules.chasing import days_late, penalty
from cases.services.desk.promises import log_with_promise
from cases.services.jurisdictions import case_date, jurisdiction
from cases.services.owing import Owed, climbed, owed_by
from common.actor import Actor
from common.errors import InputRefusal

_PHONE_LENGTH = 40


@dataclass(frozen=True)
class CallLine:
    """One case on the sheet. rung: the last reminder; call_due: the ladder says to call."""

    owed: Owed
    late: int
    dollars: int | None
    rung: str
    call_due: bool
    last_contact: ContactNote | None


@dataclass(frozen=True)
class Adjuster:
    """The person of the administrator who has these cases; name empty where none is known."""

    name: str
    phone: str
    email: str
    lines: tuple[CallLine, ...]


def call_sheet(*, owing: str, now: dt.datetime) -> list[Adjuster]:
    """Every adjuster of the administrator with all cases that lack records, in a constant number of statements."""
    cases = owed_by(owing)
    ids = [one.case.pk for one in cases]
    steps = climbed(owing, cases)
    rungs = {pk: step.rung for pk, some in steps.items() for step in some if not step.skipped}
    contacts = _last_contacts(ids)
    by_name: dict[str, list[Owed]] = defaultdict(list)
    for one in cases:
        by_name[str(one.party.person) if one.party.person else ""].append(one)
    sheet = [
        Adjuster(
            name=name,
            phone=next((one.party.phone for one in some if one.party.phone), ""),
            email=next((one.party.email for one in some if one.party.email), ""),
            lines=tuple(_line(one, now, rungs.get(one.case.pk, ""), contacts.get(one.case.pk)) for one in some),
        )
        for name, some in by_name.items()
    ]
    return sorted(sheet, key=lambda one: (-max(line.late for line in one.lines), one.name))


def _last_contacts(ids: Collection[int]) -> dict[int, ContactNote]:
    pairs = ContactNote.cases.through.objects.filter(case__in=ids).select_related("contactnote")
    return {pair.case_id: pair.contactnote for pair in pairs.order_by("contactnote__at", "contactnote")}


def _line(one: Owed, now: dt.datetime, rung: str, contact: ContactNote | None) -> CallLine:
    of = jurisdiction(one.case.jurisdiction)
    late = days_late(due_on=one.due_on, received_on=None, as_of=case_date(one.case, now))
    step = next((step for step in of.ladder(one.due_on) if step.key == rung), None)
    return CallLine(
        owed=one,
        late=late,
        dollars=penalty(of.penalties(), due_on=one.due_on, late=late),
        rung=step.label if step else "",
        call_due=step is not None and step.call,
        last_contact=contact,
    )


def log_call(
    *,
    owing: str,
    numbers: Collection[str],
    with_whom: str,
    said: str,
    promised: str,
    promised_by: dt.date | None,
    actor: Actor,
    now: dt.datetime,
    way: str = ContactNote.Way.PHONE,
) -> ContactNote:
    """Put one call down for the chosen cases of the administrator; a promise with a day comes back as a reminder.

    numbers: case numbers on the sheet. The reminder is a task of the caller, on the case that is most overdue.
    Raises InputRefusal by field, RightRefusal.
    """
    chosen = [one for one in owed_by(owing) if one.case.number in numbers]
    if not chosen:
        sentence = "Choose the cases that the call was about."
        raise InputRefusal("contact.cases", sentence, fields={"cases": sentence})
    return log_with_promise(
        cases=[one.case for one in chosen], way=way, with_whom=with_whom, said=said, promised=promised,
        promised_by=promised_by, organization=chosen[0].party.organization, actor=actor, now=now,
    )  # fmt: skip


def set_phone(*, owing: str, adjuster: str, phone: str, actor: Actor) -> int:
    """Note an adjuster's telephone number on all its open cases. Returns on how many. Raises InputRefusal."""
    require(actor, "decide_cases")
    number = " ".join(phone.split())
    if not number or len(number) > _PHONE_LENGTH or not all(sign.isascii() and sign.isprintable() for sign in number):
        sentence = "Enter the number, with at most 40 signs."
        raise InputRefusal("contact.phone", sentence, fields={"phone": sentence})
    mine = [one.party.pk for one in owed_by(owing) if (str(one.party.person) if one.party.person else "") == adjuster]
    changed = 0
    for party in Party.objects.filter(pk__in=mine):
        party.phone = number
        party.save(update_fields=["phone"])
        changed += 1
    return changed
