"""Acts on many cases at once: first what would be done and what would be skipped and why, then the doing.

    register_bulk(BulkAct("ask_records", "Ask for records", "manage_records", why_not, do))

Rooms above, and capabilities of this one, register theirs. `do` is called with the cases that passed, one transaction
around all of them, each locked in the order of its key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.roles import require
from cases.models import Case
from cases.services.desk.notes import log_contact
from cases.services.desk.owners import assign, why_not_assign
from cases.services.desk.tasks import set_task
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal

#: More than this at once is no longer looked through by anybody.
MOST_AT_ONCE = 500

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class BulkAct:
    """key and label for the bar; right that it needs; why_not: what stands against one case, "" when nothing does."""

    key: str
    label: str
    right: str
    why_not: Callable[[Case], str]
    do: Callable[[Sequence[Case], Facts, Actor, dt.datetime], None]
    form: str = ""
    verb: str = ""


@dataclass(frozen=True)
class Preview:
    """What an act would do: the cases it takes, and those it leaves out with the reason of each."""

    act: BulkAct
    taken: list[Case] = field(default_factory=list)
    skipped: list[tuple[Case, str]] = field(default_factory=list)


_ACTS: dict[str, BulkAct] = {}


def register_bulk(act: BulkAct) -> None:
    _ACTS[act.key] = act


def bulk_acts(rights: frozenset[str]) -> list[BulkAct]:
    return [act for act in _ACTS.values() if act.right in rights]


def preview(*, key: str, numbers: Sequence[str], actor: Actor) -> Preview:
    """What would be done with the cases of these numbers. Raises InputRefusal for none, too many, or an unknown act."""
    return _looked_at(_act(key, actor), Case.objects.filter(number__in=_checked(numbers)))


def perform(*, key: str, numbers: Sequence[str], facts: Facts, actor: Actor, now: dt.datetime) -> Preview:
    """Do it to every case that still passes. All of it or nothing: a Refusal from the act undoes the whole."""
    act = _act(key, actor)
    with transaction.atomic():
        locked = Case.objects.filter(number__in=_checked(numbers)).order_by("pk")
        seen = _looked_at(act, locked.select_for_update(of=("self",), no_key=True))
        if not seen.taken:
            raise InputRefusal("bulk.nothing", "Nothing is left to do: every chosen case is skipped.")
        act.do(seen.taken, facts, actor, now)
        return seen


def _act(key: str, actor: Actor) -> BulkAct:
    if key not in _ACTS:
        raise InputRefusal("bulk.act", "Choose what to do with the cases.")
    require(actor, _ACTS[key].right)
    return _ACTS[key]


def _checked(numbers: Sequence[str]) -> Sequence[str]:
    if not numbers:
        raise InputRefusal("bulk.none", "Choose at least one case.")
    if len(numbers) > MOST_AT_ONCE:
        raise InputRefusal("bulk.many", f"Choose at most {MOST_AT_ONCE} cases at once.")
    return numbers


def _looked_at(act: BulkAct, cases: Any) -> Preview:
    found = Preview(act)
    for case in cases.select_related("worker", "owner"):
        why = act.why_not(case)
        if why:
            found.skipped.append((case, why))
        else:
            found.taken.append(case)
    return found


def _ended(case: Case) -> str:
    return "It has ended." if case.imported or case.state in State.ended() else ""


def _assign_all(cases: Sequence[Case], facts: Facts, actor: Actor, now: dt.datetime) -> None:
    to: User | None = facts["owner"]
    if cases and (refusal := why_not_assign(cases[0], to)):
        raise refusal
    for case in cases:
        assign(case=case, to=to, actor=actor, now=now)


def _set_tasks(cases: Sequence[Case], facts: Facts, actor: Actor, now: dt.datetime) -> None:
    for case in cases:
        set_task(case=case, what=facts["what"], remind=facts["remind"], owner=facts["owner"], actor=actor, now=now)


def _log_call(cases: Sequence[Case], facts: Facts, actor: Actor, now: dt.datetime) -> None:
    log_contact(cases=cases, **facts, actor=actor, now=now)


register_bulk(BulkAct("assign", "Hand to", "decide_cases", _ended, _assign_all, "assign", "Hand over"))
register_bulk(BulkAct("task", "Set a task", "decide_cases", _ended, _set_tasks, "task", "Set the task for"))
register_bulk(
    BulkAct("contact", "Log a call", "decide_cases", lambda _case: "", _log_call, "contact", "Log the call for")
)
