"""Words of many sections at once: added, taken out, replaced. One change set, shown before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from guidelines.models import ChangeSet, Section
from guidelines.services.upkeep.comparing import Editions, Wanted
from guidelines.services.upkeep.snapshot import FIELDS

#: Lists of words that may be edited for many rows, as far as sections have them.
WORD_FIELDS: tuple[str, ...] = tuple(
    key for key in ("topics", "synonyms", "drugs", "body_parts", "service_categories", "specialties") if key in FIELDS
)


def changed_words(
    words: Sequence[str], *, add: Sequence[str], remove: Sequence[str], replace: dict[str, str], in_front: bool = False
) -> list[str]:
    """The list after the edit; capitals do not matter for what is found, and nothing stands in it twice.

    A word that replaces another takes its place; words added come last, or first where they are to weigh most.
    """
    swap = {old.casefold(): new for old, new in replace.items()}
    gone = {word.casefold() for word in remove}
    kept = [swap.get(word.casefold(), word) for word in words if word.casefold() not in gone]
    seen: dict[str, str] = {}
    for word in [*add, *kept] if in_front else [*kept, *add]:
        seen.setdefault(word.casefold(), word)
    return list(seen.values())


@dataclass
class Words:
    """The sections of a change of words as rows."""

    change: ChangeSet

    def __post_init__(self) -> None:
        self.editions = Editions()
        self.sections: list[int] = self.change.asked["sections"]
        self.total = len(self.sections)

    def rows(self) -> Iterator[Wanted]:
        asked: dict[str, Any] = self.change.asked
        key = asked["field"]
        rows = (
            Section.every.filter(pk__in=self.sections)
            .select_related("edition__publication")
            .order_by("edition", "position", "pk")
        )
        for number, section in enumerate(rows.defer("vector", "words"), 1):
            self.editions.take(section.edition)
            words = changed_words(
                getattr(section, key), add=asked["add"], remove=asked["remove"], replace=asked["replace"],
                in_front=asked.get("in_front", False),
            )  # fmt: skip
            yield Wanted(
                number=number,
                edition=section.edition_id,
                path=(section.heading,),
                name=f"{section.heading} ({section.edition})",
                values={key: words},
                section=section.pk,
            )
