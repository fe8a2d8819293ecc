"""Which specialties are the same as or similar to those that evaluate and treat what is in dispute.

Source: Labor Code 139.5(d)(4) and 4610.6. `wanted_for` is asked by the gate, `wanted` by the command: one function.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reviews.rules.facts import CaseFacts, ItemFacts, Match, Wanted
from reviews.rules.specialties_naming import (
    MOST,
    MOST_ALONE,
    Choice,
    barred_degrees,
    distinct_fields,
    is_barred,
    merged,
    named_as,
    treats,
    widened,
    with_requester,
)
from reviews.rules.specialties_reading import DiagnosisReading, ItemReading, Reader, Target, reader_of
from reviews.rules.specialties_table import Field, SpecialtyTable


@dataclass(frozen=True)
class Asked:
    """A disputed item as the rules see it; `depends` where it was filed as hanging on another."""

    service: str
    category: str = ""
    subcategory: str = ""
    body_part: str = ""
    depends: bool = False


def has_word(text: str, words: Iterable[str]) -> bool:
    padded = f" {text} "
    return any(f" {word} " in padded for word in words)


def wanted_for(case: CaseFacts, table: SpecialtyTable) -> Wanted:
    """The specialties that may decide the case, best first, each with its reason, and the degrees that may not."""
    return _wanted_once(case.diagnoses, tuple(map(_asked, case.items)), case.requesting_specialty, table)


@lru_cache(maxsize=4096)
def _wanted_once(
    diagnoses: tuple[str, ...], items: tuple[Asked, ...], requesting: str, table: SpecialtyTable
) -> Wanted:
    """A case is asked about again and again, on its board and in every run, and seldom says anything new."""
    return wanted(diagnoses=diagnoses, items=items, requesting_specialty=requesting, table=table)


def _asked(item: ItemFacts) -> Asked:
    return Asked(item.service, item.category, item.subcategory, item.body_part, item.depends)


def wanted(
    *, diagnoses: Sequence[str], items: Sequence[Asked], requesting_specialty: str, table: SpecialtyTable
) -> Wanted:
    """In: texts as they were typed. Out: specialties best first and barred degrees. Never raises, never empty.

    The order of diagnoses and of items that are alike changes nothing but the order among equals. Items that hang on
    an operation are left to it, unless every item does.
    """
    reader = reader_of(table)
    ailing = _Ailments([reader.diagnosis(text) for text in dict.fromkeys(diagnoses)])
    read = [(item, _read(item, reader)) for item in items]
    leading = _leading(read)
    if leading:
        choice = _choose(leading, ailing, table)
    else:
        choice = _hanging([reading for _, reading in read], ailing, table) if read else _by_ailment(ailing, table)
    kinds = frozenset[str]().union(*(reading.kinds for _, reading in read))
    named = [match for match in choice.matches if not is_barred(match.specialty, kinds, choice.fields, table)]
    if not named:
        named = named_as(table.sets["default"], _GENERAL)
    named = widened(named, kinds, choice, table)
    named = with_requester(named, requesting_specialty, kinds, choice, table)
    return Wanted(tuple(named), barred_degrees(kinds, choice.fields, table))


def _read(item: Asked, reader: Reader) -> ItemReading:
    return reader.item(
        item.service, category=item.category, subcategory=item.subcategory, body_part=item.body_part
    )  # fmt: skip


_GENERAL = "treats injured workers in general"


@dataclass
class _Ailments:
    """What the diagnoses belong to."""

    read: list[DiagnosisReading]
    alone: list[Field] = field(default_factory=list)
    injured: list[Field] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.alone = _by_count(one for reading in self.read for one in reading.alone)
        self.injured = _by_count(one for reading in self.read for one in reading.injured)

    @property
    def surgical(self) -> bool:
        return any(reading.surgical for reading in self.read)

    @property
    def only_alone(self) -> bool:
        return bool(self.alone) and not self.injured


def _by_count(fields: Iterable[Field]) -> list[Field]:
    """The most frequent first; as frequent ones by key, so that the order of the diagnoses does not matter."""
    counted: dict[str, tuple[int, Field]] = {}
    for one in fields:
        counted[one.key] = (counted.get(one.key, (0, one))[0] + 1, one)
    return [one for _, one in sorted(counted.values(), key=lambda pair: (-pair[0], pair[1].key))]


def _leading(read: list[tuple[Asked, ItemReading]]) -> list[ItemReading]:
    """The items that decide: not hanging on an operation, not light beside others."""
    free = [reading for item, reading in read if not item.depends and not reading.dependent]
    heavy = [reading for reading in free if not reading.light]
    # What was filed as hanging on an item that is settled by now stands for itself, unless it is part of an operation.
    return heavy or free or [reading for _, reading in read if not reading.dependent]


def _choose(leading: list[ItemReading], ailing: _Ailments, table: SpecialtyTable) -> Choice:
    targets = [_target_of(reading, ailing, table) for reading in leading]
    surgical = [one for group in targets for one in group if one.surgical]
    alone = [one for group in targets for one in group if one.alone or _is_alone(one, ailing)]
    everyday = [one for group in targets for one in group if one not in alone]
    if any(reading.surgical for reading in leading):
        return _operations(surgical, [one for one in alone if not one.surgical], table)
    leads = sum(any(one in alone for one in group) for group in targets)
    if alone and (not everyday or (not ailing.injured and 2 * leads >= len(targets))):
        return _own_fields(alone, table)
    return _everyday(everyday, alone, ailing, table)


def _target_of(reading: ItemReading, ailing: _Ailments, table: SpecialtyTable) -> list[Target]:
    """The item's fields; where the item leaves it open, those of the diagnoses."""
    if reading.surgical:
        own = [one for one in reading.targets if one.surgical]
        if own and not all(one.field.general and ailing.only_alone for one in own):
            return own
        places = [one for one in [*ailing.alone, *ailing.injured] if not own or one.words.get("operations")]
        return [Target(one, surgical=True) for one in places[:1]] or own
    if reading.open and ailing.only_alone and all(one.field.general or not one.alone for one in reading.targets):
        return [Target(one) for one in _fitting(ailing.alone, reading.targets)[:2]]
    if reading.targets:
        return list(reading.targets)
    return [Target(table.fields["visits"])] if "visits" in table.fields else []


