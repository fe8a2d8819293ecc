"""A list or a file of drugs taken in, and what its columns mean: asked once for each source, and remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import IO

from django.db import transaction

from accounts.roles import require
from common.actor import Actor
from common.errors import InputRefusal
from common.services.files import store_stream
from guidelines.models import ChangeSet, ColumnNames, Edition, FormularyEdition
from guidelines.rules.columns import COLUMNS, Column, guess, plain, problem_with
from guidelines.rules.drug_rows import DRUG_COLUMNS
from guidelines.services.upkeep import tables
from guidelines.services.upkeep.exchange_rows import MAX_BYTES as EXCHANGE_MAX_BYTES
from guidelines.services.upkeep.target import edition_to_compare
from guidelines.services.upkeep.working import file_of, in_state, locked, read_now, read_soon

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
    form = _form_of(file, name)
    with transaction.atomic():
        edition = edition_to_compare(edition) if edition is not None else None
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


def _form_of(file: IO[bytes], name: str) -> str:
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
    return form


def file_drugs(
    *, file: IO[bytes], name: str, source: str, into: FormularyEdition | None, begins: tuple[str, dt.date] | None,
    whole: bool, actor: Actor, now: dt.datetime,
) -> ChangeSet:  # fmt: skip
    """Take a file of drugs in: into a list, or, with `begins` (name and first day), as a new one that follows `into`.

    whole: the file names every drug of the list; what it does not name is taken out. Raises InputRefusal.
    """
    require(actor, "edit_guidelines")
    form = _form_of(file, name)
    if begins and FormularyEdition.objects.filter(name__iexact=begins[0]).exists():
        told = f"There is a list “{begins[0]}” already. Choose another name, or take the file into that list."
        raise InputRefusal("formulary.name", told, fields={"name": told})
    if begins is None and into is None:
        told = "Choose the list, or write the name and the first day of a new one."
        raise InputRefusal("formulary.list", told, fields={"into": told})
    with transaction.atomic():
        change = ChangeSet(
            kind=ChangeSet.Kind.DRUGS, state=ChangeSet.State.READING, title=" ".join(name.split())[:300],
            source=" ".join(source.split())[:200], format=form, made_at=now, made_by_id=actor.user_id,
            file=store_stream(file, content_type=_CONTENT_TYPES[form]),
            asked={
                "list": into.pk if into else None, "name": begins[0] if begins else "",
                "from": begins[1].isoformat() if begins else "", "whole": whole, "columns": {},
            },
        )  # fmt: skip
        if form != "json" and not _know_columns(change):
            change.state = ChangeSet.State.COLUMNS
        change.save()
        if change.state == ChangeSet.State.READING:
            read_soon(change, now)
    return read_now(change)


def columns_of(change: ChangeSet) -> tuple[Column, ...]:
    """The columns that this change's lists have."""
    return DRUG_COLUMNS if change.kind == ChangeSet.Kind.DRUGS else COLUMNS


def named_columns(change: ChangeSet) -> dict[str, str]:
    """What the columns were said to mean so far: header -> key."""
    asked: dict[str, str] = change.asked.get("columns", {}) if change.kind == ChangeSet.Kind.DRUGS else change.asked
    return asked


def _keep_columns(change: ChangeSet, chosen: dict[str, str]) -> None:
    change.asked = {**change.asked, "columns": chosen} if change.kind == ChangeSet.Kind.DRUGS else chosen


def _know_columns(change: ChangeSet) -> bool:
    """Whether every column is known, from here or from an earlier list of the same source; fills `asked`."""
    with file_of(change) as path:
        change.headers = [list(pair) for pair in tables.headers_of(path, change.format)]
    headers = [header for header, _ in change.headers]
    found = guess(headers, remembered(change.source), columns_of(change))
    _keep_columns(change, found)
    return set(found) == set(headers) and not problem_with(found, columns_of(change))


def remembered(source: str) -> dict[str, str]:
    """What the columns of this source's lists were said to mean: plain name of a header -> key."""
    row = ColumnNames.objects.filter(source__iexact=source).first() if source else None
    return dict(row.columns) if row else {}


def name_columns(*, pk: int, columns: Mapping[str, str], actor: Actor, now: dt.datetime) -> ChangeSet:
    """Say what each column means (header -> key, "" left out); remembered for the source. Raises InputRefusal."""
    require(actor, "edit_guidelines")
    with transaction.atomic():
        change = locked(pk)
        in_state(change, ChangeSet.State.COLUMNS)
        headers = [header for header, _ in change.headers]
        chosen = {header: columns.get(header, "") for header in headers}
        if problem := problem_with(chosen, columns_of(change)):
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
        _keep_columns(change, chosen)
        change.state = ChangeSet.State.READING
        change.save(update_fields=["asked", "state"])
        read_soon(change, now)
    return read_now(change)
