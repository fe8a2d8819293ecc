"""A contact with a promise: what was promised by a day comes back on the caller's desk on that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from cases.models import Case, ContactNote, Organization
from cases.services.desk.notes import log_contact
from cases.services.desk.owners import holder
from cases.services.desk.tasks import set_task
from cases.workflow import State
from common.actor import Actor
from common.days import house_date
from common.errors import InputRefusal


def log_with_promise(
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
    """Put a contact down as `log_contact` does; a promise with a day sets the caller a task on the first case in work.

    Raises what `log_contact` raises, and InputRefusal (field `promised_by`) for a day that is past.
    """
    if promised_by is not None and promised_by < house_date(now):
        sentence = "The promised day is past. Enter today or a later day."
        raise InputRefusal("contact.promise", sentence, fields={"promised_by": sentence})
    with transaction.atomic():
        note = log_contact(
            cases=cases, way=way, with_whom=with_whom, said=said, promised=promised, promised_by=promised_by,
            organization=organization, actor=actor, now=now,
        )  # fmt: skip
        open_cases = [case for case in cases if not case.imported and case.state not in State.ended()]
        if promised_by is not None and open_cases:
            first, more = open_cases[0], len(cases) - 1
            what = (
                f"Promised by {note.with_whom} for {first.number}{f' and {more} more' if more else ''}: {note.promised}"
            )
            set_task(
                case=first, what=what[:300], remind=promised_by.isoformat(), owner=holder(actor), actor=actor, now=now
            )
        return note
