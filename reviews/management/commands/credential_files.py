"""Credential files of a random sample as one ZIP."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Act
from accounts.services.access_log import note_access
from common.actor import Actor
from common.days import california_date
from common.services.files import StoredFileDamaged
from reviews.services.credential_zip import write_zip


class Command(BaseCommand):
    help = "Write the credential files of a random sample of the panel, with an index, as one ZIP. It stays inside."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the ZIP to write")
        parser.add_argument("--count", type=int, default=30, help="how many reviewers (30)")
        parser.add_argument("--seed", type=int, help="the same seed draws the same people; else one is drawn and told")

    def handle(self, *_args: Any, **options: Any) -> None:
        target: Path = options["file"]
        seed = options["seed"] if options["seed"] is not None else secrets.randbelow(1_000_000)
        if options["count"] < 1:
            raise CommandError("--count: at least 1.")
        now = timezone.now()
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("wb") as out:
                found = write_zip(out, count=options["count"], seed=seed, on=california_date(now))
            part.replace(target)
        except (OSError, StoredFileDamaged) as error:
            raise CommandError(f"The archive was not written: {error}") from error
        finally:
            part.unlink(missing_ok=True)
        note_access(
            act=Act.EXPORTED, now=now, actor=Actor.system("credential_files"), target="Credential files",
            detail=f"{len(found)} files, seed {seed}",
        )  # fmt: skip
        complete = sum(file.complete for file in found)
        self.stdout.write(f"{len(found)} credential files, {complete} of them complete, seed {seed}: {target}")
