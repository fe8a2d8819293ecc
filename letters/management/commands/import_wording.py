from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.actor import Actor, acting
from common.errors import Refusal
from letters.services.wording import import_wording_file


class Command(BaseCommand):
    help = "Publish letter wording from an exchange file, all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Exchange file: a JSON array, or one object a line (.jsonl).")
        parser.add_argument("--json", action="store_true", help="Print the result as one JSON object.")

    def handle(self, *_args: Any, file: Path, **options: Any) -> None:
        try:
            with acting(Actor.system("import_wording"), "import_wording"):
                imported = import_wording_file(path=file, now=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=1) from refusal
        rows = [
            {
                "layout": each.wording.layout,
                "language": each.wording.language,
                "effective_from": str(each.wording.effective_from),
                "organization": each.wording.organization,
                "sha256": each.wording.sha256,
                "outcome": "added" if each.created else "unchanged",
            }
            for each in imported
        ]
        if options["json"]:
            self.stdout.write(json.dumps({"wordings": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(
                f"Layout {row['layout']} ({row['language']}) from {row['effective_from']}: {row['outcome']}"
            )
