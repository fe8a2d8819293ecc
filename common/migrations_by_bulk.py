"""Operations for squashed migrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger import compiler


class AddTriggers(Operation):
    """Creates many compiled triggers, given as (model name, trigger), as pgtrigger's `AddTrigger` creates one.

    `AddTrigger` has Django build its picture of all related models anew each time, though a trigger changes none of it:
    with a hundred triggers that was most of the time that a new database took.
    """

    reduces_to_sql = True
    reversible = False

    def __init__(self, triggers: Sequence[tuple[str, compiler.Trigger]]) -> None:
        self.triggers = triggers

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for model_name, trigger in self.triggers:
            options = state.models[app_label, model_name.lower()].options
            options["triggers"] = [*options.get("triggers", []), trigger]

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for _, trigger in self.triggers:
            # pgtrigger's SQL is complete; with parameters its percent signs would be taken for places.
            schema_editor.execute(trigger.install_sql, params=None)

    def describe(self) -> str:
        return f"Create {len(self.triggers)} triggers"

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return self.__class__.__name__, [], {"triggers": self.triggers}
