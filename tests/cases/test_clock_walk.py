"""Every rule against an independent day-by-day walk, 2013-2030; bench/clocks.py does the same 10,000 times."""

# ruff: noqa: DTZ001 - triggers are times by the wall
from __future__ import annotations

import datetime as dt

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.rules.clocks import due, on_wall
from cases.rules.holidays import calendar_of
from cases.services.jurisdictions import jurisdiction
from tests.cases.clock_walk import ADDED, CLOSED, FROM_RECEIPT, RULES, SUMMER, walk

CALIFORNIA = jurisdiction("california")
CALENDARS = {one.key: calendar_of(CALIFORNIA, one.key) for one in CALIFORNIA.calendars}
FIRST, LAST = dt.datetime(2013, 1, 1), dt.datetime(2030, 12, 31, 23, 59)
ON_THE_CHANGE = dt.datetime(2026, 3, 8, 2, 30)

days = st.datetimes(FIRST, LAST).map(lambda at: at.replace(second=0, microsecond=0))
#: Days about the changes of clocks, so that hours meet them often.
changes = st.sampled_from(
    [dt.datetime(year, month, day) for year, both in SUMMER.items() if year < 2031
     for month, day in zip((3, 11), both, strict=True)]
)  # fmt: skip
near = st.builds(lambda at, minutes: at + dt.timedelta(minutes=minutes), changes, st.integers(-4 * 1440, 2 * 1440))


def worked_out(clock: str, trigger: dt.datetime, service: str, calendar: str) -> str:
    rule = CALIFORNIA.clock(clock, trigger.date())
    way = CALIFORNIA.service(service, trigger.date()) if service else None
    moment = on_wall(trigger, CALIFORNIA.zone) if rule.in_hours else trigger.date()
    kept = CALENDARS.get(calendar or rule.calendar)
    found = due(rule, moment, zone=CALIFORNIA.zone, calendar=kept, service=way)
    assert found.derivation
    return f"{found.due:%Y-%m-%dT%H:%M}" if isinstance(found.due, dt.datetime) else found.due.isoformat()


def test_the_walk_knows_every_rule_and_every_way_of_service():
    assert set(RULES) == {one.key for one in CALIFORNIA.clocks}
    assert set(ADDED) - {""} == {one.key for one in CALIFORNIA.services}
    for clock, (length, unit, calendar, adds, rolls) in RULES.items():
        rule = CALIFORNIA.clock(clock, FIRST.date())
        assert (rule.length, rule.unit, rule.calendar) == (length, unit, calendar)
        assert (rule.service_adds, rule.rolls, rule.receipt) == (adds, rolls, clock in FROM_RECEIPT)


def test_every_day_of_eighteen_years_is_a_holiday_in_both_ways_or_in_none():
    for key, calendar in CALENDARS.items():
        day = FIRST.date()
        while day <= LAST.date():
            assert bool(calendar.holiday(day)) == ((day.year, day.month, day.day) in CLOSED[key]), (key, day)
            day += dt.timedelta(days=1)


ARGUMENTS = {
    "clock": st.sampled_from(sorted(RULES)),
    "trigger": days | near,
    "service": st.sampled_from(sorted(ADDED)),
    "calendar": st.sampled_from(["", "office", "statutory"]),
}


def agree(clock: str, trigger: dt.datetime, service: str, calendar: str) -> None:
    assert worked_out(clock, trigger, service, calendar) == walk(clock, trigger, service, calendar)


@given(**ARGUMENTS)
@example(clock="records_expedited", trigger=ON_THE_CHANGE, service="", calendar="")
@example(clock="records_expedited", trigger=dt.datetime(2013, 3, 10, 2), service="mail_abroad", calendar="")
@settings(max_examples=400, deadline=None)
def test_the_calculator_and_the_walk_find_the_same_day(clock, trigger, service, calendar):
    agree(clock, trigger, service, calendar)
