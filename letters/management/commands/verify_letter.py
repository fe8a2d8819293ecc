from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from letters.services.conformance import ConformanceCheckFailed
from letters.services.verification import Verification, verify_pdf

_NOT_GOOD, _WRONG_USE = 1, 2


class Command(BaseCommand):
    help = "Say whether a file is a sealed letter of this organization, whole and unchanged. Status 0 good, 1 not good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The PDF.")
        parser.add_argument("--json", action="store_true", help="Print what was found as one JSON object.")

    def handle(self, *_args: Any, file: Path, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=_WRONG_USE) from error
        try:
            found = verify_pdf(content)
        except ConformanceCheckFailed as error:
            raise CommandError(f"The file could not be judged: {error}", returncode=_NOT_GOOD) from error
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(file), **found.as_dict()}, ensure_ascii=False))
        else:
            self._tell(file, found)
        if not found.good:
            raise CommandError(f"{file.name} is not good: {' '.join(found.problems)}", returncode=_NOT_GOOD)

    def _tell(self, file: Path, found: Verification) -> None:
        self.stdout.write(f"{file.name}: {'good' if found.good else 'not good'}")
        for name, value in found.as_dict().items():
            if name not in ("good", "problems"):
                self.stdout.write(f"  {name.replace('_', ' ')}: {value}")
