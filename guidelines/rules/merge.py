"""Two people changed one record: what each did, field by field. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldMerge:
    """One field that somebody changed.

    base is what both started from; proposal takes in both changes, or is None where they contradict one another.
    """

    name: str
    base: Any
    mine: Any
    theirs: Any
    proposal: Any
    contradicts: bool


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[FieldMerge]:
    """Every field of `mine` that either side changed since `base`, in the order of `mine`.

    Lists are merged entry by entry: what one side added stays, what one side took out goes, so they never contradict.
    """
    found = []
    for name, value in mine.items():
        start, other = base.get(name, value), theirs.get(name)
        if value == start and other == start:
            continue
        proposal, contradicts = _of(start, value, other)
        found.append(FieldMerge(name, start, value, other, proposal, contradicts))
    return found


def _of(start: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    if mine in (theirs, start):
        return theirs, False
    if theirs == start:
        return mine, False
    if all(isinstance(value, list) for value in (start, mine, theirs)):
        return _lists(start, mine, theirs), False
    return None, True


def _lists(start: Sequence[Any], mine: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    gone = [entry for entry in start if entry not in mine]
    kept = [entry for entry in theirs if entry not in gone]
    return kept + [entry for entry in mine if entry not in start and entry not in kept]
