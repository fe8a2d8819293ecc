"""The names of specialties that a case gets once it is known what leads it: siblings, the requester's own, degrees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviews.rules.facts import Match
from reviews.rules.specialties_reading import Target
from reviews.rules.specialties_table import Field, SpecialtyTable

#: At most so many specialties are named; a set of one field is widened by siblings and parents up to `NARROW`.
MOST, MOST_ALONE, NARROW = 6, 5, 2


@dataclass
class Choice:
    """matches: best first. fields: the keys of what leads. alone: no generalist decides it."""

    matches: list[Match]
    fields: frozenset[str] = frozenset()
    alone: bool = False
    surgical: bool = False


def treats(one: Field) -> str:
    return f"evaluates and treats: {one.says}"


def named_as(specialties: Iterable[str], reason: str) -> list[Match]:
    return [Match(specialty, "exact", reason) for specialty in specialties]


def distinct_fields(targets: Iterable[Target]) -> list[Target]:
    """Each field once: the one of most items first, as frequent ones by key, so that no order of items matters."""
    counted: dict[str, list[Target]] = {}
    for target in targets:
        counted.setdefault(target.field.key, []).append(target)
    groups = sorted(counted.values(), key=lambda group: (-len(group), group[0].field.key))
    return [max(group, key=lambda target: (target.surgical, target.consult)) for group in groups]


def merged(groups: Sequence[Sequence[Match]]) -> list[Match]:
    """The first of each group, then the second of each, ...; each name once."""
    found: dict[str, Match] = {}
    for place in range(max((len(group) for group in groups), default=0)):
        for group in groups:
            if place < len(group):
                found.setdefault(group[place].specialty, group[place])
    return list(found.values())


def widened(named: list[Match], kinds: frozenset[str], choice: Choice, table: SpecialtyTable) -> list[Match]:
    """A narrow set gets the siblings, then the parents, of its first name; no generalist, none for an operation."""
    if not choice.alone or choice.surgical or len(named) >= NARROW:
        return named
    first = table.specialties.get(named[0].specialty)
    near = (
        []
        if first is None
        else [*((one, "sibling") for one in first.near), *((one, "parent") for one in first.parents)]
    )
    for name, closeness in near:
        other = table.specialties[name]
        if other.generalist or any(match.specialty == name for match in named):
            continue
        if not is_barred(name, kinds, choice.fields, table):
            named = [*named, Match(name, closeness, f"{closeness} of {named[0].specialty}, which {named[0].reason}")]
    return named[: NARROW + 1]


def with_requester(
    named: list[Match], requesting: str, kinds: frozenset[str], choice: Choice, table: SpecialtyTable
) -> list[Match]:
    """The requesting physician's own specialty, where it may decide the case: among everyday items always, in a field
    of its own only where it is a sibling, a parent or a child of one that is named."""
    asked = table.specialties.get(table.named(requesting)) if requesting else None
    if asked is None or any(match.specialty == asked.name for match in named):
        return named
    if is_barred(asked.name, kinds, choice.fields, table):
        return named
    if not choice.alone:
        own = Match(asked.name, "exact", "the requesting physician's own specialty")
        return [*named[: MOST - 1], own]
    related = next((match.specialty for match in named if _are_related(asked.name, match.specialty, table)), "")
    if related and not asked.generalist:
        return [*named, Match(asked.name, "sibling", f"the requesting physician's own specialty, near {related}")]
    return named


def _are_related(one: str, other: str, table: SpecialtyTable) -> bool:
    first, second = table.specialties[one], table.specialties[other]
    return other in (*first.near, *first.parents) or one in (*second.near, *second.parents)


def is_barred(specialty: str, kinds: frozenset[str], fields: frozenset[str], table: SpecialtyTable) -> bool:
    held = table.specialties.get(specialty)
    degree = table.degrees.get(held.degree) if held and held.degree else None
    return degree is not None and bool(degree.barred & kinds or (degree.fields and fields - degree.fields))


def barred_degrees(kinds: frozenset[str], fields: frozenset[str], table: SpecialtyTable) -> dict[str, str]:
    """Degree -> what of this case it does not decide, in words."""
    found: dict[str, str] = {}
    for degree in table.degrees.values():
        words = [said for kind, said in table.kinds.items() if kind in degree.barred & kinds]
        if not words and degree.fields and fields - degree.fields:
            own = ", ".join(table.fields[key].says for key in sorted(degree.fields) if key in table.fields)
            words = [f"anything but {own}"]
        if words:
            found[degree.key] = " or ".join(words)
    return found
