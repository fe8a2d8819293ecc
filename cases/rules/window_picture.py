"""Where an application lies in its window, as places on a line: pure, for a drawing made by the server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.rules.eligibility import Window, say

#: Places are in percent of the drawing's width; this much is left free at both ends.
_MARGIN = 2.0
_MIDDLE = 50.0


@dataclass(frozen=True)
class Mark:
    """A day on the line: its place in percent, its words, and on which side of the place the words stand."""

    place: float
    words: str
    anchor: str


@dataclass(frozen=True)
class Picture:
    """The window from `opens` to `last`, the receipt, today; `late`: the stretch between last day and receipt."""

    opens: Mark
    last: Mark
    received: Mark
    today: Mark | None
    late: bool
    said: str

    @property
    def width(self) -> float:
        return round(self.last.place - self.opens.place, 2)

    @property
    def late_width(self) -> float:
        return round(self.received.place - self.last.place, 2)


def picture(window: Window, *, received_on: dt.date, today: dt.date) -> Picture:
    """The picture of a window. today is drawn only while it lies near the window (a cure still counts or just not)."""
    end = max(window.last_day, received_on)
    days = max((end - window.opens).days, 1)
    near = window.opens <= today <= end + dt.timedelta(days=days // 4)
    if near:
        end = max(end, today)
    begin = min(window.opens, received_on)
    length = max((end - begin).days, 1)

    def mark(day: dt.date, word: str) -> Mark:
        place = round(_MARGIN + (100 - 2 * _MARGIN) * (day - begin).days / length, 2)
        return Mark(place, f"{word} {day:%b} {day.day}", "start" if place < _MIDDLE else "end")

    late = received_on > window.last_day
    left = (window.last_day - received_on).days
    where = f"{-left} days after the last day" if late else f"{left} days before the last day" if left else "that day"
    return Picture(
        opens=mark(window.opens, "Opened"),
        last=mark(window.last_day, "Last day"),
        received=mark(received_on, "Received"),
        today=mark(today, "Today") if near else None,
        late=late,
        said=f"The window runs from {say(window.opens)} to {say(window.last_day)}; "
        f"the application was received {say(received_on)}, {where}.",
    )
