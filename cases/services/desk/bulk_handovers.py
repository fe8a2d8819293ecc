"""Chosen cases given to somebody in one act, and taken back with one click."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accounts.roles import require
from cases.models import BulkHandover, Case
from cases.services.desk.owners import RIGHT, assign, why_not_assign
from cases.services.workflow import lock_case
from cases.workflow import State
from common.actor import Actor
from common.errors import StateRefusal


def hand_to(*, cases: Sequence[Case], to: User | None, actor: Actor, now: dt.datetime) -> BulkHandover:
    """Give locked cases to a person, or to nobody, and put down who held each before.

    Raises what `assign` raises; then nothing is kept.
    """
    require(actor, RIGHT)
    with transaction.atomic():
        if cases and (refusal := why_not_assign(cases[0], to)):
            raise refusal
        before = {str(case.pk): case.owner_id for case in cases}
        for case in cases:
            assign(case=case, to=to, actor=actor, now=now)
        return BulkHandover.objects.create(to_user=to, at=now, by_name=actor.name, before=before)


def take_back(*, handover: BulkHandover, actor: Actor, now: dt.datetime) -> tuple[int, int]:
    """Give each case back to who held it, where it is still where the act put it. Returns (given back, stayed).

    A case that was given on or has ended meanwhile stays, and so does one whose holder may hold cases no longer.
    Raises StateRefusal when it was taken back already.
    """
    require(actor, RIGHT)
    with transaction.atomic():
        locked = BulkHandover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
        if locked.undone_at is not None:
            raise StateRefusal("desk.undone", "This was taken back already.")
        people = User.objects.in_bulk({owner for owner in locked.before.values() if owner})
        back = sum(
            _given_back(int(pk), people.get(owner or 0), owner, locked, actor, now)
            for pk, owner in sorted(locked.before.items(), key=lambda one: int(one[0]))
        )
        locked.undone_at = now
        locked.save(update_fields=["undone_at"])
        return back, len(locked.before) - back


def _given_back(
    case_id: int, person: User | None, owner: int | None, of: BulkHandover, actor: Actor, now: dt.datetime
) -> bool:
    case = lock_case(case_id)
    stays = case.owner_id != of.to_user_id or case.imported or case.state in State.ended()
    if stays or (owner is not None and person is None) or why_not_assign(case, person):
        return False
    assign(case=case, to=person, actor=actor, now=now)
    return True
