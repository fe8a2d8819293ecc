from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.actor import Actor, acting
from common.errors import Refusal
from common.services.exchange import Row, read_rows
from reviews.services.determination_schema import determination_schema
from reviews.services.past_determinations import import_past_determination
from reviews.services.past_letters import write_letter


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
        results = [self._one(row) for row in rows]
        refused = [entry for entry in results if entry["result"] == "refused"]
        if options["json"]:
            self.stdout.write(json.dumps({"results": results}, ensure_ascii=False))
        else:
            for entry in results:
                self.stdout.write(
                    "  ".join(str(entry[key]) for key in ("row", "result", "case", "reason", "letter") if entry[key])
                )
        if refused:
            raise CommandError(f"{len(refused)} of {len(results)} rows refused. {refused[0]['reason']}")

    def _one(self, row: Row) -> dict[str, Any]:
        entry: dict[str, Any] = {"row": row.number, "result": "refused", "case": None, "reason": None, "letter": None}
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
        return entry | {"result": taken.result, "case": taken.determination.case.number, "letter": str(path)}
