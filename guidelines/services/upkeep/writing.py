"""A confirmed change set written: all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, Max

from common.errors import StateRefusal
from guidelines.models import ChangeRow, ChangeSet, Section, SectionLimit
from guidelines.rules.limits import from_dict
from guidelines.rules.places import SIGN, Path
from guidelines.services.upkeep import progress
from guidelines.services.upkeep.snapshot import paths_of

_BATCH = 500


def write_sections_of(change: ChangeSet) -> None:
    """Write every row of the change; the caller holds the transaction and has checked the base.

    Raises StateRefusal when a constraint stands against it after all.
    """
    rows = list(
        change.rows.exclude(outcome=ChangeRow.Outcome.REFUSED).only(
            "pk", "number", "path", "object_id", "outcome", "edition_id_there", "differences", "about"
        )
    )
    writer = _Writer({row.edition_id_there for row in rows if row.edition_id_there})
    try:
        with transaction.atomic():
            for done, level in enumerate(_levels(rows)):
                writer.write(level)
                progress.tell(change.pk, sum(len(one.path) <= done + 1 for one in rows), len(rows))
    except DatabaseError as error:
        raise StateRefusal(
            "import.database", f"The database refused it, and nothing was written: {str(error).splitlines()[0]}"
        ) from error


def _levels(rows: list[ChangeRow]) -> Iterator[list[ChangeRow]]:
    """Rows from the top of the tree down: a section above stands before those below it."""
    by_depth: dict[int, list[ChangeRow]] = defaultdict(list)
    for row in rows:
        by_depth[len(row.path)].append(row)
    for depth in sorted(by_depth):
        yield by_depth[depth]


class _Writer:
    def __init__(self, editions: set[int]) -> None:
        self.there: dict[int, dict[Path, int]] = {pk: paths_of(pk) for pk in editions}
        last = Section.every.filter(edition__in=editions).values("edition").annotate(last=Max("position"))
        self.next_place = {row["edition"]: row["last"] + 1 for row in last}

    def write(self, rows: list[ChangeRow]) -> None:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            added = [row for row in batch if row.outcome == ChangeRow.Outcome.ADDED]
            changed = [row for row in batch if row.outcome == ChangeRow.Outcome.CHANGED]
            self._add(added)
            self._change(changed)

    def _add(self, rows: list[ChangeRow]) -> None:
        sections = []
        for row in rows:
            edition = row.edition_id_there or 0
            section = Section(edition_id=edition, heading=row.path[-1], parent_id=self._above(row))
            section.position = self.next_place.get(edition, 0)
            self.next_place[edition] = section.position + 1
            for key, _, after, *_ in row.differences:
                if key != "limits":
                    setattr(section, key, after)
            sections.append(section)
        Section.every.bulk_create(sections)
        for row, section in zip(rows, sections, strict=True):
            row.object_id = section.pk
            self.there[section.edition_id][tuple(row.path)] = section.pk
        ChangeRow.objects.bulk_update(rows, ["object_id"])
        for row in rows:
            set_limits(row.object_id or 0, [one for one in row.differences if one[0] == "limits"])

    def _change(self, rows: list[ChangeRow]) -> None:
        found = Section.every.defer("vector", "words").in_bulk([row.object_id for row in rows])
        fields: set[str] = set()
        for row in rows:
            section = found.get(row.object_id or 0)
            if section is None:
                raise StateRefusal("import.gone", f"“{row.name}” is gone. Compare again.")
            for key, _, after, *_ in row.differences:
                if key == "parent":
                    section.parent_id = self._above(row)
                elif key != "limits":
                    setattr(section, key, after)
                fields |= {key} - {"limits"}
            if row.edition_id_there:
                self.there[row.edition_id_there][tuple(row.path)] = section.pk
        if fields:
            Section.every.bulk_update(found.values(), sorted(fields))
        for row in rows:
            set_limits(row.object_id or 0, [one for one in row.differences if one[0] == "limits"])

    def _above(self, row: ChangeRow) -> int | None:
        above = tuple(row.path[:-1])
        if not above:
            return None
        found = self.there[row.edition_id_there or 0].get(above)
        if found is None:
            raise StateRefusal("import.gone", f"The section “{SIGN.join(above)}” is gone. Compare again.")
        return found


def set_limits(section_id: int, changes: list[list[Any]], *, back: bool = False) -> None:
    """Limits are rows of their own: the section's number counts them, so that whoever types meanwhile is told."""
    for _, before, after, *_ in changes:
        Section.every.filter(pk=section_id).update(version=F("version") + 1)
        SectionLimit.objects.filter(section=section_id).delete()
        kept = (before if back else after) or []
        SectionLimit.objects.bulk_create(SectionLimit.of(section_id, from_dict(limit)) for limit in kept)
