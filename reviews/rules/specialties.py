"""Which specialties are the same as or similar to those that evaluate and treat what is in dispute.

Source: Labor Code 139.5(d)(4) and 4610.6; the table is data/specialties.toml. Words are compared folded
(`cases.rules.names.name_key`), as whole words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviews.rules.facts import CaseFacts, ItemFacts, Match, Wanted


@dataclass(frozen=True)
class Service:
    """A kind of service: how to tell it from an item, and how to say it."""

    key: str
    says: str
    words: tuple[str, ...]
    not_words: tuple[str, ...] = ()
    categories: frozenset[str] = frozenset()
    subcategories: frozenset[str] = frozenset()

    def is_of(self, item: ItemFacts) -> bool:
        """By the filed category where there is one; by the words of the item otherwise."""
        if item.subcategory in self.subcategories or item.category in self.categories:
            return True
        if item.category and self.categories:
            return False
        text = item.key
        for word in self.not_words:
            text = f" {text} ".replace(f" {word} ", " ").strip()
        return has_word(text, self.words)


@dataclass(frozen=True)
class Field:
    """What is in dispute -> who decides it. only: no generalist beside it. fallback: where no other field speaks."""

    reason: str
    specialties: tuple[str, ...]
    words: tuple[str, ...] = ()
    services: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    only: bool = False
    fallback: bool = False


@dataclass(frozen=True)
class SpecialtyTable:
    """data/specialties.toml."""

    generalists: tuple[str, ...]
    aliases: dict[str, str]
    siblings: dict[str, tuple[str, ...]]
    parents: dict[str, tuple[str, ...]]
    degree_limits: dict[str, tuple[str, ...]]
    services: dict[str, Service]
    fields: tuple[Field, ...]

    def named(self, specialty: str) -> str:
        """The list's own name for a specialty as a roster writes it."""
        return self.aliases.get(specialty, specialty)


def has_word(text: str, words: Iterable[str]) -> bool:
    padded = f" {text} "
    return any(f" {word} " in padded for word in words)


def wanted_for(case: CaseFacts, table: SpecialtyTable) -> Wanted:
    """The specialties that may decide the case, best first, each with its reason, and the degrees that may not.

    Items that merely depend on another are left to it, unless every item does.
    """
    leading = [item for item in case.items if not item.depends] or list(case.items)
    hits = [hit for item in leading for hit in _fields_of(item, case, table)]
    only = [field for field in hits if field.only]
    matches: dict[str, Match] = {}
    for field in only or hits:
        for specialty in field.specialties:
            matches.setdefault(specialty, Match(specialty, "exact", f"decides {field.reason}"))
    if not only:
        asked = table.named(case.requesting_specialty)
        if asked:
            matches.setdefault(asked, Match(asked, "exact", "the requesting physician's own specialty"))
        for specialty in table.generalists:
            matches.setdefault(specialty, Match(specialty, "exact", "treats injured workers in general"))
    for near in [
        *_near(matches.values(), table.siblings, "sibling"),
        *_near(matches.values(), table.parents, "parent"),
    ]:
        matches.setdefault(near.specialty, near)
    return Wanted(tuple(matches.values()), _barred_degrees(case, table))


def services_of(item: ItemFacts, table: SpecialtyTable) -> frozenset[str]:
    return frozenset(key for key, service in table.services.items() if service.is_of(item))


def _fields_of(item: ItemFacts, case: CaseFacts, table: SpecialtyTable) -> list[Field]:
    kinds = services_of(item, table)
    around = " ".join([item.key, *case.diagnoses])
    hits = [field for field in table.fields if not field.fallback and _speaks(field, item, kinds, around)]
    return hits or [field for field in table.fields if field.fallback and _speaks(field, item, kinds, around)]


def _speaks(field: Field, item: ItemFacts, kinds: frozenset[str], around: str) -> bool:
    if field.services and not field.services & kinds:
        return False
    if field.words and not has_word(f"{item.key} {item.body_part}", field.words):
        return False
    # An item that says its body part needs no diagnosis to say it.
    place = item.body_part or around
    return not field.also or has_word(item.key, field.also) or has_word(place, field.also)


def _near(matches: Iterable[Match], table: dict[str, tuple[str, ...]], closeness: str) -> Iterator[Match]:
    for match in list(matches):
        if match.closeness == "exact":
            for specialty in table.get(match.specialty, ()):
                yield Match(specialty, closeness, f"{closeness} field of {match.specialty}, which {match.reason}")


def _barred_degrees(case: CaseFacts, table: SpecialtyTable) -> dict[str, str]:
    kinds = frozenset[str]().union(*(services_of(item, table) for item in case.items))
    return {
        degree: " or ".join(table.services[kind].says for kind in limits if kind in kinds)
        for degree, limits in table.degree_limits.items()
        if kinds & set(limits)
    }
