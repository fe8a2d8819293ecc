"""Days of the house. A day of a case is a day in the zone of its programme (`cases.services.jurisdictions`)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

#: Where the house is: desks, dashboard, print batches and staff's "today" go by its days.
HOUSE_ZONE = ZoneInfo(settings.HOUSE_TIME_ZONE)


def date_in(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The calendar day in a zone on which an aware moment falls."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no date")
    return moment.astimezone(zone).date()


def house_date(moment: dt.datetime) -> dt.date:
    """The calendar day of the house on which an aware moment falls."""
    return date_in(moment, HOUSE_ZONE)


#: The old names of the two, for the rooms that have not moved to the new ones yet (`reviews`).
CALIFORNIA = HOUSE_ZONE
california_date = house_date
