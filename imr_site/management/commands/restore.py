from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Refusal
from imr_site.backup.database import DumpFailed
from imr_site.backup.service import restore_backup


class Command(BaseCommand):
    help = "Fill an empty installation from a backup, then check every file's hash and every sealed letter."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that `backup` wrote")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = restore_backup(folder=options["folder"], say=self.stderr.write)
        except (Refusal, DumpFailed) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(
                f"{report.rows:,} rows, {report.files:,} files match their hashes, "
                f"{report.letters:,} sealed letters verify."
            )
        if report.wrong:
            raise CommandError("\n".join([f"{len(report.wrong)} things are wrong:", *report.wrong]))
