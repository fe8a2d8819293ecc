"""What a reader keeps at hand of the library: pinned sections, and those used last. Each reader's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.roles import person_id, require
from common.actor import Actor
from common.errors import InputRefusal
from guidelines.models import KeptSection, Section

_RECENT = 5
_MOST_PINS = 50


@dataclass(frozen=True)
class Kept:
    """A reader's sections, newest first; `recent` leaves out what is pinned."""

    pinned: tuple[Section, ...]
    recent: tuple[Section, ...]


def pin_section(*, section_id: int, pinned: bool, actor: Actor, now: dt.datetime) -> None:
    """Pin a section for the actor, or take the pin off; doing it twice changes nothing.

    Raises RightRefusal, InputRefusal for a section that the library does not have or too many pins.
    """
    require(actor, "search_guidelines")
    reader = person_id(actor)
    mine = KeptSection.objects.filter(reader_id=reader)
    if not pinned:
        mine.filter(section_id=section_id, used_at=None).delete()
        mine.filter(section_id=section_id).update(pinned_at=None)
        return
    _refuse_unknown(section_id)
    if mine.filter(pinned_at__isnull=False).exclude(section_id=section_id).count() >= _MOST_PINS:
        raise InputRefusal("pins.most", f"{_MOST_PINS} sections are pinned already. Take one off first.")
    KeptSection.objects.update_or_create(reader_id=reader, section_id=section_id, defaults={"pinned_at": now})


def note_used(*, section_ids: list[int], reader_id: int, now: dt.datetime) -> None:
    """The reader opened or cited these sections just now; ids that the library does not have are passed over."""
    known = Section.objects.filter(pk__in=section_ids).values_list("pk", flat=True)
    rows = [KeptSection(reader_id=reader_id, section_id=key, used_at=now) for key in known]
    KeptSection.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["reader", "section"], update_fields=["used_at"]
    )


def kept_of(*, reader_id: int) -> Kept:
    """One query. Nobody else's are ever read."""
    rows = (
        KeptSection.objects.filter(reader_id=reader_id)
        .select_related("section__edition__publication")
        .defer("section__vector", "section__words", "section__edition__publication__vector")
    )
    pinned = sorted((row for row in rows if row.pinned_at), key=lambda row: row.pinned_at, reverse=True)  # type: ignore[arg-type, return-value]
    used = sorted((row for row in rows if row.used_at and not row.pinned_at), key=lambda row: row.used_at, reverse=True)  # type: ignore[arg-type, return-value]
    return Kept(tuple(row.section for row in pinned), tuple(row.section for row in used[:_RECENT]))


def _refuse_unknown(section_id: int) -> None:
    if not Section.objects.filter(pk=section_id).exists():
        raise InputRefusal("section.unknown", "The library does not have this section any more. Search again.")
