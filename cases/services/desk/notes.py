"""Notes on a case, and the log of calls: one call may be about many cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.roles import require
from cases.models import Case, CaseEvent, CaseNote, ContactNote, Organization
from cases.services.workflow import record
from common.actor import Actor
from common.errors import InputRefusal
from common.rules.characters import first_unprintable

_RIGHT = "decide_cases"


def add_note(*, case: Case, text: str, actor: Actor, now: dt.datetime) -> CaseNote:
    """A remark for colleagues, on the timeline too. Raises InputRefusal for an empty one."""
    require(actor, _RIGHT)
    words = clean_words("text", text, "Write the note first.")
    with transaction.atomic():
        note = CaseNote.objects.create(case=case, at=now, text=words, user_id=actor.user_id, author_name=actor.name)
        record(
            case=case,
            kind="note",
            sentence="Note written.",
            facts={"note": words[:500], "note_id": note.pk},
            actor=actor,
            now=now,
        )
        return note


def log_contact(
    *,
    cases: Sequence[Case],
    way: str,
    with_whom: str,
    said: str,
    actor: Actor,
    now: dt.datetime,
    promised: str = "",
    promised_by: dt.date | None = None,
    organization: Organization | None = None,
) -> ContactNote:
    """Put down one contact about one or many cases; it stands on the timeline of each.

    promised_by: the day by which the promise is to be kept. Raises InputRefusal by field.
    """
    require(actor, _RIGHT)
    if not cases:
        raise InputRefusal("contact.cases", "Choose the cases that the contact was about.")
    if way not in ContactNote.Way.values:
        raise InputRefusal("contact.way", "Say how the contact was made.", fields={"way": "Choose one."})
    who = clean_words("with_whom", with_whom, "Say who it was.")
    what = clean_words("said", said, "Say what was said.")
    if promised_by and not promised.strip():
        sentence = "Say what was promised by that day."
        raise InputRefusal("contact.promise", sentence, fields={"promised": sentence})
    with transaction.atomic():
        note = ContactNote.objects.create(
            at=now, way=way, with_whom=who[:200], organization=organization, said=what, promised=promised.strip(),
            promised_by=promised_by, user_id=actor.user_id, author_name=actor.name,
        )  # fmt: skip
        note.cases.set(cases)
        sentence = _sentence(note)
        CaseEvent.objects.bulk_create(
            CaseEvent(
                case=case, at=now, kind="contact", sentence=sentence, actor_name=actor.name, user_id=actor.user_id,
                facts={"contact": note.pk, "note": what[:500], "cases": len(cases)},
            )
            for case in cases
        )  # fmt: skip
        return note


def _sentence(note: ContactNote) -> str:
    sentence = f"{note.get_way_display()} with {note.with_whom}."
    if note.promised:
        by = f" by {note.promised_by:%b} {note.promised_by.day}" if note.promised_by else ""
        sentence += f" Promised{by}: {note.promised}"
    return sentence[:500]


def clean_words(field: str, text: str, empty: str) -> str:
    """The text without space around it. Raises InputRefusal on its field when it is empty or cannot be printed."""
    words = text.strip()
    if not words:
        raise InputRefusal("desk.words", empty, fields={field: empty})
    if bad := first_unprintable(words):
        sentence = f"This holds {bad.spoken}, at place {bad.position + 1}."
        raise InputRefusal("desk.words", sentence, fields={field: sentence})
    return words
