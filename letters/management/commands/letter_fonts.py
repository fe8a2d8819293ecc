from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from letters.services.font_sources import FontsMissing
from letters.services.fonts import every_han_slice, han_slice, use_letter_fonts


class Command(BaseCommand):
    help = "Make the fonts of letters from their npm packages now, for installations whose workers may not write there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="also every Chinese, Japanese and Korean slice")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            folder = use_letter_fonts()
        except FontsMissing as missing:
            raise CommandError(str(missing), returncode=1) from missing
        names = every_han_slice() if options["all"] else []
        for number, name in enumerate(names, start=1):
            han_slice(name)
            if number % 50 == 0 or number == len(names):
                self.stderr.write(f"slice {number} of {len(names)}")
        self.stdout.write(str(folder))
