"""The rules of one programme as values: every row holds from one day to another and names its source.

`cases.rules.jurisdiction_file` makes a Jurisdiction from a file; `cases.services.jurisdictions` finds a case's own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from cases.rules.chasing import PenaltyRule, Rung
from common.errors import InputRefusal


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every row has. effective_to None: until further notice. confirm: not read in the primary text yet."""

    effective_from: dt.date
    effective_to: dt.date | None = None
    source: str
    confirm: bool = False
    note: str = ""

    def holds(self, on: dt.date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, kw_only=True)
class CaseNumberForm(Row):
    """How case numbers are written: letters and signs as they are, yy or yyyy the year, n... the counter."""

    form: str

    @cached_property
    def _parts(self) -> tuple[str, str, str, str]:
        match = re.fullmatch(r"([^yn]*)(yyyy|yy)([^yn]*)(n+)", self.form)
        if match is None:
            raise ValueError(f"{self.form!r} is no form of a case number")
        return match[1], match[2], match[3], match[4]

    @property
    def last(self) -> int:
        """The highest counter that fits."""
        return int("9" * len(self._parts[3]))

    def series(self, day: dt.date) -> str:
        """What counts together: the text up to and with the year ("CM26")."""
        return f"{self._parts[0]}{str(day.year)[-len(self._parts[1]) :]}"

    def series_of(self, number: str) -> str | None:
        """The series of a number as written; None when it does not have this form."""
        before, year, between, serial = self._parts
        pattern = rf"({re.escape(before)}\d{{{len(year)}}}){re.escape(between)}\d{{{len(serial)}}}"
        match = re.fullmatch(pattern, number, re.ASCII)
        return match[1] if match else None

    def stem(self, series: str) -> str:
        """What stands before the counter ("CM26-")."""
        return f"{series}{self._parts[2]}"

    def number(self, series: str, serial: int) -> str:
        return f"{self.stem(series)}{serial:0{len(self._parts[3])}d}"


@dataclass(frozen=True, kw_only=True)
class CalendarRow(Row):
    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Holiday(Row):
    """A day of the year (`on`, "MM-DD"), the `nth` weekday of a month, or `days` after another holiday.

    sunday, saturday: the weekday to which it moves when it falls there; empty: it stays.
    """

    key: str
    name: str
    calendars: tuple[str, ...]
    on: str = ""
    nth: int = 0
    weekday: str = ""
    month: int = 0
    after: str = ""
    days: int = 0
    sunday: str = ""
    saturday: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceRule(Row):
    """A way of service, and the calendar days it adds to clocks that take them.

    method: the carrier of a paper that goes this way ("mail", "electronic"); regions: only to addresses there. A paper
    takes the row that names its region, else the one of its carrier that names none.
    """

    key: str
    name: str
    days: int
    method: str = ""
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClockRule(Row):
    """A legal clock. unit: "calendar" or "business" days, or elapsed "hours"; `said` is how the law calls the unit.

    calendar: whose holidays count or roll; duty: who must act; expedited: the clock in its place for an expedited case.
    receipt: it starts at the receipt of a paper; one that was served counts as received the days of its way of service
    later, unless a receipt is on file. extended_by: the clock whose length says by how many days it may be extended.
    starts_with: "letter", where service of the determination starts it; items: only if the letter says so of one item
    at least: OVERTURNED (any), AHEAD (overturned, not given yet), GIVEN (overturned, given already).
    """

    key: str
    name: str
    length: int
    unit: str
    starts_from: str
    duty: str
    said: str = ""
    service_adds: bool = False
    rolls: bool = False
    calendar: str = ""
    expedited: str = ""
    receipt: bool = False
    extended_by: str = ""
    starts_with: str = ""
    items: str = ""

    @property
    def in_hours(self) -> bool:
        return self.unit == "hours"

    @property
    def unit_words(self) -> str:
        usual = {"calendar": "calendar days", "business": "business days", "hours": "hours"}[self.unit]
        words = self.said or usual
        return words.removesuffix("s") if self.length == 1 else words


