"""Finding the section that answers a request: one function behind screen, picker and command.

Two steps: PostgreSQL names the candidates (full text over headings, topics and facets; trigrams for words that stand
nowhere as typed), then `rules.ranking` orders them and says why.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, FloatField, Value
from django.db.models.functions import Coalesce
from rapidfuzz import fuzz, process

from guidelines.models import Edition, Publication, Section
from guidelines.rules.citation import is_in_force, standing
from guidelines.rules.ranking import Entry, rank
from guidelines.rules.terms import Meaning, meaning

MAX_TEXT = 2000  # characters of a request that are looked at
_CANDIDATES = 200
_PUBLICATIONS = 40
_MISSPELT_FROM = 4  # letters; shorter words are too like one another
_ALIKE = 70  # per cent
_WORDS = 60
_PREFIX_FROM = 2


@dataclass(frozen=True)
class Hit:
    """One entry found: a section, or a publication as a whole in one edition (section None).

    in_force and standing say how the edition stands on the day asked about; None and "" when no day was asked.
    """

    publication: str
    section: str | None
    edition_year: int
    pages: str | None
    score: float
    why: tuple[str, ...]
    basis: str
    section_id: int | None
    edition_id: int
    publication_id: int
    effective_from: dt.date | None
    effective_to: dt.date | None
    in_force: bool | None
    standing: str

    def as_json(self) -> dict[str, Any]:
        """The keys of the command's results."""
        return {
            "publication": self.publication,
            "section": self.section,
            "edition_year": self.edition_year,
            "pages": self.pages,
            "score": self.score,
            "why": list(self.why),
            "basis": self.basis,
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "effective_to": self.effective_to.isoformat() if self.effective_to else None,
            "in_force": self.in_force,
        }


def search(
    *, text: str, on: dt.date | None = None, diagnosis: str = "", limit: int = 10, typing: bool = False
) -> list[Hit]:
    """The best entries of the library for the words of a request, best first.

    on:        the day the review is for: editions in force on it come first, the others are never hidden.
    diagnosis: free text that helps to choose the chapter.
    typing:    the last word may be unfinished.
    """
    request = meaning(text[:MAX_TEXT])
    request, spelling = _respelled(request, unfinished=request.words[-1] if typing and request.words else "")
    about = meaning(diagnosis[:MAX_TEXT]) if diagnosis.strip() else None
    if not request.words and about is None:
        return []
    query = _query(request, about, typing=typing)
    if query is None:
        return []
    found = [*_sections(query, on), *_publications(query, on)]
    entries = [entry for entry, _ in found]
    fits = rank(entries=entries, request=request, diagnosis=about, last_is_prefix=typing)
    hits = [
        replace(hit, score=fit.score, why=(*fit.why, *spelling))
        for (_, hit), fit in zip(found, fits, strict=True)
        if fit.score > 0
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.publication, -hit.edition_year, hit.section or ""))
    return hits[:limit]


def _query(request: Meaning, about: Meaning | None, *, typing: bool) -> SearchQuery | CombinedSearchQuery | None:
    words = list(request.words)
    query: SearchQuery | CombinedSearchQuery | None = None
    if typing and words and len(words[-1]) >= _PREFIX_FROM and words[-1].isalnum():
        query = SearchQuery(f"{words[-1]}:*", config="english", search_type="raw")
    for word in dict.fromkeys(
        [*words, *request.parts, *(about.words if about else ()), *(about.parts if about else ())]
    ):
        term = SearchQuery(word, config="english")
        query = term if query is None else query | term
    return query


def _sections(query: Any, on: dt.date | None) -> list[tuple[Entry, Hit]]:
    place = SearchRank(F("vector"), query) + Coalesce(
        SearchRank(F("edition__publication__vector"), query), Value(0.0), output_field=FloatField()
    )
    rows = (
        Section.objects.filter(vector=query)
        .annotate(place=place)
        .order_by("-place", "pk")
        .select_related("edition__publication")
        .defer("vector", "words", "summary", "edition__publication__vector", "edition__publication__words")
    )[:_CANDIDATES]
    found = []
    for section in rows:
        edition, publication = section.edition, section.edition.publication
        hit = _hit(publication, edition, on, section)
        parts = frozenset(section.body_parts or publication.body_parts)
        found.append(
            (
                Entry(
                    publication.name,
                    section.heading,
                    (*section.topics, *section.synonyms, *section.drugs),
                    parts,
                    hit.in_force,
                ),
                hit,
            )
        )
    return found


def _publications(query: Any, on: dt.date | None) -> list[tuple[Entry, Hit]]:
    rows = (
        Publication.objects.filter(vector=query)
        .annotate(place=SearchRank(F("vector"), query))
        .order_by("-place", "pk")
        .defer("vector", "words")
        .prefetch_related("editions")
    )[:_PUBLICATIONS]
    found = []
    for publication in rows:
        topics = (*publication.topics, *publication.aliases)
        for edition in publication.editions.all():
            hit = _hit(publication, edition, on, None)
            parts = frozenset(publication.body_parts)
            found.append((Entry(publication.name, "", topics, parts, hit.in_force), hit))
    return found


def _hit(publication: Publication, edition: Edition, on: dt.date | None, section: Section | None) -> Hit:
    return Hit(
        publication=publication.name,
        section=section.heading if section else None,
        edition_year=edition.year,
        pages=(section.pages or None) if section else None,
        score=0.0,
        why=(),
        basis=publication.basis,
        section_id=section.pk if section else None,
        edition_id=edition.pk,
        publication_id=publication.pk,
        effective_from=edition.effective_from,
        effective_to=edition.effective_to,
        in_force=is_in_force(edition, on) if on else None,
        standing=standing(edition, on) if on else "",
    )


_UNKNOWN = """
    SELECT word FROM unnest(%s::text[]) AS word, LATERAL (
        SELECT CASE WHEN word = %s THEN to_tsquery('english', word || ':*')
               ELSE plainto_tsquery('english', word) END AS q
    ) AS asked
    WHERE NOT EXISTS (SELECT 1 FROM guidelines_section WHERE vector @@ asked.q)
      AND NOT EXISTS (SELECT 1 FROM guidelines_publication WHERE vector @@ asked.q)
"""
_NEAR = """
    (SELECT words FROM guidelines_section WHERE words %%> %s LIMIT 20)
    UNION (SELECT words FROM guidelines_publication WHERE words %%> %s LIMIT 20)
"""


def _respelled(request: Meaning, *, unfinished: str) -> tuple[Meaning, tuple[str, ...]]:
    """Words that stand nowhere in the library are read as the nearest one that does; says what was read how.

    unfinished: the word being typed; it is taken as it is while some word of the library begins with it.
    """
    asked = [word for word in request.words if len(word) >= _MISSPELT_FROM and word.isalpha()][:_WORDS]
    if not asked:
        return request, ()
    read: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [asked, unfinished])
        for (word,) in cursor.fetchall():
            cursor.execute(_NEAR, [word, word])
            choices = {choice for (near,) in cursor.fetchall() for choice in near.split()}
            best = process.extractOne(word, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if best:
                read[word] = best[0].strip(",.;()")
    if not read:
        return request, ()
    respelled = tuple(dict.fromkeys(read.get(word, word) for word in request.words))
    parts = request.parts | meaning(" ".join(read.values())).parts
    told = tuple(f'"{word}" read as "{near}"' for word, near in read.items())
    return replace(request, words=respelled, parts=parts), told
