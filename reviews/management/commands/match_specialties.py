from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Case
from common.errors import Refusal
from common.services.exchange import read_rows
from reviews.rules.facts import Wanted
from reviews.services.specialties import specialties_of_case, specialties_of_row

#: A line of a batch; unknown columns are ignored, missing ones are empty.
_BATCH_LINE = {"type": "object"}


class Command(BaseCommand):
    help = "The same or similar specialties for a case, best first. Status 0: said; 1: refused; 2: wrong use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", nargs="?", metavar="CASE", help="case number, such as CM26-0000001")
        parser.add_argument(
            "--batch", type=Path, metavar="FILE.jsonl", help="lines with id, diagnoses, items, requesting_specialty"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object; with --batch one a line")

    def handle(self, *_args: Any, **options: Any) -> None:
        if (options["case"] is None) == (options["batch"] is None):
            raise CommandError("Give a case number, or --batch FILE.jsonl, and not both.", returncode=2)
        if options["case"] is not None:
            self._say(_of_case(options["case"]), as_json=options["json"])
            return
        refused = 0
        for answer in _of_lines(options["batch"]):
            refused += "error" in answer
            self._say(answer, as_json=options["json"])
        if refused:
            raise CommandError(f"{refused} lines refused; each says why.")

    def _say(self, answer: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{answer.get('id') or answer.get('case')}: {answer.get('error', '')}".rstrip())
        for row in answer["specialties"]:
            self.stdout.write(f"  {row['specialty']} ({row['reason']})")


def _of_case(number: str) -> dict[str, Any]:
    case = Case.objects.filter(number=number).first()
    if case is None:
        raise CommandError(f"There is no case {number}. Check the number.")
    return {"case": case.number, "specialties": _said(specialties_of_case(case))}


def _of_lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        for place, row in enumerate(read_rows(path, _BATCH_LINE), 1):
            if not isinstance(row.raw, dict):
                yield {"id": place, "specialties": [], "error": row.refusal}
                continue
            given = row.raw.get("id")
            yield {"id": place if given is None else given, "specialties": _said(specialties_of_row(row.raw))}
    except Refusal as refusal:
        raise CommandError(refusal.message) from refusal


def _said(wanted: Wanted) -> list[dict[str, str]]:
    return [{"specialty": match.specialty, "reason": match.reason} for match in wanted.matches]
