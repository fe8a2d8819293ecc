from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.errors import Refusal
from common.services.files import StoredFileDamaged
from imr_site.backup.database import DumpFailed
from imr_site.backup.service import write_backup


class Command(BaseCommand):
    help = "Write the database, every stored file and the public certificates into a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="new or empty")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            report = write_backup(folder=folder, now=timezone.now(), say=self.stderr.write)
        except (Refusal, DumpFailed, StoredFileDamaged) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(folder), **asdict(report)}))
            return
        self.stdout.write(
            f"{folder}: {report.rows:,} rows, {report.files:,} files ({report.size:,} bytes), "
            f"{report.letters:,} sealed letters."
        )
        self.stderr.write(
            "Private keys are not in it. Keep the seal key and SECRET_KEY apart from the backup, see docs/operate.md."
        )
