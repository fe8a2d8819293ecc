"""When two applications are the same filing, look alike, or may be joined: pure functions of what each says.

Source: domain rules on duplicates (same claim, injury, UR decision and physician), CA-15, and on consolidation
(8 CCR 9792.10.4(a), CA-5). Names and dates are compared as people mistype them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from cases.rules.names import name_key

CERTAIN, LIKELY = "certain", "likely"

#: Names this much alike (0-100) make a likely duplicate when the birth dates are equal.
NAME_ALIKE = 85
#: ... and when the birth dates differ as a slip of the pen would make them differ.
NAME_ALIKE_SLIP = 92
#: One name inside the other ("Maria Lopez", "Maria Lopez Garcia") counts a little less than the same name.
_PART_OF_NAME = 0.93
_SLIP_COSTS = 8
_CENTURY = 100
_OLDEST = 1900


@dataclass(frozen=True)
class Filing:
    """What an application says of itself, as far as it is typed. Empty text and None mean not known.

    physician: name of the requesting physician; physician_npi: NPI; physician_group: the organization beside it.
    """

    first_name: str = ""
    last_name: str = ""
    birth_date: dt.date | None = None
    claim_number: str = ""
    injury_date: dt.date | None = None
    decision_date: dt.date | None = None
    physician: str = ""
    physician_npi: str = ""
    physician_group: str = ""

    @property
    def worker(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Likeness:
    """How two filings compare. kind: CERTAIN or LIKELY; score: 0-100; same and different: names of Filing's facts."""

    kind: str
    score: int
    same: tuple[str, ...]
    different: tuple[str, ...]


def claim_key(claim_number: str) -> str:
    """`"wc-0012 345/a"` -> `"WC0012345A"`: letters and figures alone. The index in the database folds alike."""
    return re.sub(r"[^A-Z0-9]", "", claim_number.upper())


def certain_key(filing: Filing) -> str | None:
    """What all certain duplicates share, the physician apart; None while a part of it is unknown."""
    claim = claim_key(filing.claim_number)
    if not claim or filing.injury_date is None or filing.decision_date is None:
        return None
    return f"{claim}|{filing.injury_date}|{filing.decision_date}"


def compare(one: Filing, other: Filing) -> Likeness | None:
    """Whether two filings are certainly or likely the same application; None where neither."""
    agreement = {name: same for name, same in _agreement(one, other) if same is not None}
    same = tuple(name for name, agrees in agreement.items() if agrees)
    different = tuple(name for name, agrees in agreement.items() if not agrees)
    if {"claim_number", "injury_date", "decision_date", "physician"} <= set(same):
        return Likeness(CERTAIN, 100, same, different)
    score = person_score(one, other)
    return Likeness(LIKELY, score, same, different) if score else None


def person_score(one: Filing, other: Filing) -> int:
    """How surely both name the same worker, 0-100; 0 below what makes a likely duplicate."""
    if not one.worker or not other.worker or one.birth_date is None or other.birth_date is None:
        return 0
    name = name_score(one.worker, other.worker)
    if one.birth_date == other.birth_date:
        return round(name) if name >= NAME_ALIKE else 0
    if is_slip(one.birth_date, other.birth_date) and name >= NAME_ALIKE_SLIP:
        return round(name) - _SLIP_COSTS
    return 0


def name_score(one: str, other: str) -> float:
    """0-100: order of the parts, accents, case and punctuation apart; typos cost, a part left out costs a little."""
    left, right = name_key(one), name_key(other)
    whole = fuzz.token_sort_ratio(left, right)
    shorter = min(len(left.split()), len(right.split()))
    if shorter < 2:  # noqa: PLR2004 - a single name inside a longer one says nothing
        return whole
    return max(whole, fuzz.token_set_ratio(left, right) * _PART_OF_NAME)


def is_slip(one: dt.date, other: dt.date) -> bool:
    """Whether one date is the other mistyped: day and month changed about, one figure wrong, two neighbours swapped."""
    return one != other and other in set(slips(one))


def slips(date: dt.date) -> Iterator[dt.date]:
    """Every date that a slip makes of `date`, itself first; a few repeat."""
    yield date
    yield from _dates([(date.year, date.day, date.month)])
    for year in (date.year - _CENTURY, date.year + _CENTURY):
        yield from _dates([(year, date.month, date.day)])
    figures = f"{date:%Y%m%d}"
    for place, figure in enumerate(figures):
        yield from _read(figures[:place] + other + figures[place + 1 :] for other in "0123456789" if other != figure)
    yield from _read(
        figures[:place] + figures[place + 1] + figures[place] + figures[place + 2 :]
        for place in range(len(figures) - 1)
    )


def _read(typed: Iterator[str]) -> Iterator[dt.date]:
    return _dates((int(one[:4]), int(one[4:6]), int(one[6:])) for one in typed)


def _dates(parts: Iterator[tuple[int, int, int]] | list[tuple[int, int, int]]) -> Iterator[dt.date]:
    for year, month, day in parts:
        if year < _OLDEST:
            continue
        try:
            yield dt.date(year, month, day)
        except ValueError:
            continue


def unlike_for_joining(one: Filing, other: Filing) -> list[str]:
    """Which of the three facts differ or are unknown: "worker", "physician", "injury_date"; empty when joining may be.

    8 CCR 9792.10.4(a): the same employee, requesting physician and date of injury.
    """
    worker = name_key(one.worker) == name_key(other.worker) and one.birth_date == other.birth_date
    facts = [
        ("worker", bool(one.worker) and one.birth_date is not None and worker),
        ("physician", same_physician(one, other) is True),
        ("injury_date", one.injury_date is not None and one.injury_date == other.injury_date),
    ]
    return [name for name, same in facts if not same]


def same_physician(one: Filing, other: Filing) -> bool | None:
    """Same requesting physician; None where one of the filings names none. An NPI decides over the spelling."""
    if one.physician_npi and other.physician_npi:
        return one.physician_npi == other.physician_npi
    left, right = name_key(one.physician), name_key(other.physician)
    if left and right:
        return sorted(left.split()) == sorted(right.split())
    if not left and not right and one.physician_group and other.physician_group:
        return name_key(one.physician_group) == name_key(other.physician_group)
    return None


def _agreement(one: Filing, other: Filing) -> Iterator[tuple[str, bool | None]]:
    """Fact by fact: the same, different, or None where one side is not known."""
    yield "worker", _equal(name_key(one.worker), name_key(other.worker))
    yield "birth_date", _equal(one.birth_date, other.birth_date)
    yield "claim_number", _equal(claim_key(one.claim_number), claim_key(other.claim_number))
    yield "injury_date", _equal(one.injury_date, other.injury_date)
    yield "decision_date", _equal(one.decision_date, other.decision_date)
    yield "physician", same_physician(one, other)


def _equal(left: object, right: object) -> bool | None:
    return left == right if left and right else None
