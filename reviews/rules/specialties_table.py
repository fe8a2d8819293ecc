"""The table of specialties as values: the graph, the fields of medicine, the limits of degrees.

Source: Labor Code 139.5(d)(4) and 4610.6 (same or similar specialty). The data is an edition, see
`reviews.services.specialty_editions`; the first one is data/specialties*.toml.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: The lists of words of a field, by what they say of it.
WORD_LISTS = ("parts", "conditions", "operations", "services", "drugs", "consults")


@dataclass(frozen=True)
class Specialty:
    """degree: who holds it where that is no physician. generalist: stands only where a field names it.

    near: may stand in for it. parents: the fields that it grew out of.
    """

    name: str
    degree: str = ""
    generalist: bool = False
    near: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A field of medicine, or a service that many fields decide, with the words that tell it.

    specialties: who evaluates and treats it, best first; surgeons: who operates, where others than these.
    with_injury: who decides it beside an injury of bones, joints or the back. everyday: generalists decide it in any
    case. beside: generalists decide its everyday services too. general: a body part or the diagnoses say more than
    the service. kind: the kind of service for the limits of degrees.
    """

    key: str
    says: str
    specialties: tuple[str, ...]
    surgeons: tuple[str, ...] = ()
    with_injury: tuple[str, ...] = ()
    everyday: bool = False
    beside: bool = False
    general: bool = False
    kind: str = ""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    roots: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def operates(self) -> tuple[str, ...]:
        return self.surgeons or self.specialties

    @property
    def named(self) -> frozenset[str]:
        return frozenset((*self.specialties, *self.surgeons, *self.with_injury))


@dataclass(frozen=True)
class Degree:
    """barred: kinds of service that it does not decide. fields: the only ones that it decides; none is no limit."""

    key: str
    barred: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class SpecialtyTable:
    """One edition. reading: lists of words that say how a text is read, by name. Compared by identity."""

    name: str
    specialties: dict[str, Specialty]
    aliases: dict[str, str]
    degrees: dict[str, Degree]
    kinds: dict[str, str]
    sets: dict[str, tuple[str, ...]]
    fields: dict[str, Field]
    reading: dict[str, tuple[str, ...]]
    folded: dict[str, str] = field(default_factory=dict)

    def named(self, specialty: str) -> str:
        """The list's own name for a specialty as a roster or a request writes it; itself where there is none."""
        return self.aliases.get(specialty) or self.folded.get(" ".join(specialty.casefold().split()), specialty)


def with_folded_names(table: SpecialtyTable) -> SpecialtyTable:
    """Adds the names and aliases without regard to case, for `named`."""
    for name, target in [*table.aliases.items(), *((name, name) for name in table.specialties)]:
        table.folded[name.casefold()] = target
    return table
