"""The table of specialties in force: the shipped first edition, or the last one published in the admin site."""

from __future__ import annotations

import time
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from common.days import california_date
from reviews.models import SpecialtyEdition, SpecialtyList
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


#: A process looks again so many seconds later which edition is in force.
_LOOK_AGAIN = 10.0


class _Standing:
    """What this process knows of the edition in force: its table, and until when it need not look again."""

    def __init__(self) -> None:
        self.until = 0.0
        self.edition: int | None = None
        self.table: SpecialtyTable | None = None


_standing = _Standing()


def specialty_table() -> SpecialtyTable:
    """The edition in force today: the last published one, or the shipped one."""
    if _standing.table is None or time.monotonic() >= _standing.until:
        current = SpecialtyEdition.objects.in_force(california_date(timezone.now())).first()
        if _standing.table is None or _standing.edition != (current.pk if current else None):
            _standing.table = table_of(data_of(current)) if current else shipped_table()
            _standing.edition = current.pk if current else None
        _standing.until = time.monotonic() + _LOOK_AGAIN
    return _standing.table


def forget() -> None:
    """Look again at the next question."""
    _standing.until, _standing.table = 0.0, None


def stand_by_shipped() -> None:
    """For who has no database at hand: the shipped edition, and no looking for another."""
    _standing.until, _standing.table, _standing.edition = float("inf"), shipped_table(), None


@lru_cache(maxsize=1)
def shipped_table() -> SpecialtyTable:
    return table_of(shipped())


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


def data_of(edition: SpecialtyEdition) -> dict[str, Any]:
    """The rows of an edition in the form of the shipped files."""
    group = SpecialtyList.Group
    nodes, fields, lists = edition.nodes.all(), edition.fields.all(), list(edition.lists.all())

    def of(kind: str) -> dict[str, str]:
        return {row.key: row.words for row in lists if row.group == kind}

    only = of(group.ONLY)
    return {
        "edition": {"name": edition.name},
        "specialties": {
            row.name: {
                "degree": row.degree, "generalist": row.generalist, "near": listed(row.near),
                "parents": listed(row.parents),
            }
            for row in nodes
        },
        "aliases": {alias: row.name for row in nodes for alias in listed(row.aliases)},
        "degrees": {
            key: {"not": listed(words), "fields": listed(only.get(key, ""))} for key, words in of(group.BARRED).items()
        },
        "kinds": of(group.KIND),
        "sets": of(group.SET),
        "reading": of(group.READING),
        "fields": [
            {
                **{name: getattr(row, name) for name in _COLUMNS},
                **{name: listed(getattr(row, name)) for name in ("specialties", "surgeons", "with_injury")},
            }
            for row in fields
        ],
    }  # fmt: skip


_COLUMNS = (
    "key", "says", "everyday", "beside", "general", "kind", *WORD_LISTS, "roots", "stems", "categories", "codes",
)  # fmt: skip


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / name).open("rb") as handle:
        return tomllib.load(handle)
