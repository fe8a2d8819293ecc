"""Tasks about a case, with the day on which they come up."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from accounts.roles import require
from cases.models import Case, CaseTask
from cases.rules.reminders import read_day
from cases.services.desk.notes import clean_words
from cases.services.workflow import lock_case, record
from cases.workflow import State
from common.actor import Actor
from common.days import house_date
from common.errors import InputRefusal, StateRefusal

_RIGHT = "decide_cases"


def set_task(*, case: Case, what: str, remind: str, owner: User, actor: Actor, now: dt.datetime) -> CaseTask:
    """A task on somebody's desk. remind: a day as people say it ("thu", "in 3 days", "11/30"), or empty for at once.

    Raises InputRefusal by field.
    """
    require(actor, _RIGHT)
    words = clean_words("what", what, "Say what is to be done.")
    remind_on = remind_day(remind, now=now)
    if not (owner.is_active and owner.has_right(_RIGHT)):
        raise InputRefusal("desk.owner", f"{owner} is no coordinator and cannot hold tasks.")
    with transaction.atomic():
        locked = lock_case(case.pk)
        if locked.imported or locked.state in State.ended():
            raise StateRefusal("desk.ended", f"Case {case.number} has ended: no task is left in it.")
        task = CaseTask.objects.create(
            case=locked, what=words[:300], owner=owner, remind_on=remind_on, created_at=now, created_by=actor.name
        )
        by = f", to come up on {remind_on:%b} {remind_on.day}" if remind_on else ""
        record(
            case=locked,
            kind="task",
            sentence=f"Task for {owner}{by}: {task.what}",
            facts={"task": task.pk, "owner": owner.pk},
            actor=actor,
            now=now,
        )
        return task


def remind_day(text: str, *, now: dt.datetime) -> dt.date | None:
    """The day meant, None for an empty text. Raises InputRefusal (field `remind`) when it is unclear or past."""
    if not text.strip():
        return None
    today = house_date(now)
    day = read_day(text, today=today)
    if day is None:
        sentence = f"“{text.strip()[:40]}” is no day. Type it like thu, in 3 days, or 11/30."
        raise InputRefusal("task.day", sentence, fields={"remind": sentence})
    if day < today:
        sentence = f"{day:%b} {day.day}, {day.year} is past. Choose today or a later day."
        raise InputRefusal("task.day", sentence, fields={"remind": sentence})
    return day


def finish_task(*, task: CaseTask, actor: Actor, now: dt.datetime) -> CaseTask:
    """Tick a task off. A second tick changes nothing."""
    require(actor, _RIGHT)
    with transaction.atomic():
        locked = CaseTask.objects.select_for_update(of=("self",)).select_related("case").get(pk=task.pk)
        if locked.done_at is None:
            locked.done_at, locked.done_by = now, actor.name
            locked.save(update_fields=["done_at", "done_by"])
            record(
                case=locked.case,
                kind="task.done",
                sentence=f"Task done: {locked.what}",
                facts={"task": locked.pk},
                actor=actor,
                now=now,
            )
        return locked


def reopen_task(*, task: CaseTask, actor: Actor, now: dt.datetime) -> CaseTask:
    """Take the tick back."""
    require(actor, _RIGHT)
    with transaction.atomic():
        locked = CaseTask.objects.select_for_update(of=("self",)).select_related("case").get(pk=task.pk)
        if locked.done_at is not None:
            locked.done_at, locked.done_by = None, ""
            locked.save(update_fields=["done_at", "done_by"])
            record(
                case=locked.case,
                kind="task.reopened",
                sentence=f"Task taken up again: {locked.what}",
                facts={"task": locked.pk},
                actor=actor,
                now=now,
            )
        return locked
