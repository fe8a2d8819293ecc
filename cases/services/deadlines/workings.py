"""The rules of a jurisdiction with the house's calendars, as the arithmetic asks for them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from zoneinfo import ZoneInfo

from cases.models import Case
from cases.rules import clocks
from cases.rules.holidays import Calendar
from cases.rules.jurisdiction import ClockRule, Jurisdiction
from cases.services import jurisdictions
from common.errors import InputRefusal


class HouseWorkings:
    """Reads the overrides of holidays once, when they are first needed: make one for each operation or batch."""

    def __init__(self, of: Jurisdiction) -> None:
        self.of = of

    @classmethod
    def of_case(cls, case: Case) -> HouseWorkings:
        return cls(jurisdictions.jurisdiction_of(case))

    @property
    def zone(self) -> ZoneInfo:
        return self.of.zone

    @cached_property
    def _calendars(self) -> dict[str, Calendar]:
        return jurisdictions.calendars(self.of)

    def calendar(self, key: str) -> Calendar:
        return self._calendars[key]

    def any_calendar(self) -> Calendar:
        """For targets, which are no law: the first calendar of the file; weekends alone where it has none."""
        return next(iter(self._calendars.values()), Calendar("", "weekends"))

    def rule(self, clock: str, trigger: clocks.Moment) -> ClockRule:
        return self.of.clock(clock, clocks.day_of(trigger, self.zone))

    def has(self, clock: str, trigger: clocks.Moment) -> bool:
        day = clocks.day_of(trigger, self.zone)
        return any(one.key == clock and one.holds(day) for one in self.of.clocks)

    def due(self, rule: ClockRule, trigger: clocks.Moment, service: str) -> clocks.Worked:
        way = self.of.service(service, clocks.day_of(trigger, self.zone)) if service else None
        calendar = self.calendar(rule.calendar) if rule.calendar else None
        if rule.in_hours and not isinstance(trigger, dt.datetime):
            trigger = clocks.on_wall(dt.datetime.combine(trigger, dt.time.min), self.zone)
        return clocks.due(rule, trigger, zone=self.zone, calendar=calendar, service=way)

    def converts_from_then(self, on: dt.date) -> bool:
        return self.choice("expedited_from", on, "conversion") == "conversion"

    def choice(self, key: str, on: dt.date, usual: str) -> str:
        try:
            return self.of.choice(key, on)
        except InputRefusal:
            return usual
