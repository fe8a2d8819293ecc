"""A change set from its beginning to its end: filed, its columns named, compared, confirmed, undone, given up.

Small ones are compared and written within the request; big ones by a worker, through the outbox.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import IO

from django.db import transaction

from accounts.roles import person_id, require
from common.actor import Actor, acting
from common.errors import InputRefusal, StateRefusal
from common.services import outbox
from common.services.files import store_stream
from guidelines.models import ChangeSet, ColumnNames, Edition
from guidelines.rules.columns import guess, plain, problem_with
from guidelines.services.upkeep import tables, undoing
from guidelines.services.upkeep.exchange_rows import MAX_BYTES as EXCHANGE_MAX_BYTES
from guidelines.services.upkeep.snapshot import lock
from guidelines.services.upkeep.target import edition_to_write, open_for_writing
from guidelines.services.upkeep.words import WORD_FIELDS
from guidelines.services.upkeep.working import (
    AT_ONCE_ROWS,
    WRITE,
    editions_of,
    file_of,
    library_lock,
    locked,
    read_now,
    read_soon,
    write,
)

MAX_TEXT = 300_000
MAX_SECTIONS = 5_000
_MAX_WORDS = 50
_LONGEST_WORD = 200
_CONTENT_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def file_table(
    *, file: IO[bytes], name: str, source: str, edition: Edition | None, actor: Actor, now: dt.datetime
) -> ChangeSet:
    """Take a CSV, XLSX or exchange file in and begin to read it.

    source: where the list comes from; the meaning of its columns is remembered under it. edition: into which the rows
    go that name none. Raises InputRefusal: another format, too large, empty, headers given twice.
    """
    require(actor, "edit_guidelines")
    form = tables.format_of(name)
    size = file.seek(0, 2)
    most = EXCHANGE_MAX_BYTES if form == "json" else tables.MAX_BYTES
    if size > most:
        raise InputRefusal(
            "import.too_long",
            f"The file has {size / 1024**2:,.0f} MB; at most {most // 1024**2} are read. Cut it up.",
        )
    if size == 0:
        raise InputRefusal("import.empty", "The file is empty.")
    with transaction.atomic():
        edition = edition_to_write(edition, actor) if edition is not None else None
        change = ChangeSet(
            kind=ChangeSet.Kind.EXCHANGE if form == "json" else ChangeSet.Kind.TABLE, state=ChangeSet.State.READING,
            title=" ".join(name.split())[:300], source=" ".join(source.split())[:200], edition=edition, format=form,
            file=store_stream(file, content_type=_CONTENT_TYPES[form]), made_at=now, made_by_id=actor.user_id,
        )  # fmt: skip
        if form != "json" and not _know_columns(change):
            change.state = ChangeSet.State.COLUMNS
        change.save()
        if change.state == ChangeSet.State.READING:
            read_soon(change, now)
    return read_now(change)


def _know_columns(change: ChangeSet) -> bool:
    """Whether every column is known, from here or from an earlier list of the same source; fills `asked`."""
    with file_of(change) as path:
        change.headers = [list(pair) for pair in tables.headers_of(path, change.format)]
    headers = [header for header, _ in change.headers]
    change.asked = guess(headers, remembered(change.source))
    return set(change.asked) == set(headers) and not problem_with(change.asked)


def remembered(source: str) -> dict[str, str]:
    """What the columns of this source's lists were said to mean: plain name of a header -> key."""
    row = ColumnNames.objects.filter(source__iexact=source).first() if source else None
    return dict(row.columns) if row else {}


def name_columns(*, pk: int, columns: Mapping[str, str], actor: Actor, now: dt.datetime) -> ChangeSet:
    """Say what each column means (header -> key, "" left out); remembered for the source. Raises InputRefusal."""
    require(actor, "edit_guidelines")
    with transaction.atomic():
        change = locked(pk)
        _in_state(change, ChangeSet.State.COLUMNS)
        headers = [header for header, _ in change.headers]
        chosen = {header: columns.get(header, "") for header in headers}
        if problem := problem_with(chosen):
            raise InputRefusal("import.columns", problem)
        if change.source:
            ColumnNames.objects.update_or_create(
                source__iexact=change.source,
                defaults={
                    "columns": {**remembered(change.source), **{plain(name): key for name, key in chosen.items()}},
                    "changed_at": now,
                },
                create_defaults={
                    "source": change.source, "changed_at": now,
                    "columns": {plain(name): key for name, key in chosen.items()},
                },
            )  # fmt: skip
        change.asked, change.state = chosen, ChangeSet.State.READING
        change.save(update_fields=["asked", "state"])
        read_soon(change, now)
    return read_now(change)


def paste_contents(*, text: str, edition: Edition, actor: Actor, now: dt.datetime) -> ChangeSet:
    """Take a pasted table of contents in for one edition. Raises InputRefusal: empty, too long."""
    require(actor, "edit_guidelines")
    if not text.strip():
        raise InputRefusal("import.empty", "Paste the headings, one a line.")
    if len(text) > MAX_TEXT:
        raise InputRefusal("import.too_long", f"At most {MAX_TEXT:,} characters are read. Paste it in parts.")
    edition = edition_to_write(edition, actor)
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
        _in_state(change, ChangeSet.State.READY)
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
        _in_state(change, ChangeSet.State.READY)
        if change.refused:
            raise StateRefusal(
                "import.refused",
                f"Rows that are refused: {change.refused}. Nothing is written before all are right: correct them in "
                "the list and give it again.",
            )
        if not change.added and not change.changed:
            raise StateRefusal("import.nothing", "Nothing would change.")
        change.written_by_id = person_id(actor)
        if change.added + change.changed > AT_ONCE_ROWS:
            change.state = ChangeSet.State.WRITING
            change.tries += 1
            change.save(update_fields=["state", "tries", "written_by"])
            outbox.post(kind=WRITE, key=f"{change.pk}:{change.tries}", now=now)
        else:
            write(change, actor, now)
    return change


def undo(*, pk: int, actor: Actor, now: dt.datetime) -> ChangeSet:
    """Take a written change back. Raises StateRefusal when what it wrote was changed since."""
    require(actor, "edit_guidelines")
    with transaction.atomic(), acting(actor, "undo of an import"):
        change = locked(pk)
        _in_state(change, ChangeSet.State.WRITTEN)
        library_lock()
        lock(editions_of(change))
        open_for_writing(change, editions_of(change), actor)
        undoing.take_back(change)
        change.state, change.undone_at = ChangeSet.State.UNDONE, now
        change.save(update_fields=["state", "undone_at"])
    return change


def give_up(*, pk: int, actor: Actor) -> ChangeSet:
    """Put a change away that is not to be written; its rows go, the file stays."""
    require(actor, "edit_guidelines")
    with transaction.atomic():
        change = locked(pk)
        _in_state(change, ChangeSet.State.READY, ChangeSet.State.COLUMNS, ChangeSet.State.REFUSED)
        change.rows.all().delete()
        change.state = ChangeSet.State.DROPPED
        change.save(update_fields=["state"])
    return change


def _in_state(change: ChangeSet, *states: ChangeSet.State) -> None:
    if change.state not in states:
        raise StateRefusal(
            "import.state", f"This is “{change.get_state_display().lower()}” by now. Load the page again to see it."
        )
