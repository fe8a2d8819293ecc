"""A jurisdiction file: from its text to a Jurisdiction, or to every problem in it with line and key.

What the tables are is said in `jurisdiction_tables`.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cases.rules import jurisdiction_checks as check
from cases.rules.jurisdiction import Jurisdiction
from cases.rules.jurisdiction_tables import CHOICES, COMMON_MAY, COMMON_NEEDS, NEEDED_TABLES, PLACES, TABLES, Table


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, with the line (from 1) and the key of the file: `clocks[3].length`."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.key}: {self.message}"


class BadJurisdiction(Exception):
    """The file cannot be used. `problems` are in the order of its lines."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Known:
    """What the house knows, that a file may name: roles of recipients, kinds of documents, events of the workflow.

    An empty set asks nothing.
    """

    roles: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()


def parse(text: str, known: Known | None = None) -> Jurisdiction:
    """The jurisdiction that a file's text says. Raises BadJurisdiction with every problem found, by line and key."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        last = text.count("\n") + 1
        raise BadJurisdiction([Problem(int(match[1]) if match else last, "file", f"is no TOML: {error}.")]) from None
    problems = [*_problems_of_head(read, lines := check.Lines(text)), *_problems_of_rows(read, lines)]
    if not problems:
        made = _make(read)
        problems = [*_overlaps(read, lines), *_wrong_references(read, made, known or Known(), lines)]
    if problems:
        raise BadJurisdiction(sorted(problems))
    return made


def _problems_of_head(read: dict[str, Any], lines: check.Lines) -> Iterator[Problem]:
    for key, wanted in (("key", check.slug), ("name", check.text), ("time_zone", check.zone)):
        if key not in read:
            yield Problem(1, key, "is missing.")
        elif said := wanted(read[key]):
            yield Problem(lines.of(key=key), key, said)
    if "usual_state" in read and (said := check.state(read["usual_state"])):
        yield Problem(lines.of(key="usual_state"), "usual_state", said)
    for name, value in read.items():
        if name not in {"key", "name", "time_zone", "usual_state", *TABLES}:
            yield Problem(lines.of(name) if isinstance(value, list | dict) else lines.of(key=name), name,
                          f"is not known. Known tables: {', '.join(TABLES)}.")  # fmt: skip
    for name in NEEDED_TABLES:
        if name not in read:
            yield Problem(1, name, "is missing: a programme needs at least one row of it.")


def _problems_of_rows(read: dict[str, Any], lines: check.Lines) -> Iterator[Problem]:
    for name, table in TABLES.items():
        rows = read.get(name, [])
        if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
            yield Problem(lines.of(name), name, f"must be written as rows: [[{name}]].")
            continue
        for place, row in enumerate(rows):
            yield from _problems_of_row(name, place, row, table, lines)


def _problems_of_row(name: str, place: int, row: dict[str, Any], table: Table, lines: check.Lines) -> Iterator[Problem]:
    needs, may = {**COMMON_NEEDS, **table.needs}, {**COMMON_MAY, **table.may}
    for key in needs:
        if key not in row:
            yield Problem(lines.of(name, place), f"{name}[{place + 1}].{key}", "is missing.")
    for key, value in row.items():
        where = lines.of(name, place, key), f"{name}[{place + 1}].{key}"
        wanted = needs.get(key) or may.get(key)
        if wanted is None:
            yield Problem(*where, f"is not known. Known keys: {', '.join([*needs, *may])}.")
        elif said := wanted(value):
            yield Problem(*where, said)
    begin, end = row.get("effective_from"), row.get("effective_to")
    if not (check.day(begin) or check.day(end)) and end < begin:  # type: ignore[operator]
        where = lines.of(name, place, "effective_to"), f"{name}[{place + 1}].effective_to"
        yield Problem(*where, f"{end} lies before effective_from ({begin}).")


def _make(read: dict[str, Any]) -> Jurisdiction:
    rows: dict[str, Any] = {
        PLACES.get(name, name): tuple(table.makes(**_frozen(row)) for row in read.get(name, []))
        for name, table in TABLES.items()
    }
    return Jurisdiction(
        key=read["key"], name=read["name"], time_zone=read["time_zone"], usual_state=read.get("usual_state", ""), **rows
    )


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _overlaps(read: dict[str, Any], lines: check.Lines) -> Iterator[Problem]:
    """Two rows of the same rule that hold on the same day: nobody could say which one counts."""
    for name, table in TABLES.items():
        seen: dict[tuple[Any, ...], list[tuple[int, dict[str, Any]]]] = {}
        for place, row in enumerate(read.get(name, [])):
            for identity in _identities(row, table.same):
                for earlier, other in seen.setdefault(identity, []):
                    if _ends(other) >= row["effective_from"] and _ends(row) >= other["effective_from"]:
                        line = lines.of(name, place, "effective_from")
                        said = " ".join(str(part) for part in identity)
                        yield Problem(
                            line, f"{name}[{place + 1}].effective_from",
                            f"{said or name} from {row['effective_from']} overlaps the row on line "
                            f"{lines.of(name, earlier)}, which holds {_spoken(other)}.",
                        )  # fmt: skip
                seen[identity].append((place, row))


def _identities(row: dict[str, Any], same: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """A row is as many rules as its lists name: a target for two clocks is two."""
    found: list[tuple[Any, ...]] = [()]
    for key in same:
        value = row.get(key, "")
        found = [(*one, part) for one in found for part in (value if isinstance(value, list) else [value])]
    return found


def _ends(row: dict[str, Any]) -> dt.date:
    end: dt.date = row.get("effective_to", dt.date.max)
    return end


def _spoken(row: dict[str, Any]) -> str:
    end = row.get("effective_to")
    return f"from {row['effective_from']} to {end}" if end else f"from {row['effective_from']} on"


def _wrong_references(read: dict[str, Any], made: Jurisdiction, known: Known, lines: check.Lines) -> Iterator[Problem]:
    """Keys that name a row of another table, or a thing of the house, that is not there."""
    for name, key, allowed, what in _references(made, known):
        for place, row in enumerate(read.get(name, [])):
            value = row.get(key, [])
            for part in value if isinstance(value, list) else [value]:
                if part and part not in allowed:
                    where = lines.of(name, place, key), f"{name}[{place + 1}].{key}"
                    yield Problem(*where, f"{part!r} is no {what}. Known: {', '.join(sorted(allowed))}.")
    yield from _unfit_rows(read, lines)


def _references(made: Jurisdiction, known: Known) -> Iterator[tuple[str, str, frozenset[str], str]]:
    clocks = frozenset(one.key for one in made.clocks)
    calendars = frozenset(one.key for one in made.calendars)
    yield "holidays", "calendars", calendars, "calendar of this file"
    yield "holidays", "after", frozenset(one.key for one in made.holidays if not one.after), "holiday of this file"
    yield "clocks", "calendar", calendars, "calendar of this file"
    yield "clocks", "expedited", clocks, "clock of this file"
    yield "clocks", "extended_by", clocks, "clock of this file"
    yield "targets", "clocks", clocks, "clock of this file"
    yield "reasons", "reopens_with", clocks, "clock of this file"
    for key in ("meets", "starts_mail", "starts_electronic", "starts_expedited"):
        yield "notices", key, clocks, "clock of this file"
    yield "choices", "key", frozenset(CHOICES), "choice"
    if known.events:
        yield "targets", "done_by", known.events, "event of the workflow"
        yield "targets", "undone_by", known.events, "event of the workflow"
    if known.kinds:
        yield "required_records", "kinds", known.kinds, "kind of document"
        yield "form_titles", "kind", known.kinds, "kind of document"
    if known.roles:
        yield "required_records", "from_role", known.roles, "role of a party"
        yield "going_on_without_records", "papers_from", known.roles, "role of a party"
        yield "notices", "recipients", known.roles, "role of a party"


def _unfit_rows(read: dict[str, Any], lines: check.Lines) -> Iterator[Problem]:
    """Keys that are good each but do not fit together."""
    for place, row in enumerate(read.get("holidays", [])):
        shapes = ["on" in row, {"nth", "weekday", "month"} <= row.keys(), {"after", "days"} <= row.keys()]
        if sum(shapes) != 1 or row.get("nth") == 0:
            yield Problem(lines.of("holidays", place), f"holidays[{place + 1}]",
                          "needs either `on`, or `nth` (not 0), `weekday`, `month`, or `after`, `days`.")  # fmt: skip
    yield from _unfit_clocks(read, lines)
    for place, row in enumerate(read.get("targets", [])):
        if ("clocks" in row) == ("after" in row):
            yield Problem(lines.of("targets", place), f"targets[{place + 1}]", "needs either `clocks` or `after`.")
    for place, row in enumerate(read.get("choices", [])):
        if row["value"] not in CHOICES.get(row["key"], (row["value"],)):
            yield Problem(lines.of("choices", place, "value"), f"choices[{place + 1}].value",
                          f"must be one of: {', '.join(CHOICES[row['key']])}.")  # fmt: skip


def _unfit_clocks(read: dict[str, Any], lines: check.Lines) -> Iterator[Problem]:
    for place, row in enumerate(read.get("clocks", [])):
        if "calendar" not in row and (row["unit"] == "business" or row.get("rolls")):
            yield Problem(lines.of("clocks", place), f"clocks[{place + 1}].calendar",
                          "is missing: a clock of business days, or one that rolls, names its holidays.")  # fmt: skip
        if row["unit"] == "hours" and (row.get("rolls") or row.get("service_adds")):
            yield Problem(lines.of("clocks", place, "unit"), f"clocks[{place + 1}].unit",
                          "hours are elapsed hours: they neither roll nor take days of service.")  # fmt: skip
        if row.get("receipt") and row.get("service_adds"):
            yield Problem(lines.of("clocks", place, "receipt"), f"clocks[{place + 1}].receipt",
                          "and service_adds would count the days of service twice.")  # fmt: skip
        if "items" in row and "starts_with" not in row:
            yield Problem(lines.of("clocks", place, "items"), f"clocks[{place + 1}].items",
                          "goes with `starts_with`: the letter says which items.")  # fmt: skip
