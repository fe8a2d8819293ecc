"""An exchange file as what it would do: written by the library's own service inside a savepoint, compared, taken back.

What is shown is therefore what would be written. Each publication of the file stands or falls as a whole.
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from django.db import DatabaseError, transaction

from common.actor import Actor
from common.errors import Refusal
from common.services.exchange import Row, read_rows
from guidelines.models import ChangeRow, ChangeSet, Edition, Publication
from guidelines.rules.cells import differences
from guidelines.rules.places import Path
from guidelines.schemas import guideline_schema
from guidelines.services.library import write_drafts
from guidelines.services.upkeep import progress
from guidelines.services.upkeep.snapshot import SETTABLE, paths_of, values_of

_PUBLICATION = (
    "aliases",
    "basis",
    "issuer",
    "licensed_text",
    "topics",
    "body_parts",
    "service_categories",
    "url",
    "accessed_on",
)
_EDITION = ("effective_from", "effective_to", "pages", "source", "dates_confirmed")
Key = tuple[str, int | None, Path]  # kind, year, path
State = dict[Key, tuple[int, dict[str, Any]]]  # -> id, values
MAX_BYTES = 16 * 1024 * 1024


def compare_file(change: ChangeSet, path: FilePath, *, actor: Actor, keep: bool = False) -> list[ChangeRow]:
    """A row for everything that the file adds or changes, and for every publication that is refused.

    keep: what it writes stays (the caller holds the transaction); else all of it is taken back.
    """
    rows: list[ChangeRow] = []
    entries = list(read_rows(path, guideline_schema(), single=True))
    for done, entry in enumerate(entries, 1):
        rows += _refused(entry, entry.problems) if entry.data is None else _taken(entry, actor, keep=keep)
        progress.tell(change.pk, done, len(entries))
    for row in rows:
        row.change_set = change
    return rows


def _refused(entry: Row, sentences: list[str]) -> list[ChangeRow]:
    name = entry.raw.get("publication") if isinstance(entry.raw, dict) else None
    row = ChangeRow(number=entry.number, outcome=ChangeRow.Outcome.REFUSED, about=ChangeRow.About.PUBLICATION)
    row.name = str(name or "no name")[:600]
    row.reasons = [["", sentence] for sentence in sentences]
    return [row]


def _taken(entry: Row, actor: Actor, *, keep: bool) -> list[ChangeRow]:
    data = entry.data or {}
    found: list[ChangeRow] = []
    try:
        with transaction.atomic():
            before = _state(data["publication"])
            write_drafts(data, actor=actor)
            after = _state(data["publication"])
            found = _rows(entry.number, before, after)
            if not keep:
                transaction.set_rollback(True)
    except Refusal as refusal:
        return _refused(entry, [refusal.message])
    except DatabaseError as error:  # a constraint that the service did not foresee
        return _refused(entry, [f"The database refused it: {str(error).splitlines()[0]}"])
    return found


def _state(name: str) -> State:
    publication = Publication.objects.filter(name__iexact=name).defer("vector", "words").first()
    if publication is None:
        return {}
    found: State = {("publication", None, ()): (publication.pk, _facts(publication, _PUBLICATION))}
    for edition in _as_edited(publication):
        found["edition", edition.year, ()] = (edition.pk, _facts(edition, _EDITION))
        paths = paths_of(edition.pk)
        values = values_of(paths.values())
        for path, pk in paths.items():
            found["section", edition.year, path] = (pk, values[pk])
    return found


def _as_edited(publication: Publication) -> list[Edition]:
    """Every year's edition as it is edited now: its open draft, else what is published."""
    rows = Edition.every.filter(publication=publication, state__in=[Edition.State.PUBLISHED, Edition.State.DRAFT])
    found: dict[int, Edition] = {}
    for edition in rows.order_by("year", "pk"):
        if edition.state == Edition.State.DRAFT or edition.year not in found:
            found[edition.year] = edition
    return list(found.values())


def _facts(record: Publication | Edition, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value := getattr(record, key), "isoformat") else value for key in keys}


_KEYS = {"publication": _PUBLICATION, "edition": _EDITION, "section": SETTABLE}


def _rows(number: int, before: State, after: State) -> list[ChangeRow]:
    rows = []
    for key, (pk, values) in after.items():
        kind, year, path = key
        old = before.get(key)
        changed = differences(_KEYS[kind], old[1] if old else {}, values)
        if old is None:
            changed = [one for one in changed if one[2] not in ("", [], None, False)]
        elif not changed:
            continue
        edition = after["edition", year, ()][0] if year is not None else None
        rows.append(
            ChangeRow(
                number=number,
                outcome=ChangeRow.Outcome.CHANGED if old else ChangeRow.Outcome.ADDED,
                about=kind,
                name=(path[-1] if path else "") or (f"Edition of {year}" if year else "Publication"),
                path=list(path),
                edition_id_there=edition,
                object_id=pk,
                differences=changed,
            )
        )
    return rows
