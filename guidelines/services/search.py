"""Finding the section that answers a request: one function behind screen, picker and command.

Three steps: PostgreSQL names the candidates (full text over headings, topics and facets; trigrams for words that stand
nowhere as typed), `rules.ranking` weighs them and says why, and what earlier determinations cited for requests like
this one moves them (`rules.blending`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Coalesce
from rapidfuzz import fuzz, process

from guidelines.models import Edition, Publication, Section
from guidelines.rules.blending import Place, blend
from guidelines.rules.citation import is_in_force, standing
from guidelines.rules.precedents import Cited, Vote, votes
from guidelines.rules.ranking import Entry, Fit, rank
from guidelines.rules.terms import ABBREVIATIONS, Meaning, meaning
from guidelines.services.precedents import earlier_items

MAX_TEXT = 2000  # characters of a request that are looked at
_CANDIDATES = 200
_VOTED = 10
_POOL, _TYPED = 400, 60  # while somebody types: so many are weighed by the database, so many by the rules
_WORTH_A_SECOND = 5
_PUBLICATIONS = 40
_MISSPELT_FROM = 4  # letters; shorter words are too like one another
_ALIKE = 70  # per cent
_WORDS = 60
_PREFIX_FROM = 2


@dataclass(frozen=True)
class Hit:
    """One entry found: a section, or a publication as a whole in one edition (section None).

    in_force and standing say how the edition stands on the day asked about; None and "" when no day was asked.
    matched: what of the request brought it up (`Fit`); () where only diagnosis, body part or edition speak for it.
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
    matched: tuple[str, ...] = ()

    @property
    def key(self) -> Cited:
        """Edition and section."""
        return self.edition_id, self.section_id

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
    *, text: str, on: dt.date | None = None, diagnosis: str = "", limit: int = 10, typing: bool = False,
    precedents: bool | None = None, exclude_case: str = "",
) -> list[Hit]:  # fmt: skip
    """The best entries of the library for the words of a request, best first.

    on:           the day the review is for: editions in force on it come first, the others are never hidden.
    diagnosis:    free text that helps to choose the chapter.
    typing:       the last word may be unfinished.
    precedents:   whether citations of earlier determinations count; None: as the site is set (LOOKUP_PRECEDENTS).
    exclude_case: number of a case whose own citations do not count.
    """
    request = meaning(text[:MAX_TEXT])
    about = meaning(diagnosis[:MAX_TEXT]) if diagnosis.strip() else None
    if typing and (hits := _begun(request, about, on)):
        return hits[:limit]
    request, spelling = _respelled(request, unfinished=request.words[-1] if typing and request.words else "")
    if not request.words and about is None:
        return []
    query = _query(request, about, typing=typing)
    if query is None:
        return []
    found = [*_sections(query, on), *_publications(query, on)]
    counting = settings.LOOKUP_PRECEDENTS if precedents is None else precedents
    cast = _votes(request, about, exclude_case) if counting and not typing else {}
    found += _voted_for(cast, {hit.key for _, hit in found}, on)
    fits = rank(entries=[entry for entry, _ in found], request=request, diagnosis=about, last_is_prefix=typing)
    fits = blend(fits=fits, places=[_place(hit) for _, hit in found], votes=cast)
    hits = _in_order(found, fits, spelling)
    return _with_a_second_publication(hits[:limit], hits[limit:])


def _begun(request: Meaning, about: Meaning | None, on: dt.date | None) -> list[Hit]:
    """While somebody types: what holds every word, the last one perhaps unfinished. The quick way; [] where nothing
    does, and the long way must be gone."""
    beginning = _beginning(request.words)
    if beginning is None:
        return []
    query = _or_spelled_out(beginning, request.words[-1])
    for word in request.words[:-1]:
        query = query & _or_spelled_out(SearchQuery(word, config="english"), word)
    some = Section.objects.filter(vector=query).order_by()[:_POOL].values("pk")
    rows = Section.objects.filter(pk__in=some).annotate(place=SearchRank(F("vector"), query)).order_by("-place", "pk")
    found = [_of_section(section, on) for section in _light(rows)[:_TYPED]] + _publications(query, on)
    fits = rank(entries=[entry for entry, _ in found], request=request, diagnosis=about, last_is_prefix=True)
    return _in_order(found, fits, ())


def _beginning(words: Sequence[str]) -> SearchQuery | None:
    """The last word as the beginning of one; None where it is too short, or nothing that the index can begin with."""
    if not words or len(words[-1]) < _PREFIX_FROM or not words[-1].isalnum():
        return None
    return SearchQuery(f"{words[-1]}:*", config="english", search_type="raw")


def _or_spelled_out(query: Any, word: str) -> Any:
    """An abbreviation, or the words that it stands for."""
    return query | SearchQuery(ABBREVIATIONS[word], config="english") if word in ABBREVIATIONS else query


