"""Citations in words, and which edition is in force on a day. Values in, values out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from guidelines.rules.pages import page_range


class Dated(Protocol):
    """Anything with an effective range: both days belong to it, None is open."""

    @property
    def effective_from(self) -> dt.date | None: ...

    @property
    def effective_to(self) -> dt.date | None: ...


Edition = TypeVar("Edition", bound=Dated)


def label(
    *, publication: str, year: int | None = None, sections: Sequence[str] = (), pages: str = "", text: str = ""
) -> str:
    """A citation for people on a screen: `Low Back Complaints (2004), Summary, p. 308`.

    `text`, the citation's own wording, wins over everything composed. Letters compose their own form from the wording.
    """
    if text.strip():
        return text.strip()
    parts = [f"{publication} ({year})" if year else publication, "; ".join(sections)]
    span = page_range(pages)
    if span and pages.replace("–", "-").replace(" ", "") in (str(span[0]), f"{span[0]}-{span[1]}"):
        parts.append(f"p. {span[0]}" if span[0] == span[1] else f"pp. {span[0]}–{span[1]}")
    else:
        parts.append(pages.strip())
    return ", ".join(part for part in parts if part)


def is_in_force(edition: Dated, on: dt.date) -> bool:
    """Whether the day lies in the edition's effective range, both ends included."""
    begun = edition.effective_from is None or edition.effective_from <= on
    ended = edition.effective_to is not None and edition.effective_to < on
    return begun and not ended


def edition_in_force(editions: Iterable[Edition], on: dt.date) -> Edition | None:
    """The one edition in force on the day; None when there is a gap. Ranges of one publication never overlap."""
    return next((edition for edition in editions if is_in_force(edition, on)), None)


def standing(edition: Dated, on: dt.date) -> str:
    """How an edition stands on a day: "in force", "ended" or "not yet in force"."""
    if is_in_force(edition, on):
        return "in force"
    return "ended" if edition.effective_to is not None and edition.effective_to < on else "not yet in force"


def overlap(editions: Sequence[Edition]) -> tuple[Edition, Edition] | None:
    """Two editions that are in force on a common day, or None."""
    ordered = sorted(editions, key=lambda edition: edition.effective_from or dt.date.min)
    for earlier, later in pairwise(ordered):
        if earlier.effective_to is None or earlier.effective_to >= (later.effective_from or dt.date.min):
            return earlier, later
    return None


def gaps(editions: Sequence[Edition]) -> list[tuple[dt.date, dt.date]]:
    """First and last day of every stretch between two editions in which none is in force."""
    ordered = sorted(editions, key=lambda edition: edition.effective_from or dt.date.min)
    day = dt.timedelta(days=1)
    return [
        (earlier.effective_to + day, later.effective_from - day)
        for earlier, later in pairwise(ordered)
        if earlier.effective_to and later.effective_from and later.effective_from - earlier.effective_to > day
    ]
