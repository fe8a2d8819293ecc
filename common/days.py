"""California time: every date of the law is a date in Los Angeles."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

CALIFORNIA = ZoneInfo("America/Los_Angeles")


def california_date(moment: dt.datetime) -> dt.date:
    """The calendar day in California on which an aware moment falls."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no California date")
    return moment.astimezone(CALIFORNIA).date()
