"""Saving one section: in a draft everything, in a published edition the words for look-up; two editors lose nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.roles import require
from common.actor import Actor, acting
from common.errors import InputRefusal, Refusal, StateRefusal
from guidelines.models import Edition, Section
from guidelines.rules.comparing import WORDS
from guidelines.rules.merge import FieldMerge, merge
from guidelines.rules.pages import page_range
from guidelines.services.drafts import RIGHT, draft_for_writing
from guidelines.services.section_facts import facts_of, write_facts


class MergeNeeded(Refusal):
    """Somebody else saved the section meanwhile. fields: what both did; version and theirs: to save against next."""

    def __init__(self, section: Section, fields: list[FieldMerge], theirs: dict[str, Any]) -> None:
        super().__init__(
            "section.stale",
            f"Somebody saved “{section}” while you were typing. Choose for each field what stays; nothing is lost.",
        )
        self.fields_merged, self.version, self.theirs = fields, section.version, theirs


def save_section(*, section_id: int, mine: dict[str, Any], base: dict[str, Any], version: int, actor: Actor) -> Section:
    """Write what the editor typed (`mine`), who began with `base` at `version`.

    Raises MergeNeeded when the section changed meanwhile; StateRefusal for more than words in a published edition;
    InputRefusal for pages outside the edition, a summary of licensed text, a heading given twice, a loop.
    """
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "section edited"):
        section = (
            Section.every.select_for_update(of=("self",)).select_related("edition__publication").get(pk=section_id)
        )
        theirs = facts_of(section)
        if section.version != version and any(base.get(name, theirs[name]) != theirs[name] for name in mine):
            raise MergeNeeded(section, merge(base, mine, theirs), theirs)
        changed = {name: value for name, value in mine.items() if value != theirs[name]}
        if not changed:
            return section
        if section.edition.state == Edition.State.DRAFT:
            draft_for_writing(section.edition_id, actor)
        else:
            _words_alone(section, changed)
        _check(section, {**theirs, **changed})
        write_facts(section, dict(changed))
        if "limits" in changed:  # limits are rows of their own: the section's number counts them, too
            Section.every.filter(pk=section.pk).update(version=section.version + 1)
    return section


def add_section(*, edition_id: int, facts: dict[str, Any], actor: Actor) -> Section:
    """A new section of a draft. Raises as `save_section` does."""
    with transaction.atomic(), acting(actor, "section added to the draft"):
        draft = draft_for_writing(edition_id, actor)
        section = Section(edition=draft)
        _check(section, facts)
        write_facts(section, dict(facts))
    return section


def _words_alone(section: Section, changed: dict[str, Any]) -> None:
    if section.edition.state != Edition.State.PUBLISHED:
        raise StateRefusal("section.closed", f"{section.edition} is no open draft any more.")
    beyond = [name for name in changed if name not in WORDS]
    if beyond:
        names = ", ".join(name.replace("_", " ") for name in beyond)
        raise StateRefusal(
            "section.published",
            f"{section.edition} is published: {names} may be changed in a correction alone, which a second person "
            "publishes. Topics, synonyms and other words for look-up may be corrected here.",
            fields=dict.fromkeys(beyond, "Changes in a correction alone."),
        )


def _check(section: Section, facts: dict[str, Any]) -> None:
    """What the form and the database check, in words; the database would refuse it, too."""
    edition = section.edition
    problems: dict[str, str] = {}
    span = page_range(facts.get("pages") or "")
    if span and edition.pages and span[1] > edition.pages:
        problems["pages"] = f"The edition has {edition.pages} pages; page {span[1]} lies outside."
    if facts.get("summary") and edition.publication.licensed_text:
        problems["summary"] = "The text of this publication is licensed: keep topic words, no summary."
    twin = Section.every.filter(edition=edition, parent=facts.get("parent"), heading=facts.get("heading"))
    if twin.exclude(pk=section.pk).exists():
        problems["heading"] = "This edition has that heading already."
    if section.pk and _below_itself(section.pk, facts.get("parent")):
        problems["parent"] = "A section cannot stand below itself. Choose another one above it."
    if facts.get("parent") and not Section.every.filter(pk=facts["parent"], edition=edition).exists():
        problems["parent"] = "The section above belongs to another edition."
    if not problems:
        problems = _field_problems(section, facts)
    if problems:
        told = " ".join(f"{name.replace('_', ' ').capitalize()}: {text}" for name, text in problems.items())
        raise InputRefusal("section.facts", told, fields=problems)


def _field_problems(section: Section, facts: dict[str, Any]) -> dict[str, str]:
    trial = Section(edition=section.edition, pk=section.pk, parent_id=facts.get("parent"))
    for name, value in facts.items():
        if name not in ("parent", "limits"):
            setattr(trial, name, value)
    try:
        trial.clean_fields(exclude=["edition", "parent", "origin"])
    except ValidationError as error:
        return {name: " ".join(said) for name, said in error.message_dict.items()}
    return {}


def _below_itself(section_id: int, parent: int | None) -> bool:
    seen: set[int] = set()
    while parent is not None and parent not in seen:
        if parent == section_id:
            return True
        seen.add(parent)
        parent = Section.every.filter(pk=parent).values_list("parent_id", flat=True).first()
    return False
