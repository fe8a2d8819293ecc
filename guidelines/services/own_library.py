"""The project's own library as rows of the exchange format; chapters are written once for all their editions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from common.services.exchange import Row, problems_of, read_rows
from guidelines.rules.chapters import sections_of
from guidelines.schemas import guideline_schema

DATA = Path(__file__).parents[1] / "data"
LIBRARY_FILE = DATA / "library.json"


def own_library() -> Iterator[Row]:
    """The rows of library.json; editions without sections of their own have those of the chapter's file.

    One list serves all editions of a chapter: its headings are the house's arrangement, not yet held against the text.
    """
    schema = guideline_schema()
    common = json.loads((DATA / "section_words.json").read_text(encoding="utf-8"))
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("chapters/*.json"))]
    chapters = {chapter["publication"]: sections_of(chapter, common) for chapter in files}
    for row in read_rows(LIBRARY_FILE, schema):
        sections = chapters.get(row.raw["publication"], [])
        if row.data is None or not sections:
            yield row
            continue
        whole = {
            **row.data,
            "editions": [{**one, "sections": one.get("sections") or sections} for one in row.data["editions"]],
        }
        problems = problems_of(whole, schema)
        yield Row(row.number, None if problems else whole, problems, whole)
