"""The jurisdictions of this installation: files of rules, read once per process and read again when they change."""

from __future__ import annotations

import datetime as dt
import os
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from cases.models import Case, Document, HolidayOverride, Party
from cases.rules.holidays import Calendar, calendar_of
from cases.rules.jurisdiction import LETTER, Jurisdiction
from cases.rules.jurisdiction_file import BadJurisdiction, Known, parse
from cases.workflow import Event
from common.days import date_in
from common.errors import InputRefusal

#: The worker is no party of his own case's list, but gets notices.
WORKER = "worker"


def known() -> Known:
    """What a file may name of the house."""
    return Known(frozenset([*Party.Role.values, WORKER]), frozenset(Document.Kind.values), frozenset(Event.values))


def files() -> dict[str, Path]:
    """Key -> file, of every jurisdiction there is; a later folder of the setting wins."""
    return dict(_files(tuple((str(folder), _changed(folder)) for folder in settings.JURISDICTION_FOLDERS)))


def jurisdiction(key: str) -> Jurisdiction:
    """The rules of a programme. Raises InputRefusal when there is none of this key, or its file is wrong."""
    path = files().get(key)
    if path is None:
        raise InputRefusal("jurisdiction.unknown", f"No rules are on file for the jurisdiction {key!r}.")
    try:
        return _read(str(path), _changed(path))
    except BadJurisdiction as error:
        raise InputRefusal("jurisdiction.file", f"The rules of {key} cannot be used: {error.problems[0]}") from error


def usual_jurisdiction() -> Jurisdiction:
    """The programme of what names none, such as an application that is typed at the desk."""
    return jurisdiction(settings.USUAL_JURISDICTION)


def jurisdiction_of(case: Case) -> Jurisdiction:
    return jurisdiction(case.jurisdiction)


def zone_of(case: Case) -> ZoneInfo:
    """Where the case's programme is. The file is kept in memory: rows of a list may ask for each."""
    return jurisdiction_of(case).zone


def case_date(case: Case, moment: dt.datetime) -> dt.date:
    """The day of an aware moment for a case: the calendar day in the zone of its programme."""
    return date_in(moment, zone_of(case))


def every() -> tuple[Jurisdiction, ...]:
    """Every jurisdiction whose file can be read, for lists that name the rules of all."""
    return tuple(jurisdiction(key) for key in files())


def clock_name(key: str) -> str:
    """What a clock is called, by the first file that has it."""
    return next((rule.name for one in every() for rule in one.clocks if rule.key == key), key.replace("_", " "))


def calendar(of: Jurisdiction, key: str) -> Calendar:
    """A calendar with what the house has overridden. Raises InputRefusal for one that the jurisdiction lacks."""
    found = calendars(of)
    if key not in found:
        raise InputRefusal("clock.calendar", f"{of.name} has no calendar {key!r}. Calendars: {', '.join(found)}.")
    return found[key]


def calendars(of: Jurisdiction) -> dict[str, Calendar]:
    """Every calendar of a jurisdiction by its key, in the order of the file, with the days that the house overrode."""
    days = list(HolidayOverride.objects.filter(jurisdiction=of.key).order_by("day"))
    return {
        row.key: calendar_of(
            of,
            row.key,
            closed=tuple((one.day, one.name) for one in days if one.calendar == row.key and one.kind == "closed"),
            opened=frozenset(one.day for one in days if one.calendar == row.key and one.kind == "open"),
        )
        for row in of.calendars
    }


def _changed(place: str | Path) -> int:
    """When a file or folder last changed; 0 where there is none."""
    try:
        return os.stat(place).st_mtime_ns  # noqa: PTH116 - asked for every one of thousands of cases
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=16)
def _files(folders: tuple[tuple[str, int], ...]) -> dict[str, Path]:
    """Looked for again when a file came or went."""
    found = (path for folder, _ in folders for path in sorted(Path(folder).glob("*.toml")))
    return {path.stem: path for path in found}


@lru_cache(maxsize=16)
def _read(path: str, _at: int) -> Jurisdiction:
    return parse(Path(path).read_text(encoding="utf-8"), known())


def owed_after_letter() -> tuple[str, ...]:
    """The clocks that the letter starts for the administrator (to authorize, to reimburse) in any programme."""
    clocks = {
        rule.key
        for one in every()
        for rule in one.clocks
        if rule.starts_with == LETTER and rule.duty == "administrator"
    }
    return tuple(sorted(clocks))
