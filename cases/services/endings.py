"""A review that ends without a determination: the worker withdraws, or the treatment is authorized, all or in part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.roles import require
from cases.models import Case, DisputedItem, Document
from cases.rules.eligibility import say
from cases.services.eligibility_decisions import refuse_future
from cases.services.workflow import ask_guard, check_move, lock_case, move, record
from cases.signals import items_settled
from cases.workflow import Event, State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal


def withdraw(
    *, case: Case, who: str, how: str, on: dt.date, actor: Actor, now: dt.datetime, note: str = "",
    document: int | None = None,
) -> Case:  # fmt: skip
    """End the case because its application is withdrawn.

    who: who withdrew ("Injured worker"); how: by which way ("letter"); on: the day it was received; document: the id of
    the record of the case that says so. Raises InputRefusal, and what the workflow refuses.
    """
    refuse_future(case, on, "on", now)
    _refuse_before_application(case, on)
    refuse_foreign_document(case, document)
    return move(
        case=case,
        event=Event.WITHDRAW,
        actor=actor,
        now=now,
        sentence=f"Withdrawn by {who[:1].lower()}{who[1:]}, {how[:1].lower()}{how[1:]} of {say(on)}.",
        facts={"who": who, "how": how, "on": on.isoformat(), "note": note.strip(), "document": document},
    )


def authorize(
    *, case: Case, positions: Collection[int], by: str, on: dt.date, actor: Actor, now: dt.datetime, note: str = "",
    document: int | None = None,
) -> Case:  # fmt: skip
    """The treatment of these items is authorized: they leave the dispute; when none is left, the case is terminated.

    positions: places of items that are still disputed. by: who authorized; on: the day of the authorization. Source:
    9792.10.6(a). Raises InputRefusal for items that are not in dispute, and what the workflow refuses.
    """
    refuse_future(case, on, "on", now)
    refuse_foreign_document(case, document)
    with transaction.atomic():
        locked = lock_case(case.pk)
        check_move(case=locked, event=Event.TERMINATE, actor=actor)
        disputed = {item.position: item for item in locked.items.disputed()}
        wanted = sorted(set(positions))
        if not wanted or any(position not in disputed for position in wanted):
            message = "Choose items that are still in dispute."
            raise InputRefusal("ending.items", message, fields={"items": message})
        locked.items.filter(position__in=wanted).update(authorized_on=on)
        facts = {"items": wanted, "by": by, "on": on.isoformat(), "note": note.strip(), "document": document}
        if len(wanted) == len(disputed):
            ended = move(
                case=locked,
                event=Event.TERMINATE,
                actor=actor,
                now=now,
                sentence=f"Terminated: {by} authorized {'the treatment' if len(wanted) == 1 else 'every treatment'} "
                f"in dispute on {say(on)}.",
                facts=facts,
            )
        else:
            ended = _some_settled(locked, wanted, f"{by} authorized it on {say(on)}", facts, actor, now)
        return ended


def _some_settled(
    case: Case, positions: list[int], why: str, facts: dict[str, Any], actor: Actor, now: dt.datetime
) -> Case:
    """The case goes on with the rest; whoever reviews it is told by the rooms above."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
    case.version += 1
    numbers = ", ".join(str(position) for position in positions)
    word = "Item" if len(positions) == 1 else "Items"
    left = case.items.disputed().count()
    record(
        case=case,
        kind="item.authorized",
        sentence=f"{word} {numbers} left the dispute: {why}. Still in dispute: {left}.",
        facts=facts,
        actor=actor,
        now=now,
    )
    items_settled.send(sender=Case, case=case, positions=positions, actor=actor, now=now)
    return case


def reinstate(*, case: Case, position: int, actor: Actor, now: dt.datetime) -> DisputedItem:
    """Put an item back into the dispute whose authorization was noted by mistake.

    Raises StateRefusal when it never left the dispute, when the case has ended or its determination is approved.
    """
    require(actor, "decide_cases")
    with transaction.atomic():
        locked = lock_case(case.pk)
        item = locked.items.filter(position=position, authorized_on__isnull=False).first()
        if item is None:
            raise StateRefusal("ending.item", f"Item {position} of case {locked.number} is in dispute.")
        if State(locked.state) in (*State.ended(), State.DETERMINED, State.SERVED):
            raise StateRefusal(
                "ending.state",
                f"Item {position} stays out: case {locked.number} is in the state “{locked.get_state_display()}”.",
            )
        ask_guard("not_approved_yet", locked)
        item.authorized_on = None
        item.save(update_fields=["authorized_on"])
        Case.objects.filter(pk=locked.pk).update(version=F("version") + 1)
        record(
            case=locked,
            kind="item.reinstated",
            sentence=f"Item {position} is in dispute again: its authorization was noted by mistake.",
            facts={"items": [position]},
            actor=actor,
            now=now,
        )
        items_settled.send(sender=Case, case=locked, positions=[position], actor=actor, now=now)
        return item


def refuse_foreign_document(case: Case, document: int | None, *, needed: str = "") -> None:
    """Raises InputRefusal for a record that is not of this case; `needed`: what to say where there must be one."""
    if document is None:
        message = needed
    else:
        known = Document.objects.filter(case=case, pk=document).exists()
        message = "" if known else "Choose a record of this case."
    if message:
        raise InputRefusal("ending.document", message, fields={"document": message})


def _refuse_before_application(case: Case, on: dt.date) -> None:
    application = getattr(case, "application", None)
    if application is not None and on < application.received_on:
        message = f"The application came on {say(application.received_on)}; it cannot be withdrawn before."
        raise InputRefusal("ending.date", message, fields={"on": message})
