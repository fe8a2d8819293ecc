from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.models import StoredFile
from common.services import files


class Command(BaseCommand):
    help = "Write every stored file anew with the first of IMR_FILE_KEYS: when encryption begins, or a new key."

    def handle(self, *_: Any, **__: Any) -> None:
        if not settings.FILE_KEYS:
            raise CommandError("IMR_FILE_KEYS is not set.")
        done, damaged = 0, 0
        for row in StoredFile.objects.order_by("pk").iterator():
            try:
                files.rewrite(row)
                done += 1
            except (files.StoredFileDamaged, OSError) as error:
                damaged += 1
                self.stderr.write(f"{row.sha256}: {error}")
        self.stdout.write(f"{done} files written with the key {next(iter(settings.FILE_KEYS))!r}.")
        if damaged:
            raise CommandError(f"{damaged} files could not be read; they stay as they are.")
