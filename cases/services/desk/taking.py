""" "Take next": the case that burns most and that nobody holds, to exactly one person."""

from __future__ import annotations

from django.db import transaction

from cases.models import Case
from cases.services.desk.owners import assign, holder
from cases.services.desk.queues import Asker, Tab
from common.actor import Actor


def take_next(*, tab: Tab, actor: Actor, asker: Asker) -> Case | None:
    """Give the actor the first case of the queue that nobody holds; None when there is none.

    A row that somebody else is taking at this moment is stepped over: two people never get the same case, and nobody
    waits for anybody.
    """
    person = holder(actor)
    with transaction.atomic():
        waiting = tab.in_order(asker).filter(owner=None)
        case = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
        return None if case is None else assign(case=case, to=person, actor=actor, now=asker.now)
