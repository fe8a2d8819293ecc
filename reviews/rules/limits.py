"""A section's limit held against what an item asks, as arithmetic that can be read. It informs and never blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guidelines.rules.limits import Limit
from reviews.rules.quantity import Quantity, counted_as, span

Verdict = Literal["within", "above", "unknown"]


@dataclass(frozen=True)
class Arithmetic:
    """verdict: "unknown" where a number is missing; the sentence says which."""

    verdict: Verdict
    sentence: str


def compare(*, asked: Quantity | None, had: int | None, limit: Limit) -> Arithmetic:
    """ "7 had + 9 asked = 16, limit 9-10 visits in 8 weeks: 6 above".

    had: what was had before, from the reviewer; None is not known, and then only an excess is certain.
    """
    told = f"limit {limit.in_words}"
    if asked is None:
        return Arithmetic("unknown", f"How many are asked for cannot be read from the request; {told}.")
    if asked.unit and counted_as(asked.unit) != counted_as(limit.unit):
        return Arithmetic("unknown", f"The request counts {asked.unit}, the {told}: they cannot be compared.")
    if limit.maximum is None:
        return Arithmetic("unknown", f"{asked.in_words} asked, {told}: the section names no most.")
    least, most = asked.least + (had or 0), asked.most + (had or 0)
    before = (
        f"{had} had + {asked.in_words} asked = {span(least, most)}" if had is not None else f"{asked.in_words} asked"
    )
    how = f" ({asked.how})" if asked.how else ""
    verdict, said = _verdict(least, most, limit.maximum, known=had is not None)
    return Arithmetic(verdict, f"{before}{how}, {told}: {said}{_longer(asked, limit)}{_doubt(asked)}.")


def _verdict(least: int, most: int, maximum: int, *, known: bool) -> tuple[Verdict, str]:
    if least > maximum:
        return "above", f"{span(least - maximum, most - maximum)} above{'' if known else ', whatever was had before'}"
    if most > maximum:
        return "above", f"up to {most - maximum} above{'' if known else ', whatever was had before'}"
    if not known:
        return "unknown", "within it only if what was had before, which is not known, leaves room"
    return "within", "within"


def _longer(asked: Quantity, limit: Limit) -> str:
    longer = asked.weeks and limit.weeks and asked.weeks > limit.weeks
    return f"; asked over {asked.weeks} weeks, the limit counts {limit.weeks}" if longer else ""


def _doubt(asked: Quantity) -> str:
    return f". {asked.doubt.removesuffix('.')}" if asked.doubt else ""
