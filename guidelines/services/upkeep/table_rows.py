"""Rows of a table as what they ask of the library: which edition, which place, which values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from common.rules.csv_cells import plain_cell
from guidelines.models import ChangeSet, Edition, Publication
from guidelines.rules.cells import Problem, read_cells
from guidelines.rules.columns import BY_KEY, PLACES
from guidelines.rules.places import Asked, Placed, places
from guidelines.services.upkeep.comparing import Editions, Wanted
from guidelines.services.upkeep.tables import Line, lines
from guidelines.services.upkeep.target import edition_to_compare, editions_to_choose


class Table:
    """A file read twice: once for the places of its rows, once, a row at a time, for what they say."""

    def __init__(self, change: ChangeSet, path: FilePath) -> None:
        self.change, self.path = change, path
        self.columns: dict[str, str] = {header: key for header, key in change.asked.items() if key}
        self.editions = Editions()
        self._named: dict[tuple[str, str], Edition | None] = {}
        self.total = 0
        self.placed: dict[int, Placed] = {}
        self._ways_told: dict[int, dict[str, str]] = {}
        if change.edition is not None:
            self.editions.take(change.edition)

    def find_places(self) -> None:
        """First reading: the edition and the place of every row. Raises InputRefusal when the file cannot be read."""
        asked: dict[int, list[Asked]] = defaultdict(list)
        for line in lines(self.path, self.change.format):
            self.total += 1
            cells = self._cells(line)
            edition, _ = self._edition(cells)
            heading = " ".join(cells.get("heading", "").split())
            if edition is not None and heading:
                asked[edition.pk].append(Asked(line.number, heading, _above(cells)))
        for edition_id, rows in asked.items():
            self.placed |= places(rows, self.editions.paths(edition_id))

    def rows(self) -> Iterator[Wanted]:
        """Second reading."""
        for line in lines(self.path, self.change.format):
            yield self._wanted(line)

    def _cells(self, line: Line) -> dict[str, str]:
        return {key: plain_cell(line.cells.get(header, "")) for header, key in self.columns.items()}

    def _wanted(self, line: Line) -> Wanted:
        cells = self._cells(line)
        values, problems = read_cells(cells)
        cell_problems: list[Problem] = [
            (self.columns.get(header, header), sentence)
            for header, sentence in line.problems
            if header == "" or header in self.columns
        ]
        if cell_problems:  # what the cell holds is no value: what else is wrong with it says nothing
            broken = {key for key, _ in cell_problems}
            problems = cell_problems + [problem for problem in problems if problem[0] not in broken]
        edition, problem = self._edition(cells)
        if problem:
            problems.append(problem)
        placed = self.placed.get(line.number, Placed())
        if placed.problem:
            problems.append((placed.column, placed.problem))
        heading = str(values.get("heading") or cells.get("heading", "") or "no heading")
        section = self.editions.paths(edition.pk).get(placed.path) if edition and placed.path else None
        return Wanted(
            number=line.number,
            edition=edition.pk if edition else None,
            path=placed.path,
            name=heading,
            values={**{key: value for key, value in values.items() if key not in PLACES}, **_position(values)},
            problems=tuple(problems),
            section=section,
            note=self._elsewhere(edition, placed, section),
        )

    def _elsewhere(self, edition: Edition | None, placed: Placed, section: int | None) -> str:
        if edition is None or section is not None or not placed.path:
            return ""
        also = self._ways(edition.pk).get(placed.path[-1])
        return f"The same heading stands at {also} already." if also else ""

    def _ways(self, edition_id: int) -> Mapping[str, str]:
        if edition_id not in self._ways_told:
            ways = {path[-1]: " > ".join(path)[:200] for path in self.editions.paths(edition_id)}
            self._ways_told[edition_id] = ways
        return self._ways_told[edition_id]

    def _edition(self, cells: Mapping[str, str]) -> tuple[Edition | None, Problem | None]:
        """The edition that the row names, else the one chosen for the whole table."""
        name, year = cells.get("publication", "").strip(), cells.get("year", "").strip()
        chosen = self.change.edition
        if not name and not year:
            if chosen is None:
                return None, ("publication", "names no publication and year, and no edition was chosen for the table.")
            return chosen, None
        if not name and chosen is not None:
            name = chosen.publication.name
        if not year and chosen is not None:
            year = str(chosen.year)
        key = (name.casefold(), year)
        if key not in self._named:
            self._named[key] = self._meant(name, year)
        found = self._named[key]
        if found is None:
            return None, (
                "publication" if cells.get("publication", "").strip() else "year",
                f"There is no edition of {year or 'no year'} of “{name or 'no publication'}”. Add the edition first.",
            )
        return self.editions.take(found), None

    def _meant(self, name: str, year: str) -> Edition | None:
        """The edition as a draft; rows that name the one chosen go into the same draft."""
        edition = _find(name, year)
        chosen = self.change.edition
        if edition is None or (chosen is not None and edition.pk in (chosen.pk, chosen.corrects_id)):
            return chosen if edition is not None else None
        return edition_to_compare(edition)


def _find(name: str, year: str) -> Edition | None:
    publication = Publication.objects.called(name).defer("vector", "words").first() if name else None
    if publication is None or not year.isdigit() or len(year) > int(BY_KEY["year"].most):
        return None
    edition = editions_to_choose().filter(publication=publication, year=int(year)).first()
    if edition is not None:
        edition.publication = publication
    return edition


def _above(cells: Mapping[str, str]) -> str | None:
    return " ".join(cells["parent"].split()) if "parent" in cells else None


def _position(values: Mapping[str, Any]) -> dict[str, Any]:
    position = values.get("position")
    return {} if position is None else {"position": position}
