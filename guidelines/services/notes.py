"""A reader's private note on a section: "what it says, in my words"."""

from __future__ import annotations

import datetime as dt

from accounts.roles import person_id, require
from common.actor import Actor
from common.errors import InputRefusal
from guidelines.models import SectionNote

_MOST = 4000


def keep_note(*, section_id: int, text: str, actor: Actor, now: dt.datetime) -> SectionNote | None:
    """Write, change or (with no text) take away the actor's own note. Raises RightRefusal, InputRefusal."""
    require(actor, "search_guidelines")
    reader, text = person_id(actor), text.strip()
    if len(text) > _MOST:
        raise InputRefusal("note.length", f"The note has {len(text)} characters; {_MOST} are kept. Shorten it.")
    if not text:
        SectionNote.objects.filter(section_id=section_id, reader_id=reader).delete()
        return None
    note, _ = SectionNote.objects.update_or_create(
        section_id=section_id, reader_id=reader, defaults={"text": text, "written_at": now}
    )
    return note


def notes_of(*, reader_id: int, section_ids: list[int]) -> dict[int, str]:
    """Section id -> the reader's own note. Nobody else's is ever read."""
    rows = SectionNote.objects.filter(reader_id=reader_id, section_id__in=section_ids)
    return dict(rows.values_list("section_id", "text"))
