"""Letter wording: load an organization's own, keep the site's, find the one that counts for a date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from common.canonical import canonical_json, sha256_of
from common.errors import InputRefusal, RuleRefusal
from common.rules.characters import first_unprintable
from common.services.exchange import load_schema, problems_of, read_rows
from letters.models import Wording
from letters.models.wording import OWN
from letters.rules.wording_keys import faults

_OWN_FOLDER = Path(__file__).resolve().parent.parent / "data" / "wording"
_SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "wording.schema.json"
_SHAPELESS: dict[str, Any] = {}  # rows are checked one by one, so that the refusal names the key
_LOCK = 0x776F7264  # advisory lock: imports one after the other


@dataclass(frozen=True)
class Imported:
    """One wording of a file: its row, and whether it is new (False: the same wording counted already)."""

    wording: Wording
    created: bool


def choose_wording(*, layout: str, language: str, on: dt.date) -> Wording:
    """The wording that counts for a letter of that layout, language and date.

    Raises RuleRefusal when there is none.
    """
    found = Wording.objects.in_force(layout, language, on).first()
    if found is None:
        raise RuleRefusal(
            "wording.none_in_force",
            f"No wording of layout “{layout}” in language “{language}” is in force on {on:%m/%d/%Y}. "
            "Load one with import_wording.",
        )
    return found


def import_wording_file(*, path: Path, now: dt.datetime) -> list[Imported]:
    """Publish the wordings of an exchange file, all or none. Raises InputRefusal as `import_wording` does."""
    rows = list(read_rows(path, _SHAPELESS, single=True))
    for row in rows:
        if row.problems:
            raise InputRefusal("wording.shape", row.refusal)
    return import_wording(entries=[row.data for row in rows], now=now)


def import_wording(*, entries: Sequence[Any], now: dt.datetime) -> list[Imported]:
    """Publish wordings, all or none.

    entries: the parsed JSON objects. Raises InputRefusal naming the entry and its unknown key, missing key or
    unknown placeholder. A wording that already counts is not added again.
    """
    checked = [_checked(entry, f"wording {number}") for number, entry in enumerate(entries, start=1)]
    if not checked:
        raise InputRefusal("wording.empty", "The file holds no wording.")
    with transaction.atomic():
        _one_at_a_time()
        return [_add(entry, entry["organization"], now) for entry in checked]


def load_own_wording(*, now: dt.datetime) -> list[Imported]:
    """The site's own wording (letters/data/wording), added where it is not there yet."""
    with transaction.atomic():
        _one_at_a_time()
        return [
            _add(_checked({**entry, "organization": "own"}, path.name), OWN, now)
            for path in sorted(_OWN_FOLDER.glob("*.json"))
            for entry in json.loads(path.read_text(encoding="utf-8"))
        ]


def _add(entry: dict[str, Any], organization: str, now: dt.datetime) -> Imported:
    first = dt.date.fromisoformat(entry["effective_from"])
    last = dt.date.fromisoformat(entry["effective_to"]) if entry.get("effective_to") else None
    digest = sha256_of(
        canonical_json(
            {key: entry.get(key) for key in ("layout", "language", "effective_from", "effective_to", "blocks")}
        )
    )
    rivals = Wording.objects.filter(layout=entry["layout"], language=entry["language"])
    rivals = rivals.filter(organization=OWN) if organization == OWN else rivals.exclude(organization=OWN)
    newest = rivals.overlapping(first, last).order_by("-pk").first()
    if newest is not None and newest.sha256 == digest and newest.organization == organization:
        return Imported(newest, created=False)
    row = Wording.objects.create(
        layout=entry["layout"],
        language=entry["language"],
        effective_from=first,
        effective_to=last,
        organization=organization,
        blocks=entry["blocks"],
        sha256=digest,
        imported_at=now,
    )
    return Imported(row, created=True)


def _checked(entry: Any, where: str) -> dict[str, Any]:
    """The entry when nothing forbids it. Raises InputRefusal, whose message names `where` and the first fault."""
    if problems := problems_of(entry, _schema()):
        raise InputRefusal("wording.shape", f"In {where}: {' '.join(problems)}")
    if entry.get("effective_to") and entry["effective_to"] < entry["effective_from"]:
        raise InputRefusal("wording.range", f"In {where}: effective_to lies before effective_from.")
    if found := faults(entry["blocks"], entry["layout"]):
        raise InputRefusal(
            found[0].rule,
            " ".join([f"In {where}:", *(fault.message for fault in found)]),
            fields={fault.key: fault.message for fault in found},
        )
    for key, text in entry["blocks"].items():
        if bad := first_unprintable(text):
            raise InputRefusal("wording.character", f"In {where}: the text of “{key}” holds {bad.spoken}.")
    return dict(entry)


@cache
def _schema() -> dict[str, Any]:
    return load_schema(_SCHEMA)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
