from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.actor import Actor
from common.errors import Refusal
from guidelines.services.library import import_guidelines


class Command(BaseCommand):
    help = "Takes publications with their editions and sections into the guideline library."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Exchange file: a JSON array, or one object a line (.jsonl).")
        parser.add_argument("--json", action="store_true", help="Print the result as one JSON object.")

    def handle(self, *_args: Any, file: Path, **options: Any) -> None:
        try:
            report = import_guidelines(path=file, actor=Actor.system("import_guidelines"))
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        counts = {outcome: report.count(outcome) for outcome in ("added", "changed", "unchanged", "refused")}
        if options["json"]:
            rows = [
                {
                    "row": row.number,
                    "publication": row.publication,
                    "outcome": row.outcome,
                    "reasons": row.reasons,
                }
                for row in report.rows
            ]
            self.stdout.write(json.dumps({**counts, "rows": rows}, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{number} {outcome}" for outcome, number in counts.items()))
            for row in report.refused:
                self.stdout.write(f"Row {row.number} ({row.publication or 'no name'}): {' '.join(row.reasons)}")
        if report.refused:
            raise CommandError(f"{len(report.refused)} of {len(report.rows)} rows were refused.", returncode=1)
