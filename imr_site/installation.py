"""Brings an installation up to date: servers, migrations, reference data. Used by the commands in bin/.

Runs before Django reads its settings, so it asks the database itself what is missing; that costs milliseconds when
nothing is. Production runs `manage.py migrate` and `manage.py setup_reference` instead, see docs/operate.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import FrameType

import psycopg

from imr_site.embedded import EmbeddedServerFailed, embedded_servers
from imr_site.paths import ROOT, VAR, embedded_database_url
from imr_site.reference import STEPS, fingerprint

#: Commands that must find the database as it is: they make, move or fill the tables themselves.
_LEAVE_DATABASE = frozenset({"restore", "migrate", "makemigrations"})
_LEAVE_REFERENCE = frozenset({"setup_reference", "flush", "backup"})
_SET_UP_LOCK = 4610139
_MIGRATIONS = "migrations"


class InstallationFailed(RuntimeError):
    """The installation could not be brought up to date; what failed has been said on standard error."""


def run_command() -> None:
    """`bin/manage`: the command of sys.argv, in this process, in an installation that is up to date."""
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    os.environ["DJANGO_SETTINGS_MODULE"] = "imr_site.settings"
    try:
        with ready_site(migrations=command not in _LEAVE_DATABASE, reference=command not in _LEAVE_REFERENCE):
            from django.core.management import execute_from_command_line

            execute_from_command_line(["manage.py", *sys.argv[1:]])
    except (EmbeddedServerFailed, InstallationFailed) as error:
        _say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@contextlib.contextmanager
def ready_site(*, migrations: bool = True, reference: bool = True) -> Iterator[None]:
    """The site's servers run and its database is up to date while this is open.

    Outside servers named by DATABASE_URL and REDIS_URL (environment or .env) are used when given.
    """
    _read_env_file()
    os.environ["IMR_VAR"] = str(VAR)
    with embedded_servers(postgres=not os.environ.get("DATABASE_URL"), redis=not os.environ.get("REDIS_URL")):
        if migrations:
            bring_up_to_date(reference=reference)
        yield


def bring_up_to_date(*, reference: bool = True) -> None:
    """Apply what is missing. One process at a time: the others wait on a lock in the database, then find it done."""
    with psycopg.connect(_database_url(), autocommit=True) as connection:
        if not _missing(connection, reference):
            return
        connection.execute("select pg_advisory_lock(%s)", (_SET_UP_LOCK,))
        missing = _missing(connection, reference)
        if _MIGRATIONS in missing:
            _say("Bringing the database's tables up to date ...")
            _manage("migrate", "--noinput", "--verbosity", "0")
            _note(connection, _MIGRATIONS, _migrations_fingerprint())
            missing = _missing(connection, reference)
        if missing:
            _manage("setup_reference", *missing)


def _missing(connection: psycopg.Connection, reference: bool) -> list[str]:
    """Names of the steps whose data changed since they were last done in this database."""
    if not _table_exists(connection, "imr_site_setupstep"):
        return [_MIGRATIONS]
    rows = connection.execute("select name, fingerprint from imr_site_setupstep").fetchall()
    done: dict[str, str] = dict(rows)
    if done.get(_MIGRATIONS) != _migrations_fingerprint() or not _all_applied(connection):
        return [_MIGRATIONS]
    return [step.name for step in STEPS if reference and done.get(step.name) != fingerprint(step)]


def _migration_files() -> list[tuple[str, str]]:
    """(application, migration) of every migration in the project."""
    return sorted(
        (path.parent.parent.name, path.stem) for path in ROOT.glob("*/migrations/*.py") if path.name[0].isdigit()
    )


def _migrations_fingerprint() -> str:
    """Changes with the project's migrations, the roles laid after them, and the libraries that bring their own."""
    digest = hashlib.sha256()
    files = [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "accounts" / "roles.py", ROOT / "requirements.txt"]
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _all_applied(connection: psycopg.Connection) -> bool:
    applied = set(connection.execute("select app, name from django_migrations").fetchall())
    return applied.issuperset(_migration_files())


def _table_exists(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute("select to_regclass(%s)", (name,)).fetchone()
    return row is not None and row[0] is not None


def _note(connection: psycopg.Connection, name: str, mark: str) -> None:
    connection.execute(
        "insert into imr_site_setupstep (name, fingerprint, done_at) values (%s, %s, now())"
        " on conflict (name) do update set fingerprint = excluded.fingerprint, done_at = now()",
        (name, mark),
    )


def _manage(*arguments: str) -> None:
    """A management command whose output is progress, not the answer of the command that was asked for."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
    )
    if done.returncode:
        raise InstallationFailed(f"The set-up step {arguments[0]} failed; what it said stands above.")


def _database_url() -> str:
    return os.environ.get("DATABASE_URL") or embedded_database_url()


def _read_env_file() -> None:
    if (ROOT / ".env").exists():
        import environ

        environ.Env.read_env(str(ROOT / ".env"))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
