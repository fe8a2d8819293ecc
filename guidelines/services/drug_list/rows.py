"""Rows of a file with drugs, whatever its format: each with its cells as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common.errors import InputRefusal
from guidelines.rules.drug_rows import DRUG_KEYS, drug_cell
from guidelines.services.upkeep.tables import Line, lines

MAX_JSON_BYTES = 16 * 1024 * 1024


def drug_lines(path: Path, form: str, columns: Mapping[str, str]) -> Iterator[Line]:
    """Every row, its cells by key of the column. columns: header -> key, "" left out; JSON names its keys itself.

    Raises InputRefusal for a file that cannot be read.
    """
    if form == "json":
        yield from _json_lines(path)
        return
    for line in lines(path, form):
        cells = {key: line.cells.get(header, "") for header, key in columns.items() if key}
        problems = [(columns.get(header, header), told) for header, told in line.problems if columns.get(header, "x")]
        yield Line(line.number, cells, problems)


def _json_lines(path: Path) -> Iterator[Line]:
    for number, row in enumerate(_drugs(path), 1):
        if not isinstance(row, dict):
            yield Line(number, {}, [("", "is no object with the facts of a drug.")])
            continue
        unknown = [("", f"There is no key “{str(key)[:40]}” here.") for key in row if key not in DRUG_KEYS]
        cells, problems = {}, unknown
        for key in DRUG_KEYS:
            if key in row and _plain(row[key]):
                cells[key] = drug_cell(key, row[key])
            elif key in row:
                problems.append((key, "holds neither a text, a number, yes or no, nor a list of texts."))
        yield Line(number, cells, problems)


def _drugs(path: Path) -> list[Any]:
    """The drugs of a file that is a list of drugs, or one list of drugs as it is saved here."""
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputRefusal("formulary.json", f"The file is no JSON: {str(error)[:120]}.") from None
    if isinstance(read, list) and len(read) == 1 and isinstance(read[0], dict) and "drugs" in read[0]:
        read = read[0]
    if isinstance(read, dict):
        read = read.get("drugs")
    if not isinstance(read, list) or any(isinstance(one, dict) and "drugs" in one for one in read):
        raise InputRefusal("formulary.json", "The file must hold one list of drugs. Give several lists one by one.")
    if not read:
        raise InputRefusal("import.empty", "The file holds no drug.")
    return read


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return value is None or isinstance(value, str | int | bool)
