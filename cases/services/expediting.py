"""Making a regular case expedited on the treating physician's certification (9792.10.4(c))."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case
from cases.rules.eligibility import say
from cases.services.eligibility_decisions import refuse_future
from cases.services.endings import refuse_foreign_document
from cases.services.workflow import check_move, lock_case, move
from cases.workflow import Event
from common.actor import Actor


def expedite(
    *, case: Case, certified_by: str, certified_on: dt.date, document: int | None, actor: Actor, now: dt.datetime,
    note: str = "",
) -> Case:  # fmt: skip
    """The case becomes expedited at once; its clocks are converted and the parties told by what follows the event.

    certified_by: the physician; document: the id of the record that holds the written certification. Raises
    InputRefusal without the document, and what the workflow refuses.
    """
    refuse_future(case, certified_on, "certified_on", now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.EXPEDITE, actor=actor)
        refuse_foreign_document(
            locked,
            document,
            needed="Name the record that holds the written certification; without it nothing is urgent.",
        )
        return move(
            case=locked,
            event=Event.EXPEDITE,
            actor=actor,
            now=now,
            sentence=f"Expedited: {certified_by.strip()} certified an imminent, serious threat on {say(certified_on)}.",
            facts={
                "certified_by": certified_by.strip(),
                "on": certified_on.isoformat(),
                "document": document,
                "note": note.strip(),
            },
        )
