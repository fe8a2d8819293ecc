from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.services.working_out import work_out
from common.errors import Refusal

_COLUMNS = ("clock", "trigger")


class Command(BaseCommand):
    help = "When a clock ends, and how that was worked out. Status 0: said; 1: refused; 2: wrong use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("clock", nargs="?", metavar="CLOCK", help="key of a clock: application, determination, ...")
        parser.add_argument(
            "trigger", nargs="?", metavar="TRIGGER", help="YYYY-MM-DD, for clocks of hours YYYY-MM-DDTHH:MM"
        )
        parser.add_argument("--service", default="", help="way of service: mail_ca, mail_us, electronic, ...")
        parser.add_argument("--calendar", default="", help="another calendar than the rule's: office, statutory")
        parser.add_argument("--jurisdiction", default="california")
        parser.add_argument(
            "--batch", type=Path, metavar="FILE.csv", help="columns id, clock, trigger, service, calendar"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object; with --batch one a line")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["batch"] is None and not (options["clock"] and options["trigger"]):
            raise CommandError("Give CLOCK and TRIGGER, or --batch FILE.csv.", returncode=2)
        if options["batch"] is not None and options["clock"]:
            raise CommandError("Give either CLOCK and TRIGGER, or --batch FILE.csv.", returncode=2)
        refused = 0
        for row in [options] if options["batch"] is None else _rows(options["batch"]):
            answer = self._answer(row, options["jurisdiction"])
            if "error" in answer and options["batch"] is None:
                raise CommandError(answer["error"])
            refused += "error" in answer
            self._say(answer, as_json=options["json"])
        if refused:
            raise CommandError(f"{refused} rows refused; each says why.")

    def _answer(self, row: dict[str, Any], jurisdiction: str) -> dict[str, Any]:
        named = {"id": row["id"]} if "id" in row else {}
        try:
            worked = work_out(
                jurisdiction_key=row.get("jurisdiction") or jurisdiction,
                clock=(row["clock"] or "").strip(),
                trigger=(row["trigger"] or "").strip(),
                service=(row.get("service") or "").strip(),
                calendar=(row.get("calendar") or "").strip(),
            )
        except Refusal as refusal:
            return {**named, "error": refusal.message}
        due = worked.due
        written = f"{due:%Y-%m-%dT%H:%M}" if isinstance(due, dt.datetime) else due.isoformat()
        return {**named, "due": written, "derivation": list(worked.derivation)}

    def _say(self, answer: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        name = f"{answer['id']}: " if "id" in answer else ""
        self.stdout.write(f"{name}{answer.get('due') or answer['error']}")
        for step in answer.get("derivation", ()):
            self.stdout.write(f"  {step}")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            lacking = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                raise CommandError(f"{path}: the column {lacking[0]} is missing.")
            for place, row in enumerate(reader, 1):
                yield {"id": str(place), **{key: value for key, value in row.items() if key and value is not None}}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}") from None
