"""The window for applications: when it opened, its last day and how that was worked out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.rules.eligibility import FORMULARY_WINDOW_DAYS, SERVICE_DAYS, WINDOW_DAYS, Window, last_day_to_apply, say


@dataclass(frozen=True)
class Served:
    """A paper and the way it was served; `service` is a key of the jurisdiction's ways of service, or empty."""

    on: dt.date
    service: str = ""


def application_window(
    *, decided_on: dt.date, decision: Served | None, formulary: bool, after_liability: Served | None = None
) -> Window:
    """The window of an application.

    decision: how the UR decision was served; None when nobody knows: then the window counts from the decision itself,
    before which nothing is served. after_liability: the notice that a dispute of liability is resolved, which opens a
    fresh window [LC 4610.5(h)(2)].
    """
    opened = after_liability or decision or Served(decided_on)
    formulary = formulary and after_liability is None
    days = FORMULARY_WINDOW_DAYS if formulary else WINDOW_DAYS
    added = SERVICE_DAYS.get(opened.service, 0)
    last = last_day_to_apply(opened.on, opened.service, formulary=formulary)
    what = "Notice that liability is resolved" if after_liability else "UR decision"
    steps = [
        f"{what} served {say(opened.on)}." if after_liability or decision else f"UR decision of {say(opened.on)}.",
        f"{days} days{f' and {added} for the mail' if added else ''}: {say(last)}.",
    ]
    source = "LC 4610.5(h)(2)" if after_liability else "LC 4610.5(h)(1)" if formulary else "9792.10.1(b)(1)"
    return Window(
        opens=opened.on,
        last_day=last,
        steps=tuple(steps),
        source=source,
        opened_by=f"{what} served" if after_liability or decision else "UR decision",
        at_least=not after_liability and decision is None,
    )


def answer_due(*, asked_on: dt.date) -> tuple[dt.date, str]:
    """The last day for the answer to an eligibility question asked on a day, and how it was worked out."""
    day, left = asked_on, 5
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5  # noqa: PLR2004 Saturday
    return day, f"Asked {say(asked_on)}. 5 business days: {say(day)}."
