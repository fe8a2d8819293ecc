from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from common.actor import Actor
from common.errors import InputRefusal
from common.import_command import REJECTED, ImportCommand
from reviews.services.determination_import import Result, import_file
from reviews.services.past_determinations import ACCEPTED, SUPERSEDED, UNCHANGED


class Command(ImportCommand):
    help = "Take past determinations over, complete with review, and write their sealed letters."
    statuses = (ACCEPTED, SUPERSEDED, UNCHANGED, REJECTED)
    named_by = "case"
    shows = "letter"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--layout", required=True, help="letter layout, such as 2016")
        parser.add_argument("--out", type=Path, required=True, help="folder for <case number>.pdf, made if missing")

    def results(self, path: Path, options: dict[str, Any]) -> Iterable[Result]:
        actor = Actor.system("import_determinations")
        try:
            options["out"].mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputRefusal("file.folder", f"{options['out']} cannot be written to: {error.strerror}.") from None
        return import_file(path=path, layout=options["layout"], folder=options["out"], actor=actor, clock=timezone.now)
