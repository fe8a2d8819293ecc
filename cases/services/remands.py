"""A reversed determination comes back: a new round, another reviewer, and the fact that was found erroneous as data."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases.models import Case, Remand
from cases.rules.eligibility import say
from cases.services.eligibility_decisions import refuse_future
from cases.services.endings import refuse_foreign_document
from cases.services.jurisdictions import jurisdiction_of
from cases.services.workflow import check_move, lock_case, move
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal


def grounds_for(case: Case, on: dt.date) -> dict[str, str]:
    """The grounds on which a determination of this case may be reversed on a day, key -> words."""
    return {one.key: one.words for one in jurisdiction_of(case).remand_grounds(on)}


def remand(
    *, case: Case, ordered_by: str, ordered_on: dt.date, ground: str, erroneous_fact: str, actor: Actor,
    now: dt.datetime, document: int | None = None,
) -> Case:  # fmt: skip
    """Open a new round. Earlier reviewers stay out by the gate (`conflict.earlier_round`).

    erroneous_fact: which finding was found erroneous, for the record and for what the next letter answers. Source: LC
    4610.6(h), (i); CA-11. Raises InputRefusal, and what the workflow refuses.
    """
    refuse_future(case, ordered_on, "ordered_on", now)
    problems: dict[str, str] = {}
    if ground not in grounds_for(case, ordered_on):
        problems["ground"] = "Choose the ground of the appeal."
    if not ordered_by.strip():
        problems["ordered_by"] = "Say who ordered the new review."
    if not erroneous_fact.strip():
        problems["erroneous_fact"] = "Say which finding was found erroneous; the next review starts from it."
    if problems:
        raise InputRefusal("remand.facts", " ".join(problems.values()), fields=problems)
    refuse_foreign_document(case, document)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.REMAND, actor=actor)
        Remand.objects.create(
            case=locked,
            round=locked.round + 1,
            ordered_on=ordered_on,
            ordered_by=ordered_by.strip(),
            ground=ground,
            erroneous_fact=erroneous_fact.strip(),
            document_id=document,
            recorded_at=now,
        )
        return move(
            case=locked,
            event=Event.REMAND,
            actor=actor,
            now=now,
            sentence=f"Remanded by {ordered_by.strip()} on {say(ordered_on)}: round {locked.round + 1} opens.",
            facts={
                "ordered_by": ordered_by.strip(),
                "on": ordered_on.isoformat(),
                "ground": ground,
                "note": erroneous_fact.strip(),
                "document": document,
            },
        )