#: What service of what starts a clock, and of which items the letter must speak.
LETTER = "letter"
OVERTURNED, AHEAD, GIVEN = "overturned", "overturned_ahead", "overturned_given"


@dataclass(frozen=True, kw_only=True)
class Choice(Row):
    """What the law leaves open and the house has chosen."""

    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Target(Row):
    """An internal date: `length` units before the due moment of one of `clocks`, or after the receipt (`after`)."""

    key: str
    name: str
    priority: str
    length: int
    unit: str
    done_by: tuple[str, ...] = ()
    undone_by: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Reason(Row):
    """A reason against an application. effect: "ineligible", "deferred", "linked" or "terminated".

    explained: the reason for laypeople, as notices print it; cure: what must come in to mend it.
    """

    code: str
    words: str
    effect: str
    curable: bool = False
    reopens_with: str = ""
    explained: str = ""
    cure: str = ""


@dataclass(frozen=True, kw_only=True)
class RequiredRecord(Row):
    """A kind of record that is asked for. months: how far back it must reach; 0: no such limit.

    needed: a value of `cases.rules.required_records.Needed`, when the file is not complete without it.
    """

    key: str
    name: str
    from_role: str
    kinds: tuple[str, ...]
    months: int = 0
    needed: str = "always"


@dataclass(frozen=True, kw_only=True)
class ChaserRung(Row):
    """A step of the ladder of reminders: see `cases.rules.chasing.Rung`."""

    key: str
    name: str
    days: int
    notice: bool = True
    call: bool = False
    evidence: bool = False


@dataclass(frozen=True, kw_only=True)
class LateRecordsPenalty(Row):
    """Dollars for late records that were due in the row's time."""

    per_day: int
    most: int


@dataclass(frozen=True, kw_only=True)
class GoingOnRule(Row):
    """What lets a case go on without the records: medical papers from one of these roles, beside the record summary."""

    papers_from: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TitleOfForm(Row):
    """A title by which one of the programme's own papers is known in a bundle: its kind, its name in the index."""

    phrase: str
    kind: str
    name: str


@dataclass(frozen=True, kw_only=True)
class NoticeRule(Row):
    """A kind of notice: its recipients by role, the clocks that its service meets and the one that it starts."""

    kind: str
    name: str
    recipients: tuple[str, ...]
    meets: tuple[str, ...] = ()
    starts_mail: str = ""
    starts_electronic: str = ""
    starts_expedited: str = ""

    def starts(self, *, way: str, expedited: bool) -> str:
        """The clock that service by `way` ("mail", "electronic") starts; empty: none."""
        if expedited and self.starts_expedited:
            return self.starts_expedited
        return {"electronic": self.starts_electronic}.get(way, self.starts_mail)


@dataclass(frozen=True, kw_only=True)
class Outcome(Row):
    """A word for what was decided, of an item or of the case, with what it means in plain words."""

    of: str
    key: str
    words: str
    plain: str


@dataclass(frozen=True, kw_only=True)
class RemandGround(Row):
    """A ground on which a determination is reversed and comes back for a new review."""

    key: str
    words: str


OneRow = TypeVar("OneRow", bound=Row)


