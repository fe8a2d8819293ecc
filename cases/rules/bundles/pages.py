"""One page of a bundle as the rules see it: its lines without what the sender stamped on, its own page number."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

#: A page with fewer letters and digits than this is empty.
_EMPTY = 12
_TOP, _EDGE = 12, 2
#: A count beyond these is no page number; a bare number is trusted less.
_MOST_PAGES, _MOST_BARE = 500, 200
#: A line stamped on by the sender stands on this share of the pages, and on this many at least.
_STAMPED_SHARE, _STAMPED_LEAST = 0.5, 8
#: Beside the number, a line that is only a page number holds no more letters than this.
_FEW_LETTERS = 8
#: Running text: more words, longer and mostly small letters.
_PROSE_WORDS, _PROSE_LENGTH, _PROSE_SMALL = 5, 40, 0.6
_CENTURY, _TURN = 100, 60
_LABEL_REACH = 34
_DIGITS = str.maketrans("OoQlIiS", "0001115")
_NUMBER = r"([\dOoQlIiS]{1,3})"
_COUNTED = (
    re.compile(rf"\bp[ao0]?[gq][ec]?\s*[.:#]?\s*{_NUMBER}\s*(?:of|o[ft]|[0c]f|/)\s*{_NUMBER}\b", re.IGNORECASE),
    re.compile(rf"^\W*{_NUMBER}\s*(?:of|/|\|)\s*{_NUMBER}\W*$", re.IGNORECASE),
    re.compile(rf"\[\s*{_NUMBER}\s*[|/]\s*{_NUMBER}\s*\]"),
)
_PLAIN = (
    re.compile(rf"\b[pF][ao]?[gq][ec]\s*[.:#]?\s*{_NUMBER}\s*$", re.IGNORECASE),
    re.compile(rf"\bpg?\.\s*{_NUMBER}\s*$", re.IGNORECASE),
)
_BARE = re.compile(rf"^[-–—~\s]*{_NUMBER}[-–—~\s]*$")
_FAX = re.compile(r"\bfax\b.*\d{3}.*\d/\d|\d{1,2}[:.]\d{2}.*(?:\bp\.?|@|page)\s*\d{1,3}\s*/\s*\d{1,3}", re.IGNORECASE)
_FAX_COUNT = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})\s*$")

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATES = (
    re.compile(r"\b(\d{1,2})\s?[/\-.]\s?(\d{1,2})\s?[/\-.]\s?((?:19|20)\d{2}|\d{2})\b"),
    re.compile(
        r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,8}\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{2})",
        re.IGNORECASE,
    ),
)
_LABEL = re.compile(r"^[\w\s./']{2,32}:")
#: Dates behind these words are the worker's, not the record's.
NOT_ITS_OWN = re.compile(
    r"birth|\bd\.?o\.?b|injury|\bd\.?o\.?i\b|\bdo[il]\b|\bloss\b|ur determination|expires?|printed|phone|fax",
    re.IGNORECASE,
)


class Count(NamedTuple):
    """A page number as printed: `of` is None where the total is not said; bare: a number alone in its line."""

    page: int
    of: int | None = None
    bare: bool = False


@dataclass(frozen=True)
class Sheet:
    """A page: its lines without the sender's stamps, its own count, and the sender's running fax number."""

    lines: tuple[str, ...]
    count: Count | None = None
    fax: Count | None = None

    @cached_property
    def empty(self) -> bool:
        return sum(c.isalnum() for line in self.lines for c in line) < _EMPTY

    @cached_property
    def top(self) -> tuple[str, ...]:
        return self.lines[:_TOP]

    @cached_property
    def top_dates(self) -> frozenset[dt.date]:
        """Dates of the head, the worker's own (birth, injury) and those told in running text left out."""
        return frozenset(day for line in self.top if not is_prose(line) for day in dates_in(line))


def is_prose(line: str) -> bool:
    """Whether a line is running text, and no title, label or address."""
    words = line.split()
    if len(words) < _PROSE_WORDS or _LABEL.match(line):
        return False
    small = sum(word[0].islower() for word in words)
    return len(line) > _PROSE_LENGTH and small >= _PROSE_SMALL * len(words)


def dates_in(line: str) -> list[dt.date]:
    """Dates of a line that may be the record's own: those not labelled as the worker's."""
    found: list[dt.date] = []
    behind = 0
    for match in sorted((one for pattern in _DATES for one in pattern.finditer(line)), key=lambda one: one.start()):
        label = line[max(behind, match.start() - _LABEL_REACH) : match.start()]
        behind = match.end()
        if not NOT_ITS_OWN.search(label):
            found += _day(match)
    return found


