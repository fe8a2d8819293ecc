"""The arithmetic of clocks: (rule, trigger, way of service, calendar) -> due and how it was worked out, in words.

Pure: no database, no present moment. A trigger is a date, or an aware moment where the clock counts hours; a due
date is of the same kind. The trigger day is not counted, the last day is (8 CCR 9792.10.1(b)(1); CCP 12).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cases.rules.holidays import Calendar
from cases.rules.jurisdiction import ClockRule, ServiceRule, Target
from common.errors import InputRefusal

Moment = dt.date | dt.datetime
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Worked:
    """A due date (or moment) and every step that led to it, a sentence each."""

    due: Moment
    derivation: tuple[str, ...]


def due(
    rule: ClockRule, trigger: Moment, *, zone: ZoneInfo, calendar: Calendar | None, service: ServiceRule | None = None
) -> Worked:
    """When a clock ends.

    trigger:  the day (a moment counts as its day in `zone`), for a clock of hours an aware moment.
    calendar: whose holidays count or roll; needed for business days and where the rule rolls.
    service:  the way in which the paper that starts the clock was served, if it matters. Where the rule counts from the
              receipt, `trigger` is then the day of service, and the receipt is worked out from it.
    Raises InputRefusal for a clock of hours without a moment.
    """
    presumed: list[str] = []
    if rule.receipt and service is not None:
        trigger, presumed = _received(service, trigger, zone)
        service = None
    if rule.in_hours:
        return _after_hours(rule, trigger, zone, presumed)
    day = day_of(trigger, zone)
    steps = [
        f"{rule.name}: {rule.length} {rule.unit_words} ({rule.source}).",
        *presumed,
        f"{_sentence(rule.starts_from)} on {say_day(day)}; that day is not counted.",
    ]
    if rule.unit == "business":
        last = _business_days_after(rule, day, _needed(calendar, rule), steps)
    else:
        last = day + dt.timedelta(days=rule.length)
        steps.append(f"{rule.length} {rule.unit_words} end on {say_day(last)}.")
    if service is not None:
        last = _add_service(rule, service, last, steps)
    if rule.rolls:
        last = _roll(last, _needed(calendar, rule), steps)
    return Worked(last, tuple(steps))


def day_of(moment: Moment, zone: ZoneInfo) -> dt.date:
    """The calendar day of a date or moment where the programme is."""
    return moment.astimezone(zone).date() if isinstance(moment, dt.datetime) else moment


def add_business_days(day: dt.date, days: int, calendar: Calendar) -> tuple[dt.date, list[dt.date]]:
    """The day so many business days after `day`, and the holidays skipped on the way; no days: the day itself."""
    skipped: list[dt.date] = []
    while days:
        day += _ONE_DAY
        if not calendar.shut(day):
            days -= 1
        elif calendar.holiday(day):
            skipped.append(day)
    return day, skipped


def add_hours(moment: dt.datetime, hours: int, zone: ZoneInfo) -> dt.datetime:
    """Elapsed hours: across a change of clocks the wall shows an hour more or less."""
    return (moment.astimezone(dt.UTC) + dt.timedelta(hours=hours)).astimezone(zone)


def on_wall(naive: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A wall time as a moment. The hour that comes twice is the first of both; the one left out is an hour later."""
    return naive.replace(tzinfo=zone, fold=0).astimezone(dt.UTC).astimezone(zone)


def end_of(moment: Moment, zone: ZoneInfo) -> dt.datetime:
    """The last moment at which something due is in time: of a date, its last second."""
    if isinstance(moment, dt.datetime):
        return moment
    return dt.datetime.combine(moment, dt.time(23, 59, 59), tzinfo=zone)


def target(one: Target, of: Moment, *, zone: ZoneInfo, calendar: Calendar) -> Worked:
    """An internal target: worked back from the due moment `of` of its clock, or on from the receipt.

    A day that falls on a weekend or holiday moves to the business day before it when worked back (the work must be done
    by then), to the one after it when counted on. Targets of hours are moments.
    """
    back = not one.after
    if one.unit == "hours":
        moment = add_hours(end_of(of, zone), -one.length if back else one.length, zone)
        way = "before the due moment" if back else "after the receipt"
        return Worked(moment, (f"{one.name}: {_count(one.length, 'hour')} {way}: {say_moment(moment)}.",))
    day = day_of(of, zone)
    way = "before the due date" if back else "after the receipt"
    steps = [f"{one.name}: {_count(one.length, f'{one.unit} day')} {way}, {say_day(day)}."]
    if one.unit == "business":
        counted_on = add_business_days(day, one.length, calendar)[0]
        found = _business_days_before(day, one.length, calendar) if back else counted_on
    else:
        found = day + dt.timedelta(days=-one.length if back else one.length)
    open_day = calendar.last_open(found) if back else calendar.next_open(found)
    if open_day != found and one.length:
        steps.append(f"{say_day(found)} is {calendar.shut(found)}; {say_day(open_day)} instead.")
        found = open_day
    steps.append(f"Target: {say_day(found)}.")
    return Worked(found, tuple(steps))


