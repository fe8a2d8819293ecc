"""Reads typed citations by the names and headings that the library knows."""

from __future__ import annotations

from collections.abc import Sequence

from guidelines.models import Publication, Section
from guidelines.rules.citation_text import KnownPublication, ReadCitation, read_citations

_LONGEST = 2000


def parse_citations(text: str, *, known: Sequence[KnownPublication] | None = None) -> list[ReadCitation]:
    """The citations that a typed text holds; [] where it cannot be read for certain.

    known: the library's publications, where many texts are read (`known_publications`). At most one statement for each
    publication that the text names.
    """
    names = known_publications() if known is None else known
    asked: dict[tuple[str, int | None], list[str]] = {}

    def headings(publication: str, year: int | None) -> list[str]:
        key = (publication, year)
        if key not in asked:
            rows = Section.objects.filter(edition__publication__name=publication)
            rows = rows.filter(edition__year=year) if year else rows
            asked[key] = list(rows.order_by().values_list("heading", flat=True))
        return asked[key]

    return read_citations(text[:_LONGEST], known=names, headings=headings)


def known_publications() -> list[KnownPublication]:
    rows = Publication.objects.order_by("name").values_list("name", "aliases", "basis")
    return [KnownPublication((name, *aliases), basis) for name, aliases, basis in rows]