def _day(match: re.Match[str]) -> list[dt.date]:
    month = int(match[1]) if match[1].isdigit() else _MONTHS.index(match[1].lower()) + 1
    day, year = int(match[2]), int(match[3])
    if year < _CENTURY:
        year += 2000 if year < _TURN else 1900
    try:
        return [dt.date(year, month, day)]
    except ValueError:
        return []


def read_sheets(pages: Sequence[str]) -> list[Sheet]:
    """Every page of a bundle, seen together: what runs over the whole bundle was stamped on by its sender."""
    split = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    stamps = _stamps(split)
    return [_sheet(lines, number, stamps) for number, lines in enumerate(split)]


def _sheet(lines: list[str], number: int, stamps: frozenset[Stamp]) -> Sheet:
    edge = [place for place in range(len(lines)) if place < _EDGE or place >= len(lines) - _EDGE]
    stamped = {
        place
        for place in edge
        if _FAX.search(lines[place]) or any(stamp in stamps for stamp in _stamps_in(lines[place], number))
    }
    fax = next((count for place in sorted(stamped) if (count := _fax_count(lines[place]))), None)
    own = [line for place, line in enumerate(lines) if place not in stamped]
    count, place = _own_count(own)
    if place is not None and count is not None and _is_only_count(own[place]):
        own = own[:place] + own[place + 1 :]
    return Sheet(lines=tuple(own), count=count, fax=fax)


def _mask(line: str) -> str:
    """A line with its numbers made alike."""
    return re.sub(r"\d+", "#", line.lower())


class Stamp(NamedTuple):
    """A line stamped on every page: numbers made alike, which number counts, how far it is from the page's own."""

    mask: str
    place: int
    ahead: int


def _stamps(split: Sequence[list[str]]) -> frozenset[Stamp]:
    """Lines at the edge of the pages whose number rises by one from page to page through the whole bundle."""
    seen = Counter(stamp for number, lines in enumerate(split) for stamp in _possible_stamps(lines, number))
    enough = max(_STAMPED_SHARE * len(split), _STAMPED_LEAST)
    return frozenset(stamp for stamp, times in seen.items() if times >= enough)


def _possible_stamps(lines: list[str], number: int) -> set[Stamp]:
    return {stamp for line in {*lines[:_EDGE], *lines[-_EDGE:]} for stamp in _stamps_in(line, number)}


def _stamps_in(line: str, number: int) -> Iterator[Stamp]:
    mask = _mask(line)
    for place, digits in enumerate(re.findall(r"\d+", line)):
        yield Stamp(mask, place, int(digits) - number)


def _fax_count(line: str) -> Count | None:
    match = _FAX_COUNT.search(line)
    return Count(int(match[1]), int(match[2])) if match and 0 < int(match[1]) <= int(match[2]) else None


def _own_count(lines: list[str]) -> tuple[Count | None, int | None]:
    """The page number that the paper itself prints, from its first and last lines, and in which line it stands."""
    edges = [*range(len(lines) - 1, max(len(lines) - 4, -1), -1), *range(min(6, len(lines)))]
    alone = [place for place in (len(lines) - 1, 0, 2) if 0 <= place < len(lines)]
    ways: tuple[tuple[re.Pattern[str], list[int], bool], ...] = (
        *((pattern, edges, False) for pattern in (*_COUNTED, *_PLAIN)),
        (_BARE, alone, True),
    )
    for pattern, places, bare in ways:
        for place in places:
            if (match := pattern.search(lines[place])) and (count := _count_of(match, bare=bare)):
                return count, place
    return None, None


def _count_of(match: re.Match[str], *, bare: bool) -> Count | None:
    numbers = [int(one.translate(_DIGITS)) for one in match.groups()]
    if not any(c.isdigit() for c in match[0]) or numbers[0] < 1 or numbers[-1] > (_MOST_BARE if bare else _MOST_PAGES):
        return None
    if len(numbers) == 1:
        return Count(numbers[0], bare=bare)
    return Count(numbers[0], numbers[1]) if numbers[0] <= numbers[1] else None


def _is_only_count(line: str) -> bool:
    return sum(c.isalpha() for c in line) <= _FEW_LETTERS
