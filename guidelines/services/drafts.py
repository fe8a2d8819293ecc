"""Drafts of editions: begun by copying, edited, given up. What is published is never written here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.roles import person_id, require
from common.actor import Actor, acting
from common.errors import InputRefusal, StateRefusal
from guidelines.models import Edition, Publication, Section
from guidelines.services.section_facts import copy_sections

RIGHT = "edit_guidelines"
#: Facts of a draft that its editors type.
FACTS = ("year", "effective_from", "effective_to", "pages", "source", "dates_confirmed", "note")


def start_edition(
    *, publication_id: int, year: int, effective_from: dt.date | None, based_on_id: int | None, actor: Actor
) -> Edition:
    """A draft of a new edition, with a copy of every section of `based_on`, if one is named.

    Raises RightRefusal; InputRefusal for a year that is taken, or an edition of another publication.
    """
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "new edition begun"):
        publication = Publication.objects.select_for_update().get(pk=publication_id)
        if Edition.objects.filter(publication=publication, year=year).exists():
            raise InputRefusal(
                "edition.year", f"“{publication}” has an edition of {year} already. Correct that one, or type another "
                "year.", fields={"year": f"There is an edition of {year} already."},
            )  # fmt: skip
        based_on = Edition.every.filter(pk=based_on_id, publication=publication).first() if based_on_id else None
        if based_on_id and based_on is None:
            raise InputRefusal("edition.former", "The former edition belongs to another publication. Choose again.")
        draft = Edition.every.create(
            publication=publication, year=year, effective_from=effective_from,
            pages=based_on.pages if based_on else None, state=Edition.State.DRAFT, based_on=based_on,
            authors=[person_id(actor)],
        )  # fmt: skip
        if based_on:
            copy_sections(source_id=based_on.pk, target_id=draft.pk)
    return draft


def start_correction(*, edition_id: int, actor: Actor) -> Edition:
    """A draft in which a published edition is corrected; the one that is open already, if there is one."""
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "correction begun"):
        edition = Edition.every.select_for_update().get(pk=edition_id)
        if edition.state != Edition.State.PUBLISHED:
            raise StateRefusal("edition.draft", f"{edition} is a draft itself. Edit it as it stands.")
        open_one = Edition.every.filter(corrects=edition, state=Edition.State.DRAFT).first()
        if open_one:
            return open_one
        draft = Edition.every.create(
            publication_id=edition.publication_id, state=Edition.State.DRAFT, corrects=edition,
            authors=[person_id(actor)], **{name: getattr(edition, name) for name in FACTS if name != "note"},
        )  # fmt: skip
        copy_sections(source_id=edition.pk, target_id=draft.pk)
    return draft


def draft_for_writing(edition_id: int, actor: Actor) -> Edition:
    """The draft, locked, with the actor among its authors. Raises StateRefusal for anything but an open draft."""
    require(actor, RIGHT)
    draft = Edition.every.select_for_update(of=("self",)).select_related("publication").get(pk=edition_id)
    if draft.state != Edition.State.DRAFT:
        raise StateRefusal(
            "edition.published", f"{draft} is no open draft. What it says changes by a correction: begin one."
        )
    author = person_id(actor)
    if author not in draft.authors:
        draft.authors = [*draft.authors, author]
        draft.save(update_fields=["authors"])
    return draft


def save_facts(*, edition_id: int, facts: dict[str, Any], version: int, actor: Actor) -> Edition:
    """Write what was typed of the draft itself (`FACTS`). Raises StateRefusal when somebody else saved meanwhile."""
    with transaction.atomic(), acting(actor, "draft edited"):
        found = Edition.every.get(pk=edition_id)
        draft = draft_for_writing(edition_id, actor)
        if found.version != version:
            raise StateRefusal(
                "edition.stale", f"Somebody saved {draft} while you were typing. Your entries still stand here; "
                "open the draft in another tab, compare, and save again.",
            )  # fmt: skip
        for name in FACTS:
            if name in facts:
                setattr(draft, name, facts[name])
        draft.save()
    return draft


def withdraw(*, edition_id: int, actor: Actor) -> Edition:
    """Give a draft up. It is kept and can be taken up again."""
    with transaction.atomic(), acting(actor, "draft given up"):
        draft = draft_for_writing(edition_id, actor)
        draft.state = Edition.State.WITHDRAWN
        draft.save(update_fields=["state"])
    return draft


def take_up(*, edition_id: int, actor: Actor) -> Edition:
    """A draft that was given up is edited again."""
    require(actor, RIGHT)
    with transaction.atomic(), acting(actor, "draft taken up again"):
        draft = Edition.every.select_for_update().get(pk=edition_id)
        if draft.state != Edition.State.WITHDRAWN:
            raise StateRefusal("edition.withdrawn", f"{draft} was not given up.")
        draft.state = Edition.State.DRAFT
        draft.save(update_fields=["state"])
    return draft


def remove_section(*, section_id: int, actor: Actor) -> None:
    """Take a section out of a draft. Raises StateRefusal for one with sections below, or outside a draft."""
    with transaction.atomic(), acting(actor, "section taken out of the draft"):
        section = Section.every.get(pk=section_id)
        draft_for_writing(section.edition_id, actor)
        if Section.every.filter(parent=section).exists():
            raise StateRefusal("section.children", f"Sections stand below “{section}”. Move or take them out first.")
        section.delete()
