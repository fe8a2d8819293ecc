"""Acts on many cases at once: first what would be done and what would be skipped and why, then the doing.

    register_bulk(BulkAct("remind", "Ask for records", "send_notices", do=remind, why_not_all=why_nobody_is_reminded))

Rooms above, and capabilities of this one, register theirs. `do` is called with the cases that passed, one transaction
around all of them, each locked in the order of its key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from accounts.roles import require
from cases.models import Case
from cases.services import chasing_by_hand as by_hand
from cases.services.desk.bulk_handovers import hand_to
from cases.services.desk.promises import log_with_promise
from cases.services.desk.tasks import set_task
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal

#: More than this at once is no longer looked through by anybody.
MOST_AT_ONCE = 500

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class BulkAct:
    """One act for the bar.

    key, label, verb: for the bar and the button; right: what it needs; form: which form it asks for, "" for none.
    why_not: what stands against one case, "" when nothing does; why_not_all: the same for many at once, case id ->
    reason, in a constant number of statements. effects: what follows besides, in sentences, for the cases taken.
    do: may return the id of a handover that can be taken back.
    """

    key: str
    label: str
    right: str
    do: Callable[[Sequence[Case], Facts, Actor, dt.datetime], int | None]
    why_not: Callable[[Case], str] = lambda _case: ""
    why_not_all: Callable[[Sequence[Case], dt.datetime], Mapping[int, str]] | None = None
    effects: Callable[[Sequence[Case]], Sequence[str]] | None = None
    form: str = ""
    verb: str = ""


@dataclass(frozen=True)
class Preview:
    """What an act would do: the cases it takes, those it leaves out with the reason of each, what follows besides.
    handover: once done, what takes it back."""

    act: BulkAct
    taken: list[Case] = field(default_factory=list)
    skipped: list[tuple[Case, str]] = field(default_factory=list)
    effects: Sequence[str] = ()
    handover: int | None = None


_ACTS: dict[str, BulkAct] = {}


def register_bulk(act: BulkAct) -> None:
    _ACTS[act.key] = act


def bulk_acts(rights: frozenset[str]) -> list[BulkAct]:
    return [act for act in _ACTS.values() if act.right in rights]


def preview(*, key: str, numbers: Sequence[str], actor: Actor, now: dt.datetime) -> Preview:
    """What would be done with the cases of these numbers. Raises InputRefusal for none, too many, or an unknown act."""
    return _looked_at(_act(key, actor), Case.objects.filter(number__in=_checked(numbers)).order_by("pk"), now)


def perform(*, key: str, numbers: Sequence[str], facts: Facts, actor: Actor, now: dt.datetime) -> Preview:
    """Do it to every case that still passes. All of it or nothing: a Refusal from the act undoes the whole."""
    act = _act(key, actor)
    with transaction.atomic():
        locked = Case.objects.filter(number__in=_checked(numbers)).order_by("pk")
        seen = _looked_at(act, locked.select_for_update(of=("self",), no_key=True), now)
        if not seen.taken:
            raise InputRefusal("bulk.nothing", "Nothing is left to do: every chosen case is skipped.")
        return replace(seen, handover=act.do(seen.taken, facts, actor, now))


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


def _looked_at(act: BulkAct, cases: Any, now: dt.datetime) -> Preview:
    found: list[Case] = list(cases.select_related("worker", "owner"))
    against = dict(act.why_not_all(found, now)) if act.why_not_all else {}
    why = {case.pk: against.get(case.pk, "") or act.why_not(case) for case in found}
    taken = [case for case in found if not why[case.pk]]
    skipped = [(case, why[case.pk]) for case in found if why[case.pk]]
    return Preview(act, taken, skipped, act.effects(taken) if act.effects and taken else ())


def _ended(case: Case) -> str:
    return "It has ended." if case.imported or case.state in State.ended() else ""


def _assign_all(cases: Sequence[Case], facts: Facts, actor: Actor, now: dt.datetime) -> int:
    return hand_to(cases=cases, to=facts["owner"], actor=actor, now=now).pk


def _set_tasks(cases: Sequence[Case], facts: Facts, actor: Actor, now: dt.datetime) -> None:
    for case in cases:
        set_task(case=case, what=facts["what"], remind=facts["remind"], owner=facts["owner"], actor=actor, now=now)


def _ask_records(cases: Sequence[Case], _facts: Facts, actor: Actor, now: dt.datetime) -> None:
    by_hand.remind(cases=cases, actor=actor, now=now)


def _log_call(cases: Sequence[Case], facts: Facts, actor: Actor, now: dt.datetime) -> None:
    log_with_promise(cases=cases, **facts, actor=actor, now=now)


register_bulk(BulkAct("assign", "Hand to", "decide_cases", _assign_all, _ended, form="assign", verb="Hand over"))
register_bulk(BulkAct("task", "Set a task", "decide_cases", _set_tasks, _ended, form="task", verb="Set the task for"))
register_bulk(BulkAct("contact", "Log a call", "decide_cases", _log_call, form="contact", verb="Log the call for"))
register_bulk(
    BulkAct(
        "ask_records",
        "Ask for records",
        by_hand.RIGHT,
        _ask_records,
        why_not_all=by_hand.why_not,
        effects=by_hand.effects,
        verb="Ask for the records of",
    )
)
