"""What earlier determinations cited: kept by the room that decides them, asked by search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db import transaction
from django.db.models import F, Max, Q

from guidelines.models import CitationUse, Edition, Publication, Section
from guidelines.rules.precedents import Cited, EarlierItem
from guidelines.rules.terms import Meaning, meaning

_LONGEST = 2000
#: So many earlier items are compared with a request, the likest first and of these the newest.
_ITEMS = 300


@dataclass(frozen=True)
class CitedItem:
    """A disputed item with what its reviewer cited. citations: publication, year (None: unknown), headings."""

    position: int
    service: str
    citations: Sequence[tuple[str, int | None, Sequence[str]]]


class KnownCitations:
    """What citations mean in the library; each kind of citation is looked up once, however many cases make it."""

    def __init__(self) -> None:
        self._met: dict[tuple[Any, ...], list[tuple[Edition, Section | None]]] = {}

    def of(
        self, name: str, year: int | None, headings: Sequence[str], decided_on: dt.date
    ) -> list[tuple[Edition, Section | None]]:
        key = (name, year, tuple(headings), None if year else decided_on)
        if key not in self._met:
            self._met[key] = _cited(name, year, headings, decided_on)
        return self._met[key]


def record_uses(
    *, case_key: str, items: Iterable[CitedItem], diagnoses: Sequence[str], decided_on: dt.date,
    known: KnownCitations | None = None,
) -> int:  # fmt: skip
    """Keep what a determination cited, in place of what the case cited before; returns how many rows stand now.

    case_key: number of the case. What the library does not know is left out: search could not show it.
    known: shared by a caller that records many cases.
    """
    known, told = known or KnownCitations(), "; ".join(diagnoses)[:_LONGEST]
    rows = [row for item in items for row in _rows(case_key, item, told, decided_on, known)]
    with transaction.atomic():
        CitationUse.objects.filter(case_key=case_key).delete()
        CitationUse.objects.bulk_create(rows)
    return len(rows)


def _rows(
    case_key: str, item: CitedItem, diagnoses: str, decided_on: dt.date, known: KnownCitations
) -> list[CitationUse]:
    found: dict[Cited, CitationUse] = {}
    for publication, year, headings in item.citations:
        for edition, section in known.of(publication, year, headings, decided_on):
            found[edition.pk, section.pk if section else None] = CitationUse(
                case_key=case_key, position=item.position, service=item.service[:_LONGEST] or "not said",
                diagnoses=diagnoses, decided_on=decided_on, edition=edition, section=section,
            )  # fmt: skip
    return list(found.values())


def _cited(
    name: str, year: int | None, headings: Sequence[str], decided_on: dt.date
) -> list[tuple[Edition, Section | None]]:
    """The edition and sections that a citation means, as far as the library knows them."""
    publication = Publication.objects.called(name).defer("vector", "words").first()
    if publication is None:
        return []
    editions = Edition.objects.filter(publication=publication)
    edition = editions.filter(year=year).first() if year else editions.in_force(decided_on).first()
    if edition is None:
        return []
    wanted = Q(pk=None)
    for heading in headings:
        wanted |= Q(heading__iexact=heading)
    sections = list(edition.sections.filter(wanted).defer("vector", "words"))
    return [(edition, section) for section in sections] or [(edition, None)]


def earlier_items(*, query: Any, exclude_case: str = "") -> list[EarlierItem]:
    """Earlier items that share a word with the request (a search query), without those of one case: one statement."""
    rows = CitationUse.objects.filter(vector=query)
    if exclude_case:
        rows = rows.exclude(case_key=exclude_case)
    nearest = (
        rows.values("case_key", "position")
        .annotate(place=Max(SearchRank(F("vector"), query)), newest=Max("pk"))
        .order_by("-place", "-newest")[:_ITEMS]
    )
    keys = [(row["case_key"], row["position"]) for row in nearest]
    if not keys:
        return []
    found: dict[tuple[str, int], tuple[str, str, set[Cited]]] = {}
    for case, position, service, diagnoses, edition, section in rows.filter(
        case_key__any_of=sorted({case for case, _ in keys})
    ).values_list("case_key", "position", "service", "diagnoses", "edition_id", "section_id"):
        found.setdefault((case, position), (service, diagnoses, set()))[2].add((edition, section))
    return [
        EarlierItem(_meaning(service), _meaning(diagnoses), service, frozenset(cited))
        for service, diagnoses, cited in (found[key] for key in keys if key in found)
    ]


@lru_cache(maxsize=8192)
def _meaning(text: str) -> Meaning:
    return meaning(text)
