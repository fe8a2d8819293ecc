"""What the claims administrator cited: read into a citation where that is certain, printed as filed always.

An impossible page is a note for the staff; it never holds a case up, and the letter prints what was filed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cases.models import AdministratorCitation, Case
from guidelines.models import Edition
from guidelines.rules.citation import label
from guidelines.rules.citation_text import KnownPublication, ReadCitation, normalized
from guidelines.rules.pages import page_range
from guidelines.services.reading_citations import known_publications, parse_citations


class AsFiled:
    """Reads the citations of many items; the library's names are read once, and only where somebody typed freely."""

    @cached_property
    def _known(self) -> list[KnownPublication]:
        return known_publications()

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name.lower() for one in self._known for name in one.names)

    def __call__(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The citations of exchange.md with what could be read of those typed as one text.

        A text that holds one citation gets its publication, year, sections and pages; `text` keeps it as filed, and
        that is what a letter prints. Several citations in one line, or none for certain: as typed.
        """
        return [self._read(row) for row in rows]

    def read(self, typed: str) -> list[ReadCitation]:
        """The citations that a text holds, as far as they are certain."""
        return parse_citations(typed, known=self._known)

    def _read(self, row: dict[str, Any]) -> dict[str, Any]:
        typed = row["publication"].strip()
        apart = any(row.get(name) for name in ("year", "sections", "pages", "text"))
        if apart or " " not in typed or typed.lower() in self._names:
            return row
        read = self.read(typed)
        if len(read) != 1:
            return row
        one = normalized(read[0])
        if not (one.year or one.sections or one.pages):
            return row
        return {
            **row, "publication": one.publication, "year": one.year, "sections": list(one.sections),
            "pages": one.pages, "text": typed,
        }  # fmt: skip


def lines_read(citations: Iterable[AdministratorCitation]) -> dict[int, list[str]]:
    """Key -> each citation of a line that holds several, as people read it: the line itself stays as it was filed.

    Nothing is asked of the database unless something was typed freely; then one statement for the library's names and
    one for each publication that a line names.
    """
    as_filed = AsFiled()
    read = {one.pk: as_filed.read(typed) for one in citations if (typed := _typed_freely(one))}
    return {key: [_in_words(normalized(one)) for one in found] for key, found in read.items() if len(found) > 1}


def _in_words(read: ReadCitation) -> str:
    return label(publication=read.publication, year=read.year, sections=read.sections, pages=read.pages)


def _typed_freely(row: AdministratorCitation) -> str:
    """The line of a citation that nothing else is known of; empty where it was filed in parts, or is one word."""
    apart = row.year or row.sections or row.pages
    typed = "" if apart else row.text or row.publication
    return typed if " " in typed.strip() else ""


@dataclass(frozen=True)
class CitationNote:
    """Something about a citation that cannot be right, for people. position: of the disputed item."""

    position: int
    citation: str
    sentence: str


def notes_on_citations(case: Case) -> list[CitationNote]:
    """Pages that the cited publication does not have, in the order of the items.

    Two statements; where something was typed freely one more for the library's names, and one for each publication that
    a text names.
    """
    as_filed = AsFiled()
    rows = list(
        AdministratorCitation.objects.filter(item__case=case)
        .exclude(publication="", text="")
        .select_related("item")
        .order_by("item__position", "position")
    )
    asked = [(row, one) for row in rows for one in _pages_of(row, as_filed)]
    names = {name for _, (name, _, _) in asked}
    counts: dict[tuple[str, int | None], int] = {}
    known = (
        Edition.objects.filter(publication__name__in=names, pages__isnull=False) if names else Edition.objects.none()
    )
    for name, year, pages in known.values_list("publication__name", "year", "pages"):
        counts[name.lower(), year] = pages or 0
        counts[name.lower(), None] = max(counts.get((name.lower(), None), 0), pages or 0)
    return [
        CitationNote(
            row.item.position,
            str(row),
            f"Page {last} is cited; this edition has {counts[name.lower(), year]} pages. A letter prints it as filed.",
        )
        for row, (name, year, last) in asked
        if last > counts.get((name.lower(), year), last)
    ]  # fmt: skip


def _pages_of(row: AdministratorCitation, as_filed: AsFiled) -> list[tuple[str, int | None, int]]:
    """Publication, year and last page of each citation in a row."""
    if span := page_range(row.pages):
        return [(row.publication, row.year, span[1])]
    typed = row.text or ("" if row.year or row.sections else row.publication)
    if not any(letter.isdigit() for letter in typed):
        return []
    return [(one.publication, one.year, span[1]) for one in as_filed.read(typed) if (span := page_range(one.pages))]
