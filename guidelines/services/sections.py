"""Writing the sections of an edition and the limits that they recommend."""

from __future__ import annotations

from typing import Any

from common.errors import InputRefusal
from guidelines.models import Edition, Section, SectionLimit
from guidelines.rules.icd10 import backward
from guidelines.rules.limits import from_dict
from guidelines.rules.pages import page_range
from guidelines.rules.places import Path, way

_LISTS = ("topics", "synonyms", "drugs", "icd10_ranges", "body_parts", "service_categories", "specialties")
_TEXTS = ("pages", "summary", "strength_of_evidence", "deep_link")


def write_sections(*, edition: Edition, rows: list[dict[str, Any]]) -> bool:
    """Bring the edition's sections to what `rows` say; sections that are not named stay. Says whether anything changed.

    Sections are written level by level, so that a parent stands before its children. Raises InputRefusal.
    """
    if not rows:
        return False
    _check(edition, rows)
    known = {
        (section.parent_id, section.heading): section
        for section in Section.every.filter(edition=edition).defer("vector", "words")
    }
    limits = _limits_of(edition)
    placed: dict[str, Section] = {}  # by heading, and by the way from the top where several are called the same
    paths: dict[str, Path] = {"": ()}
    written: list[tuple[Section, dict[str, Any]]] = []
    at: dict[int, Section] = {}  # place in the file -> section
    changed = added = False
    waiting = list(enumerate(rows))
    while waiting:
        ready = [(place, row) for place, row in waiting if not row.get("parent") or row["parent"] in placed]
        if not ready:
            place, row = waiting[0]
            raise InputRefusal(
                "section.parent",
                f'sections[{place}].parent: "{row["parent"]}" is no heading of this edition that stands above '
                f'"{row["heading"]}". Name one of its headings.',
            )
        fresh = []
        for place, row in ready:
            parent = placed.get(row.get("parent") or "")
            section = known.get((parent.pk if parent else None, row["heading"]))
            if section is None:
                section = Section(edition=edition, parent=parent, heading=row["heading"])
                fresh.append(section)
            at[place] = section
            changed |= _fill(section, row)
            path = (*paths[row.get("parent") or ""], row["heading"])
            for name in (row["heading"], way(path)):
                placed[name], paths[name] = section, path
            written.append((section, row))
        Section.every.bulk_create(fresh, batch_size=500)
        added |= bool(fresh)
        done = {place for place, _ in ready}
        waiting = [(place, row) for place, row in waiting if place not in done]
    changed |= _lay_in_order([at[place] for place in sorted(at)], anew=added)
    return _write_limits(written, limits) or changed


def _lay_in_order(sections: list[Section], *, anew: bool) -> bool:
    """Positions in the order of the file, unless its sections stand in that order already. Says whether it wrote."""
    last: dict[int | None, tuple[int, int]] = {}
    for section in sections:
        stands = (section.position, section.pk)
        anew |= stands < last.get(section.parent_id, stands)
        last[section.parent_id] = stands
    differing = []
    for place, section in enumerate(sections):
        if anew and section.position != place:
            section.position = place
            differing.append(section)
    Section.every.bulk_update(differing, ["position"], batch_size=500)
    return bool(differing)


def _fill(section: Section, row: dict[str, Any]) -> bool:
    facts: dict[str, Any] = {key: row[key] for key in _LISTS if key in row}
    facts |= {key: row[key] or "" for key in _TEXTS if key in row}
    differing = [key for key, value in facts.items() if getattr(section, key) != value]
    for key in differing:
        setattr(section, key, facts[key])
    if not section.pk:
        return True
    if differing:
        section.save(update_fields=differing)
    return bool(differing)


def _check(edition: Edition, rows: list[dict[str, Any]]) -> None:
    seen: set[tuple[str, str]] = set()
    for place, row in enumerate(rows):
        where = f"editions of {edition.year}: sections[{place}]"
        heading = (row.get("parent") or "", row["heading"])
        if heading in seen:
            raise InputRefusal("section.twice", f'{where}: the heading "{row["heading"]}" is given twice.')
        seen.add(heading)
        if row.get("summary") and edition.publication.licensed_text:
            raise InputRefusal(
                "section.licensed",
                f"{where}.summary: the text of this publication is licensed, so no summary may be kept. "
                "Put own words into topics.",
            )
        span = page_range(row.get("pages") or "")
        if span and edition.pages and span[1] > edition.pages:
            raise InputRefusal(
                "section.pages", f"{where}.pages: the edition has {edition.pages} pages; page {span[1]} lies outside."
            )
        if wrong := backward(row.get("icd10_ranges", [])):
            raise InputRefusal("section.icd10", f'{where}.icd10_ranges: "{wrong}" ends before it begins.')
        _check_limits(where, row.get("limits", []))


def _check_limits(where: str, limits: list[dict[str, Any]]) -> None:
    seen: set[tuple[str, str]] = set()
    for place, limit in enumerate(limits):
        least, most = limit.get("min"), limit.get("max")
        key = (limit.get("condition") or "", limit["unit"])
        if least is None and most is None:
            raise InputRefusal("limit.number", f"{where}.limits[{place}]: min or max is missing.")
        if least is not None and most is not None and most < least:
            raise InputRefusal("limit.number", f"{where}.limits[{place}]: max {most} is less than min {least}.")
        if key in seen:
            raise InputRefusal("limit.twice", f"{where}.limits[{place}]: this condition and unit are given twice.")
        seen.add(key)


Limits = dict[int, dict[tuple[str, str], tuple[int | None, int | None, int | None]]]


def _limits_of(edition: Edition) -> Limits:
    """Section id -> (condition, unit) -> (least, most, weeks) as they stand now."""
    found: Limits = {}
    for limit in SectionLimit.objects.filter(section__edition=edition):
        numbers = (limit.minimum, limit.maximum, limit.weeks)
        found.setdefault(limit.section_id, {})[limit.condition, limit.unit] = numbers
    return found


def _write_limits(written: list[tuple[Section, dict[str, Any]]], before: Limits) -> bool:
    """A section's limits are replaced as a whole when the row names them and they differ."""
    changed = False
    for section, row in written:
        if "limits" not in row:
            continue
        wanted = {
            (limit.get("condition") or "", limit["unit"]): (limit.get("min"), limit.get("max"), limit.get("weeks"))
            for limit in row["limits"]
        }
        if wanted == before.get(section.pk, {}):
            continue
        changed = True
        section.limits.all().delete()
        SectionLimit.objects.bulk_create(SectionLimit.of(section.pk, from_dict(limit)) for limit in row["limits"])
    return changed
