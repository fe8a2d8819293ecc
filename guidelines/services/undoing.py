"""One change of the history taken back, field by field; the taking back stands in the history, too."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from accounts.roles import require
from common.actor import Actor, acting
from common.errors import StateRefusal
from guidelines.models import Edition, Section, SectionLimit
from guidelines.rules.comparing import CONTENT, WORDS
from guidelines.rules.limits import from_list
from guidelines.services.drafts import FACTS, RIGHT, draft_for_writing, remove_section, save_facts
from guidelines.services.history_steps import Step, events_of, refuse_later, steps_of
from guidelines.services.limit_history import limit_changes, moment
from guidelines.services.section_editing import save_section
from guidelines.services.section_facts import facts_of

_SECTION_FIELDS = ("heading", "pages", "position", *WORDS, *(name for name in CONTENT if name != "limits"))


def history_of_section(section_id: int) -> list[Step]:
    """Every change of a section and its limits, newest first: two queries."""
    rows = list(events_of("SectionEvent").filter(pgh_obj_id=section_id).order_by("pgh_id"))
    return steps_of(rows, _SECTION_FIELDS, "heading", limit_changes([section_id]))


def history_of_edition(edition_id: int) -> list[Step]:
    """Every change of the edition's own facts, newest first: one query."""
    rows = list(events_of("EditionEvent").filter(pgh_obj_id=edition_id).order_by("pgh_id"))
    return steps_of(rows, FACTS, "year")


def sections_lately(edition_id: int, *, limit: int = 100) -> list[Step]:
    """The last changes of an edition's sections, each with what stood before: three queries."""
    events = events_of("SectionEvent").filter(edition_id=edition_id)
    ids = set(events.order_by("-pgh_id").values_list("pgh_obj_id", flat=True)[:limit])
    rows = list(events.filter(pgh_obj_id__in=ids).order_by("pgh_obj_id", "pgh_id"))
    steps = steps_of(rows, _SECTION_FIELDS, "heading", limit_changes(ids))
    telling = [step for step in steps if step.fields or step.what != "changed"]
    return sorted(telling, key=lambda step: -step.event_id)[:limit]


def undo_section_change(*, event_id: int, actor: Actor) -> Section | None:
    """Take one change of a section back: its fields get what stood before; one added goes, one removed comes back.

    Raises StateRefusal where a later change touched the same fields, or where only a draft may change them.
    """
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "change taken back"):
        event = events_of("SectionEvent").get(pgh_id=event_id)
        if event.pgh_label == "insert":
            remove_section(section_id=event.pgh_obj_id, actor=actor)
            return None
        if event.pgh_label == "delete":
            return _bring_back(event, actor)
        step = next(one for one in history_of_section(event.pgh_obj_id) if one.event_id == event_id)
        section = Section.every.filter(pk=event.pgh_obj_id).first()
        if section is None:
            raise StateRefusal("undo.gone", "The section was removed since. Bring it back first.")
        refuse_later(step, facts_of(section))
        before = {name: old for name, old, _ in step.fields}
        return save_section(section_id=section.pk, mine=before, base={}, version=section.version, actor=actor)


def _bring_back(event: Any, actor: Actor) -> Section:
    draft_for_writing(event.edition_id, actor)
    plain = {name: getattr(event, name) for name in (*_SECTION_FIELDS, "edition_id", "origin_id", "parent_id")}
    if plain["parent_id"] and not Section.every.filter(pk=plain["parent_id"]).exists():
        plain["parent_id"] = None
    try:
        with transaction.atomic():
            section = Section.every.create(pk=event.pgh_obj_id, **plain)
            kept, _ = limit_changes([section.pk]).get((section.pk, moment(event)), ([], []))
            SectionLimit.objects.bulk_create(SectionLimit.of(section.pk, from_list(limit)) for limit in kept)
            return section
    except IntegrityError:
        raise StateRefusal(
            "undo.taken", f"“{event.heading}” stands there again already, or its heading is taken."
        ) from None  # fmt: skip


def undo_edition_change(*, event_id: int, actor: Actor) -> Edition:
    """Take one change of a draft's own facts back. Raises as `undo_section_change` does."""
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "change taken back"):
        event = events_of("EditionEvent").get(pgh_id=event_id)
        edition = Edition.every.get(pk=event.pgh_obj_id)
        step = next(one for one in history_of_edition(edition.pk) if one.event_id == event_id)
        refuse_later(step, {name: getattr(edition, name) for name in FACTS})
        before = {name: old for name, old, _ in step.fields}
        return save_facts(edition_id=edition.pk, facts=before, version=edition.version, actor=actor)
