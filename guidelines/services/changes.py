"""What happened in the library lately, from the history that the database keeps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from guidelines.models import Publication

_WHAT = {"insert": "added", "update": "changed", "delete": "removed"}


@dataclass(frozen=True)
class Change:
    """One event: when, which record, what was done, by whom and why."""

    when: dt.datetime
    kind: str
    name: str
    what: str
    who: str
    cause: str


def recent_changes(*, limit: int = 20) -> list[Change]:
    """The last changes of publications, editions and sections, newest first: one query a kind and one for names."""
    editions = _events("EditionEvent", limit)
    names = Publication.objects.filter(pk__in={row.publication_id for row in editions}).values_list("pk", "name")
    of = dict(names)
    changes = [
        *(_change(row, "Publication", row.name) for row in _events("PublicationEvent", limit)),
        *(_change(row, "Edition", f"{of.get(row.publication_id, '')} {row.year}".strip()) for row in editions),
        *(_change(row, "Section", row.heading) for row in _events("SectionEvent", limit)),
    ]
    return sorted(changes, key=lambda change: change.when, reverse=True)[:limit]


def _events(model: str, limit: int) -> list[Any]:
    events: Any = apps.get_model("guidelines", model)
    return list(events.objects.select_related("pgh_context").order_by("-pgh_id")[:limit])


def _change(row: Any, kind: str, name: str) -> Change:
    told = row.pgh_context.metadata if row.pgh_context else {}
    return Change(
        when=row.pgh_created_at,
        kind=kind,
        name=name,
        what=_WHAT.get(row.pgh_label, row.pgh_label),
        who=str(told.get("actor", "")),
        cause=str(told.get("cause", "")),
    )
