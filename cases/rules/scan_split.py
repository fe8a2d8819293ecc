"""Where the applications of a scan begin: at the cover sheets that this site made. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: What the code on a cover sheet begins with; behind it stands the sheet's serial.
COVER_CODE = "IMR1:APPLICATION:"
COVER, BLANK = "cover", "blank"


@dataclass(frozen=True)
class Seen:
    """A page as the worker saw it. codes: texts of the bar and QR codes on it; blank: nothing is printed on it."""

    number: int
    codes: tuple[str, ...] = ()
    blank: bool = False

    @property
    def mark(self) -> str:
        """What the page is besides a page of an application."""
        if any(code.startswith(COVER_CODE) for code in self.codes):
            return COVER
        return BLANK if self.blank and not self.codes else ""


def marks_of(pages: Iterable[Seen]) -> dict[int, str]:
    """Page -> "cover" or "blank", for the pages that are either."""
    return {page.number: page.mark for page in pages if page.mark}


def split(pages: int, marks: dict[int, str]) -> list[tuple[int, int]]:
    """First and last page of each application: the runs between cover sheets, without blank pages at their ends.

    A scan without a cover sheet is one application; one of nothing but covers and blank pages is none.
    """
    covers = [number for number, mark in marks.items() if mark == COVER]
    edges = [0, *sorted(covers), pages + 1]
    runs = (range(before + 1, after) for before, after in pairwise(edges))
    written = ([number for number in run if marks.get(number) != BLANK] for run in runs)
    return [(run[0], run[-1]) for run in written if run]


def cut_before(ranges: Sequence[tuple[int, int]], page: int) -> list[tuple[int, int]]:
    """The ranges with a new application beginning at `page`; unchanged where one begins there already or none is."""
    cut: list[tuple[int, int]] = []
    for first, last in ranges:
        cut += [(first, page - 1), (page, last)] if first < page <= last else [(first, last)]
    return cut


def join_with_before(ranges: Sequence[tuple[int, int]], page: int) -> list[tuple[int, int]]:
    """The ranges with the application that holds `page` joined to the one before it; unchanged for the first."""
    place = next((place for place, (first, last) in enumerate(ranges) if first <= page <= last), 0)
    if place == 0:
        return list(ranges)
    joined = (ranges[place - 1][0], ranges[place][1])
    return [*ranges[: place - 1], joined, *ranges[place + 1 :]]
