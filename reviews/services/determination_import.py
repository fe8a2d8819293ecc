"""Importing a file of past determinations: each row whole or not at all, each letter written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from common.actor import Actor, acting
from common.errors import Refusal
from common.import_command import REJECTED
from common.services.exchange import Row, read_rows
from common.services.files import StoredFileDamaged
from reviews.services.determination_schema import determination_schema
from reviews.services.past_determinations import import_past_determination
from reviews.services.past_letters import write_letter


@dataclass(frozen=True)
class Result:
    """What became of one row. `case`: its number; `letter`: the path written; `reason`: why not, else empty."""

    row: int
    status: str
    case: str | None = None
    letter: str | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"reason": self.reason or None}


def import_file(
    *, path: Path, layout: str, folder: Path, actor: Actor, clock: Callable[[], dt.datetime]
) -> Iterator[Result]:
    """Every row with what became of it; its letter is in `folder` when it is handed out.

    A row that cannot be taken never stops the rest. Raises InputRefusal when the file cannot be read.
    """
    rows = read_rows(path, determination_schema(), single=True)
    return (_import_row(row, layout, folder, actor, clock()) for row in rows)


def _import_row(row: Row, layout: str, folder: Path, actor: Actor, now: dt.datetime) -> Result:
    if row.data is None:
        return Result(row.number, REJECTED, reason=" ".join(row.problems))
    try:
        with acting(actor, actor.name):
            taken = import_past_determination(row=row.data, layout=layout, actor=actor, now=now)
            letter = write_letter(determination=taken.determination, folder=folder, now=now)
    except Refusal as refusal:
        return Result(row.number, REJECTED, reason=refusal.message)
    except StoredFileDamaged as damaged:
        return Result(row.number, REJECTED, reason=f"{damaged} Restore the file from the backup, then import again.")
    return Result(row.number, taken.status, taken.determination.case.number, str(letter))
