"""A lookup for long lists of keys: `case__any_of=ids` sends one array, where `__in` sends a parameter for each.

With a thousand keys the text of a statement is most of its cost: Django writes it, the driver takes it apart, and the
server reads it again. An array is one parameter, whatever its length; the answer is the same.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, Lookup
from django.db.models.fields.related import ForeignObject


@Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(Lookup):
    lookup_name = "any_of"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[Any]:
        prepare = self._field().get_prep_value
        # Mostly these are thousands of ids, which are what the database takes.
        return [value if type(value) is int else prepare(getattr(value, "pk", value)) for value in self.rhs]

    def _field(self) -> Any:
        """The column's own field; for a foreign key the one it points at."""
        field = self.lhs.output_field
        while getattr(field, "target_field", None) is not None:
            field = field.target_field
        return field

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.rhs:
            raise EmptyResultSet  # nothing can be found: the database is not asked
        column, params = self.process_lhs(compiler, connection)
        kind = self._field().rel_db_type(connection) or self._field().db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", [*params, self.rhs]
