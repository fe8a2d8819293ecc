"""How much a request asks for, read from its words. Values in, values out; what cannot be read stays unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = {word: place for place, word in enumerate(_WORDS, start=1)} | {"once": 1, "twice": 2, "thrice": 3}
_N = rf"(?:\d{{1,3}}|{'|'.join(_NUMBER)})"


def _range(name: str) -> str:
    return rf"(?P<{name}>{_N})(?:\s*(?:-|–|to)\s*(?P<{name}_most>{_N}))?"


#: Words of a request -> the thing that is counted, as limits name it.
_UNITS = {
    "visits": ("visit", "session", "treatment", "appointment", "consultation"),
    "injections": ("injection", "shot"),
    "days": ("day",),
    "units": ("tablet", "tab", "capsule", "cap", "pill", "patch", "patches", "unit", "box", "boxes", "tube", "bottle"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_WRITTEN = "|".join(sorted((f"{word}s?" for word in _UNIT_OF), key=len, reverse=True))

#: "2-3 times a week for 6 weeks", "2x/week x 6 weeks", "twice weekly for six weeks".
_WEEKLY = re.compile(
    rf"\b{_range('often')}\s*(?:x|times?|visits?|sessions?)?\s*(?:a|per|/|each)?\s*(?:week|wk)(?:ly)?\s*"
    rf"(?:,|for|x|times)?\s*{_range('weeks')}\s*(?:-\s*)?(?:weeks?|wks?)\b",
    re.IGNORECASE,
)
#: "3x3", "2 x 6", "two times four visits": so many times so many; not "10x15 cm" nor a spinal level.
_CROSS = re.compile(
    rf"(?<![\w.-])(?P<often>{_N})\s?(?:x|×|\btimes)\s?(?P<weeks>{_N})\b(?!\s?(?:cm|mm|in\b|mg|days?\b|a day))",
    re.IGNORECASE,
)
#: How often a drug is taken says nothing of how much is asked for.
_A_DAY = re.compile(
    rf"\b(?:take\s+)?{_range('often')}\s*(?:times?|x|tab(?:let)?s?|cap(?:sule)?s?)?\s*"
    rf"(?:orally|by mouth)?\s*(?:a|per|every|/)\s*(?:day|\d)",
    re.IGNORECASE,
)
#: "12 sessions", "12 additional physical therapy visits".
_COUNTED = re.compile(
    rf"(?<![\w./-]){_range('least')}\s+(?:\(\d+\)\s*)?(?:(?!times\b|{_N}\b)[a-z-]+\s+){{0,4}}?(?P<unit>{_WRITTEN})\b",
    re.IGNORECASE,
)
#: "sessions, 12", "visits x 6".
_AFTER = re.compile(r"\b(?P<unit>visits?|sessions?|treatments?)\s*(?:,|:|x|#)\s?(?P<least>\d{1,3})\b", re.IGNORECASE)
#: "#60", "quantity 60", "qty: 60".
_PIECES = re.compile(r"(?:#|\bqty\.?:?|\bquantity:?)\s?(?P<least>\d{1,4})\b", re.IGNORECASE)
_OF_VISITS = re.compile(r"\b(?:visit|session|treatment)s?\b", re.IGNORECASE)
#: "Physical therapy x 12" at the end.
_TIMES = re.compile(r"\b(?:x|times)\s?(?P<least>\d{1,3})\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """So many of a thing, from least to most. unit "": the words do not say of what. weeks: over how long, if said.

    how: the arithmetic, where there was any ("2-3 a week for 6 weeks"). doubt: two numbers in the words disagree.
    """

    least: int
    most: int
    unit: str = ""
    weeks: int | None = None
    how: str = ""
    doubt: str = ""

    @property
    def in_words(self) -> str:
        return span(self.least, self.most)


def span(least: int, most: int) -> str:
    """ "9", or "12 to 18"."""
    return str(least) if least == most else f"{least} to {most}"


def counted_as(unit: str) -> str:
    """The family of a unit as limits and requests name it: "sessions" and "visits" are one. Unknown units stay."""
    word = unit.strip().lower()
    return word if word in _UNITS else _UNIT_OF.get(word, _UNIT_OF.get(word.removesuffix("s"), word))


def asked(*texts: str) -> Quantity | None:
    """What is asked for, from the first of the texts that says it; None when none does.

    A total that is written ("12 visits") wins over one worked out; where the two disagree, `doubt` says so.
    """
    for text in texts:
        weekly = _weekly(text)
        total = _total(_CROSS.sub(" ", _WEEKLY.sub(" ", text)))
        if total and weekly:
            doubt = "" if (total.least, total.most) == (weekly.least, weekly.most) else (
                f"The words say {total.in_words}, but {weekly.how} makes {weekly.in_words}."
            )  # fmt: skip
            return Quantity(total.least, total.most, total.unit, weekly.weeks, doubt=doubt)
        if total or weekly:
            return total or weekly
    return None


def _weekly(text: str) -> Quantity | None:
    if found := _WEEKLY.search(text):
        often, weeks = _both(found.groupdict(), "often"), _both(found.groupdict(), "weeks")
        how = f"{_short(*often)} a week for {_short(*weeks)} week{'' if weeks[1] == 1 else 's'}"
        return Quantity(often[0] * weeks[0], often[1] * weeks[1], "visits", weeks[1], how)
    if found := _CROSS.search(text):
        one, other = _number(found["often"]), _number(found["weeks"])
        return Quantity(one * other, one * other, "", None, f"{one} × {other}")
    return None


def _total(text: str) -> Quantity | None:
    if found := _PIECES.search(text):
        unit = "visits" if _OF_VISITS.search(text) else "units"
        return Quantity(int(found["least"]), int(found["least"]), unit)
    text = _A_DAY.sub(" ", text)
    for pattern in (_COUNTED, _AFTER):
        if found := pattern.search(text):
            least, most = _both(found.groupdict(), "least")
            return Quantity(least, most, counted_as(found["unit"]))
    if found := _TIMES.search(text):
        return Quantity(int(found["least"]), int(found["least"]))
    return None


def _both(parts: dict[str, str | None], name: str) -> tuple[int, int]:
    least = _number(parts.get(name) or "")
    most = _number(parts.get(f"{name}_most") or "") or least
    return min(least, most), max(least, most)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBER.get(word.lower(), 0)


def _short(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}-{most}"
