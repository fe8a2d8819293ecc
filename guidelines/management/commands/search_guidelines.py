from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import InputRefusal, Refusal
from common.services.exchange import parse_date, read_rows
from guidelines.services.search import Hit, search

#: A line of a batch; unknown columns are ignored.
_BATCH_LINE = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {
        "id": {"type": ["string", "integer"]},
        "text": {"type": "string"},
        "diagnoses": {"type": ["array", "null"], "items": {"type": "string"}},
        "on": {"type": ["string", "null"], "format": "date"},
        "exclude_case": {"type": ["string", "null"]},
    },
}


class Command(BaseCommand):
    help = "Finds the sections of the guideline library for the words of a request."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", nargs="?", help="Words of the request.")
        parser.add_argument("--on", help="Day of the review, YYYY-MM-DD: editions in force on it come first.")
        parser.add_argument("--diagnosis", default="", help="Diagnosis in words.")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--batch", type=Path, help="File of requests, one object a line (.jsonl).")
        parser.add_argument("--no-precedents", action="store_true", help="Leave out what earlier determinations cited.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *_args: Any, text: str | None, batch: Path | None, **options: Any) -> None:
        if (text is None) == (batch is None):
            raise CommandError("Give the words to look for, or --batch FILE, and not both.", returncode=2)
        try:
            if batch is not None:
                for line in self._batch(batch, options):
                    self.stdout.write(json.dumps(line, ensure_ascii=False))
            else:
                self._one(text or "", options)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal

    def _one(self, text: str, options: dict[str, Any]) -> None:
        hits = search(
            text=text, on=_day(options["on"]), diagnosis=options["diagnosis"], limit=options["limit"],
            precedents=_precedents(options),
        )  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps({"results": [hit.as_json() for hit in hits]}, ensure_ascii=False))
            return
        for hit in hits:
            self.stdout.write(_line(hit))
        if not hits:
            self.stdout.write("Nothing found. Try fewer words, or the name of the drug or procedure.")

    def _batch(self, path: Path, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for row in read_rows(path, _BATCH_LINE):
            if row.data is None:
                given = row.raw.get("id") if isinstance(row.raw, dict) else None
                yield {"id": given, "results": [], "error": row.refusal}
                continue
            hits = search(
                text=row.data["text"],
                on=_day(row.data.get("on")),
                diagnosis="; ".join(row.data.get("diagnoses") or []),
                limit=options["limit"],
                precedents=_precedents(options),
                exclude_case=row.data.get("exclude_case") or "",
            )
            yield {"id": row.data["id"], "results": [hit.as_json() for hit in hits]}


def _precedents(options: dict[str, Any]) -> bool | None:
    """None: as the site is set."""
    return False if options["no_precedents"] else None


def _day(text: str | None) -> dt.date | None:
    if not text:
        return None
    try:
        return parse_date(text)
    except ValueError:
        raise InputRefusal("date", f'"{text}" is no date. Dates are written YYYY-MM-DD.') from None


def _line(hit: Hit) -> str:
    pages = f", pages {hit.pages}" if hit.pages else ""
    return (
        f"{hit.score:7.2f}  {hit.publication} ({hit.edition_year}): {hit.section or 'as a whole'}{pages}"
        f"  [{'; '.join(hit.why)}]"
    )
