"""Geometry of the house's charts: bars with their labels, in the units of an SVG view box. No colour, no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROW = 30
BAR = 16


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: where it lies, and the place of the number beside it."""

    x: float
    y: float
    width: float
    height: float
    text_x: float
    text_y: float


def rows_of_bars(values: Sequence[float], *, left: float, right: float) -> list[Bar]:
    """Horizontal bars below one another from `left` to at most `right`; the longest value is the measure."""
    most = max(values, default=0) or 1
    bars = []
    for place, value in enumerate(values):
        width = round((right - left) * value / most, 1)
        y = place * ROW + (ROW - BAR) / 2
        bars.append(Bar(left, y, max(width, 1.5 if value else 0), BAR, left + width + 8, place * ROW + ROW / 2 + 5))
    return bars


def columns(values: Sequence[float], *, width: float, height: float, gap: float = 0.25) -> list[Bar]:
    """Upright bars side by side over the whole width; `gap` is the share of each place that stays empty."""
    most = max(values, default=0) or 1
    place = width / max(len(values), 1)
    bars = []
    for number, value in enumerate(values):
        tall = round(height * value / most, 1)
        x = round(number * place + place * gap / 2, 1)
        bars.append(
            Bar(x, height - tall, round(place * (1 - gap), 1), tall, x + place * (1 - gap) / 2, height - tall - 5)
        )
    return bars
