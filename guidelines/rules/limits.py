"""What a section recommends in numbers, in the one notation of the house: "9-10 visits in 8 weeks for strain".

Forms, lists, histories and the arithmetic of a review write and read it. Values in, values out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from guidelines.rules.quoting import pieces, quoted, stands_alone, unquoted

FORM = "“9-10 visits in 8 weeks for strain”, “up to 4 injections”, “at least 2 visits”"
_QUOTED = r'"(?:[^"]|"")*"'
_LIMIT = re.compile(
    r"(?:(?P<least_word>at least|from)\s+|(?P<most_word>up to|at most)\s+)?"
    r"(?P<first>\d{1,6})(?:\s?[-–]\s?(?P<last>\d{1,6}))?"
    rf"\s+(?P<unit>{_QUOTED}|\D(?:.*?\S)?)(?:\s+(?:in|over)\s+(?P<weeks>\d{{1,4}})\s+weeks?)?"
    rf"(?:\s+for\s+(?P<condition>{_QUOTED}|\S.*))?",
    re.IGNORECASE,
)
_LONGEST_UNIT, _LONGEST_CONDITION = 50, 200
#: [condition, unit, least, most, weeks] and the same by the keys of the exchange format: as they are kept.
AsList = list[Any]
AsDict = dict[str, Any]


@dataclass(frozen=True)
class Limit:
    """A number that a section recommends; one of minimum and maximum is known."""

    unit: str
    minimum: int | None = None
    maximum: int | None = None
    weeks: int | None = None
    condition: str = ""

    @property
    def in_words(self) -> str:
        """As it is read back; what the notation would take for something else stands in quotation marks."""
        for unit, condition in itertools.product(_ways(self.unit), _ways(self.condition)):
            words = self._words(unit, condition)
            if pieces(words) == [words] and (match := _LIMIT.fullmatch(words)) and _limit(match) == self:
                return words
        return self._words(self.unit, self.condition)

    def _words(self, unit: str, condition: str) -> str:
        if self.minimum is None:
            numbers = f"up to {self.maximum}"
        elif self.maximum is None:
            numbers = f"at least {self.minimum}"
        else:
            numbers = "-".join(dict.fromkeys((str(self.minimum), str(self.maximum))))
        weeks = f" in {self.weeks} week{'' if self.weeks == 1 else 's'}" if self.weeks else ""
        return f"{numbers} {unit}{weeks}{f' for {condition}' if condition else ''}"

    @property
    def as_list(self) -> AsList:
        return [self.condition, self.unit, self.minimum, self.maximum, self.weeks]

    @property
    def as_dict(self) -> AsDict:
        return {
            "condition": self.condition, "unit": self.unit, "min": self.minimum, "max": self.maximum,
            "weeks": self.weeks,
        }  # fmt: skip


def from_list(kept: Sequence[Any]) -> Limit:
    condition, unit, least, most, weeks = kept
    return Limit(unit, least, most, weeks, condition)


def from_dict(kept: AsDict) -> Limit:
    return Limit(kept["unit"], kept.get("min"), kept.get("max"), kept.get("weeks"), kept.get("condition") or "")


def written(limits: Iterable[Limit], *, between: str = "; ") -> str:
    """Limits as one text, for a cell or, with a line break between them, for a form."""
    return between.join(limit.in_words for limit in limits)


def read_limits(text: str) -> list[Limit]:
    """The limits of a text, each on a line of its own or with semicolons between; by condition and unit.

    Raises ValueError with a sentence: no limit, the most less than the least, one given twice, a text too long.
    """
    found: dict[tuple[str, str], Limit] = {}
    for piece in pieces(text):
        match = _LIMIT.fullmatch(piece)
        if match is None or ((match["least_word"] or match["most_word"]) and match["last"]):
            raise ValueError(f"“{piece[:80]}” is no limit. They are written {FORM}.")
        limit = _limit(match)
        if limit.minimum is not None and limit.maximum is not None and limit.maximum < limit.minimum:
            raise ValueError(f"“{piece[:80]}”: the most is less than the least.")
        if len(limit.unit) > _LONGEST_UNIT or len(limit.condition) > _LONGEST_CONDITION:
            raise ValueError(
                f"“{piece[:80]}”: what is counted has at most {_LONGEST_UNIT} characters, the condition at most "
                f"{_LONGEST_CONDITION}."
            )
        if (limit.condition, limit.unit) in found:
            raise ValueError(f"“{piece[:80]}”: this condition and unit are given twice.")
        found[limit.condition, limit.unit] = limit
    return [found[key] for key in sorted(found)]


def _limit(match: re.Match[str]) -> Limit:
    first, last = int(match["first"]), match["last"]
    return Limit(
        unit=unquoted(match["unit"]),
        minimum=None if match["most_word"] else first,
        maximum=int(last) if last else None if match["least_word"] else first,
        weeks=int(match["weeks"]) if match["weeks"] else None,
        condition=unquoted(match["condition"] or ""),
    )


def _ways(text: str) -> tuple[str, ...]:
    if not text:
        return ("",)
    return (text, quoted(text)) if stands_alone(text) else (quoted(text),)
