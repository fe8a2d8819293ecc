"""A pasted table of contents as what it asks of one edition: new headings, pages, what stands below what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from guidelines.models import ChangeSet, Section
from guidelines.rules.cells import read_cells
from guidelines.rules.pasted import Line, read_contents
from guidelines.rules.places import Path
from guidelines.services.upkeep.comparing import Editions, Wanted


class Contents:
    """Sections are found again below the same parent, else by a heading that stands once in both: that one moves."""

    def __init__(self, change: ChangeSet) -> None:
        if change.edition is None:
            raise ValueError("a pasted table of contents belongs to an edition")
        self.edition = change.edition
        self.editions = Editions()
        self.editions.take(change.edition)
        self.lines = read_contents(str(change.asked.get("text", "")))
        self.total = len(self.lines)
        stand = {
            row["pk"]: row for row in Section.every.filter(edition=change.edition).values("pk", "parent_id", "heading")
        }
        self.heading = {pk: str(row["heading"]) for pk, row in stand.items()}
        self.parent: dict[int, int | None] = {pk: row["parent_id"] for pk, row in stand.items()}
        self.below = {(self.parent[pk], heading): pk for pk, heading in self.heading.items()}
        self.once = _once(self.heading.items())
        self.lines_once = {line.heading for line in self.lines} & set(
            _once((line.number, line.heading) for line in self.lines)
        )

    def rows(self) -> Iterator[Wanted]:
        there: dict[Path, int | None] = {(): None}
        first: dict[Path, int] = {}
        claimed: set[int] = set()
        for place, line in enumerate(self.lines):
            path = (*line.above, line.heading)
            section = self._found(line, there)
            if section in claimed:
                section = None
            row = self._row(place, line, path, section, there)
            if path in first:
                told = f"Line {first[path]} has the same heading at the same place. Keep one of the two."
                row = Wanted(line.number, self.edition.pk, path, line.heading, problems=(("heading", told),))
            else:
                first[path] = line.number
                there[path] = section if section is not None else _NEW
                claimed |= {section} if section is not None else set()
            yield row

    def _found(self, line: Line, there: dict[Path, int | None]) -> int | None:
        above = there.get(line.above, _NEW)
        if above != _NEW and (section := self.below.get((above, line.heading))) is not None:
            return section
        return self.once.get(line.heading) if line.heading in self.lines_once else None

    def _row(self, place: int, line: Line, path: Path, section: int | None, there: dict[Path, int | None]) -> Wanted:
        if line.problem:
            return Wanted(
                line.number, self.edition.pk, path, line.heading or f"line {line.number}",
                problems=(("heading", line.problem),),
            )  # fmt: skip
        cells = {"heading": line.heading, **({"pages": line.pages} if line.pages else {})}
        values, problems = read_cells(cells)
        moved = None
        if section is not None and self.parent[section] != there.get(line.above, _NEW):
            moved = (self.parent[section], self.heading.get(self.parent[section] or 0, ""))
        given = {**{key: value for key, value in values.items() if key != "heading"}, "position": place}
        return Wanted(line.number, self.edition.pk, path, line.heading, given, tuple(problems), section, moved)


_NEW = -1  # a section that this table of contents adds


def _once(named: Any) -> dict[str, int]:
    rows = list(named)
    counts = Counter(heading for _, heading in rows)
    return {heading: pk for pk, heading in rows if counts[heading] == 1}
