"""Sections of a chapter written once for all its editions, as rows of the exchange format. Values in, values out.

A chapter file names a publication, `words`, `body_parts` and `icd10_ranges` for all its sections, and `groups`: a
heading with the sections below it (a group without a heading stands at the top). A heading or section that says
`"like": key` is as that entry of the common words, for what many chapters treat of in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = dict[str, Any]
_ADDED = ("topics", "synonyms", "drugs")  # the chapter's own words come first: order counts


def sections_of(chapter: Mapping[str, Any], common: Mapping[str, Row]) -> list[Row]:
    """The sections of every edition of the chapter, a group before what stands below it.

    Raises KeyError where `like` names no entry of the common words.
    """
    return list(_sections(chapter, common))


def _sections(chapter: Mapping[str, Any], common: Mapping[str, Row]) -> Iterator[Row]:
    for group in chapter["groups"]:
        above = {key: value for key, value in group.items() if key != "sections"}
        head = _section(above, chapter, common) if above else None
        if head:
            yield head
        for entry in group["sections"]:
            row = _section(entry, chapter, common)
            yield {**row, "parent": head["heading"]} if head else row


def _section(entry: Mapping[str, Any], chapter: Mapping[str, Any], common: Mapping[str, Row]) -> Row:
    shared = common[entry["like"]] if "like" in entry else {}
    own = {key: value for key, value in entry.items() if key != "like"}
    row = {**shared, **own}
    for key in _ADDED:
        row[key] = _joined(own.get(key, []), shared.get(key, []))
    row["topics"] = _joined(row["topics"], chapter["words"])
    row.setdefault("body_parts", chapter["body_parts"])
    row.setdefault("icd10_ranges", chapter["icd10_ranges"])
    row.setdefault("limits", [])
    return {**row, "pages": None, "strength_of_evidence": None, "summary": None}


def _joined(first: list[str], then: list[str]) -> list[str]:
    """Both lists, each word once."""
    words: dict[str, str] = {}
    for word in [*first, *then]:
        words.setdefault(word.lower(), word)
    return list(words.values())
