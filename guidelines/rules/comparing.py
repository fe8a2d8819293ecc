"""Two editions of a publication side by side, section by section. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["added", "removed", "renamed", "pages", "moved", "words", "content"]

#: Words by which a section is found; the rest is what it says.
WORDS = (
    "topics", "synonyms", "drugs", "icd10_ranges", "body_parts", "service_categories", "specialties", "deep_link",
)  # fmt: skip
CONTENT = ("summary", "strength_of_evidence", "limits")


@dataclass(frozen=True)
class Part:
    """A section as values. origin: id of the section that it was copied from; path: headings from the top down."""

    pk: int
    origin: int | None
    path: tuple[str, ...]
    pages: str
    position: int
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PartChange:
    """kinds: everything that changed; fields: (name, before, after) for words and content."""

    kinds: tuple[Kind, ...]
    old: Part | None
    new: Part | None
    fields: tuple[tuple[str, Any, Any], ...] = ()


def compare(old: Sequence[Part], new: Sequence[Part]) -> list[PartChange]:
    """What became of every section, in the order of the new edition; what was removed stands at the end.

    A section is the same as the one it was copied from, else as the one of the same headings from the top down.
    """
    by_id, by_path = {part.pk: part for part in old}, {part.path: part for part in old}
    copied = {part.origin for part in new if part.origin in by_id}
    changes, met = [], set()
    for part in new:
        former = by_id.get(part.origin or 0)
        if former is None and part.path in by_path and by_path[part.path].pk not in copied:
            former = by_path[part.path]
        if former is None:
            changes.append(PartChange(("added",), None, part))
            continue
        met.add(former.pk)
        change = _differences(former, part)
        if change.kinds:
            changes.append(change)
    return changes + [PartChange(("removed",), part, None) for part in old if part.pk not in met]


def _differences(old: Part, new: Part) -> PartChange:
    kinds: list[Kind] = []
    if old.path[-1] != new.path[-1]:
        kinds.append("renamed")
    if old.path[:-1] != new.path[:-1]:
        kinds.append("moved")
    if old.pages != new.pages:
        kinds.append("pages")
    fields = []
    for names, kind in ((WORDS, "words"), (CONTENT, "content")):
        differing = [
            (name, old.facts.get(name), new.facts.get(name))
            for name in names
            if old.facts.get(name) != new.facts.get(name)
        ]
        if differing:
            kinds.append("words" if kind == "words" else "content")
            fields.extend(differing)
    return PartChange(tuple(kinds), old, new, tuple(fields))
