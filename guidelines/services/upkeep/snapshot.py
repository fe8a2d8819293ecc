"""What stands in an edition now: paths of its sections, their values, how far its history has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from guidelines.models import Edition, Section, SectionLimit
from guidelines.rules.columns import COLUMNS
from guidelines.rules.places import Path

#: Fields of a section that tables hold, as far as this library knows them.
FIELDS: tuple[str, ...] = tuple(
    column.key
    for column in COLUMNS
    if column.key in {field.name for field in Section._meta.get_fields()} and column.key not in ("limits", "parent")
)
#: The same without the heading, which names the section, and with its limits: what a change may set.
SETTABLE: tuple[str, ...] = (*(key for key in FIELDS if key != "heading"), "limits")


def paths_of(edition_id: int) -> dict[Path, int]:
    """Headings from the top down -> section, for every section of the edition: one query."""
    rows = {
        pk: (parent, heading)
        for pk, parent, heading in Section.every.filter(edition_id=edition_id).values_list("pk", "parent_id", "heading")
    }
    known: dict[int, Path] = {}
    for start in rows:
        at: int | None = start
        walked: list[int] = []
        while at is not None and at in rows and at not in known:
            walked.append(at)
            at = rows[at][0]
        for pk in reversed(walked):
            parent, heading = rows[pk]
            known[pk] = (*known.get(parent or 0, ()), heading)
    return {path: pk for pk, path in known.items()}


def values_of(section_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Section -> the values of its fields and limits: two queries."""
    ids = list(section_ids)
    found: dict[int, dict[str, Any]] = {
        row.pop("pk"): {**row, "limits": []} for row in Section.every.filter(pk__in=ids).values("pk", *FIELDS)
    }
    kept = SectionLimit.objects.filter(section__in=ids)
    for one in sorted(kept, key=lambda one: (one.condition, one.unit)):  # as texts are read, whatever the collation
        found[one.section_id]["limits"].append(one.as_limit.as_dict)
    return found


_REACHED = """
    SELECT e.id,
        COALESCE((SELECT max(pgh_id) FROM guidelines_sectionevent WHERE edition_id = e.id), 0),
        COALESCE((SELECT max(pgh_id) FROM guidelines_editionevent WHERE pgh_obj_id = e.id), 0),
        COALESCE((SELECT max(pgh_id) FROM guidelines_publicationevent WHERE pgh_obj_id = e.publication_id), 0),
        COALESCE((SELECT max(l.pgh_id) FROM guidelines_sectionlimitevent l
                  JOIN guidelines_section s ON s.id = l.section_id WHERE s.edition_id = e.id), 0)
    FROM guidelines_edition e WHERE e.id = ANY(%s)
"""


def reached(edition_ids: Iterable[int]) -> dict[str, list[int]]:
    """How far the history of each edition has come: it moves with every change of the edition or its sections."""
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, [sorted(set(edition_ids))])
        return {str(pk): numbers for pk, *numbers in cursor.fetchall()}


def lock(edition_ids: Sequence[int]) -> None:
    """Nobody else changes these editions or their sections until the transaction ends."""
    list(Edition.every.select_for_update().filter(pk__in=edition_ids).order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM guidelines_section WHERE edition_id = ANY(%s)"
            " ORDER BY id FOR UPDATE) AS held",
            [list(edition_ids)],
        )
