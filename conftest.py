"""Every test run has its own PostgreSQL and Redis, unless the environment names others.

The processes of one run (pytest-xdist) share PostgreSQL, where each has a database of its own. Each has a Redis server
of its own, which its tests may stop and start.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

# Settings are named here and not in pyproject.toml, where pytest-django would read them before this file has run.
os.environ["DJANGO_SETTINGS_MODULE"] = "imr_site.settings"

# The data folder of the run must be fixed before Django reads its settings; xdist workers inherit it. Whoever makes
# the folder removes it, after its servers have stopped.
_ours = "IMR_TEST_VAR" not in os.environ
if _ours:
    os.environ["IMR_TEST_VAR"] = tempfile.mkdtemp(prefix="imr-test-")
os.environ["IMR_VAR"] = os.environ["IMR_TEST_VAR"]
_var = Path(os.environ["IMR_VAR"])
_var.chmod(0o755)

# Nothing is collected in a test run: static files are found where they lie.
os.environ.setdefault("IMR_STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
(_var / "static").mkdir(exist_ok=True)

# Playwright's own loop runs in the thread of the tests; the tests themselves are plain synchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from imr_site.embedded import embedded_servers, start_redis, stop_redis
from imr_site.paths import embedded_redis_url

_servers = contextlib.ExitStack()
atexit.register(_servers.close)
if _ours:
    _servers.callback(shutil.rmtree, _var, ignore_errors=True)
_servers.enter_context(embedded_servers(postgres=not os.environ.get("DATABASE_URL"), redis=False, durable=False))
if not os.environ.get("REDIS_URL") or "IMR_TEST_REDIS" in os.environ:
    os.environ["IMR_TEST_REDIS"] = _redis = f"redis-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    start_redis(_redis)
    _servers.callback(stop_redis, _redis)
    os.environ["REDIS_URL"] = embedded_redis_url(_redis)

django.setup()
# pytest-xdist's processes inherit the environment; with the name in it, pytest-django would read the settings there
# before this file has given the process a Redis of its own.
del os.environ["DJANGO_SETTINGS_MODULE"]
# People are made by the hundred here; a slow hash of their one password proves nothing.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.support.processes import SiteProcesses


#: To truncate three hundred tables and their indexes takes the server a second; most tests fill thirty.
_EMPTY_WHAT_HAS_ROWS = """
DO $$
DECLARE name text; filled boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[{tables}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
END $$
"""


#: Tables that `migrate` fills (content types, permissions, roles), with the statement that fills them again.
_filled_by_migrate: dict[str, str] = {}


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied() -> Iterator[None]:
    """Between tests with real transactions Django empties every table, also those that refuse it: as the superuser that
    no production role is. What `migrate` put in is put back, and not worked out anew from all models each time."""
    from django.core.management.commands import flush
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.sql_flush

    def past_the_guards(self: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        if not plain(self, style, tables, **options):
            return []
        return [
            "SET LOCAL session_replication_role = replica",
            _EMPTY_WHAT_HAS_ROWS.format(tables=", ".join(map(repr, tables))),
            *_filled_by_migrate.values(),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", past_the_guards)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


def _keep_what_migrate_filled() -> None:
    rows_of = sql.SQL("SELECT json_agg(row_to_json(one))::text FROM {} AS one")
    fill = sql.SQL("INSERT INTO {} SELECT * FROM json_populate_recordset(NULL::{}, {})")
    with connection.cursor() as cursor:
        for name in connection.introspection.django_table_names(only_existing=True, include_views=False):
            table = sql.Identifier(name)
            cursor.execute(rows_of.format(table))
            if (rows := cursor.fetchone()[0]) is not None:
                _filled_by_migrate[name] = fill.format(table, table, sql.Literal(rows)).as_string(cursor.cursor)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Before the test database goes, ends what still holds it: the live server's thread, a worker just killed."""
    with django_db_blocker.unblock():
        _keep_what_migrate_filled()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def site_processes(transactional_db: None, tmp_path: Path) -> Iterator[SiteProcesses]:
    """Real workers, scheduler and Redis on the test's database, see tests/support/processes.py."""
    from tests.support.processes import site_on

    with site_on(tmp_path / "processes") as processes:
        yield processes
