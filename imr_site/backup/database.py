"""PostgreSQL's own dump and restore programs, on the database that the settings name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection

from common.errors import StateRefusal
from imr_site.embedded import EmbeddedServerFailed, programs


class DumpFailed(Exception):
    """pg_dump or pg_restore ended with an error; the message is the program's."""


def dump(*, to: Path, snapshot: str) -> None:
    """Write the database as it is in the exported `snapshot`, in PostgreSQL's custom format."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={to}")


def load(*, path: Path) -> None:
    """Fill an empty database from a dump: wholly or, after an error, not at all."""
    name = connection.settings_dict["NAME"]
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={name}", str(path))


def refuse_unless_empty() -> None:
    """Raises StateRefusal when the database holds any table."""
    if tables := connection.introspection.table_names():
        raise StateRefusal(
            "restore.database_not_empty",
            f"The database already holds {len(tables)} tables. Restore only fills an empty one: name another with"
            " DATABASE_URL or another data folder with IMR_VAR.",
        )


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [_find(program), *arguments], env={**os.environ, **_connection()}, stdin=subprocess.DEVNULL,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise DumpFailed(f"{program} failed: {done.stderr.decode(errors='replace').strip()[-2000:]}")


def _find(program: str) -> str:
    """The program of the embedded server where that is installed, else the system's."""
    try:
        return str(programs() / program)
    except EmbeddedServerFailed:
        if found := shutil.which(program):
            return found
        raise DumpFailed(f"{program} is not installed; Debian's package is postgresql-client.") from None


def _connection() -> dict[str, str]:
    """Where the database is, for libpq; in the environment, where other users do not see the password."""
    database: dict[str, Any] = connection.settings_dict
    options = {f"PG{key.upper()}": str(value) for key, value in database["OPTIONS"].items() if isinstance(value, str)}
    named = {
        "PGDATABASE": database["NAME"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"]),
    }
    return {**options, **{key: value for key, value in named.items() if value}}
