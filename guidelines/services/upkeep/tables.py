"""Rows of a CSV or XLSX file, one at a time: a file of any length takes the memory of one row."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from common.errors import InputRefusal

MAX_ROWS = 200_000
MAX_BYTES = 64 * 1024 * 1024
_MAX_UNPACKED = 1024 * 1024 * 1024
_MAX_COLUMNS = 200
_MAX_CELL = 32_767  # what a spreadsheet's cell holds
_SAMPLE = 3
FORMATS = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON"}


@dataclass(frozen=True)
class Line:
    """A row as spreadsheets number it (the headers are row 1). problems: [header, sentence] of cells that are none."""

    number: int
    cells: dict[str, str]
    problems: list[tuple[str, str]] = field(default_factory=list)


def format_of(name: str) -> str:
    """The format that a file's name says. Raises InputRefusal for another one."""
    ending = Path(name).suffix.lower().lstrip(".")
    if ending in ("jsonl", "ndjson"):
        return "json"
    if ending not in FORMATS:
        raise InputRefusal("import.format", "Lists are taken as CSV, XLSX or JSON. Save the file as one of these.")
    return ending


def headers_of(path: Path, form: str) -> list[tuple[str, list[str]]]:
    """Each column's header with its first values. Raises InputRefusal: empty, no text, headers given twice."""
    rows = _rows(path, form)
    first = next(rows, None)
    if first is None:
        raise InputRefusal("import.empty", "The file is empty: there is no row with the names of the columns.")
    headers = _headers(first[1])
    samples: list[list[str]] = [[] for _ in headers]
    found = 0
    for _, cells, _ in rows:
        if not any(cells):
            continue
        for place, cell in enumerate(cells[: len(headers)]):
            samples[place].append(cell[:80])
        found += 1
        if found == _SAMPLE:
            break
    if not found:
        raise InputRefusal("import.empty", "The file holds the names of the columns and not one row below them.")
    return [(header, values) for header, values in zip(headers, samples, strict=True) if header]


def lines(path: Path, form: str) -> Iterator[Line]:
    """Every row below the headers that holds anything. Raises InputRefusal beyond MAX_ROWS."""
    rows = _rows(path, form)
    headers = _headers(next(rows, (1, [""], []))[1])
    count = 0
    for number, cells, problems in rows:
        if not any(cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise InputRefusal(
                "import.too_long", f"The file has more than {MAX_ROWS:,} rows. Cut it into several files."
            )
        yield _line(number, headers, cells, problems)


def _line(number: int, headers: Sequence[str], cells: Sequence[str], problems: Sequence[tuple[int, str]]) -> Line:
    named = [(headers[place] if place < len(headers) else "", sentence) for place, sentence in problems]
    beyond = [cell for cell in cells[len(headers) :] if cell]
    if beyond:
        named.append(("", f"has more cells than there are columns (“{beyond[0][:40]}”). Look for a comma too many."))
    given = {header: cell for header, cell in zip_longest(headers, cells[: len(headers)], fillvalue="") if header}
    return Line(number, given, named)


def _headers(cells: Sequence[str]) -> list[str]:
    headers = [" ".join(cell.split())[:200] for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not any(headers):
        raise InputRefusal("import.headers", "The first row must hold the names of the columns; it is empty.")
    if len(headers) > _MAX_COLUMNS:
        raise InputRefusal("import.headers", f"The first row has more than {_MAX_COLUMNS} columns.")
    seen: set[str] = set()
    for header in filter(None, headers):
        if header.casefold() in seen:
            raise InputRefusal("import.headers", f"Two columns are called “{header}”. Give one another name.")
        seen.add(header.casefold())
    return headers


Raw = tuple[int, list[str], list[tuple[int, str]]]  # number, cells, [(place, sentence)]


def _rows(path: Path, form: str) -> Iterator[Raw]:
    return _xlsx_rows(path) if form == "xlsx" else _csv_rows(path)


def _csv_rows(path: Path) -> Iterator[Raw]:
    csv.field_size_limit(_MAX_CELL)
    number = 0
    try:
        with path.open(encoding=_encoding(path), newline="") as handle:
            first = handle.readline()
            handle.seek(0)
            sign = max(",;\t", key=first.count)
            for number, cells in enumerate(csv.reader(handle, delimiter=sign, strict=True), 1):
                yield number, [cell.strip() for cell in cells], []
    except UnicodeDecodeError as error:
        raise InputRefusal(
            "import.encoding",
            f"The file is not written in UTF-8 (row {number + 1} or soon after holds the byte "
            f"0x{error.object[error.start]:02X}). Save it again as “CSV UTF-8”.",
        ) from None
    except csv.Error as error:
        raise InputRefusal(
            "import.csv", f"Row {number + 1} cannot be read ({error}). Look for a quotation mark too many."
        ) from None


def _encoding(path: Path) -> str:
    with path.open("rb") as handle:
        start = handle.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if start.startswith(b"PK\x03\x04"):
        raise InputRefusal("import.format", "This is no CSV file but a workbook. Give it the ending .xlsx.")
    return "utf-8-sig"


def _xlsx_rows(path: Path) -> Iterator[Raw]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _not_a_bomb(path)
    held = path.open("rb")  # by its handle: the stored file's name has no ending
    try:
        book = load_workbook(held, read_only=True, keep_links=False, data_only=False)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        held.close()
        raise InputRefusal("import.xlsx", "The workbook cannot be read. Save it again as XLSX.") from error
    try:
        if not book.worksheets:
            raise InputRefusal("import.empty", "The workbook has no sheet.")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells, problems = [], []
            for place, cell in enumerate(row):
                text, problem = _cell(cell)
                cells.append(text)
                if problem:
                    problems.append((place, problem))
            yield number, cells, problems
    finally:
        book.close()
        held.close()


def _not_a_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        raise InputRefusal("import.xlsx", "This is no XLSX workbook. Save it again as XLSX.") from None
    if unpacked > _MAX_UNPACKED:
        raise InputRefusal("import.too_long", "The workbook unpacks to more than 1 GB. Cut it into several files.")


def _cell(cell: Any) -> tuple[str, str]:
    """Text of a cell, and why it is none."""
    value = cell.value
    if value is None:
        return "", ""
    where = getattr(cell, "coordinate", "")
    if cell.data_type == "f":
        formula = str(getattr(value, "text", None) or value)
        return formula[:80], f"cell {where} holds a formula ({formula[:60]}). Put its value there."
    if cell.data_type == "e":
        return str(value), f"cell {where} holds an error ({value}). Correct it."
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return str(value), (
            f"cell {where} holds a date ({value:%b %d}). Spreadsheets make dates of “9-10”: format the column as "
            "text and type it again."
            if not isinstance(value, dt.time)
            else f"cell {where} holds a time. Format the column as text and type it again."
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value)), ""
    return str(value).strip()[:_MAX_CELL], ""