def _fitting(fields: list[Field], targets: Sequence[Target]) -> list[Field]:
    """Of a drug that several fields give, those of the diagnoses' fields that give it; all where none does."""
    named = frozenset[str]().union(*(one.field.named for one in targets if one.alone))
    return [one for one in fields if one.named & named] or fields


def _is_alone(target: Target, ailing: _Ailments) -> bool:
    """A field that many decide beside an injury only, and no injury is diagnosed, or only ones that this very field
    decides (inserts beside an injured foot); a surgeon that one is sent to."""
    if target.field.with_injury:
        first = set(target.field.specialties[:2])
        own = not target.field.general and all(first <= set(one.specialties) for one in ailing.injured)
        return own or not ailing.injured
    return target.consult and target.field.everyday and bool(target.field.words.get("operations"))


def _operations(surgical: list[Target], others: list[Target], table: SpecialtyTable) -> Choice:
    """Who operates there; then the first of each other field of its own."""
    matches = [
        *(named_as(target.field.operates, f"operates: {target.field.says}") for target in distinct_fields(surgical)),
        *(named_as(target.field.specialties[:1], treats(target.field)) for target in distinct_fields(others)),
    ]
    fields = frozenset(target.field.key for target in surgical)
    if not matches:
        return Choice(named_as(table.sets["surgery"], "operates"), frozenset({"surgery"}), alone=True, surgical=True)
    return Choice(merged(matches)[:MOST_ALONE], fields, alone=True, surgical=True)


def _own_fields(alone: list[Target], table: SpecialtyTable) -> Choice:
    distinct = distinct_fields(alone)
    groups = [named_as(target.field.specialties, treats(target.field)) for target in distinct]
    fields = frozenset(target.field.key for target in distinct)
    if all(target.field.beside and not target.consult for target in distinct):
        groups.append(named_as(table.sets["default"][:3], _GENERAL))
        return Choice(merged(groups)[:MOST], fields)
    return Choice(merged(groups)[:MOST_ALONE], fields, alone=True)


def _everyday(everyday: list[Target], alone: list[Target], ailing: _Ailments, table: SpecialtyTable) -> Choice:
    """Generalists; the first specialty of each field of its own stands behind them."""
    distinct = distinct_fields(everyday)
    fields = frozenset(target.field.key for target in (*everyday, *alone))
    # Blocks and the ablation after them are decided by the same people: no mixed case.
    if len({(target.field.specialties, target.field.with_injury) for target in distinct}) == 1:
        only = distinct[0].field
        names = (only.with_injury if ailing.injured and only.with_injury else only.specialties) or table.sets["default"]
        base = named_as(names, treats(only))
    elif distinct:
        base = named_as(table.sets["mixed"], "decides cases of several kinds: " + ", ".join(_kinds_said(distinct)))
    else:
        base = named_as(table.sets["default"], _GENERAL)
    behind = [named_as(target.field.specialties[:1], treats(target.field)) for target in distinct_fields(alone)[:2]]
    fitting = [
        match for group in behind for match in group if not is_barred(match.specialty, frozenset(), fields, table)
    ]
    if not fitting:
        return Choice(_with_surgeon(base[:MOST], ailing, table), fields)
    return Choice(merged([[*base[: MOST_ALONE - len(fitting)], *fitting]]), fields)


def _with_surgeon(base: list[Match], ailing: _Ailments, table: SpecialtyTable) -> list[Match]:
    """A surgeon in the last place, where an injury is diagnosed that surgeons follow."""
    names = [match.specialty for match in base]
    surgeons = [name for name in table.sets["surgical_injury"] if name not in names]
    if not ailing.surgical or not surgeons:
        return base
    return [*base[:-1], *named_as(surgeons[:1], "follows the injury that is diagnosed")]


def _kinds_said(targets: list[Target]) -> list[str]:
    return [target.field.says for target in targets[:3]]


def _hanging(readings: list[ItemReading], ailing: _Ailments, table: SpecialtyTable) -> Choice:
    """Every item hangs on an operation that is not in dispute: who operates there, and who follows it up."""
    targets = distinct_fields(target for reading in readings for target in reading.targets)
    places = [target.field for target in targets if target.surgical] or [
        one for one in [*ailing.alone, *ailing.injured] if one.words.get("operations")
    ]  # fmt: skip
    groups = [named_as(one.operates, f"operates: {one.says}") for one in places[:2]]
    keys = frozenset(one.key for one in places[:2])
    if places and not places[0].everyday:
        return Choice(merged(groups)[:MOST_ALONE], keys, alone=True, surgical=True)
    groups = [group[:2] for group in groups]
    groups += [named_as(target.field.specialties[:4], treats(target.field)) for target in targets[:2]]
    if not targets or any(target.alone or target.field.general for target in targets):
        groups.append(named_as(table.sets["clearance"], "decides what comes before and after an operation"))
    return Choice(merged(groups)[:MOST_ALONE], keys)


def _by_ailment(ailing: _Ailments, table: SpecialtyTable) -> Choice:
    if ailing.only_alone:
        return _own_fields([Target(one) for one in ailing.alone[:2]], table)
    return Choice(named_as(table.sets["default"], _GENERAL))
