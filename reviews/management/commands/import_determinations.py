from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.actor import Actor, acting
from common.errors import Refusal
from common.services.exchange import Row, read_rows
from reviews.services.determination_schema import determination_schema
from reviews.services.past_determinations import ACCEPTED, SUPERSEDED, UNCHANGED, import_past_determination
from reviews.services.past_letters import write_letter

REJECTED = "rejected"


class Command(BaseCommand):
    help = "Take past determinations over, complete with review, and write their sealed letters."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--layout", required=True, help="letter layout, such as 2016")
        parser.add_argument("--out", type=Path, required=True, help="folder for <case number>.pdf, made if missing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        self.actor = Actor.system("import_determinations")
        self.layout, self.out = options["layout"], options["out"]
        try:
            rows = read_rows(options["file"], determination_schema(), single=True)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        results = []
        for row in rows:
            results.append(self._one(row))
            if not options["json"]:
                self.stdout.write(_line(results[-1]))
        counts = Counter(entry["status"] for entry in results)
        totals = {status: counts[status] for status in (ACCEPTED, SUPERSEDED, UNCHANGED, REJECTED)}
        said = ", ".join(f"{count} {status}" for status, count in totals.items())
        if options["json"]:
            answer = {"rows": len(results), **totals, "results": results}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(f"{len(results)} rows read: {said}.")
        if totals[REJECTED]:
            first = next(entry["reason"] for entry in results if entry["status"] == REJECTED)
            raise CommandError(f"{totals[REJECTED]} of {len(results)} rows rejected. {first}")

    def _one(self, row: Row) -> dict[str, Any]:
        entry: dict[str, Any] = {"row": row.number, "status": REJECTED, "case": None, "reason": None, "letter": None}
        try:
            if row.data is None:
                entry["reason"] = row.refusal
                return entry
            now = timezone.now()
            with acting(self.actor, "import_determinations"):
                taken = import_past_determination(row=row.data, layout=self.layout, actor=self.actor, now=now)
                path = write_letter(determination=taken.determination, folder=self.out, now=now)
        except Refusal as refusal:
            entry["reason"] = f"Row {row.number}: {refusal.message}"
            return entry
        return entry | {"status": taken.status, "case": taken.determination.case.number, "letter": str(path)}


def _line(entry: dict[str, Any]) -> str:
    if entry["status"] == REJECTED:
        return f"{entry['reason']} (rejected)"
    return f"Row {entry['row']}: {entry['status']}: {entry['case']}: {entry['letter']}"
