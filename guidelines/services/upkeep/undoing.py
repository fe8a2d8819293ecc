"""A written change set taken back: where nobody has changed since what it wrote, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import ProtectedError

from common.errors import StateRefusal
from guidelines.models import ChangeRow, ChangeSet, Edition, Publication, Section
from guidelines.rules.cells import shown
from guidelines.rules.columns import BY_KEY
from guidelines.services.upkeep.snapshot import values_of
from guidelines.services.upkeep.writing import set_limits

_BATCH = 500
_DATES = ("effective_from", "effective_to", "accessed_on")


def take_back(change: ChangeSet) -> None:
    """Undo every row; the caller holds the transaction. Raises StateRefusal, naming the first row that has moved on."""
    sections = list(change.rows.filter(about=ChangeRow.About.SECTION).exclude(outcome=ChangeRow.Outcome.REFUSED))
    others = list(change.rows.exclude(about=ChangeRow.About.SECTION).exclude(outcome=ChangeRow.Outcome.REFUSED))
    for start in range(0, len(sections), _BATCH):
        _unchanged_since(sections[start : start + _BATCH])
    try:
        with transaction.atomic():
            _restore([row for row in sections if row.outcome == ChangeRow.Outcome.CHANGED])
            _remove([row for row in sections if row.outcome == ChangeRow.Outcome.ADDED])
            for row in sorted(others, key=_order):
                _take_back_other(row)
    except ProtectedError as error:
        raise StateRefusal(
            "import.undo", "Sections were added below what this change added. Take those out first, then undo."
        ) from error
    except DatabaseError as error:
        raise StateRefusal(
            "import.undo", f"It cannot be undone: {str(error).splitlines()[0]}. Change it by hand."
        ) from error


def _order(row: ChangeRow) -> tuple[bool, bool]:
    """Added editions go first: what they stood against may come back then. Publications come last."""
    return row.about != ChangeRow.About.EDITION, row.outcome != ChangeRow.Outcome.ADDED


def _unchanged_since(rows: Sequence[ChangeRow]) -> None:
    there = values_of(row.object_id for row in rows if row.object_id)
    above = dict(Section.every.filter(pk__in=there).values_list("pk", "parent__heading"))
    for row in rows:
        now = there.get(row.object_id or 0)
        if now is None:
            _moved_on(row, "it is gone")
            continue
        if now["heading"] != row.path[-1]:
            _moved_on(row, f"it is called “{now['heading']}” now")
        for key, _, after, *_ in row.differences:
            if key == "parent":
                if (above.get(row.object_id or 0) or "") != (row.path[-2] if len(row.path) > 1 else ""):
                    _moved_on(row, "it stands elsewhere in the tree now")
            elif now[key] != after:
                _moved_on(row, f"{BY_KEY[key].label} is “{shown(key, now[key])[:80]}” now")


def _moved_on(row: ChangeRow, what: str) -> None:
    raise StateRefusal(
        "import.undo",
        f"“{row.name}” was changed after this: {what}. Undoing would lose that; change back by hand what is wrong.",
    )


def _restore(rows: Sequence[ChangeRow]) -> None:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        found = Section.every.defer("vector", "words").in_bulk([row.object_id for row in batch])
        fields: set[str] = set()
        for row in batch:
            for key, before, _, *parent in row.differences:
                if key == "parent":
                    found[row.object_id or 0].parent_id = parent[0]
                elif key != "limits":
                    setattr(found[row.object_id or 0], key, before)
                fields |= {key} - {"limits"}
            set_limits(row.object_id or 0, [one for one in row.differences if one[0] == "limits"], back=True)
        if fields:
            Section.every.bulk_update(found.values(), sorted(fields))


def _remove(rows: Sequence[ChangeRow]) -> None:
    """The lowest first: a section with others below it cannot go."""
    for depth in sorted({len(row.path) for row in rows}, reverse=True):
        ids = [row.object_id for row in rows if row.object_id and len(row.path) == depth]
        for start in range(0, len(ids), _BATCH):
            Section.every.filter(pk__in=ids[start : start + _BATCH]).delete()


def _take_back_other(row: ChangeRow) -> None:
    rows: Any = Publication.objects if row.about == ChangeRow.About.PUBLICATION else Edition.every
    record: Any = rows.filter(pk=row.object_id).first()
    if record is None:
        _moved_on(row, "it is gone")
        return
    now = {key: _plain(getattr(record, key)) for key, *_ in row.differences}
    for key, _, after, *_ in row.differences:
        if now[key] != after:
            _moved_on(row, f"{key.replace('_', ' ')} is “{shown(key, now[key])[:80]}” now")
    if row.outcome == ChangeRow.Outcome.ADDED:
        record.delete()
        return
    for key, before, *_ in row.differences:
        value = dt.date.fromisoformat(before) if key in _DATES and before else before
        setattr(record, key, value)
    record.save(update_fields=[key for key, *_ in row.differences])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
