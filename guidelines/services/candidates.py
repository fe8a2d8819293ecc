"""What the library has for a request before anything is weighed: sections and whole editions, each with the words that
`rules.ranking` compares. Plain rows, because a search reads hundreds of them and shows ten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Coalesce

from guidelines.models import Edition, Section
from guidelines.rules.blending import Place
from guidelines.rules.citation import is_in_force, standing
from guidelines.rules.precedents import Cited
from guidelines.rules.ranking import Entry
from guidelines.services.weighing import on_the_day

_EDITIONS = 80  # whole editions that are weighed beside the sections
_EDITION = ("pk", "year", "effective_from", "effective_to", "publication_id")
_PUBLICATION = ("name", "basis", "body_parts", "topics", "aliases")
_SECTION = ("pk", "heading", "pages", "body_parts", "topics", "synonyms", "drugs", "icd10_ranges")


@dataclass(frozen=True)
class EditionOnDay:
    """An edition as it stands on the day asked about (in_force None, standing "": no day was asked)."""

    edition_id: int
    year: int
    effective_from: dt.date | None
    effective_to: dt.date | None
    publication_id: int
    publication: str
    basis: str
    body_parts: tuple[str, ...]
    topics: tuple[str, ...]
    in_force: bool | None
    standing: str
    not_yet: bool


@dataclass(frozen=True)
class Candidate:
    """One entry that may answer: a section, or an edition as a whole (section_id None, heading and pages empty)."""

    entry: Entry
    edition: EditionOnDay
    section_id: int | None = None
    heading: str = ""
    pages: str = ""

    @property
    def key(self) -> Cited:
        return self.edition.edition_id, self.section_id

    @property
    def place(self) -> Place:
        return Place(self.key, self.edition.publication_id, self.edition.in_force)


def sections_for(query: Any, on: dt.date | None, *, most: int) -> list[Candidate]:
    """The sections that share a word with a search query, those first that the database ranks highest."""
    place = SearchRank(F("vector"), query) + Coalesce(
        SearchRank(F("edition__publication__vector"), query), Value(0.0), output_field=FloatField()
    )
    rows = Section.objects.filter(vector=query).annotate(place=on_the_day(place, on)).order_by("-place", "pk")
    return _sections(rows[:most], on)


def sections_of_a_pool(query: Any, on: dt.date | None, *, pool: int, most: int) -> list[Candidate]:
    """The same from the first `pool` sections that the index gives: what matters while somebody types is the moment."""
    some = Section.objects.filter(vector=query).order_by()[:pool].values("pk")
    place = on_the_day(SearchRank(F("vector"), query), on)
    rows = Section.objects.filter(pk__in=some).annotate(place=place).order_by("-place", "pk")
    return _sections(rows[:most], on)


def editions_for(query: Any, on: dt.date | None) -> list[Candidate]:
    """The editions, as a whole, of publications that share a word with a search query."""
    rows = (
        Edition.objects.filter(publication__vector=query)
        .annotate(place=SearchRank(F("publication__vector"), query))
        .order_by("-place", "pk")
    )
    return _editions(rows[:_EDITIONS], on)


def cited_ones(cited: Iterable[Cited], on: dt.date | None) -> list[Candidate]:
    """Sections, and editions cited as a whole, by their keys."""
    keys = list(cited)
    sections = [section for _, section in keys if section is not None]
    editions = [edition for edition, section in keys if section is None]
    return [
        *(_sections(Section.objects.filter(pk__in=sections), on) if sections else ()),
        *(_editions(Edition.objects.filter(pk__in=editions), on) if editions else ()),
    ]


def _sections(rows: QuerySet[Section], on: dt.date | None) -> list[Candidate]:
    names = [*_SECTION, *(f"edition__{name}" for name in _EDITION)]
    names += [f"edition__publication__{name}" for name in _PUBLICATION]
    met: dict[int, EditionOnDay] = {}
    return [_section(row, met, on) for row in rows.values_list(*names)]


def _section(row: tuple[Any, ...], met: dict[int, EditionOnDay], on: dt.date | None) -> Candidate:
    pk, heading, pages, body_parts, topics, synonyms, drugs, codes, *facts = row
    edition = met.get(facts[0]) or met.setdefault(facts[0], _on_day(facts, on))
    entry = Entry(
        edition.publication, heading, (*topics, *synonyms, *drugs), frozenset(body_parts or edition.body_parts),
        edition.in_force, edition.not_yet, tuple(codes),
    )  # fmt: skip
    return Candidate(entry, edition, pk, heading, pages)


def _editions(rows: QuerySet[Edition], on: dt.date | None) -> list[Candidate]:
    names = [*_EDITION, *(f"publication__{name}" for name in _PUBLICATION)]
    return [_whole(_on_day(row, on)) for row in rows.values_list(*names)]


def _whole(edition: EditionOnDay) -> Candidate:
    parts = frozenset(edition.body_parts)
    return Candidate(Entry(edition.publication, "", edition.topics, parts, edition.in_force, edition.not_yet), edition)


def _on_day(facts: Iterable[Any], on: dt.date | None) -> EditionOnDay:
    pk, year, begins, ends, publication_id, name, basis, body_parts, topics, aliases = facts
    span = _Span(begins, ends)
    return EditionOnDay(
        edition_id=pk,
        year=year,
        effective_from=begins,
        effective_to=ends,
        publication_id=publication_id,
        publication=name,
        basis=basis,
        body_parts=tuple(body_parts),
        topics=(*topics, *aliases),
        in_force=is_in_force(span, on) if on else None,
        standing=standing(span, on) if on else "",
        not_yet=bool(on and begins and begins > on),
    )


@dataclass(frozen=True)
class _Span:
    effective_from: dt.date | None
    effective_to: dt.date | None
