"""Rows by COPY: the only way to lay millions of them in minutes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import Field, Model

_AT_ONCE = 500
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Table:
    """Collects the rows of one model. Columns that are not named get the model's own default."""

    def __init__(self, model: type[Model], columns: Sequence[str]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
        unknown = set(columns) - set(fields)
        if unknown:
            raise ValueError(f"{model.__name__} has no {sorted(unknown)}")
        rest = [field for name, field in fields.items() if name not in columns and not field.primary_key]
        quoted = [
            connection.ops.quote_name(str(field.column)) for field in [*(fields[name] for name in columns), *rest]
        ]
        self.model = model
        self._sql = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({', '.join(quoted)}) FROM STDIN"
        self._rest = "".join(f"\t{_default(field)}" for field in rest) + "\n"
        self._lines: list[str] = []

    def add(self, *values: Any) -> None:
        self._lines.append("\t".join(map(_said, values)) + self._rest)

    def write(self) -> int:
        """Send what was collected; returns how many rows it was."""
        count = len(self._lines)
        if count:
            with connection.cursor() as cursor, cursor.copy(self._sql) as copy:
                copy.write("".join(self._lines))
            self._lines = []
        return count

    def write_each(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Send the rows while they are made: the server stores some while the next are worked out. They may not ask the
        database anything meanwhile."""
        with connection.cursor() as cursor, cursor.copy(self._sql) as copy:
            for values in rows:
                self.add(*values)
                if len(self._lines) == _AT_ONCE:
                    copy.write("".join(self._lines))
                    self._lines = []
            copy.write("".join(self._lines))
            self._lines = []


def _default(field: Field) -> str:
    return "{}" if isinstance(field, ArrayField) else _said(field.get_default())


def _said(value: Any) -> str:
    """A value in COPY's text form."""
    if value is None or type(value) is int:
        return "\\N" if value is None else str(value)
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value).translate(_ESCAPED)
    return str(value)


@contextmanager
def without_triggers(models: Sequence[type[Model]]) -> Iterator[None]:
    """One transaction in which the site's own triggers on the tables rest; whatever ends it, they stand again.

    A superuser's session also skips the checks of foreign keys: the rows are consistent by the way they are made.
    """
    names = [connection.ops.quote_name(model._meta.db_table) for model in models]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")


def reserve_ids(model: type[Model], count: int) -> int:
    """The first of `count` ids in a row that the database will give to nobody else."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(table), column])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT nextval(%s)", [sequence])
        first: int = cursor.fetchone()[0]
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + count - 1])
    return first
