"""The history that the database keeps of a record, as steps that people read and take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from common.errors import StateRefusal
from guidelines.services.limit_history import LimitChanges, moment


@dataclass(frozen=True)
class Step:
    """One event: what it did to which fields, (name, before, after) each."""

    event_id: int
    when: Any
    who: str
    cause: str
    what: str
    name: str
    fields: tuple[tuple[str, Any, Any], ...]


def events_of(model: str) -> Any:
    events: Any = apps.get_model("guidelines", model)
    return events.objects.select_related("pgh_context")


def steps_of(rows: list[Any], names: tuple[str, ...], naming: str, limits: LimitChanges | None = None) -> list[Step]:
    """limits: what became of them; told with the last event of the same act, which changed the section, too."""
    steps, last = [], None
    acts = [(row.pgh_obj_id, moment(row)) for row in rows]
    for place, row in enumerate(rows):
        if last is not None and last.pgh_obj_id != row.pgh_obj_id:
            last = None
        ended = acts[place] not in acts[place + 1 : place + 3]
        steps.append(_step(row, last, names, naming, (limits or {}).get(acts[place]) if ended else None))
        last = row
    return list(reversed(steps))


def _step(row: Any, last: Any, names: tuple[str, ...], naming: str, limits: tuple[Any, Any] | None = None) -> Step:
    told = row.pgh_context.metadata if row.pgh_context else {}
    what = {"insert": "added", "update": "changed", "delete": "removed"}.get(row.pgh_label, row.pgh_label)
    known = names if last is not None and what == "changed" else ()
    pairs = [(name, getattr(last, name), getattr(row, name)) for name in known]
    if limits is not None and known:
        pairs.append(("limits", *limits))
    fields = tuple((name, before, after) for name, before, after in pairs if before != after)
    return Step(
        row.pgh_id, row.pgh_created_at, str(told.get("actor", "")), str(told.get("cause", "")), what,
        str(getattr(row, naming)), fields,
    )  # fmt: skip


def refuse_later(step: Step, now: Mapping[str, Any]) -> None:
    """Raises StateRefusal unless every field still holds what the step left in it. now: the record as it stands."""
    if not step.fields:
        raise StateRefusal("undo.nothing", "This change touched nothing that can be taken back here.")
    later = [name for name, _, after in step.fields if now[name] != after]
    if later:
        names = ", ".join(name.replace("_", " ") for name in later)
        raise StateRefusal("undo.later", f"A later change touched {names}, too. Take that one back first.")
