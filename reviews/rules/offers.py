"""Offers by the clock: how long an answer may take, when to remind, what a review pays, how long it takes.

Pure: moments and numbers in, moments and numbers out. The numbers stand in data/panel.toml, [offer] and [fee].
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class OfferNumbers:
    """The [offer] table. Hours and shares by the case's priority; reminders as shares (percent) of the time to answer.

    report_reminder_days: days before the report is due on which its reviewer is reminded, the furthest first; a
    negative number is a day after it.
    """

    response_hours: dict[str, int]
    response_least_hours: dict[str, int]
    response_share_percent: int
    reminder_percents: tuple[int, ...]
    report_reminder_days: tuple[int, ...]


@dataclass(frozen=True)
class FeeNumbers:
    """The [fee] table, in whole cents. Nothing here knows a decision: no pay hangs on the outcome (UR-9)."""

    base: dict[str, int]
    item_after_first: int
    pages_included: int
    hundred_pages: int


@dataclass(frozen=True)
class EffortNumbers:
    """The [effort] table, in minutes: how long a review takes, for who offers hours instead of a number of cases."""

    base: int
    item: int
    ten_pages: int


def response_hours(*, priority: str, now: dt.datetime, due: dt.datetime | None, numbers: OfferNumbers) -> int:
    """Whole hours to answer an offer: a share of the time left until the determination is due, within its bounds.

    A case of 72 hours leaves 2 hours, then the next person is asked; one with two weeks leaves two days. due None: no
    clock runs yet, and the longest time holds.
    """
    if due is None:
        return numbers.response_hours[priority]
    left = max(dt.timedelta(), due - now)
    share = int(left.total_seconds() * numbers.response_share_percent // 100 // 3600)
    return max(numbers.response_least_hours[priority], min(numbers.response_hours[priority], share))


def reminders_due(*, offered_at: dt.datetime, due_at: dt.datetime, now: dt.datetime, numbers: OfferNumbers) -> int:
    """How many rungs of the ladder of an unanswered offer have been reached by `now`; 0 once its time is over."""
    if now >= due_at:
        return 0
    whole = due_at - offered_at
    return sum(now >= offered_at + whole * percent / 100 for percent in numbers.reminder_percents)


def report_reminders_due(*, due_on: dt.date, today: dt.date, numbers: OfferNumbers) -> int:
    """How many rungs of the ladder of a report that is not handed in have been reached today."""
    return sum((due_on - today).days <= days for days in numbers.report_reminder_days)


def fee_cents(*, priority: str, items: int, pages: int, numbers: FeeNumbers) -> int:
    """What a review pays, in cents, from the size of the case alone; begun hundreds of pages count."""
    beyond = max(0, pages - numbers.pages_included)
    return (
        numbers.base[priority]
        + numbers.item_after_first * max(0, items - 1)
        + numbers.hundred_pages * -(-beyond // 100)
    )  # fmt: skip


def minutes_of_work(*, items: int, pages: int, numbers: EffortNumbers) -> int:
    """About how long the review of a case of this size takes."""
    return numbers.base + numbers.item * items + numbers.ten_pages * -(-pages // 10)