def _needed(calendar: Calendar | None, rule: ClockRule) -> Calendar:
    if calendar is None:
        raise ValueError(f"{rule.key} cannot be worked out without a calendar")
    return calendar


def _business_days_after(rule: ClockRule, day: dt.date, calendar: Calendar, steps: list[str]) -> dt.date:
    last, skipped = add_business_days(day, rule.length, calendar)
    steps.extend(f"{say_day(one)} does not count: {calendar.holiday(one)}." for one in skipped)
    steps.append(f"{_ordinal(rule.length)} {rule.unit_words.removesuffix('s')}: {say_day(last)}.")
    return last


def _business_days_before(day: dt.date, days: int, calendar: Calendar) -> dt.date:
    while days:
        day -= _ONE_DAY
        days -= not calendar.shut(day)
    return day


def _received(service: ServiceRule, served: Moment, zone: ZoneInfo) -> tuple[Moment, list[str]]:
    """When a served paper counts as received, and why; a moment keeps its hour by the wall."""
    day = day_of(served, zone)
    if not service.days:
        return served, [f"{_sentence(service.name)} on {say_day(day)} counts as received at once ({service.source})."]
    later = dt.timedelta(days=service.days)
    if isinstance(served, dt.datetime):
        wall = served.astimezone(zone).replace(tzinfo=None) + later
        received: Moment = on_wall(wall, zone)
    else:
        received = served + later
    said = (
        f"Served on {say_day(day)} by {service.name}: without a receipt on file it counts as received "
        f"{service.days} days later, on {say_day(day_of(received, zone))} ({service.source})."
    )
    return received, [said]


def _after_hours(rule: ClockRule, trigger: Moment, zone: ZoneInfo, presumed: list[str]) -> Worked:
    if not isinstance(trigger, dt.datetime):
        raise InputRefusal(
            "clock.hour", f"{rule.name} counts hours: give the hour at which it started too, as YYYY-MM-DDTHH:MM."
        )
    begin, end = trigger.astimezone(zone), add_hours(trigger, rule.length, zone)
    steps = [
        f"{rule.name}: {rule.length} elapsed hours ({rule.source}).",
        *presumed,
        f"{_sentence(rule.starts_from)} at {say_moment(begin)}.",
    ]
    if begin.utcoffset() != end.utcoffset():
        later = (end.utcoffset() or dt.timedelta()) > (begin.utcoffset() or dt.timedelta())
        steps.append(f"The clocks change on the way: an hour {'later' if later else 'earlier'} by the wall.")
    steps.append(f"{rule.length} hours end at {say_moment(end)}; hours do not wait for weekends or holidays.")
    return Worked(end, tuple(steps))


def _add_service(rule: ClockRule, service: ServiceRule, last: dt.date, steps: list[str]) -> dt.date:
    if not rule.service_adds:
        if service.days:
            steps.append(f"{_sentence(service.name)} adds no days to this clock.")
        return last
    if not service.days:
        steps.append(f"{_sentence(service.name)} adds no days ({service.source}).")
        return last
    last += dt.timedelta(days=service.days)
    steps.append(f"{service.days} days more for {service.name} ({service.source}): {say_day(last)}.")
    return last


def _roll(last: dt.date, calendar: Calendar, steps: list[str]) -> dt.date:
    """To the next day that is neither weekend nor holiday, each day passed over said."""
    while why := calendar.shut(last):
        steps.append(f"{say_day(last)} is {why}; the last day moves on.")
        last += _ONE_DAY
    steps.append(f"Last day: {say_day(last)}. Looked at: weekends and {calendar.name}.")
    return last


def say_day(day: dt.date) -> str:
    return f"{day:%a, %b} {day.day}, {day.year}"


def say_moment(moment: dt.datetime) -> str:
    return f"{moment:%a, %b} {moment.day}, {moment.year}, {moment:%H:%M} ({moment.tzname()})"


def say(moment: Moment) -> str:
    return say_moment(moment) if isinstance(moment, dt.datetime) else say_day(moment)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _ordinal(number: int) -> str:
    tail = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"
