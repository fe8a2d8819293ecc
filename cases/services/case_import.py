"""`import_cases`: a whole exchange file of applications, row by row; one bad row never stops the rest.

Rows are taken in by the hundred, each hundred in one transaction, because a statement for a hundred rows costs little
more than one for a single row. Each row is judged for itself nevertheless: what cannot be taken is left out before
anything is written, and where the writing itself refuses, the rows are taken in by halves until the bad one is alone.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction

from cases.models import Case
from cases.rules.intake import refuse_problems
from cases.services.filed_before import Entry, known_before
from cases.services.intake import find_problems, take_in_all
from cases.services.schemas import case_schema
from cases.services.workflow import lock_case, record
from common.actor import Actor, acting
from common.errors import InputRefusal, Refusal
from common.services.exchange import Row, read_rows

log = logging.getLogger(__name__)

ACCEPTED, DUPLICATE, REJECTED = "accepted", "duplicate", "rejected"
#: Rows in one transaction: the desk waits for its next case number while one is written, so it must be short.
TOGETHER = 100

#: A row as it was read; without an entry where it may not be taken.
_Read = tuple[Row, Entry | None]


@dataclass(frozen=True)
class Result:
    """What became of one row. `number` is the case's, also of a duplicate; `reason` says why not, else is empty."""

    row: int
    status: str
    external_id: str | None = None
    number: str | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "external_id": self.external_id,
            "status": self.status,
            "case": self.number,
            "reason": self.reason or None,
        }


def import_file(*, path: Path, actor: Actor, now: dt.datetime) -> Iterator[Result]:
    """Every row of the file with what became of it, in order. Raises InputRefusal when the file cannot be read."""
    rows = read_rows(path, case_schema())
    base = path.resolve().parent
    return (result for some in _in_hundreds(rows) for result in _import(some, files_base=base, actor=actor, now=now))


def import_row(*, row: Row, files_base: Path, actor: Actor, now: dt.datetime) -> Result:
    """Take one row in; never raises for what the row holds."""
    return _import([(row, _entry(row))], files_base=files_base, actor=actor, now=now)[0]


def _entry(row: Row) -> Entry | None:
    return None if row.data is None else Entry(row.data)


def _import(rows: Sequence[_Read], *, files_base: Path, actor: Actor, now: dt.datetime) -> list[Result]:
    """Take rows in together, each for itself. No two of them are the same filing."""
    results: dict[int, Result] = {}
    known = known_before(entry for _, entry in rows if entry)
    new: dict[int, Entry] = {}
    for row, entry in rows:
        if entry is None:
            results[row.number] = Result(row.number, REJECTED, _external_id(row), reason=" ".join(row.problems))
        elif case := known.get(entry.feed_key):
            results[row.number] = _again(row.number, case, entry)
        elif (refusal := _wrong(entry.row, now)) is not None:
            results[row.number] = Result(row.number, REJECTED, entry.external_id, reason=refusal.message)
        else:
            new[row.number] = entry
    for number, taken in _take(list(new.items()), files_base=files_base, actor=actor, now=now):
        if isinstance(taken, Case):
            results[number] = Result(number, ACCEPTED, new[number].external_id, taken.number)
        else:
            results[number] = _refused(number, new[number], taken, actor=actor, now=now)
    return [results[row.number] for row, _ in rows]


def _in_hundreds(rows: Iterable[Row]) -> Iterator[list[_Read]]:
    """Rows that may be taken in together, in their order: at most TOGETHER, no two of them the same filing.

    A row that brings files stands alone, so that nobody waits while they are read and stored.
    """
    some: list[_Read] = []
    keys: set[str] = set()
    for row in rows:
        entry = _entry(row)
        mine = {key for key in (entry.feed_key, entry.certain_key) if key} if entry else set()
        alone = entry is not None and any(one.get("path") for one in entry.row.get("documents") or [])
        if some and (len(some) >= TOGETHER or keys & mine or alone):
            yield some
            some, keys = [], set()
        some.append((row, entry))
        keys |= mine
        if alone:
            yield some
            some, keys = [], set()
    if some:
        yield some