@dataclass(frozen=True)
class Jurisdiction:
    """One programme. Every question names the day, and gets the row that held on it."""

    key: str
    name: str
    time_zone: str
    case_numbers: tuple[CaseNumberForm, ...]
    calendars: tuple[CalendarRow, ...]
    holidays: tuple[Holiday, ...]
    services: tuple[ServiceRule, ...]
    clocks: tuple[ClockRule, ...]
    choices: tuple[Choice, ...]
    target_rows: tuple[Target, ...]
    reason_rows: tuple[Reason, ...]
    record_rows: tuple[RequiredRecord, ...]
    rung_rows: tuple[ChaserRung, ...]
    penalty_rows: tuple[LateRecordsPenalty, ...]
    going_on_rows: tuple[GoingOnRule, ...]
    notices: tuple[NoticeRule, ...]
    outcome_rows: tuple[Outcome, ...]
    ground_rows: tuple[RemandGround, ...]
    form_titles: tuple[TitleOfForm, ...] = ()
    #: The state of most addresses, as a form begins with it; empty: none.
    usual_state: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def clock(self, key: str, on: dt.date) -> ClockRule:
        """The rule of a clock for a trigger on this day. Raises InputRefusal when there is none, as all below do."""
        return _the_one((one for one in self.clocks if one.key == key), on, f"clock {key!r}", self.name)

    def service(self, key: str, on: dt.date) -> ServiceRule:
        return _the_one((one for one in self.services if one.key == key), on, f"way of service {key!r}", self.name)

    def way(self, method: str, region: str, on: dt.date) -> str:
        """The key of the way of service of a paper that its carrier takes to a region.

        Empty where none is known, and where it hangs on a region that nobody knows.
        """
        rows = [one for one in self.services if one.method == method and one.holds(on)]
        if not region and any(one.regions for one in rows):
            return ""
        named = [one for one in rows if region in one.regions]
        return next((one.key for one in (*named, *(one for one in rows if not one.regions))), "")

    def started_by_letter(self, on: dt.date) -> tuple[ClockRule, ...]:
        """The clocks that service of the determination starts."""
        return tuple(one for one in self.clocks if one.starts_with == LETTER and one.holds(on))

    def reason(self, code: str, on: dt.date) -> Reason:
        return _the_one((one for one in self.reason_rows if one.code == code), on, f"reason {code!r}", self.name)

    def reasons(self, on: dt.date, *effects: str) -> tuple[Reason, ...]:
        """The reasons that hold on a day, in the order of the file; of some effects only, when they are named."""
        return tuple(one for one in self.reason_rows if one.holds(on) and (not effects or one.effect in effects))

    def required_records(self, on: dt.date) -> tuple[RequiredRecord, ...]:
        return tuple(one for one in self.record_rows if one.holds(on))

    def ladder(self, on: dt.date) -> tuple[Rung, ...]:
        """The reminders for records that were due on a day, lowest first."""
        rungs = (one for one in self.rung_rows if one.holds(on))
        return tuple(
            Rung(one.key, one.name, one.days, notice=one.notice, call=one.call, evidence=one.evidence)
            for one in sorted(rungs, key=lambda one: one.days)
        )

    def penalties(self) -> tuple[PenaltyRule, ...]:
        """Every penalty for late records, each with the due dates for which it holds."""
        return tuple(
            PenaltyRule(one.per_day, one.most, one.source, one.effective_from, one.effective_to)
            for one in self.penalty_rows
        )

    def going_on(self, on: dt.date) -> GoingOnRule:
        return _the_one(self.going_on_rows, on, "rule for going on without the records", self.name)

    def notice(self, kind: str, on: dt.date) -> NoticeRule:
        return _the_one((one for one in self.notices if one.kind == kind), on, f"notice {kind!r}", self.name)

    def choice(self, key: str, on: dt.date) -> str:
        return _the_one((one for one in self.choices if one.key == key), on, f"choice {key!r}", self.name).value

    def targets(self, priority: str, on: dt.date) -> tuple[Target, ...]:
        return tuple(one for one in self.target_rows if one.priority == priority and one.holds(on))

    def outcomes(self, of: str, on: dt.date) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcome_rows if one.of == of and one.holds(on))

    def remand_grounds(self, on: dt.date) -> tuple[RemandGround, ...]:
        return tuple(one for one in self.ground_rows if one.holds(on))

    def case_number(self, on: dt.date) -> CaseNumberForm:
        return _the_one(self.case_numbers, on, "form of case numbers", self.name)


def _the_one(rows: Iterable[OneRow], on: dt.date, what: str, where: str) -> OneRow:
    for row in rows:
        if row.holds(on):
            return row
    raise InputRefusal("jurisdiction.row", f"The rules of {where} have no {what} on {on:%b} {on.day}, {on.year}.")
