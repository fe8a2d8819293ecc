from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from cases.rules.workflow_page import workflow_page


class Command(BaseCommand):
    help = "Draw the workflow table as a page; --write puts it into docs/workflow.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            (Path(settings.ROOT) / "docs" / "workflow.md").write_text(workflow_page(), encoding="utf-8")
        else:
            self.stdout.write(workflow_page(), ending="")
