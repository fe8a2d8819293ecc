"""Where the rows of a table stand in the tree of an edition. Headings in, paths out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from guidelines.rules.quoting import quoted, unquoted

Path = tuple[str, ...]  # headings from the top down to the section itself
SIGN = " > "
DEEPEST = 12
_FROM_THE_TOP = "> "
_PART = re.compile(r'\s*("(?:[^"]|"")*"|.+?)\s*(?: > |$)')


def way(path: Path) -> str:
    """A path as one text: "Chapter > Section"; a single heading gets the sign in front, so that it is the one at the
    top whatever else is called so. A heading with the sign in it stands in quotation marks.
    """
    told = SIGN.join(quoted(part) if SIGN in part or part[:1] in ('"', ">") else part for part in path)
    return told if len(path) > 1 else f"{_FROM_THE_TOP}{told}" if path else ""


def read_way(text: str) -> Path | None:
    """The path of a text that `way` wrote; None for a heading alone, wherever it stands."""
    parts = tuple(unquoted(match[1]) for match in _PART.finditer(text.removeprefix(_FROM_THE_TOP)) if match[1])
    return None if parts == (text,) else parts


def name_above(path: Path, names: Mapping[str, int]) -> str:
    """What stands above the last of `path`: by its heading where one section alone is called so, else by its way."""
    above = path[:-1]
    if len(above) == 1 and names.get(above[0]) == 1 and read_way(above[0]) is None:
        return above[0]
    return way(above)


@dataclass(frozen=True)
class Asked:
    """What a row says of its place. above: heading of the section above, "" for the top, None when nothing is said."""

    number: int
    heading: str
    above: str | None


@dataclass(frozen=True)
class Placed:
    """Where a row stands, or why it stands nowhere (`problem`, about the column "heading" or "parent")."""

    path: Path = ()
    problem: str = ""
    column: str = "parent"


def places(rows: Sequence[Asked], existing: Iterable[Path]) -> dict[int, Placed]:
    """Row number -> place. A row's parent may stand later in the table, or in the edition already.

    Refused: a parent that is no heading, one that several sections are called, a row below itself, a heading given
    twice at one place.
    """
    finder = _Finder(rows, existing)
    for row in rows:
        finder.place(row)
    return finder.checked()


class _Finder:
    def __init__(self, rows: Sequence[Asked], existing: Iterable[Path]) -> None:
        self.rows = rows
        self.filed: dict[str, list[Asked]] = defaultdict(list)
        for row in rows:
            self.filed[row.heading].append(row)
        self.existing = set(existing)
        self.kept: dict[str, list[Path]] = defaultdict(list)
        for path in self.existing:
            self.kept[path[-1]].append(path)
        self.found: dict[int, Placed] = {}

    def place(self, row: Asked) -> None:
        """Walks up from the row to one whose place is known, then down again."""
        walked: list[Asked] = []
        under_way: set[int] = set()
        at: Asked | None = row
        while at is not None and at.number not in self.found:
            if at.number in under_way:
                self._loop([one for one in walked if one.number in under_way], at)
                break
            under_way.add(at.number)
            walked.append(at)
            at = self._parent_row(at)
        for one in reversed(walked):
            if one.number not in self.found:
                self.found[one.number] = self._below(one)

    def _parent_row(self, row: Asked) -> Asked | None:
        if not row.above or read_way(row.above) is not None:
            return None
        named = self.filed.get(row.above, [])
        return named[0] if len(named) == 1 else None

    def _loop(self, walked: Sequence[Asked], at: Asked) -> None:
        start = next(place for place, one in enumerate(walked) if one.number == at.number)
        circle = walked[start:]
        told = " → ".join(f"“{one.heading}”" for one in [*circle, circle[0]])
        for one in circle:
            self.found[one.number] = Placed(
                problem=f"The sections stand below one another in a circle: {told}. Correct one of the headings above."
            )

    def _below(self, row: Asked) -> Placed:
        if row.above is None:
            return self._where_it_stands(row)
        above = self._above(row, row.above)
        if above.problem:
            return above
        path = (*above.path, row.heading)
        if len(path) > DEEPEST:
            return Placed(problem=f"Sections stand at most {DEEPEST} levels deep.")
        return Placed(path)

    def _above(self, row: Asked, named: str) -> Placed:
        """The place of the section above."""
        if not named or (path := read_way(named)) is not None:
            return Placed(path if named and path else ())
        parent = self._parent_row(row)
        if parent is not None:
            above = self.found[parent.number]
            refused = f"The section above, row {parent.number}, is refused: see there."
            return Placed(problem=refused) if above.problem else above
        paths = self.kept.get(named, [])
        if len(self.filed.get(named, [])) > 1 or len(paths) > 1:
            return Placed(
                problem=f"Several sections are called “{named}”. Write the whole way from the top: "
                f"“Chapter{SIGN}{named}”."
            )
        if not paths:
            return Placed(problem=f"“{named}” is no heading of this edition nor of this table. Correct it.")
        return Placed(paths[0])

    def _where_it_stands(self, row: Asked) -> Placed:
        paths = self.kept.get(row.heading, [])
        if len(paths) > 1:
            told = "; ".join(SIGN.join(path) for path in sorted(paths)[:3])
            return Placed(
                problem=f"The heading stands at {len(paths)} places ({told}). Add a column with the heading above.",
                column="heading",
            )
        return Placed(paths[0] if paths else (row.heading,))

    def checked(self) -> dict[int, Placed]:
        """The same, with headings given twice and ways that lead through nothing refused."""
        known: Collection[Path] = self.existing | {one.path for one in self.found.values() if not one.problem}
        first: dict[Path, int] = {}
        for row in self.rows:
            placed = self.found[row.number]
            if placed.problem:
                continue
            above = placed.path[:-1]
            if above and above not in known:
                self.found[row.number] = Placed(problem=f"There is no section “{SIGN.join(above)}”. Correct the way.")
            elif placed.path in first:
                self.found[row.number] = Placed(
                    problem=f"Row {first[placed.path]} has the same heading at the same place. Keep one of the two.",
                    column="heading",
                )
            else:
                first[placed.path] = row.number
        return {row.number: self.found[row.number] for row in self.rows}
