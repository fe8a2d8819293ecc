"""Load the register of organizations (see docs/schemas/organization.schema.json)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.services.organization_import import ACCEPTED, DUPLICATE, REJECTED, UPDATED, import_file
from common.actor import Actor
from common.errors import Refusal


class Command(BaseCommand):
    help = "Load the register of organizations. Exit status 0 when the file was read, 1 when it cannot be read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            results = list(import_file(path=options["file"], actor=Actor.system("import_organizations")))
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        counts = Counter(result.status for result in results)
        totals = {status: counts[status] for status in (ACCEPTED, UPDATED, DUPLICATE, REJECTED)}
        if options["json"]:
            answer = {"rows": len(results), **totals, "results": [result.as_dict() for result in results]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for result in results:
            if result.status == REJECTED:
                self.stdout.write(f"Row {result.row} ({result.name}): rejected: {result.reason}")
        said = ", ".join(f"{count} {status}" for status, count in totals.items())
        self.stdout.write(f"{len(results)} rows read: {said}.")
