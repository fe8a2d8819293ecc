"""The dry run: every row of a change set against what stands in the library. Writes its rows and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guidelines.models import ChangeRow, ChangeSet, Edition, Section
from guidelines.rules.cells import Problem, differences, problems_in_edition
from guidelines.rules.places import Path
from guidelines.services.upkeep import progress
from guidelines.services.upkeep.snapshot import SETTABLE, paths_of, reached, values_of

_BATCH = 500
_NAME = 600


@dataclass(frozen=True)
class Wanted:
    """What one row asks for. section: the one it changes, None for a new one; moved_from: the section above it now (id
    and heading), where that changes."""

    number: int
    edition: int | None
    path: Path
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    section: int | None = None
    moved_from: tuple[int | None, str] | None = None
    note: str = ""


class Editions:
    """Editions that a change names, with what limits their sections; each is asked for once."""

    def __init__(self) -> None:
        self.known: dict[int, Edition] = {}
        self._paths: dict[int, dict[Path, int]] = {}

    def take(self, edition: Edition) -> Edition:
        return self.known.setdefault(edition.pk, edition)

    def paths(self, edition_id: int) -> dict[Path, int]:
        if edition_id not in self._paths:
            self._paths[edition_id] = paths_of(edition_id)
        return self._paths[edition_id]


def write_rows(change: ChangeSet, rows: Iterable[Wanted], editions: Editions, total: int) -> None:
    """Compare every row and keep what it would do; counts and base go into `change`, which the caller saves.

    base is taken by the caller before the first row is read: a change that comes in between is seen at the end.
    """
    ChangeRow.objects.filter(change_set=change).delete()
    counts: Counter[str] = Counter()
    for batch in _batches(rows):
        there = values_of(one.section for one in batch if one.section)
        kept = []
        for one in batch:
            row = _row(one, there, editions)
            counts[row.outcome if row else "unchanged"] += 1
            if row is not None:
                row.change_set = change
                kept.append(row)
        ChangeRow.objects.bulk_create(kept)
        progress.tell(change.pk, sum(counts.values()), total)
    change.total = sum(counts.values())
    change.added, change.changed = counts["added"], counts["changed"]
    change.unchanged, change.refused = counts["unchanged"], counts["refused"]


def base_of(editions: Iterable[int]) -> dict[str, list[int]]:
    return reached(editions)


def _batches(rows: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    batch: list[Wanted] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(one: Wanted, there: Mapping[int, dict[str, Any]], editions: Editions) -> ChangeRow | None:
    """The row to keep; None when it changes nothing."""
    problems = list(one.problems)
    before = there.get(one.section or 0, {})
    edition = editions.known.get(one.edition or 0)
    if edition is not None:
        problems += problems_in_edition(one.values, pages=edition.pages, licensed=edition.publication.licensed_text)
    row = ChangeRow(
        number=one.number, name=one.name[:_NAME], path=list(one.path), edition_id_there=one.edition,
        object_id=one.section, note=one.note,
    )  # fmt: skip
    if problems:
        row.outcome, row.reasons = ChangeRow.Outcome.REFUSED, [list(problem) for problem in problems]
        return row
    given = {key: value for key, value in one.values.items() if key in SETTABLE and value is not None}
    row.differences = differences(SETTABLE, before or _NOTHING, given)
    if one.section is None:
        row.outcome = ChangeRow.Outcome.ADDED
        row.differences = [change for change in row.differences if change[2] not in ("", [])]
        return row
    row.outcome = ChangeRow.Outcome.CHANGED
    if one.moved_from is not None:
        parent, heading = one.moved_from
        row.differences.append(["parent", heading, " > ".join(one.path[:-1]), parent])
    return row if row.differences else None


#: A section that does not stand there yet.
_NOTHING: dict[str, Any] = {
    key: None if key == "position" else [] if key == "limits" else getattr(Section(), key) for key in SETTABLE
}
