"""What only grows: tables of the past refuse every change, and no table whose rows are never deleted can be emptied.

Triggers of single rows do not see TRUNCATE. After every `migrate` each such table gets a trigger of whole statements,
found by what its model says, so that a new table is guarded the day it appears. A production role that does not own the
tables cannot drop these triggers either (docs/operate.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connections
from django.db.models import Model
from pghistory.models import Context, Event

TRIGGER = "imr_only_grows"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps the past: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
_GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s AND NOT tgisinternal"


def guarded_tables() -> dict[str, str]:
    """Table -> the statements that it refuses: all but INSERT on histories, TRUNCATE where rows stay for ever."""
    return dict(sorted(_found()))


def _found() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        meta = model._meta
        if not meta.managed or meta.proxy:
            continue
        if issubclass(model, Event):
            yield meta.db_table, "UPDATE OR DELETE OR TRUNCATE"
        elif model is Context:  # its rows are written over within one act
            yield meta.db_table, "DELETE OR TRUNCATE"
        elif _never_deleted(model):
            yield meta.db_table, "TRUNCATE"


def _never_deleted(model: type[Model]) -> bool:
    triggers: list[Any] = getattr(model._meta, "triggers", [])
    return any(
        isinstance(one, pgtrigger.Protect) and "DELETE" in str(one.operation) and one.condition is None
        for one in triggers
    )


def put_up(*, using: str = "default", **_signal: Any) -> None:
    """Guard every table that is not guarded yet; a receiver of `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_GUARDED, [TRIGGER])
        there = {name.strip('"') for (name,) in cursor.fetchall()}
        present = set(connection.introspection.table_names(cursor))
        missing = {table: refused for table, refused in guarded_tables().items() if table in present - there}
        if not missing:
            return
        cursor.execute(_FUNCTION)
        for table, refused in missing.items():
            cursor.execute(
                f"CREATE TRIGGER {TRIGGER} BEFORE {refused} ON {connection.ops.quote_name(table)}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {TRIGGER}()"
            )
