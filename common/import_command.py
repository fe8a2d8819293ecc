"""The one shape of every command that takes an exchange file in: a line a row, counts, `--json`, exit status."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Refusal

REJECTED = "rejected"


class RowResult(Protocol):
    """What became of one row: its number in the file, what happened, and why not (empty when taken)."""

    @property
    def row(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str: ...
    def as_dict(self) -> dict[str, Any]: ...


class ImportCommand(BaseCommand):
    """Exit status 0 when every row was taken, 1 when the file cannot be read or a row was rejected (the others are
    taken nevertheless), 2 for wrong use."""

    #: Every status that a row may get, in the order in which they are counted.
    statuses: ClassVar[tuple[str, ...]]
    #: The key of `as_dict` that names a row to people besides its number, and the key that says what it became.
    named_by: ClassVar[str]
    shows: ClassVar[str] = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a JSON array, or one object a line (.jsonl)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    @abstractmethod
    def results(self, path: Path, options: dict[str, Any]) -> Iterable[RowResult]:
        """What became of each row, in the order of the file. Raises Refusal when the file cannot be read at all."""

    def handle(self, *_args: Any, **options: Any) -> None:
        as_json = options["json"]
        taken = []
        try:
            for result in self.results(options["file"], options):
                taken.append(result)
                if not as_json:
                    self.stdout.write(self._line(result))
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        counts = Counter(result.status for result in taken)
        totals = {status: counts[status] for status in self.statuses}
        if as_json:
            answer = {"rows": len(taken), **totals, "results": [result.as_dict() for result in taken]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            said = ", ".join(f"{count} {status}" for status, count in totals.items())
            self.stdout.write(f"{len(taken)} rows read: {said}.")
        if rejected := [result for result in taken if result.status == REJECTED]:
            first = rejected[0]
            raise CommandError(f"{len(rejected)} of {len(taken)} rows rejected. Row {first.row}: {first.reason}")

    def _line(self, result: RowResult) -> str:
        facts = result.as_dict()
        name, became = facts.get(self.named_by), result.reason or facts.get(self.shows)
        who = f"Row {result.row} ({name})" if name else f"Row {result.row}"
        return f"{who}: {result.status}: {became}" if became else f"{who}: {result.status}."
