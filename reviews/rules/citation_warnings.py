"""What is wrong with a citation of the reviewer, as far as the library can tell. Warnings inform and never block."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from guidelines.rules.citation import is_in_force
from guidelines.rules.pages import page_range

ABOVE_ALL = "A"


@dataclass(frozen=True)
class Caution:
    """name: short key of the rule; sentence: for the reviewer."""

    name: str
    sentence: str


@dataclass(frozen=True)
class EditionFacts:
    year: int
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    pages: int | None = None


@dataclass(frozen=True)
class CitedFacts:
    """A citation beside what the library knows of it. edition None: the library does not know it, so nothing is said.

    pages: as cited. section_pages: where the section stands. parts: body parts of the section or its publication.
    in_force: the publication's edition in force on the day, None in a gap.
    """

    publication: str
    pages: str = ""
    section: str = ""
    section_pages: str = ""
    parts: frozenset[str] = frozenset()
    edition: EditionFacts | None = None
    in_force: EditionFacts | None = None


def citation_warnings(cited: CitedFacts, *, on: dt.date, item_parts: frozenset[str]) -> tuple[Caution, ...]:
    """The warnings of one citation for an item that concerns `item_parts` (empty: not known), on the day."""
    found = (_edition(cited, on), _page(cited), _part(cited, item_parts))
    return tuple(warning for warning in found if warning)


def standard_warning(*, standard: str, why_not_higher: str) -> Caution | None:
    """Below A the reason is asked for why every higher standard does not apply (LC 4610.5(c)(2))."""
    if not standard or standard == ABOVE_ALL or why_not_higher.strip():
        return None
    return Caution("standard.no_reason", f"Standard {standard} without a reason why no higher one applies.")


def _edition(cited: CitedFacts, on: dt.date) -> Caution | None:
    edition, other = cited.edition, cited.in_force
    if edition is None or is_in_force(edition, on):
        return None
    ended = edition.effective_to is not None and edition.effective_to < on
    if ended and other is not None and other.year > edition.year:
        return Caution(
            "edition.superseded",
            f"The edition of {edition.year} ended on {_day(edition.effective_to)}; on {_day(on)} the edition of "
            f"{other.year} is in force.",
        )
    when = f"ended on {_day(edition.effective_to)}" if ended else f"begins on {_day(edition.effective_from)}"
    return Caution("edition.not_in_force", f"The edition of {edition.year} is not in force on {_day(on)}: it {when}.")


def _page(cited: CitedFacts) -> Caution | None:
    span = page_range(cited.pages)
    if span is None:
        return None
    last = cited.edition.pages if cited.edition else None
    if last and span[1] > last:
        return Caution("page.outside_edition", f"Page {span[1]} is cited; the edition has {last} pages.")
    whole = page_range(cited.section_pages)
    if whole and not (whole[0] <= span[0] and span[1] <= whole[1]):
        return Caution(
            "page.outside_section", f"Pages {cited.pages} are cited; “{cited.section}” stands on {cited.section_pages}."
        )
    return None


def _part(cited: CitedFacts, item_parts: frozenset[str]) -> Caution | None:
    if not item_parts or not cited.parts or item_parts & cited.parts:
        return None
    return Caution(
        "part.other",
        f"{cited.publication} treats of {_list(cited.parts)}; the item concerns {_list(item_parts)}.",
    )


def _list(parts: frozenset[str]) -> str:
    return ", ".join(sorted(parts))


def _day(day: dt.date | None) -> str:
    return f"{day:%b} {day.day}, {day.year}" if day else "a day that is not known"
