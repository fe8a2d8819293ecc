"""A section as values, and values written back: what editing, comparing, copying and undoing have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guidelines.models import Section, SectionLimit
from guidelines.rules.comparing import WORDS, Part
from guidelines.rules.limits import AsList, from_list

#: By what a section is cited and where it stands.
LABEL = ("heading", "pages", "parent", "position")
#: What it says.
CONTENT = ("summary", "strength_of_evidence", "limits")
FIELDS: tuple[str, ...] = (*LABEL, *WORDS, *CONTENT)


def facts_of(section: Section) -> dict[str, Any]:
    """Every field that editors write; `parent` as an id, `limits` as lists [condition, unit, min, max, weeks]."""
    facts = {name: getattr(section, name) for name in FIELDS if name not in ("parent", "limits")}
    return {**facts, "parent": section.parent_id, "limits": limits_of(section)}


def limits_of(section: Section) -> list[AsList]:
    kept = [one.as_limit for one in section.limits.all()]
    return [limit.as_list for limit in sorted(kept, key=lambda limit: (limit.condition, limit.unit))]


def write_facts(section: Section, facts: dict[str, Any]) -> None:
    """Save what differs; the limits are replaced as a whole."""
    limits = facts.pop("limits", None)
    if "parent" in facts:
        facts["parent_id"] = facts.pop("parent")
    for name, value in facts.items():
        setattr(section, name, value)
    section.save()
    if limits is not None and limits != limits_of(section):
        section.limits.all().delete()
        SectionLimit.objects.bulk_create(SectionLimit.of(section.pk, from_list(one)) for one in limits)


def parts_of(edition_id: int) -> list[Part]:
    """Every section of an edition, drafts too, in the order of its contents: two queries."""
    rows = list(
        Section.every.filter(edition_id=edition_id).defer("vector", "words").prefetch_related("limits")
        .order_by("position", "pk")
    )  # fmt: skip
    by_id = {row.pk: row for row in rows}
    return [
        Part(row.pk, row.origin_id, _path(row, by_id), row.pages, row.position, facts_of(row)) for row in rows
    ]  # fmt: skip


def _path(section: Section, by_id: dict[int, Section]) -> tuple[str, ...]:
    headings = [section.heading]
    while section.parent_id in by_id:
        section = by_id[section.parent_id]
        headings.append(section.heading)
    return tuple(reversed(headings))


def copy_sections(*, source_id: int, target_id: int) -> dict[int, int]:
    """Copies every section with its limits, level by level; old id -> new id. `origin` points back."""
    rows = list(Section.every.filter(edition_id=source_id).prefetch_related("limits").order_by("position", "pk"))
    made: dict[int, int] = {}
    waiting = rows
    while waiting:
        ready = [row for row in waiting if row.parent_id is None or row.parent_id in made]
        for old, new in zip(ready, Section.every.bulk_create(_copies(ready, target_id, made)), strict=True):
            made[old.pk] = new.pk
        waiting = [row for row in waiting if row.pk not in made]
    SectionLimit.objects.bulk_create(
        SectionLimit.of(made[row.pk], limit.as_limit) for row in rows for limit in row.limits.all()
    )
    return made


def _copies(rows: Iterable[Section], target_id: int, made: dict[int, int]) -> list[Section]:
    plain = [name for name in FIELDS if name not in ("parent", "limits")]
    return [
        Section(
            edition_id=target_id, origin_id=row.pk, parent_id=made.get(row.parent_id or 0),
            **{name: getattr(row, name) for name in plain},
        )
        for row in rows
    ]  # fmt: skip
