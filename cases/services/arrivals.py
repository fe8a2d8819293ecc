"""What comes in by any door: kept whole at once, checked by the worker, then filed with its case or left to wait.

    receive  the last byte is here: the file is stored and a check is ordered, nothing is judged yet
    link     a checked file becomes a record of a case
    unlink   and back: the undo
The checks themselves are in `cases.services.arrival_checks`.
"""

from __future__ import annotations

import datetime as dt
from typing import IO

from django.db import transaction
from django.db.models import Max, Q

from accounts.roles import require
from cases.models import AccessCode, Arrival, Case, Document, Party
from cases.rules.file_kinds import ENOUGH, kind_of
from cases.rules.filenames import clean_folder, clean_name
from cases.rules.intake import Problem, refuse_problems, unprintable
from cases.services.jurisdictions import case_date
from cases.services.page_text import read_pages
from cases.services.workflow import lock_case, record
from cases.signals import arrival_linked, arrival_unlinked
from common.actor import Actor
from common.errors import StateRefusal
from common.models import StoredFile
from common.services import files, outbox

CHECK_JOB = "cases.check_arrival"
_LINKABLE = (Arrival.State.UNMATCHED, Arrival.State.INTAKE)


def receive(
    *,
    content: IO[bytes],
    name: str,
    door: str,
    received_at: dt.datetime,
    actor: Actor,
    folder: str = "",
    case: Case | None = None,
    party: Party | None = None,
    access_code: AccessCode | None = None,
    from_role: str = "",
    kind: str = "",
    title: str = "",
    author: str = "",
    date: dt.date | None = None,
) -> Arrival:
    """Keep a file that has come whole and order its check. Never refuses for what the file holds: it is kept first.

    content: opened for reading and seekable. received_at: the moment of the last byte. case: where it goes once it is
    checked; without one it waits to be matched, or at the intake desk when it was scanned.
    """
    content.seek(0)
    stored = files.store_stream(content, content_type=kind_of(content.read(ENOUGH)))
    with transaction.atomic():
        arrival = Arrival.objects.create(
            door=door,
            name=clean_name(name),
            folder=clean_folder(folder),
            sent=stored,
            sha256=stored.sha256,
            size=stored.size,
            case=case,
            party=party,
            access_code=access_code,
            from_role=from_role or (party.role if party else ""),
            kind=kind,
            title=title,
            author=author,
            date=date,
            received_at=received_at,
            actor_name=actor.name,
            user_id=actor.user_id,
        )
        outbox.post(kind=CHECK_JOB, key=str(arrival.pk), now=received_at)
        return arrival


def link(
    *,
    arrival: Arrival,
    case: Case,
    kind: str,
    actor: Actor,
    now: dt.datetime,
    title: str = "",
    author: str = "",
    date: dt.date | None = None,
    from_role: str = "",
) -> Document:
    """File a checked arrival as a record of the case, received when its last byte came.

    Raises RightRefusal, InputRefusal (title, date), StateRefusal (refused, held, still checked or linked already;
    a past determination's case).
    """
    title = title or arrival.title or arrival.name
    refuse_unless_fit(case=case, title=title, author=author, date=date, now=now)
    with transaction.atomic():
        locked = lock_case(case.pk)
        mine = Arrival.objects.select_for_update(of=("self",), no_key=True).select_related("file").get(pk=arrival.pk)
        require(actor, "manage_records")
        if mine.state not in _LINKABLE or mine.file is None:
            raise StateRefusal(
                "arrival.state", f"“{mine.name}” cannot be filed: it is in the state “{mine.get_state_display()}”."
            )
        mine.case, mine.state, mine.from_role = locked, Arrival.State.LINKED, from_role or mine.from_role
        if mine.party and mine.party.case_id != locked.pk:
            mine.party = None
        mine.save()
        document = file_document(
            case=locked, file=mine.file, pages=mine.pages or 0, title=title, kind=kind, author=author, date=date,
            from_role=mine.from_role, received_at=mine.received_at, arrival=mine, actor=actor, now=now,
        )  # fmt: skip
        arrival_linked.send(Arrival, arrival=mine, document=document, actor=actor, now=now)
        return document


def unlink(*, arrival: Arrival, actor: Actor, now: dt.datetime) -> Arrival:
    """Take a filed arrival out of its case again: its records go, the file waits to be matched.

    Raises RightRefusal, StateRefusal. The trail stays: the case's timeline and the history of the records.
    """
    with transaction.atomic():
        known = Arrival.objects.get(pk=arrival.pk)
        if known.case_id is None:
            raise StateRefusal("arrival.state", f"“{known.name}” is not filed with a case.")
        locked = lock_case(known.case_id)
        mine = Arrival.objects.select_for_update(of=("self",), no_key=True).get(pk=arrival.pk)
        require(actor, "manage_records")
        if mine.state != Arrival.State.LINKED or mine.case_id != locked.pk:
            raise StateRefusal("arrival.state", f"“{mine.name}” is not filed with case {locked.number} any more.")
        documents = list(locked.documents.filter(Q(arrival=mine) | Q(cut_from__arrival=mine)))
        arrival_unlinked.send(Arrival, arrival=mine, documents=documents, case=locked, actor=actor, now=now)
        for document in documents:
            document.withdrawn_at, document.withdrawn_why = now, Document.Withdrawn.MOVED
            document.save(update_fields=["withdrawn_at", "withdrawn_why"])
        mine.case, mine.party, mine.state = None, None, Arrival.State.UNMATCHED
        mine.save()
        record(
            case=locked,
            kind="record.removed",
            sentence=f"Record taken out again: {mine.name}.",
            facts={"arrival": mine.pk, "sha256": mine.sha256},
            actor=actor,
            now=now,
        )
        return mine


def file_document(
    *,
    case: Case,
    file: StoredFile,
    pages: int,
    title: str,
    kind: str,
    received_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
    author: str = "",
    date: dt.date | None = None,
    from_role: str = "",
    arrival: Arrival | None = None,
) -> Document:
    """Put a stored PDF into the index of a locked case, on its timeline, and have its pages read."""
    if case.imported:
        raise StateRefusal("records.imported", f"Case {case.number} is a past determination; its file is closed.")
    last = case.documents.aggregate(last=Max("position"))["last"] or 0
    document = Document.objects.create(
        case=case,
        position=last + 1,
        title=title,
        kind=kind,
        author=author,
        date=date,
        pages=pages,
        received_at=received_at,
        from_role=from_role,
        file=file,
        arrival=arrival,
    )
    record(
        case=case,
        kind="record.added",
        sentence=f"Record filed: {document.get_kind_display().lower()}, pages: {pages}.",
        facts={"document": document.pk, "sha256": file.sha256},
        actor=actor,
        now=now,
    )
    read_pages(file=file, now=now)
    return document


def refuse_unless_fit(*, case: Case, title: str, author: str, date: dt.date | None, now: dt.datetime) -> None:
    """What may stand in the index of a file. Raises InputRefusal with each problem beside its field."""
    problems = list(unprintable({"title": title, "author": author}))
    if date and date > case_date(case, now):
        problems.append(Problem("date", f"{date} lies in the future."))
    refuse_problems(problems)
