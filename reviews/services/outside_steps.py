"""Steps of an item's search outside the library (ODG, PubMed, a journal), told by the reviewer and kept as told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from cases.models import Case
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal
from common.rules.characters import first_unprintable
from reviews.models import ItemReview, LookUp
from reviews.rules.search_sequence import STEPS
from reviews.services.look_ups import open_row, person_of, standing

_LONGEST = {"source": 1000, "place": 500, "gave": 2000}
_WANTED = {
    "source": "Say in what source you looked: ODG by MCG, PubMed, a journal.",
    "place": "Say where it is to be found: an address on the web, a database, an edition on paper.",
    "gave": "Say what it gave, or that nothing was found.",
}


@dataclass(frozen=True)
class OutsideStep:
    """As typed. step: of 9792.21.1(d), 1 to 4; looked_on: None where the day could not be read."""

    step: int
    source: str
    place: str
    gave: str
    looked_on: dt.date | None


def record_outside(
    *, case: Case, position: int, typed: OutsideStep, copy_to_others: bool, actor: Actor, now: dt.datetime
) -> list[LookUp]:
    """Put a look-up outside the library down; with `copy_to_others` for every other item in dispute too.

    Returns what was written, the item's own first. Raises InputRefusal with each field that is missing, too long,
    cannot be printed, or lies in the future, and what `open_row` refuses.
    """
    step = OutsideStep(
        typed.step, _one_line(typed.source), _one_line(typed.place), _one_line(typed.gave), typed.looked_on
    )
    _refuse(step, california_date(now))
    with transaction.atomic():
        row = open_row(case=case, position=position, actor=actor)
        own = _write(row, step, None, actor, now)
        if not copy_to_others:
            return [own]
        others = row.review.items.disputed().exclude(pk=row.pk)
        return [own, *(_write(other, step, own, actor, now) for other in others)]


def take_back(*, case: Case, position: int, step: int, actor: Actor, now: dt.datetime) -> LookUp | None:
    """A step told by the reviewer does not count; the record keeps both. step: its key. None where it was gone.

    Raises InputRefusal where the item has no such step, and what `open_row` refuses.
    """
    with transaction.atomic():
        row = open_row(case=case, position=position, actor=actor)
        own = row.look_ups.filter(kind=LookUp.Kind.OUTSIDE, pk=step).first()
        if own is None:
            raise InputRefusal("outside.unknown", "This item has no such step. Reload the page.")
        written, is_new = LookUp.objects.get_or_create(
            about=own, kind=LookUp.Kind.TAKEN_BACK,
            defaults={"item_review": row, "step": own.step, "by_id": person_of(actor), "at": now},
        )  # fmt: skip
        return written if is_new else None


def outside_steps(row: ItemReview) -> list[LookUp]:
    """Those that count, in the order in which they were told."""
    return [one for one in standing(row) if one.kind == LookUp.Kind.OUTSIDE]


def _write(row: ItemReview, step: OutsideStep, source: LookUp | None, actor: Actor, now: dt.datetime) -> LookUp:
    return LookUp.objects.create(
        item_review=row, by_id=person_of(actor), at=now, kind=LookUp.Kind.OUTSIDE, step=step.step, label=step.source,
        place=step.place, looked_on=step.looked_on, gave=step.gave, about=source,
    )  # fmt: skip


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _refuse(step: OutsideStep, today: dt.date) -> None:
    problems: dict[str, str] = {}
    if step.step not in STEPS:
        problems["step"] = "Choose which step of the search it belongs to."
    for name, wanted in _WANTED.items():
        text = getattr(step, name)
        if not text:
            problems[name] = wanted
        elif len(text) > _LONGEST[name]:
            problems[name] = f"This has {len(text):,} characters; at most {_LONGEST[name]:,} can be kept."
        elif bad := first_unprintable(text):
            problems[name] = f"This holds {bad.spoken}. Take it out or write it in words."
    if step.looked_on is None:
        problems["looked_on"] = "Say on which day, like 8/12/2016."
    elif step.looked_on > today:
        problems["looked_on"] = "This day has not come yet. Say on which day you looked."
    if problems:
        raise InputRefusal("outside.step", " ".join(problems.values()), fields=problems)
