"""Working a clock out by its key, as the command and the deadlines do."""

from __future__ import annotations

import datetime as dt

from cases.rules import clocks
from cases.rules.jurisdiction import ClockRule, Jurisdiction
from cases.services import jurisdictions
from common.errors import InputRefusal


def work_out(
    *, jurisdiction_key: str, clock: str, trigger: str, service: str = "", calendar: str = ""
) -> clocks.Worked:
    """When `clock` ends that started at `trigger` ("YYYY-MM-DD" or "YYYY-MM-DDTHH:MM" by the programme's wall).

    calendar: another one than the rule's. Raises InputRefusal for an unknown key or an unreadable trigger.
    """
    of = jurisdictions.jurisdiction(jurisdiction_key)
    moment = read_trigger(trigger, of)
    rule = of.clock(clock, clocks.day_of(moment, of.zone))
    return due_by_rule(of, rule, moment, service=service, calendar=calendar)


def due_by_rule(
    of: Jurisdiction, rule: ClockRule, trigger: clocks.Moment, *, service: str = "", calendar: str = ""
) -> clocks.Worked:
    """The due moment by a rule, with the house's calendars. Raises InputRefusal for an unknown way of service."""
    way = of.service(service, clocks.day_of(trigger, of.zone)) if service else None
    key = calendar or rule.calendar
    days = jurisdictions.calendar(of, key) if key else None
    return clocks.due(rule, trigger, zone=of.zone, calendar=days, service=way)


def read_trigger(text: str, of: Jurisdiction) -> clocks.Moment:
    """A date or a moment as typed. Raises InputRefusal."""
    try:
        if "T" not in text:
            return dt.date.fromisoformat(text)
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise InputRefusal(
            "clock.trigger", f"{text!r} is no trigger: write YYYY-MM-DD, or YYYY-MM-DDTHH:MM for clocks of hours."
        ) from None
    return moment if moment.tzinfo else clocks.on_wall(moment, of.zone)
