"""`check --deploy`: no server and no key of the demo in production. `migrate`: no database that stopped half-way.

See also the checks of accounts and letters.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@register(Tags.security, deploy=True)
def check_production(app_configs: Any, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Errors for what would silently be made in the data folder."""
    findings = [
        (not os.environ.get("DATABASE_URL"), "imr.E031",
         "The database would be the embedded one, which is for trying the site out.", "Set DATABASE_URL."),
        (not os.environ.get("REDIS_URL"), "imr.E032",
         "Redis would be the embedded one, which is for trying the site out.", "Set REDIS_URL."),
        (not os.environ.get("SECRET_KEY"), "imr.E033",
         "SECRET_KEY would be one made in the data folder.", "Set SECRET_KEY, and keep it apart from the backups."),
    ]  # fmt: skip
    missing = [Error(text, hint=hint, id=key) for wrong, key, text, hint in findings if wrong]
    return missing + _what_comes_in()


def _what_comes_in() -> list[CheckMessage]:
    """Warnings for what an installation may do without, knowing it."""
    findings = [
        (not settings.FILE_KEYS and not settings.DISK_ENCRYPTED, "imr.W034",
         "Records would lie on the disk as plain files.",
         "Set IMR_FILE_KEYS, or IMR_DISK_ENCRYPTED where the disk is encrypted."),
        (not settings.CLAMAV, "imr.W035", "Files that come in would be opened without a virus scan.",
         "Set IMR_CLAMAV to the address of ClamAV's daemon."),
    ]  # fmt: skip
    return [Caution(text, hint=hint, id=key) for wrong, key, text, hint in findings if wrong]


@register(Tags.database)
def check_squashed_migrations(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Errors for a database that has a part of what a squashed migration stands for: Django would pass over the rest
    without a word, or make tables that are there."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    squashed = sorted(
        (key, migration.replaces) for key, migration in loader.disk_migrations.items() if migration.replaces
    )
    found: list[CheckMessage] = []
    for alias in databases or ():
        recorded = MigrationRecorder(connections[alias]).applied_migrations().keys()
        for (app, name), replaced in squashed:
            missing = [old for _, old in replaced if (app, old) not in recorded]
            if missing and any(of == app for of, _ in recorded):
                text = f"The database has only a part of the migrations that {app}.{name} stands for, not {missing[0]}."
                hint = f"Bring it to {app}.{replaced[-1][1]} with the release before: docs/adr/0018-squashed-again.md."
                found.append(Error(text, hint=hint, id="imr.E036"))
    return found
