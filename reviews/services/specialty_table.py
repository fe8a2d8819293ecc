"""The table of specialties in force, and the reader made of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from reviews.rules.specialties_reading import Reader
from reviews.rules.specialties_table import (
    WORD_LISTS,
    Degree,
    Field,
    Specialty,
    SpecialtyTable,
    with_folded_names,
)

FOLDER = Path(__file__).resolve().parent.parent / "data"
#: The files of the first edition.
_FIELD_FILES = ("specialties_fields.toml", "specialties_everyday.toml", "specialties_drugs.toml")


def specialty_reader() -> Reader:
    """Of the edition in force."""
    return _shipped_reader()


def specialty_table() -> SpecialtyTable:
    return specialty_reader().table


@lru_cache(maxsize=1)
def _shipped_reader() -> Reader:
    return Reader(table_of(shipped()))


def shipped() -> dict[str, Any]:
    """The first edition as it stands in data/specialties*.toml."""
    whole = _read("specialties.toml")
    return {**whole, "fields": [row for name in _FIELD_FILES for row in _read(name)["fields"]]}


def table_of(data: dict[str, Any]) -> SpecialtyTable:
    """An edition's data as values. Expects what `specialty_editions` has checked."""
    return with_folded_names(
        SpecialtyTable(
            name=data["edition"]["name"],
            specialties={
                name: Specialty(
                    name, row.get("degree", ""), bool(row.get("generalist")), tuple(row.get("near", ())),
                    tuple(row.get("parents", ())),
                )
                for name, row in data["specialties"].items()
            },
            aliases=dict(data["aliases"]),
            degrees={
                key: Degree(key, frozenset(row.get("not", ())), frozenset(row.get("fields", ())))
                for key, row in data["degrees"].items()
            },
            kinds=dict(data["kinds"]),
            sets={key: listed(value) for key, value in data["sets"].items()},
            fields={row["key"]: _field(row) for row in data["fields"]},
            reading={key: listed(value) for key, value in data["reading"].items()},
        )
    )  # fmt: skip


def _field(row: dict[str, Any]) -> Field:
    return Field(
        key=row["key"],
        says=row["says"],
        specialties=tuple(row["specialties"]),
        surgeons=tuple(row.get("surgeons", ())),
        with_injury=tuple(row.get("with_injury", ())),
        everyday=bool(row.get("everyday")),
        beside=bool(row.get("beside")),
        general=bool(row.get("general")),
        kind=row.get("kind", ""),
        words={name: listed(row[name]) for name in WORD_LISTS if row.get(name)},
        roots=listed(row.get("roots", "")),
        stems=listed(row.get("stems", "")),
        categories=listed(row.get("categories", ""), by=";"),
        codes=listed(row.get("codes", ""), by=";"),
    )


def listed(text: str, *, by: str = ",") -> tuple[str, ...]:
    """ "tooth, molar" -> ("tooth", "molar")."""
    return tuple(dict.fromkeys(filter(None, (" ".join(part.split()) for part in text.split(by)))))


def words_of(row: dict[str, Any]) -> Iterable[str]:
    return (word for name in WORD_LISTS for word in listed(row.get(name, "")))


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as handle:
        return tomllib.load(handle)
