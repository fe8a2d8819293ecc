"""Tasks that the panel's work puts on the desk of whoever holds the case."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from cases.models import Case, CaseTask
from cases.services.desk.tasks import set_task
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal


def tell_staff(*, case: Case, what: str, now: dt.datetime, or_else: User | None = None) -> CaseTask | None:
    """A task for who holds the case, else for `or_else`; None where neither can hold tasks: its queue shows the case.

    The same task that nobody has ticked off yet is not set twice.
    """
    if CaseTask.objects.filter(case=case, what=what, done_at=None).exists():
        return None
    for owner in (case.owner, or_else):
        if owner is None:
            continue
        try:
            with transaction.atomic():
                return set_task(case=case, what=what, remind="", owner=owner, actor=Actor.system("panel"), now=now)
        except (InputRefusal, StateRefusal):
            continue
    return None
