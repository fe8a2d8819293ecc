"""Who holds a case: assigned, taken, given back, handed over whole and taken back again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.roles import person_id, require
from cases.models import Case, CaseTask, DeskHandover
from cases.services.workflow import lock_case, record
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal

RIGHT = "decide_cases"


def coordinators() -> Iterable[User]:
    """The people who may hold cases, by name."""
    holding = User.objects.filter(is_active=True, groups__name="coordinator")
    return holding.distinct().order_by("name", "email")


def assign(*, case: Case, to: User | None, actor: Actor, now: dt.datetime) -> Case:
    """Give the case to a coordinator, or to nobody. Raises StateRefusal for an ended case."""
    require(actor, RIGHT)
    with transaction.atomic():
        locked = lock_case(case.pk)
        if refusal := why_not_assign(locked, to):
            raise refusal
        if locked.owner_id != (to.pk if to else None):
            _write_owner(locked, to, actor=actor, now=now)
        return locked


def why_not_assign(case: Case, to: User | None) -> StateRefusal | InputRefusal | None:
    """What stands against giving the case to this person; None when nothing does."""
    if case.imported or case.state in State.ended():
        return StateRefusal("desk.ended", f"Case {case.number} has ended: nobody needs to hold it.")
    if to is not None and not (to.is_active and to.has_right(RIGHT)):
        return InputRefusal("desk.owner", f"{to} is no coordinator and cannot hold cases.")
    return None


def _write_owner(case: Case, to: User | None, *, actor: Actor, now: dt.datetime) -> None:
    before = case.owner_id
    Case.objects.filter(pk=case.pk).update(owner=to, version=F("version") + 1)
    case.owner, case.version = to, case.version + 1
    sentence = f"Held by {to} now." if to else "Held by nobody now."
    record(
        case=case,
        kind="owner",
        sentence=sentence,
        facts={"from": before, "to": to.pk if to else None},
        actor=actor,
        now=now,
    )


def hand_over(*, giver: User, taker: User, actor: Actor, now: dt.datetime) -> DeskHandover:
    """Give every case and open task of one desk to a colleague, in one step that `undo_hand_over` takes back.

    Raises InputRefusal when the desk is empty or the colleague may not hold cases.
    """
    require(actor, RIGHT)
    if giver.pk == taker.pk:
        raise InputRefusal("desk.same", "Choose somebody else: a desk cannot be handed to the person who has it.")
    if not (taker.is_active and taker.has_right(RIGHT)):
        raise InputRefusal("desk.owner", f"{taker} is no coordinator and cannot hold cases.")
    with transaction.atomic():
        held = Case.objects.filter(owner=giver).exclude(state__in=State.ended())
        case_ids = list(_locked_ids(held))
        task_ids = list(CaseTask.objects.open().filter(owner=giver).select_for_update().values_list("pk", flat=True))
        if not case_ids and not task_ids:
            raise InputRefusal("desk.empty", f"{giver} holds no cases and has no tasks: there is nothing to hand over.")
        _give(case_ids, taker, f"Handed over from {giver} to {taker}.", actor=actor, now=now)
        CaseTask.objects.filter(pk__in=task_ids).update(owner=taker)
        return DeskHandover.objects.create(
            from_user=giver, to_user=taker, at=now, by_name=actor.name, case_ids=case_ids, task_ids=task_ids
        )


def undo_hand_over(*, handover: DeskHandover, actor: Actor, now: dt.datetime) -> tuple[int, int]:
    """Give back what is still where the handover put it. Returns (cases given back, cases that had moved on)."""
    require(actor, RIGHT)
    with transaction.atomic():
        locked = DeskHandover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
        if locked.undone_at is not None:
            raise StateRefusal("desk.undone", "This handover was taken back already.")
        giver, taker = locked.from_user, locked.to_user
        if not (giver.is_active and giver.has_right(RIGHT)):
            raise StateRefusal("desk.giver", f"{giver} can hold no cases any more. Hand the desk to somebody else.")
        still = Case.objects.filter(pk__in=locked.case_ids, owner=taker).exclude(state__in=State.ended())
        case_ids = list(_locked_ids(still))
        _give(case_ids, giver, f"Handover from {giver} to {taker} taken back.", actor=actor, now=now)
        CaseTask.objects.open().filter(pk__in=locked.task_ids, owner=taker).update(owner=giver)
        locked.undone_at = now
        locked.save(update_fields=["undone_at"])
        return len(case_ids), len(locked.case_ids) - len(case_ids)


def _locked_ids(cases: object) -> Iterable[int]:
    """In the order of the key, so that two who lock many cases wait for one another instead of for ever."""
    found = cases.select_for_update(of=("self",), no_key=True).order_by("pk")  # type: ignore[attr-defined]
    return found.values_list("pk", flat=True)  # type: ignore[no-any-return]


def _give(case_ids: list[int], to: User, sentence: str, *, actor: Actor, now: dt.datetime) -> None:
    from cases.models import CaseEvent

    before = dict(Case.objects.filter(pk__in=case_ids).values_list("pk", "owner_id"))
    Case.objects.filter(pk__in=case_ids).update(owner=to, version=F("version") + 1)
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case_id=pk, at=now, kind="owner", sentence=sentence, facts={"from": before[pk], "to": to.pk},
            actor_name=actor.name, user_id=actor.user_id,
        )
        for pk in case_ids
    )  # fmt: skip


def holder(actor: Actor) -> User:
    """The person who acts, as one who may hold cases."""
    require(actor, RIGHT)
    return User.objects.get(pk=person_id(actor))
