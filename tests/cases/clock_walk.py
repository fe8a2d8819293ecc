"""The other way to find a due date: walk day by day (or hour by hour) over tables typed from the law.

Shares nothing with the calculator: lengths, holidays and changes of clocks stand here as literals; their sources
are those of the jurisdiction file. A walk that disagrees with the calculator is a mistake in one of the two.
"""

# ruff: noqa: DTZ001 - times by the wall
from __future__ import annotations

import datetime as dt

#: Gov. Code 6700 and 6701 as kept by the state offices: month/day by year, moved days as moved.
OFFICE = {
    2013: "1/1 1/21 2/18 4/1 5/27 7/4 9/2 11/11 11/28 11/29 12/25",
    2014: "1/1 1/20 2/17 3/31 5/26 7/4 9/1 11/11 11/27 11/28 12/25",
    2015: "1/1 1/19 2/16 3/31 5/25 7/4 9/7 11/11 11/26 11/27 12/25",
    2016: "1/1 1/18 2/15 3/31 5/30 7/4 9/5 11/11 11/24 11/25 12/26",
    2017: "1/2 1/16 2/20 3/31 5/29 7/4 9/4 11/10 11/23 11/24 12/25",
    2018: "1/1 1/15 2/19 3/31 5/28 7/4 9/3 11/12 11/22 11/23 12/25",
    2019: "1/1 1/21 2/18 4/1 5/27 7/4 9/2 11/11 11/28 11/29 12/25",
    2020: "1/1 1/20 2/17 3/31 5/25 7/4 9/7 11/11 11/26 11/27 12/25",
    2021: "1/1 1/18 2/15 3/31 5/31 7/5 9/6 11/11 11/25 11/26 12/25",
    2022: "1/1 1/17 2/21 3/31 5/30 7/4 9/5 11/11 11/24 11/25 12/26",
    2023: "1/2 1/16 2/20 3/31 5/29 7/4 9/4 11/10 11/23 11/24 12/25",
    2024: "1/1 1/15 2/19 4/1 5/27 7/4 9/2 11/11 11/28 11/29 12/25",
    2025: "1/1 1/20 2/17 3/31 5/26 7/4 9/1 11/11 11/27 11/28 12/25",
    2026: "1/1 1/19 2/16 3/31 5/25 7/4 9/7 11/11 11/26 11/27 12/25",
    2027: "1/1 1/18 2/15 3/31 5/31 7/5 9/6 11/11 11/25 11/26 12/25",
    2028: "1/1 1/17 2/21 3/31 5/29 7/4 9/4 11/10 11/23 11/24 12/25",
    2029: "1/1 1/15 2/19 3/31 5/28 7/4 9/3 11/12 11/22 11/23 12/25",
    2030: "1/1 1/21 2/18 4/1 5/27 7/4 9/2 11/11 11/28 11/29 12/25",
    2031: "1/1 1/20 2/17",
}
#: Gov. Code 6700 itself.
STATUTORY = {
    2013: "1/1 1/21 2/12 2/18 4/1 5/27 6/19 7/4 9/2 9/9 9/27 10/14 11/11 11/28 12/25",
    2014: "1/1 1/20 2/12 2/17 3/31 5/26 6/19 7/4 9/1 9/9 9/26 10/13 11/11 11/27 12/25",
    2015: "1/1 1/19 2/12 2/16 3/31 5/25 6/19 7/4 9/7 9/9 9/25 10/12 11/11 11/26 12/25",
    2016: "1/1 1/18 2/12 2/15 3/31 5/30 6/20 7/4 9/5 9/9 9/23 10/10 11/11 11/24 12/26",
    2017: "1/2 1/16 2/13 2/20 3/31 5/29 6/19 7/4 9/4 9/9 9/22 10/9 11/10 11/23 12/25",
    2018: "1/1 1/15 2/12 2/19 3/31 5/28 6/19 7/4 9/3 9/10 9/28 10/8 11/12 11/22 12/25",
    2019: "1/1 1/21 2/12 2/18 4/1 5/27 6/19 7/4 9/2 9/9 9/27 10/14 11/11 11/28 12/25",
    2020: "1/1 1/20 2/12 2/17 3/31 5/25 6/19 7/4 9/7 9/9 9/25 10/12 11/11 11/26 12/25",
    2021: "1/1 1/18 2/12 2/15 3/31 5/31 6/19 7/5 9/6 9/9 9/24 10/11 11/11 11/25 12/25",
    2022: "1/1 1/17 2/12 2/21 3/31 5/30 6/20 7/4 9/5 9/9 9/23 10/10 11/11 11/24 12/26",
    2023: "1/2 1/16 2/13 2/20 3/31 5/29 6/19 7/4 9/4 9/9 9/22 10/9 11/10 11/23 12/25",
    2024: "1/1 1/15 2/12 2/19 4/1 5/27 6/19 7/4 9/2 9/9 9/27 10/14 11/11 11/28 12/25",
    2025: "1/1 1/20 2/12 2/17 3/31 5/26 6/19 7/4 9/1 9/9 9/26 10/13 11/11 11/27 12/25",
    2026: "1/1 1/19 2/12 2/16 3/31 5/25 6/19 7/4 9/7 9/9 9/25 10/12 11/11 11/26 12/25",
    2027: "1/1 1/18 2/12 2/15 3/31 5/31 6/19 7/5 9/6 9/9 9/24 10/11 11/11 11/25 12/25",
    2028: "1/1 1/17 2/12 2/21 3/31 5/29 6/19 7/4 9/4 9/9 9/22 10/9 11/10 11/23 12/25",
    2029: "1/1 1/15 2/12 2/19 3/31 5/28 6/19 7/4 9/3 9/10 9/28 10/8 11/12 11/22 12/25",
    2030: "1/1 1/21 2/12 2/18 4/1 5/27 6/19 7/4 9/2 9/9 9/27 10/14 11/11 11/28 12/25",
    2031: "1/1 1/20 2/12 2/17",
}
#: The days of March and November on which the clocks of California change at 2:00, by year.
SUMMER = {
    2013: (10, 3), 2014: (9, 2), 2015: (8, 1), 2016: (13, 6), 2017: (12, 5), 2018: (11, 4), 2019: (10, 3), 2020: (8, 1),
    2021: (14, 7), 2022: (13, 6), 2023: (12, 5), 2024: (10, 3), 2025: (9, 2), 2026: (8, 1), 2027: (14, 7),
    2028: (12, 5), 2029: (11, 4), 2030: (10, 3), 2031: (9, 2),
}  # fmt: skip
#: Clock -> length, unit, calendar, whether service adds, whether the end rolls.
RULES: dict[str, tuple[int, str, str, bool, bool]] = {
    "application": (30, "calendar", "office", True, True),
    "application_formulary": (10, "calendar", "office", True, True),
    "application_after_liability": (30, "calendar", "office", True, True),
    "eligibility_answer": (5, "business", "statutory", False, False),
    "noarfi": (1, "business", "statutory", False, False),
    "records_mail": (15, "calendar", "office", False, True),
    "records_electronic": (12, "calendar", "office", False, True),
    "records_expedited": (24, "hours", "", False, False),
    "more_records": (5, "business", "statutory", False, False),
    "more_records_expedited": (1, "business", "statutory", False, False),
    "determination": (30, "calendar", "office", False, True),
    "determination_formulary": (5, "business", "statutory", False, False),
    "determination_expedited": (72, "hours", "", False, False),
    "extension": (3, "calendar", "", False, False),
    "appeal": (30, "calendar", "office", True, True),
    "authorize": (5, "business", "statutory", False, False),
    "reimburse": (20, "calendar", "office", False, True),
}
#: Clocks that count from a receipt: a paper that was served is received the days of its way of service later.
FROM_RECEIPT = {"eligibility_answer", "records_expedited", "authorize", "reimburse"}
ADDED = {"": 0, "mail_ca": 5, "mail_us": 10, "mail_abroad": 20, "electronic": 0, "personal": 0}
_HOUR = dt.timedelta(hours=1)


