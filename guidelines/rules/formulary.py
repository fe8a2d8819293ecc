"""The MTUS drug list applied to one prescription: whether prospective review is needed. Values in, values out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Fill = Literal["", "special", "perioperative"]
Status = Literal["exempt", "non_exempt", "unlisted"]


@dataclass(frozen=True)
class FillLimits:
    """The numbers of the edition in force (8 CCR 9792.27.12 and 9792.27.13)."""

    special_visit_days: int
    before_surgery_days: int
    after_surgery_days: int


@dataclass(frozen=True)
class Listed:
    """What the list says of a drug. `*_days` are days of supply; None: the drug has no such fill."""

    status: Status
    special_days: int | None = None
    perioperative_days: int | None = None


@dataclass(frozen=True)
class Prescription:
    """What is known of the prescription at hand; None is not known."""

    prescribed_on: dt.date
    fill: Fill = ""
    injury_on: dt.date | None = None
    surgery_on: dt.date | None = None
    supply_days: int | None = None


@dataclass(frozen=True)
class Finding:
    """review: needed, not needed, or None where a date is missing. steps: how it was worked out, each in words."""

    review: bool | None
    steps: tuple[str, ...]


def review_needed(listed: Listed, prescription: Prescription, limits: FillLimits) -> Finding:
    """Whether the drug needs prospective review.

    An exempt drug needs none; a non-exempt one needs it unless it is the special or the perioperative fill asked
    about; an unlisted one always does.
    """
    if listed.status == "exempt":
        return Finding(False, ("Exempt: no prospective review where it is prescribed in accordance with the MTUS.",))
    if listed.status == "unlisted":
        return Finding(True, ("Not on the list: prospective review is needed.",))
    first = "Non-exempt: prospective review is needed, save for a special or perioperative fill."
    days = {"": None, "special": listed.special_days, "perioperative": listed.perioperative_days}[prescription.fill]
    if days is None:
        told = (f"The list grants this drug no {prescription.fill} fill.",) if prescription.fill else ()
        return Finding(True, (first, *told))
    return _fill(first, prescription, limits, days)


def _fill(first: str, prescription: Prescription, limits: FillLimits, days: int) -> Finding:
    at_visit = prescription.fill == "special"
    when = _within_first_visit(prescription, limits) if at_visit else _around_surgery(prescription, limits)
    supply = _supply(prescription.supply_days, days)
    steps = (first, when[1], supply[1])
    if False in (when[0], supply[0]):
        return Finding(True, steps)
    if None in (when[0], supply[0]):
        return Finding(None, steps)
    generic = "This holds for a generic or single-source drug, and where it accords with the MTUS."
    return Finding(False, (*steps, generic))


def _within_first_visit(asked: Prescription, limits: FillLimits) -> tuple[bool | None, str]:
    if asked.injury_on is None:
        return None, "Special fill: the date of injury is not known."
    days = (asked.prescribed_on - asked.injury_on).days
    last = asked.injury_on + dt.timedelta(days=limits.special_visit_days)
    inside = 0 <= days <= limits.special_visit_days
    return inside, (
        f"Special fill: first visit within {limits.special_visit_days} days of the injury of {_day(asked.injury_on)}, "
        f"so until {_day(last)}; prescribed on {_day(asked.prescribed_on)}, day {days}: "
        f"{'inside' if inside else 'outside'}."
    )


def _around_surgery(asked: Prescription, limits: FillLimits) -> tuple[bool | None, str]:
    if asked.surgery_on is None:
        return None, "Perioperative fill: the date of surgery is not known."
    first = asked.surgery_on - dt.timedelta(days=limits.before_surgery_days)
    last = asked.surgery_on + dt.timedelta(days=limits.after_surgery_days)
    inside = first <= asked.prescribed_on <= last
    return inside, (
        f"Perioperative fill: surgery on {_day(asked.surgery_on)} is day 0, so from {_day(first)} to {_day(last)}; "
        f"prescribed on {_day(asked.prescribed_on)}: {'inside' if inside else 'outside'}."
    )


def _supply(asked: int | None, most: int) -> tuple[bool | None, str]:
    if asked is None:
        return None, f"Supply: at most {most} days; the days prescribed are not known."
    inside = asked <= most
    return inside, f"Supply: {asked} days, at most {most}: {'inside' if inside else 'too much'}."


def _day(day: dt.date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
