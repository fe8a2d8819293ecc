from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.rules.naming.relation import relation_of
from cases.services.register import current_register

_COLUMNS = ("id", "left", "right")


class Command(BaseCommand):
    help = (
        "What two names of organizations have to do with one another: same, parent, sibling, different or unsure. "
        "Status 0: said; 1: a row was refused; 2: wrong use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("left", nargs="?", metavar="NAME")
        parser.add_argument("right", nargs="?", metavar="NAME")
        parser.add_argument("--batch", type=Path, metavar="FILE.csv", help="columns id, left, right")
        parser.add_argument("--json", action="store_true", help="one JSON object; with --batch one a line")

    def handle(self, *_args: Any, **options: Any) -> None:
        given = [name for name in (options["left"], options["right"]) if name is not None]
        if options["batch"] is None and len(given) < 2:  # noqa: PLR2004
            raise CommandError("Give two names, or --batch FILE.csv.", returncode=2)
        if options["batch"] is not None and given:
            raise CommandError("Give either two names, or --batch FILE.csv.", returncode=2)
        register = current_register()
        refused = 0
        for row in [options] if options["batch"] is None else _rows(options["batch"]):
            named = {} if options["batch"] is None else {"id": row["id"]}
            left, right = (row["left"] or "").strip(), (row["right"] or "").strip()
            if not left or not right:
                refused += 1
                self._say({**named, "error": f"The {'right' if left else 'left'} name is missing."}, options["json"])
                continue
            answer = relation_of(left, right, register)
            said = {"relation": str(answer.relation), "score": answer.score, "why": answer.why}
            self._say({**named, **said, **({"parent": answer.parent} if answer.parent else {})}, options["json"])
        if refused:
            raise CommandError(f"{refused} rows refused; each says why.")

    def _say(self, answer: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        name = f"{answer['id']}: " if "id" in answer else ""
        said = answer.get("error") or f"{answer['relation']} ({answer['score']}): {answer['why']}"
        self.stdout.write(f"{name}{said}")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            lacking = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                raise CommandError(f"{path}: the column {lacking[0]} is missing.")
            yield from reader
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}") from None