def _dates(table: dict[int, str]) -> frozenset[tuple[int, int, int]]:
    return frozenset(
        (year, *map(int, one.split("/")))  # type: ignore[misc]
        for year, days in table.items()
        for one in days.split()
    )


CLOSED = {"office": _dates(OFFICE), "statutory": _dates(STATUTORY)}


def walk(clock: str, trigger: dt.datetime, service: str, calendar: str) -> str:
    """When a clock ends: "YYYY-MM-DD", of hours "YYYY-MM-DDTHH:MM" by the wall. trigger: naive, by the wall."""
    length, unit, own, adds, rolls = RULES[clock]
    trigger = _on_wall(trigger)
    for _ in range(ADDED[service] if clock in FROM_RECEIPT else 0):
        trigger = dt.datetime.combine(dt.date.fromordinal(trigger.toordinal() + 1), trigger.time())
    if unit == "hours":
        return f"{_walk_hours(trigger, length):%Y-%m-%dT%H:%M}"
    shut = CLOSED.get(calendar or own, frozenset())
    day = trigger.date()
    left = length + (ADDED[service] if adds else 0)
    while left:
        day = dt.date.fromordinal(day.toordinal() + 1)
        if unit == "calendar" or _works(day, shut):
            left -= 1
    while rolls and not _works(day, shut):
        day = dt.date.fromordinal(day.toordinal() + 1)
    return day.isoformat()


def _works(day: dt.date, shut: frozenset[tuple[int, int, int]]) -> bool:
    return day.isoweekday() not in (6, 7) and (day.year, day.month, day.day) not in shut


def _on_wall(wall: dt.datetime) -> dt.datetime:
    """The hour that March leaves out: what is written there is an hour later."""
    march = dt.datetime(wall.year, 3, SUMMER[wall.year][0], 2)
    return wall + _HOUR if march <= wall < march + _HOUR else wall


def _walk_hours(wall: dt.datetime, hours: int) -> dt.datetime:
    """An hour at a time: the wall leaps at 2:00 in March, and shows the hour from 1:00 twice in November."""
    march, november = (
        dt.datetime(wall.year, month, day, 2)
        for month, day in zip((3, 11), SUMMER[wall.year], strict=True)
    )  # fmt: skip
    wall = _on_wall(wall)
    second = False  # whether the hour that comes twice is shown for the second time
    for _ in range(hours):
        if wall + _HOUR >= march > wall:
            wall += 2 * _HOUR
        elif wall + _HOUR >= november > wall and not second:
            second = True
        else:
            wall += _HOUR
            second = False
    return wall
