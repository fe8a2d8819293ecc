"""What a draft would change, before it is published: recent requests searched with the library as it is and as it
would be, and the open reviews that cite the edition.

The requests and the reviews belong to rooms above: they register who answers for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from guidelines.models import Edition, PublishingAct
from guidelines.services.publishing import apply, outlook
from guidelines.services.search import Hit, search

#: So many requests are searched, and so many places of each list are looked at.
RECENT, PLACES = 200, 5


@dataclass(frozen=True)
class RecentItem:
    """One reviewed request, by its words alone: no person, no case."""

    text: str
    diagnosis: str = ""


@dataclass(frozen=True)
class OpenCitation:
    """An open review that cites the edition: what an editor may know of it, and how it prints the citation."""

    name: str
    citation: str


@dataclass(frozen=True)
class Moved:
    """A request whose first hits change. before and after: (entry, place) as people read them."""

    item: RecentItem
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class WhatChanges:
    searched: int
    on: dt.date
    moved: list[Moved]
    open_citations: list[OpenCitation]


_recent: list[Callable[[int], list[RecentItem]]] = []
_open: list[Callable[[str, int], list[OpenCitation]]] = []


def register_recent_items(handler: Callable[[int], list[RecentItem]]) -> None:
    """handler(number): the last reviewed requests, newest first."""
    if handler not in _recent:
        _recent.append(handler)


def register_open_citations(handler: Callable[[str, int], list[OpenCitation]]) -> None:
    """handler(publication, year): open reviews that cite that edition."""
    if handler not in _open:
        _open.append(handler)


def recent() -> list[RecentItem]:
    """The last reviewed requests, newest first."""
    return [item for handler in _recent for item in handler(RECENT)][:RECENT]


def what_changes(
    *, draft: Edition, today: dt.date, tell: Callable[[int, int], None] = lambda _done, _total: None
) -> WhatChanges:
    """Searches the last requests twice, as for a review on the draft's first day (or today, if that is later).

    The second time inside a trial publishing that is taken back: it is the very search and the very publishing.
    """
    items = recent()
    on = max(today, draft.effective_from or today)
    before = _searched(items, on, lambda done: tell(done, 2 * len(items)))
    with transaction.atomic():
        _try_out(draft)
        after = _searched(items, on, lambda done: tell(len(items) + done, 2 * len(items)))
        transaction.set_rollback(True)
    moved = [Moved(item, old, new) for item, old, new in zip(items, before, after, strict=True) if old != new]
    return WhatChanges(len(items), on, moved, open_citations_of(draft))


def open_citations_of(draft: Edition) -> list[OpenCitation]:
    """Open reviews that cite the edition which the draft corrects or follows."""
    cited = draft.corrects or _ended(draft)
    return [one for handler in _open for one in handler(cited.publication.name, cited.year)] if cited else []


def _searched(items: list[RecentItem], on: dt.date, tell: Callable[[int], None]) -> list[tuple[str, ...]]:
    """The first hits of every request; the same words are searched once."""
    found: dict[RecentItem, tuple[str, ...]] = {}
    for done, item in enumerate(items, 1):
        if item not in found:
            found[item] = _names(item, on)
        tell(done)
    return [found[item] for item in items]


def _try_out(draft: Edition) -> None:
    trial = Edition.every.select_for_update(of=("self",)).select_related("publication").get(pk=draft.pk)
    found, now = outlook(trial), dt.datetime.now(dt.UTC)
    touched = [trial.corrects_id or trial.pk, *([found.ends.pk] if found.ends else [])]
    for edition in touched:
        PublishingAct.objects.create(kind=PublishingAct.Kind.TRIAL, edition_id=edition, draft=trial, at=now)
    apply(trial, found, publisher=None, now=now)


def _ended(draft: Edition) -> Edition | None:
    return outlook(draft).ends or draft.based_on


def _names(item: RecentItem, on: dt.date) -> tuple[str, ...]:
    return tuple(_name(hit) for hit in search(text=item.text, on=on, diagnosis=item.diagnosis, limit=PLACES))


def _name(hit: Hit) -> str:
    return f"{hit.publication} ({hit.edition_year}){': ' + hit.section if hit.section else ''}"
