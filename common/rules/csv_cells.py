"""Cells of CSV files as spreadsheets may open them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def safe_cell(value: Any) -> str:
    """The value as text that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front, and
    so does what begins like one already made safe, so that `plain_cell` gives back what was there.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """The text of a cell as `safe_cell` or a spreadsheet wrote it: without their apostrophe."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Rows as lines of CSV (RFC 4180), one at a time, every cell safe."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])
