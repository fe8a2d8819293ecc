"""Recommendations that disagree: the reviewer marks it, answers plain questions on each source; the levels follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from cases.models import Case
from common.actor import Actor
from common.errors import InputRefusal
from reviews.models import ItemReview, Review, Weighing
from reviews.rules.evidence import LEVELS, Judged, Walk, answers_for, judged, walk
from reviews.services.look_ups import cited_as, open_row, person_of

_COMPETE = 2


@dataclass(frozen=True)
class Source:
    """A cited recommendation with how far its questions have come. held: level that the library keeps for its section,
    empty where it keeps none. number: its place among the sources, from 1."""

    number: int
    name: str
    walk: Walk
    held: str = ""

    @property
    def what(self) -> str:
        return LEVELS.get(self.walk.level, "")

    @property
    def held_what(self) -> str:
        return LEVELS.get(self.held, "")


@dataclass(frozen=True)
class Weighed:
    """An item's recommendations. disagree: as the reviewer marked it; judged: None where they do not disagree."""

    sources: tuple[Source, ...]
    disagree: bool
    judged: Judged | None

    @property
    def may_compete(self) -> bool:
        return len(self.sources) >= _COMPETE


def weighed_of(row: ItemReview, held: Sequence[str] = ()) -> Weighed:
    """What is weighed of the item's stored citations; a source that is no longer cited does not count.

    held: level that the library keeps for each citation, in their order (`ItemChecks`). Reads citations, weighings.
    """
    newest = next(iter(row.weighings.all()), None)
    levels = {cited_as(one): level for one, level in zip(row.citations.all(), held, strict=False)}
    names = list(dict.fromkeys(name for one in row.citations.all() if (name := cited_as(one))))
    given = newest.sources if newest else {}
    sources = tuple(
        Source(number, name, walk(given.get(name, [])), levels.get(name, ""))
        for number, name in enumerate(names, start=1)
    )
    disagree = bool(newest and newest.disagree and len(sources) >= _COMPETE)
    found = judged([(one.name, one.walk.level) for one in sources]) if disagree else None
    return Weighed(sources, disagree, found)


def mark_disagreement(*, case: Case, position: int, disagree: bool, actor: Actor, now: dt.datetime) -> Weighing:
    """The reviewer says that the cited recommendations disagree, or that they do not after all.

    What was answered stays. Raises InputRefusal where fewer than two are cited, and what `open_row` refuses.
    """
    with transaction.atomic():
        row, newest = _locked(case, position, actor)
        if disagree and not weighed_of(row).may_compete:
            raise InputRefusal(
                "weighing.two", "Two recommendations must be cited and saved before they can disagree. Cite the other."
            )
        return _write(row, disagree, newest.sources if newest else {}, actor, now)


def answer_question(
    *, case: Case, position: int, source: str, answered: int, answer: bool, actor: Actor, now: dt.datetime
) -> Weighing | None:
    """Answer the next question on a source. answered: how many the page showed as answered; None where another window
    has gone on since. Raises InputRefusal where it is not cited or nothing disagrees, and what `open_row` refuses."""
    with transaction.atomic():
        row, newest = _locked(case, position, actor)
        sources = _sources(row, newest, source)
        so_far = sources.get(source, [])
        if len(so_far) != answered or walk(so_far).level:
            return None
        return _write(row, True, {**sources, source: [*so_far, answer]}, actor, now)


def set_level(*, case: Case, position: int, source: str, level: str, actor: Actor, now: dt.datetime) -> Weighing:
    """Take a level as the library keeps it, or with "" begin the questions of a source again.

    Raises InputRefusal for a level that is none, where the source is not cited or nothing disagrees.
    """
    if level and level not in LEVELS:
        raise InputRefusal("weighing.level", "There is no such level of evidence. Answer the questions.")
    with transaction.atomic():
        row, newest = _locked(case, position, actor)
        return _write(row, True, {**_sources(row, newest, source), source: answers_for(level)}, actor, now)


def _locked(case: Case, position: int, actor: Actor) -> tuple[ItemReview, Weighing | None]:
    row = open_row(case=case, position=position, actor=actor)
    Review.objects.select_for_update().get(pk=row.review_id)  # two windows answer one after the other
    return row, row.weighings.first()


def _sources(row: ItemReview, newest: Weighing | None, source: str) -> dict[str, list[bool]]:
    if newest is None or not newest.disagree:
        raise InputRefusal(
            "weighing.disagree", "Evidence is weighed only where recommendations disagree. Say so first."
        )
    if source not in {cited_as(one) for one in row.citations.all()}:
        raise InputRefusal("weighing.source", "This source is not cited any more. Reload the page.")
    return dict(newest.sources)


def _write(row: ItemReview, disagree: bool, sources: dict[str, list[bool]], actor: Actor, now: dt.datetime) -> Weighing:
    return Weighing.objects.create(
        item_review=row, disagree=disagree, sources=sources, by_id=person_of(actor), at=now
    )  # fmt: skip
