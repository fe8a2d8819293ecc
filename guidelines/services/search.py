"""Finding the section that answers a request: one function behind screen, picker and command.

Three steps: PostgreSQL names the candidates (`services.candidates`: full text over headings, topics and facets;
trigrams for words that stand nowhere as typed), `rules.ranking` weighs them and says why, and what earlier
determinations cited for requests like this one moves them (`rules.blending`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db import connection
from rapidfuzz import fuzz, process

from guidelines.rules.blending import blend
from guidelines.rules.precedents import Cited, Vote, votes
from guidelines.rules.ranking import Fit, rank
from guidelines.rules.terms import ABBREVIATIONS, WEAK, Meaning, is_body_part, meaning, parts_begun
from guidelines.services.candidates import (
    Candidate,
    cited_ones,
    editions_for,
    sections_for,
    sections_of_a_pool,
)
from guidelines.services.precedents import earlier_items

MAX_TEXT = 2000  # characters of a request that are looked at
_CANDIDATES = 200
_ENOUGH = 60  # found by the words that tell sections apart; with fewer, the others are asked for too
_VOTED = 10
_POOL, _TYPED = 400, 40  # while somebody types: so many are weighed by the database, so many by the rules
_WORTH_A_SECOND = 5
_MISSPELT_FROM = 4  # letters; shorter words are too like one another
_ALIKE = 70  # per cent
_WORDS = 60
_PREFIX_FROM = 2
_LONGEST_ENDING, _SHORTEST_STEM = 3, 4  # letters


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
    if typing and (hits := _begun(request, about, on, limit)):
        return hits
    request, spelling = _respelled(request, unfinished=request.words[-1] if typing and request.words else "")
    if not request.words and about is None:
        return []
    found = _candidates(request, about, on, typing=typing)
    if found is None:
        return []
    counting = settings.LOOKUP_PRECEDENTS if precedents is None else precedents
    cast = _votes(request, about, exclude_case) if counting and not typing else {}
    found += _voted_for(cast, {one.key for one in found}, on)
    fits = rank(entries=[one.entry for one in found], request=request, diagnosis=about, last_is_prefix=typing)
    fits = blend(fits=fits, places=[one.place for one in found], votes=cast)
    ordered = _with_a_second_publication(_in_order(found, fits), limit)
    return [_hit(one, fit, spelling) for one, fit in ordered]


def _begun(request: Meaning, about: Meaning | None, on: dt.date | None, limit: int) -> list[Hit]:
    """While somebody types: what holds every word, the last one perhaps unfinished. The quick way; [] where nothing
    does, and the long way must be gone. A last word of one letter says nothing yet."""
    words = request.words
    if len(words) > 1 and len(words[-1]) < _PREFIX_FROM:
        request, words = replace(request, words=words[:-1]), words[:-1]
    beginning = _beginning(words)
    if beginning is None:
        return []
    query = _or_spelled_out(beginning, words[-1])
    for word in words[:-1]:
        query = query & _or_spelled_out(SearchQuery(word, config="english"), word)
    found = sections_of_a_pool(query, on, pool=_POOL, most=_TYPED)
    fits = _fits_begun(found, request, about) if len(found) == _TYPED else []
    if not any(fit.score for fit in fits):
        found += editions_for(query, on)  # beside so many sections whole publications would not be seen
        fits = _fits_begun(found, request, about)
    return [_hit(one, fit, ()) for one, fit in _in_order(found, fits)[:limit]]


def _fits_begun(found: Sequence[Candidate], request: Meaning, about: Meaning | None) -> list[Fit]:
    """The fits of what was begun; where no word fits, of the part of the body that is being typed."""
    entries = [one.entry for one in found]
    fits = rank(entries=entries, request=request, diagnosis=about, last_is_prefix=True)
    if any(fit.score for fit in fits) or not (parts := parts_begun(request.words[-1])):
        return fits
    request = replace(request, parts=request.parts | parts)
    return rank(entries=entries, request=request, diagnosis=about, last_is_prefix=True)


def _beginning(words: Sequence[str]) -> SearchQuery | CombinedSearchQuery | None:
    """The last word as the beginning of one; None where it is too short, or nothing that the index can begin with.

    The index holds stems, so "phy" is asked for as it is typed (the stemmer would make "phi" of it), and "epidura",
    which is longer than what the index keeps of "epidural", also a few letters shorter and as a whole word.
    """
    if not words or len(words[-1]) < _PREFIX_FROM or not words[-1].isalnum():
        return None
    word = words[-1]
    stems = [word[:-cut] for cut in range(1, _LONGEST_ENDING + 1) if len(word) - cut >= _SHORTEST_STEM]
    begun = SearchQuery(" | ".join([f"{word}:*", *stems]), config="simple", search_type="raw")
    return begun | SearchQuery(word, config="english")


def _or_spelled_out(query: Any, word: str) -> Any:
    """An abbreviation, or the words that it stands for."""
    return query | SearchQuery(ABBREVIATIONS[word], config="english") if word in ABBREVIATIONS else query


def _in_order(found: Sequence[Candidate], fits: Sequence[Fit]) -> list[tuple[Candidate, Fit]]:
    """What fits at all, the best first."""
    fitting = [(one, fit) for one, fit in zip(found, fits, strict=True) if fit.score > 0]
    return sorted(
        fitting, key=lambda pair: (-pair[1].score, pair[0].edition.publication, -pair[0].edition.year, pair[0].heading)
    )


def _with_a_second_publication(ordered: list[tuple[Candidate, Fit]], limit: int) -> list[tuple[Candidate, Fit]]:
    """The entries that are shown. Where all are of one publication, the last one gives way to the best of another: a
    reader sees at once what else there is. A short list keeps its head."""
    first, rest = ordered[:limit], ordered[limit:]
    publications = {one.edition.publication_id for one, _ in first}
    if len(first) < _WORTH_A_SECOND or len(publications) > 1:
        return first
    others = (
        pair for pair in rest
        if pair[0].edition.publication_id not in publications and pair[0].edition.in_force is not False
    )  # fmt: skip
    other = next(others, None)
    return [*first[:-1], other] if other else first


def _votes(request: Meaning, about: Meaning | None, exclude_case: str) -> dict[Cited, Vote]:
    """What earlier determinations cited for requests like this one."""
    if not (query := _any_of(_asked(request))):
        return {}
    earlier = earlier_items(query=query, exclude_case=exclude_case)
    return votes(request=request, about=about, earlier=earlier)


def _voted_for(cast: dict[Cited, Vote], found: set[Cited], on: dt.date | None) -> list[Candidate]:
    """What was cited for such requests although none of its words fits them: the most cited of it."""
    missing = sorted((cited for cited in cast if cited not in found), key=lambda cited: -cast[cited].share)[:_VOTED]
    return cited_ones(missing, on)


def _candidates(request: Meaning, about: Meaning | None, on: dt.date | None, *, typing: bool) -> list[Candidate] | None:
    """The entries that share a word with the request or its diagnosis; None where there is no word to ask for.

    Words that half of a library shares ("pain", "therapy", a body part) are asked for only where the others find
    little: in a large library they cost more than all the rest.
    """
    words = [*_asked(request), *((*about.words, *sorted(about.parts)) if about else ())]
    beginning = _beginning(request.words) if typing else None
    query = _any_of(words, beginning)
    if query is None:
        return None
    telling = [word for word in words if word not in WEAK and not is_body_part(word)]
    sections = []
    if not typing and len(telling) < len(words) and any(word in telling for word in request.words):
        sections = sections_for(_any_of(telling), on, most=_CANDIDATES)
    if len(sections) < _ENOUGH:
        sections = sections_for(query, on, most=_CANDIDATES)
    return sections + editions_for(query, on)


def _asked(meant: Meaning) -> list[str]:
    """The words of a request, those that its abbreviations stand for, and the body parts."""
    spelled = [ABBREVIATIONS[word] for word in meant.words if word in ABBREVIATIONS]
    return [*meant.words, *spelled, *sorted(meant.parts)]


def _any_of(
    words: Sequence[str], query: SearchQuery | CombinedSearchQuery | None = None
) -> SearchQuery | CombinedSearchQuery | None:
    for word in dict.fromkeys(words):
        term = SearchQuery(word, config="english")
        query = term if query is None else query | term
    return query


def _hit(one: Candidate, fit: Fit, spelling: tuple[str, ...]) -> Hit:
    edition = one.edition
    return Hit(
        publication=edition.publication,
        section=one.heading if one.section_id else None,
        edition_year=edition.year,
        pages=one.pages or None,
        score=fit.score,
        why=(*fit.why, *spelling),
        matched=fit.matched,
        basis=edition.basis,
        section_id=one.section_id,
        edition_id=edition.edition_id,
        publication_id=edition.publication_id,
        effective_from=edition.effective_from,
        effective_to=edition.effective_to,
        in_force=edition.in_force,
        standing=edition.standing,
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
