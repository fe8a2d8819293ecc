"""Columns of a table of sections: what each is called here, and which column of somebody else's list means it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "list", "place", "limits", "flag", "days", "status"]


@dataclass(frozen=True)
class Column:
    """One column: its key (as exported), its name for people, how its cells are read, its other names."""

    key: str
    label: str
    kind: Kind = "text"
    most: int = 500
    names: tuple[str, ...] = ()
    needed: str = ""  # what no list can do without, in words


COLUMNS: tuple[Column, ...] = (
    Column("publication", "Publication", "place", 300, ("guideline", "leitlinie", "chapter name")),
    Column("year", "Year of the edition", "place", 4, ("edition", "edition year", "jahr", "ausgabe")),
    Column(
        "heading",
        "Heading",
        "place",
        500,
        ("section", "section heading", "title", "chapter", "überschrift"),
        needed="the heading of the section",
    ),
    Column("parent", "Heading above", "place", 2000, ("parent section", "above", "section above", "übergeordnet")),
    Column("position", "Place in the contents", "place", 6, ("order", "sort", "no", "nr")),
    Column("pages", "Pages", "text", 20, ("page", "page range", "pp", "seite", "seiten")),
    Column("topics", "Topics", "list", 200, ("topic words", "keywords", "tags", "schlagworte", "themen")),
    Column("synonyms", "Synonyms", "list", 200, ("other names", "also called", "aliases", "synonyme")),
    Column("drugs", "Drugs", "list", 200, ("drug", "medications", "medication", "medikamente")),
    Column("body_parts", "Body parts", "list", 100, ("body part", "region", "regions", "körperteil", "körperteile")),
    Column("service_categories", "Service categories", "list", 100, ("service category", "services", "category")),
    Column("specialties", "Specialties", "list", 100, ("specialty", "fachgebiet", "fachgebiete")),
    Column("icd10_ranges", "ICD-10 ranges", "list", 20, ("icd 10", "icd10", "icd", "icd ranges", "diagnosis codes")),
    Column("strength_of_evidence", "Strength of evidence", "text", 200, ("evidence", "strength", "evidenz")),
    Column("deep_link", "Link to the source", "text", 500, ("link", "url", "web address", "deeplink")),
    Column("summary", "Summary in own words", "text", 4000, ("summary", "abstract", "zusammenfassung")),
    Column("limits", "Limits", "limits", 2000, ("limit", "frequency", "duration", "grenzwerte")),
)
BY_KEY: dict[str, Column] = {column.key: column for column in COLUMNS}
#: Columns that say where a section stands; the others say what it holds.
PLACES = frozenset(column.key for column in COLUMNS if column.kind == "place")


def plain(name: str) -> str:
    """A column's name without capitals, accents, signs and doubled blanks: "Page-Range " -> "page range"."""
    folded = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", folded.casefold()).strip()


def guess(headers: Sequence[str], remembered: Mapping[str, str], columns: Sequence[Column] = COLUMNS) -> dict[str, str]:
    """Header -> key of the column that it means, "" where it is to be left out; headers nobody knows are missing.

    remembered: what was said before for the same source, by `plain` name; it wins over the names known here. A key is
    given once: the first header that means it has it.
    """
    known = {plain(name): column.key for column in columns for name in (column.key, column.label, *column.names)}
    found: dict[str, str] = {}
    for header in headers:
        name = plain(header)
        key = remembered[name] if name in remembered else known.get(name)
        if key is not None and (key == "" or key not in found.values()):
            found[header] = key
    return found


def problem_with(chosen: Mapping[str, str], columns: Sequence[Column] = COLUMNS) -> str:
    """Why these columns cannot be read; "" when they can. chosen: header -> key or ""."""
    keys = [key for key in chosen.values() if key]
    labels = {column.key: column.label for column in columns}
    if unknown := [key for key in keys if key not in labels]:
        return f"There is no column “{unknown[0]}” here."
    if twice := [key for key in keys if keys.count(key) > 1]:
        headers = [header for header, key in chosen.items() if key == twice[0]]
        return f"{' and '.join(f'“{one}”' for one in headers)} both stand for “{labels[twice[0]]}”. Keep one."
    if not any(column.needed and column.key in keys for column in columns):
        return f"No column is {next(column.needed for column in columns if column.needed)}. Say which one it is."
    return ""
