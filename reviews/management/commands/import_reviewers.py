"""Take in the panel's roster from an exchange file (see docs/schemas/reviewer.schema.json)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.actor import Actor
from common.errors import Refusal
from reviews.services.reviewer_import import REJECTED, Result, import_file
from reviews.services.roster import ACCEPTED, UNCHANGED, UPDATED


class Command(BaseCommand):
    help = (
        "Take in the panel's roster with credentials, affiliations and availability; a reviewer_id already there is "
        "updated. Exit status 0 when the file was read, 1 when it cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            results = list(self._results(options["file"], quiet=options["json"]))
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        counts = Counter(result.status for result in results)
        totals = {status: counts[status] for status in (ACCEPTED, UPDATED, UNCHANGED, REJECTED)}
        if options["json"]:
            answer = {"rows": len(results), **totals, "results": [result.as_dict() for result in results]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            said = ", ".join(f"{count} {status}" for status, count in totals.items())
            self.stdout.write(f"{len(results)} rows read: {said}.")

    def _results(self, path: Path, *, quiet: bool) -> Iterator[Result]:
        for result in import_file(path=path, actor=Actor.system("import_reviewers")):
            if not quiet:
                self.stdout.write(_line(result))
            yield result


def _line(result: Result) -> str:
    who = " ".join(filter(None, [f"Row {result.row}", f"({result.reviewer_id})" if result.reviewer_id else ""]))
    return f"{who}: {result.status}: {result.reason}" if result.reason else f"{who}: {result.status}."
