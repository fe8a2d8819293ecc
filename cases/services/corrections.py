"""Correcting typed facts of a case: by field and state, with what follows from it shown before it is saved."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.roles import require
from cases.models import Case
from cases.rules.corrections import Fact, fact_at
from cases.rules.eligibility import Standing, find
from cases.rules.intake import refuse_problems
from cases.services.correcting import write_change
from cases.services.eligibility import facts_of_row, reasons_for
from cases.services.exporting import put_at, row_of, value_at
from cases.services.intake import find_problems
from cases.services.workflow import ask_guard, lock_case, record
from cases.signals import facts_corrected, facts_correcting
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal

_LONGEST_REASON = 1000
_WITH_A_REVIEWER = (State.READY, State.IN_REVIEW, State.QUALITY_CHECK)
_WORDS = {Standing.MET: "met", Standing.NOT_MET: "not met", Standing.UNKNOWN: "not known"}


@dataclass(frozen=True)
class Change:
    """One fact with its value before and after, as in the exchange row."""

    fact: Fact
    old: Any
    new: Any


@dataclass(frozen=True)
class Preview:
    """What a correction would change and what follows from it, in sentences."""

    changes: list[Change]
    consequences: list[str]

    @property
    def asks_gate(self) -> bool:
        return any(change.fact.asks_gate for change in self.changes)


def preview(*, case: Case, changes: Mapping[str, Any], actor: Actor, now: dt.datetime) -> Preview:
    """What `correct` would do with these changes (key path -> new value); nothing is written.

    Raises RightRefusal, StateRefusal (imported case, approved determination), InputRefusal with `fields` by key path: a
    fact that may not be corrected in this state, a value that the rules of intake refuse, or no change at all.
    """
    require(actor, "correct_cases")
    if case.imported:
        raise StateRefusal(
            "correction.imported", f"Case {case.number} is a past determination. Import it again instead."
        )
    before = row_of(case)
    found = [_change(case, before, path, value) for path, value in changes.items()]
    real = [change for change in found if change.old != change.new]
    if not real:
        raise InputRefusal("correction.nothing", "Nothing is different from what the case says already.")
    if any(change.fact.printed for change in real):
        # Between approval and seal the case is in the quality check still, but what the letter prints is frozen.
        ask_guard("not_approved_yet", case)
    after = copy.deepcopy(before)
    for change in real:
        put_at(after, change.fact.path, change.new)
    refuse_problems(find_problems({**after, "jurisdiction": case.jurisdiction}, now=now))
    return Preview(real, _consequences(case, before, after, real))


def correct(
    *, case: Case, changes: Mapping[str, Any], reason: str, actor: Actor, now: dt.datetime, version: int
) -> Case:
    """Save the corrections with their reason; an event keeps old and new values.

    version: the case's version that the person looked at. Raises what `preview` raises, InputRefusal without a reason,
    StateRefusal when somebody else changed the case meanwhile.
    """
    check_reason(reason)
    with transaction.atomic():
        locked = lock_case(case.pk)
        if locked.version != version:
            raise StateRefusal(
                "correction.version",
                f"Somebody changed case {locked.number} meanwhile. Nothing was saved; look at the case again.",
            )
        seen = preview(case=locked, changes=changes, actor=actor, now=now)
        # Filled in before emptied: a party that turns from a company into a person is never nobody.
        for change in sorted(seen.changes, key=lambda one: one.new is None):
            write_change(locked, change.fact.path, change.new)
        Case.objects.filter(pk=locked.pk).update(version=F("version") + 1)
        labels = ", ".join(dict.fromkeys(change.fact.label.lower() for change in seen.changes))
        record(
            case=locked,
            kind="corrected",
            sentence=f"Corrected: {labels}.",
            facts={
                "note": reason.strip(),
                "changes": [{"fact": one.fact.path, "old": one.old, "new": one.new} for one in seen.changes],
            },
            actor=actor,
            now=now,
        )
        fresh = Case.objects.with_facts().get(pk=locked.pk)
        paths = [change.fact.path for change in seen.changes]
        facts_corrected.send(sender=Case, case=fresh, paths=paths, asks_gate=seen.asks_gate, actor=actor, now=now)
        return fresh


def check_reason(reason: str) -> None:
    """Raises InputRefusal for a correction without a reason, or with one too long to read."""
    said = reason.strip()
    message = ""
    if not said:
        message = "Say why the fact is corrected; it stands in the history."
    elif len(said) > _LONGEST_REASON:
        message = f"The reason is too long: at most {_LONGEST_REASON} characters, has {len(said)}."
    if message:
        raise InputRefusal("correction.reason", message, fields={"reason": message})


def _change(case: Case, row: dict[str, Any], path: str, value: Any) -> Change:
    fact = fact_at(path)
    try:
        old = value_at(row, path)
    except (IndexError, ValueError, AttributeError):
        fact, old = None, None
    if fact is None:
        message = f"{path} is no fact that can be corrected."
        raise InputRefusal("correction.fact", message, fields={path: message})
    new = None if value == "" else value
    if old != new and State(case.state) not in fact.states:
        message = (
            f"{fact.label} cannot be corrected while the case is in the state “{case.get_state_display()}”. "
            "Note the error for the next version of the letter, or ask the medical director."
        )
        raise InputRefusal("correction.state", message, fields={path: message})
    return Change(fact, old, new)


def _consequences(case: Case, before: dict[str, Any], after: dict[str, Any], changes: list[Change]) -> list[str]:
    reasons = reasons_for(case)
    lines = zip(
        find(facts_of_row(before, case), reasons), find(facts_of_row(after, case), reasons), strict=False
    )  # fmt: skip
    said = [
        f"{old.question} turns from {_WORDS[old.standing]} to {_WORDS[new.standing]}: {new.evidence}"
        for old, new in lines
        if old.code == new.code and old.standing != new.standing
    ]
    asks_gate = any(change.fact.asks_gate for change in changes)
    if asks_gate and State(case.state) in _WITH_A_REVIEWER:
        said.append("Reviewers are checked again for conflicts and eligibility.")
    if printed := [change.fact.label.lower() for change in changes if change.fact.printed]:
        said.append(f"The determination letter will print it as corrected: {', '.join(dict.fromkeys(printed))}.")
    paths = [change.fact.path for change in changes]
    for _, answer in facts_correcting.send(sender=Case, case=case, paths=paths, asks_gate=asks_gate):
        said.extend(answer or [])
    return said
