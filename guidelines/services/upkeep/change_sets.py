"""A change set from its beginning to its end: filed, its columns named, compared, confirmed, undone, given up.

Small ones are compared and written within the request; big ones by a worker, through the outbox.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts.roles import person_id, require
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from common.services import outbox
from guidelines.models import ChangeSet, Edition
from guidelines.services.upkeep.target import edition_to_compare
from guidelines.services.upkeep.words import WORD_FIELDS
from guidelines.services.upkeep.working import (
    AT_ONCE_ROWS,
    UNDO,
    WRITE,
    in_state,
    locked,
    read_now,
    read_soon,
    take_back,
    write,
)

MAX_TEXT = 300_000
MAX_SECTIONS = 5_000
_MAX_WORDS = 50
_LONGEST_WORD = 200


def paste_contents(*, text: str, edition: Edition, actor: Actor, now: dt.datetime) -> ChangeSet:
    """Take a pasted table of contents in for one edition. Raises InputRefusal: empty, too long."""
    require(actor, "edit_guidelines")
    if not text.strip():
        raise InputRefusal("import.empty", "Paste the headings, one a line.")
    if len(text) > MAX_TEXT:
        raise InputRefusal("import.too_long", f"At most {MAX_TEXT:,} characters are read. Paste it in parts.")
    edition = edition_to_compare(edition)
    change = ChangeSet.objects.create(
        kind=ChangeSet.Kind.CONTENTS, state=ChangeSet.State.READING, title=f"Contents of {edition}"[:300],
        edition=edition, asked={"text": text.replace("\x00", "")}, made_at=now, made_by_id=actor.user_id,
    )  # fmt: skip
    return read_now(change, however_big=True)


def edit_words(
    *, sections: Sequence[int], field: str, add: Sequence[str] = (), remove: Sequence[str] = (),
    replace: Mapping[str, str] | None = None, in_front: bool = False, actor: Actor, now: dt.datetime,
) -> ChangeSet:  # fmt: skip
    """Words given to, taken from or replaced in many sections, to be confirmed. Raises InputRefusal."""
    require(actor, "edit_guidelines")
    words = [*add, *remove, *(replace or {}).keys(), *(replace or {}).values()]
    if field not in WORD_FIELDS:
        raise InputRefusal("words.field", "These words cannot be edited for many sections.")
    if not sections or len(sections) > MAX_SECTIONS:
        raise InputRefusal("words.sections", f"Choose 1 to {MAX_SECTIONS:,} sections.")
    if not words:
        raise InputRefusal("words.none", "Write the words to add, to take out or to replace.")
    if len(words) > _MAX_WORDS or any(len(word) > _LONGEST_WORD or not word.strip() for word in words):
        raise InputRefusal("words.long", f"At most {_MAX_WORDS} words, each of at most {_LONGEST_WORD} characters.")
    told = [
        *(f"add {word}" for word in add), *(f"take out {word}" for word in remove),
        *(f"{old} becomes {new}" for old, new in (replace or {}).items()),
    ]  # fmt: skip
    change = ChangeSet.objects.create(
        kind=ChangeSet.Kind.WORDS, state=ChangeSet.State.READING,
        title=f"{field.replace('_', ' ').capitalize()}: {', '.join(told)}"[:300],
        asked={
            "sections": sorted(set(sections)), "field": field, "add": list(add), "remove": list(remove),
            "replace": dict(replace or {}), "in_front": in_front,
        },
        made_at=now, made_by_id=actor.user_id,
    )  # fmt: skip
    return read_now(change, however_big=True)


def compare_again(*, pk: int, actor: Actor, now: dt.datetime) -> ChangeSet:
    """Work the differences out anew: the library has changed since."""
    require(actor, "edit_guidelines")
    with transaction.atomic():
        change = locked(pk)
        in_state(change, ChangeSet.State.READY)
        change.state, change.problem = ChangeSet.State.READING, ""
        change.save(update_fields=["state", "problem"])
        read_soon(change, now)
    return read_now(change, however_big=change.kind in (ChangeSet.Kind.CONTENTS, ChangeSet.Kind.WORDS))


def confirm(*, pk: int, actor: Actor, now: dt.datetime) -> ChangeSet:
    """Write a compared change: at once, or by a worker when it is big.

    Raises StateRefusal: rows are refused, nothing would change, the library has changed since the comparison.
    """
    require(actor, "edit_guidelines")
    with transaction.atomic():
        change = locked(pk)
        in_state(change, ChangeSet.State.READY)
        if change.refused:
            raise StateRefusal(
                "import.refused",
                f"Rows that are refused: {change.refused}. Nothing is written before all are right: correct them in "
                "the list and give it again.",
            )
        if not change.added and not change.changed and not change.removed:
            raise StateRefusal("import.nothing", "Nothing would change.")
        change.written_by_id = person_id(actor)
        if change.added + change.changed + change.removed > AT_ONCE_ROWS:
            change.state = ChangeSet.State.WRITING
            change.tries += 1
            change.save(update_fields=["state", "tries", "written_by"])
            outbox.post(kind=WRITE, key=f"{change.pk}:{change.tries}", now=now)
        else:
            write(change, actor, now)
    return change


def undo(*, pk: int, actor: Actor, now: dt.datetime) -> ChangeSet:
    """Take a written change back: at once, or by a worker when it is big.

    Raises StateRefusal when what it wrote was changed since; of a big one that is said on its page.
    """
    require(actor, "edit_guidelines")
    with transaction.atomic():
        change = locked(pk)
        in_state(change, ChangeSet.State.WRITTEN)
        if change.added + change.changed + change.removed <= AT_ONCE_ROWS:
            take_back(change, actor, now)
            return change
        change.state, change.problem = ChangeSet.State.UNDOING, ""
        change.tries += 1
        change.save(update_fields=["state", "problem", "tries"])
        outbox.post(kind=UNDO, key=f"{change.pk}:{change.tries}:{person_id(actor)}", now=now)
    return change


def give_up(*, pk: int, actor: Actor) -> ChangeSet:
    """Put a change away that is not to be written; its rows go, the file stays."""
    require(actor, "edit_guidelines")
    with transaction.atomic():
        change = locked(pk)
        in_state(change, ChangeSet.State.READY, ChangeSet.State.COLUMNS, ChangeSet.State.REFUSED)
        change.rows.all().delete()
        change.state = ChangeSet.State.DROPPED
        change.save(update_fields=["state"])
    return change