def _wrong(row: dict[str, Any], now: dt.datetime) -> InputRefusal | None:
    try:
        refuse_problems(find_problems(row, now=now, by_schema=False))
    except InputRefusal as refusal:
        return refusal
    return None


def _take(
    entries: Sequence[tuple[int, Entry]], *, files_base: Path, actor: Actor, now: dt.datetime
) -> Iterator[tuple[int, Case | Refusal]]:
    """Each row's number with its new case, or with why there is none. Where a whole lot is refused, by halves."""
    if not entries:
        return
    numbers = [number for number, _ in entries]
    which = f"row {numbers[0]}" if len(numbers) == 1 else f"rows {numbers[0]} to {numbers[-1]}"
    try:
        with transaction.atomic(), acting(actor, f"{which} of an exchange file"):
            taken = take_in_all(
                entries=[entry for _, entry in entries],
                actor=actor,
                now=now,
                files_base=files_base,
                refuse_duplicates=True,
            )
    except (Refusal, DataError, IntegrityError) as error:
        if len(entries) == 1:
            yield numbers[0], error if isinstance(error, Refusal) else _not_kept(error)
            return
        middle = len(entries) // 2
        for half in (entries[:middle], entries[middle:]):
            yield from _take(half, files_base=files_base, actor=actor, now=now)
    else:
        yield from zip(numbers, taken, strict=True)


def _not_kept(error: Exception) -> Refusal:
    """The database itself refuses a row that every rule let pass: a gap in the rules, which must not stop the feed."""
    log.error("intake.not_kept", exc_info=error)
    return InputRefusal(
        "intake.not_kept",
        "The database refuses this row although nothing was found wrong with it. Nothing of it was taken. "
        "Ask whoever looks after the site to read the log.",
    )


def _refused(number: int, entry: Entry, refusal: Refusal, *, actor: Actor, now: dt.datetime) -> Result:
    # Another run may have taken the same row in meanwhile; then it is a duplicate like any other.
    if refusal.rule == "intake.again" and (known := known_before([entry]).get(entry.feed_key)):
        return _again(number, known, entry)
    if refusal.rule == "intake.duplicate":
        return _filed_before(number, entry, refusal, actor=actor, now=now)
    return Result(number, REJECTED, entry.external_id, reason=refusal.message)


def _filed_before(number: int, entry: Entry, refusal: Refusal, *, actor: Actor, now: dt.datetime) -> Result:
    """A certain duplicate is no new case: the earlier case's timeline keeps the whole filing, once."""
    known = Case.objects.get(number=refusal.fields["case"])
    with transaction.atomic():
        lock_case(known.pk)
        if not known.events.filter(kind="filed_again", facts__hash=entry.digest).exists():
            record(
                case=known,
                kind="filed_again",
                sentence="The same application came again in a feed. It was not taken in a second time.",
                facts={"hash": entry.digest, "external_id": entry.external_id, "filing": entry.row},
                actor=actor,
                now=now,
            )
    return Result(number, DUPLICATE, entry.external_id, known.number, f"certain duplicate: {refusal.message}")


def _external_id(row: Row) -> str | None:
    value = row.raw.get("external_id") if isinstance(row.raw, dict) else None
    return value if isinstance(value, str) else None


def _again(number: int, known: Case, entry: Entry) -> Result:
    external_id = entry.external_id
    if known.feed_hash == entry.digest:
        return Result(
            number, DUPLICATE, external_id, known.number, f"taken in before, unchanged, as case {known.number}."
        )
    return Result(
        number,
        REJECTED,
        external_id,
        known.number,
        f"external_id: {external_id!r} was taken in before as case {known.number}, with other content. "
        "Correct the facts on the case's page, or give a new application its own external_id.",
    )
