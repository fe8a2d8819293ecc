"""One change of the history taken back, field by field; the taking back stands in the history, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction

from accounts.roles import require
from common.actor import Actor, acting
from common.errors import StateRefusal
from guidelines.models import Edition, Section
from guidelines.rules.comparing import CONTENT, WORDS
from guidelines.services.drafts import FACTS, RIGHT, draft_for_writing, remove_section, save_facts
from guidelines.services.section_editing import save_section

_SECTION_FIELDS = ("heading", "pages", "position", *WORDS, *(name for name in CONTENT if name != "limits"))


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


def history_of_section(section_id: int) -> list[Step]:
    """Every change of a section, newest first: one query."""
    rows = list(_events("SectionEvent").filter(pgh_obj_id=section_id).order_by("pgh_id"))
    return _steps(rows, _SECTION_FIELDS, "heading")


def history_of_edition(edition_id: int) -> list[Step]:
    """Every change of the edition's own facts, newest first: one query."""
    rows = list(_events("EditionEvent").filter(pgh_obj_id=edition_id).order_by("pgh_id"))
    return _steps(rows, FACTS, "year")


def sections_lately(edition_id: int, *, limit: int = 100) -> list[Step]:
    """The last changes of an edition's sections, each with what stood before: two queries."""
    events = _events("SectionEvent").filter(edition_id=edition_id)
    ids = set(events.order_by("-pgh_id").values_list("pgh_obj_id", flat=True)[:limit])
    rows = list(events.filter(pgh_obj_id__in=ids).order_by("pgh_obj_id", "pgh_id"))
    steps = [step for step in _steps(rows, _SECTION_FIELDS, "heading") if step.fields or step.what != "changed"]
    return sorted(steps, key=lambda step: -step.event_id)[:limit]


def _events(model: str) -> Any:
    events: Any = apps.get_model("guidelines", model)
    return events.objects.select_related("pgh_context")


def _steps(rows: list[Any], names: tuple[str, ...], naming: str) -> list[Step]:
    steps, last = [], None
    for row in rows:
        if last is not None and last.pgh_obj_id != row.pgh_obj_id:
            last = None
        steps.append(_step(row, last, names, naming))
        last = row
    return list(reversed(steps))


def _step(row: Any, last: Any, names: tuple[str, ...], naming: str) -> Step:
    told = row.pgh_context.metadata if row.pgh_context else {}
    what = {"insert": "added", "update": "changed", "delete": "removed"}.get(row.pgh_label, row.pgh_label)
    known = names if last is not None and what == "changed" else ()
    pairs = [(name, getattr(last, name), getattr(row, name)) for name in known]
    fields = tuple((name, before, after) for name, before, after in pairs if before != after)
    return Step(
        row.pgh_id, row.pgh_created_at, str(told.get("actor", "")), str(told.get("cause", "")), what,
        str(getattr(row, naming)), fields,
    )  # fmt: skip


def undo_section_change(*, event_id: int, actor: Actor) -> Section | None:
    """Take one change of a section back: its fields get what stood before; one added goes, one removed comes back.

    Raises StateRefusal where a later change touched the same fields, or where only a draft may change them.
    """
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "change taken back"):
        event = _events("SectionEvent").get(pgh_id=event_id)
        if event.pgh_label == "insert":
            remove_section(section_id=event.pgh_obj_id, actor=actor)
            return None
        if event.pgh_label == "delete":
            return _bring_back(event, actor)
        step = next(one for one in history_of_section(event.pgh_obj_id) if one.event_id == event_id)
        section = Section.every.filter(pk=event.pgh_obj_id).first()
        if section is None:
            raise StateRefusal("undo.gone", "The section was removed since. Bring it back first.")
        _refuse_later(step, section)
        before = {name: old for name, old, _ in step.fields}
        return save_section(section_id=section.pk, mine=before, base={}, version=section.version, actor=actor)


def _bring_back(event: Any, actor: Actor) -> Section:
    draft_for_writing(event.edition_id, actor)
    plain = {name: getattr(event, name) for name in (*_SECTION_FIELDS, "edition_id", "origin_id", "parent_id")}
    if plain["parent_id"] and not Section.every.filter(pk=plain["parent_id"]).exists():
        plain["parent_id"] = None
    try:
        with transaction.atomic():
            return Section.every.create(pk=event.pgh_obj_id, **plain)
    except IntegrityError:
        raise StateRefusal(
            "undo.taken", f"“{event.heading}” stands there again already, or its heading is taken."
        ) from None  # fmt: skip


def undo_edition_change(*, event_id: int, actor: Actor) -> Edition:
    """Take one change of a draft's own facts back. Raises as `undo_section_change` does."""
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "change taken back"):
        event = _events("EditionEvent").get(pgh_id=event_id)
        edition = Edition.every.get(pk=event.pgh_obj_id)
        step = next(one for one in history_of_edition(edition.pk) if one.event_id == event_id)
        _refuse_later(step, edition)
        before = {name: old for name, old, _ in step.fields}
        return save_facts(edition_id=edition.pk, facts=before, version=edition.version, actor=actor)


def _refuse_later(step: Step, record: Section | Edition) -> None:
    if not step.fields:
        raise StateRefusal("undo.nothing", "This change touched nothing that can be taken back here.")
    later = [name for name, _, after in step.fields if getattr(record, name) != after]
    if later:
        names = ", ".join(name.replace("_", " ") for name in later)
        raise StateRefusal("undo.later", f"A later change touched {names}, too. Take that one back first.")
