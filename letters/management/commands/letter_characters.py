from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import common.rules.characters
from letters.services.character_table import table_text


class Command(BaseCommand):
    help = "Compare the table of printable characters with the letter fonts; --write makes it anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the table from the installed fonts")

    def handle(self, *_args: Any, write: bool, **_options: Any) -> None:
        path = Path(common.rules.characters.__file__).with_name("letter_characters.txt")
        text = table_text()
        if write:
            path.write_text(text, encoding="ascii")
            return
        if path.read_text(encoding="ascii") != text:
            raise CommandError("The table of printable characters does not match the fonts; run it with --write.")