def _in_order(found: list[tuple[Entry, Hit]], fits: list[Fit], spelling: tuple[str, ...]) -> list[Hit]:
    """What fits at all, the best first."""
    hits = [
        replace(hit, score=fit.score, why=(*fit.why, *spelling), matched=fit.matched)
        for (_, hit), fit in zip(found, fits, strict=True)
        if fit.score > 0
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.publication, -hit.edition_year, hit.section or ""))


def _with_a_second_publication(first: list[Hit], rest: list[Hit]) -> list[Hit]:
    """The hits that are shown. Where all are of one publication, the last one gives way to the best of another: a
    reader sees at once what else there is. A short list keeps its head."""
    if len(first) < _WORTH_A_SECOND or len({hit.publication_id for hit in first}) > 1:
        return first
    others = (hit for hit in rest if hit.publication_id != first[0].publication_id and hit.in_force is not False)
    other = next(others, None)
    return [*first[:-1], other] if other else first


def _place(hit: Hit) -> Place:
    return Place(hit.key, hit.publication_id, hit.in_force)


def _votes(request: Meaning, about: Meaning | None, exclude_case: str) -> dict[Cited, Vote]:
    """What earlier determinations cited for requests like this one."""
    if not (query := _query(request, None, typing=False)):
        return {}
    earlier = earlier_items(query=query, exclude_case=exclude_case)
    return votes(request=request, about=about, earlier=earlier)


def _voted_for(cast: dict[Cited, Vote], found: set[Cited], on: dt.date | None) -> list[tuple[Entry, Hit]]:
    """What was cited for such requests although none of its words fits them: the most cited of it."""
    missing = sorted((cited for cited in cast if cited not in found), key=lambda cited: -cast[cited].share)[:_VOTED]
    sections = Section.objects.filter(pk__in=[section for _, section in missing if section])
    editions = Edition.objects.filter(pk__in=[edition for edition, section in missing if section is None])
    return [
        *(_of_section(section, on) for section in _light(sections)),
        *(
            _of_edition(edition.publication, edition, on)
            for edition in editions.select_related("publication").defer("publication__vector", "publication__words")
        ),
    ]  # fmt: skip


def _query(request: Meaning, about: Meaning | None, *, typing: bool) -> SearchQuery | CombinedSearchQuery | None:
    words = list(request.words)
    query: SearchQuery | CombinedSearchQuery | None = _beginning(words) if typing else None
    spelled = [ABBREVIATIONS[word] for word in words if word in ABBREVIATIONS]
    for word in dict.fromkeys(
        [*words, *spelled, *request.parts, *(about.words if about else ()), *(about.parts if about else ())]
    ):
        term = SearchQuery(word, config="english")
        query = term if query is None else query | term
    return query


def _sections(query: Any, on: dt.date | None) -> list[tuple[Entry, Hit]]:
    place = SearchRank(F("vector"), query) + Coalesce(
        SearchRank(F("edition__publication__vector"), query), Value(0.0), output_field=FloatField()
    )
    rows = Section.objects.filter(vector=query).annotate(place=place).order_by("-place", "pk")
    return [_of_section(section, on) for section in _light(rows)[:_CANDIDATES]]


def _light(rows: QuerySet[Section]) -> QuerySet[Section]:
    return rows.select_related("edition__publication").defer(
        "vector", "words", "summary", "edition__publication__vector", "edition__publication__words"
    )


def _of_section(section: Section, on: dt.date | None) -> tuple[Entry, Hit]:
    edition, publication = section.edition, section.edition.publication
    hit = _hit(publication, edition, on, section)
    parts = frozenset(section.body_parts or publication.body_parts)
    topics = (*section.topics, *section.synonyms, *section.drugs)
    later, codes = _begins_after(edition, on), tuple(section.icd10_ranges)
    return Entry(publication.name, section.heading, topics, parts, hit.in_force, later, codes), hit


def _publications(query: Any, on: dt.date | None) -> list[tuple[Entry, Hit]]:
    rows = (
        Publication.objects.filter(vector=query)
        .annotate(place=SearchRank(F("vector"), query))
        .order_by("-place", "pk")
        .defer("vector", "words")
        .prefetch_related("editions")
    )[:_PUBLICATIONS]
    return [_of_edition(publication, edition, on) for publication in rows for edition in publication.editions.all()]


def _of_edition(publication: Publication, edition: Edition, on: dt.date | None) -> tuple[Entry, Hit]:
    hit = _hit(publication, edition, on, None)
    topics = (*publication.topics, *publication.aliases)
    parts = frozenset(publication.body_parts)
    return Entry(publication.name, "", topics, parts, hit.in_force, _begins_after(edition, on)), hit


def _begins_after(edition: Edition, on: dt.date | None) -> bool:
    return bool(on and edition.effective_from and edition.effective_from > on)


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
    asked = [word for word in request.words if len(word) >= _MISSPELT_FROM and word.isalpha()]
    asked = [word for word in asked if word not in ABBREVIATIONS][:_WORDS]
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
