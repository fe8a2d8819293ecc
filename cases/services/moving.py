"""“Wrong case”: pages that lie in another person's file go to the right one, or back to wait for it.

They are hidden at once (their document is withdrawn, every reading leaves it out), the stored file and the trail stay,
the checklists of both cases are worked out again, everyone who opened them is listed, an incident is opened.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max, Q

from accounts.models import AccessLog, Act
from accounts.roles import person_id, require
from cases.models import Arrival, Case, Document, Incident, IncidentViewer
from cases.rules.filenames import clean_name
from cases.services.file_changes import file_changed
from cases.services.page_range import cut
from cases.services.page_text import read_pages
from cases.services.workflow import lock_case, record
from cases.signals import record_moved
from common.actor import Actor
from common.errors import InputRefusal, RuleRefusal, StateRefusal
from common.models import StoredFile
from common.services import files

_LEAST_WHY = 10
_OPENED = (Act.VIEWED, Act.DOWNLOADED, Act.PRINTED, Act.EXPORTED)


def move_record(
    *, document: Document, to: Case | None, why: str, actor: Actor, now: dt.datetime,
    first: int | None = None, last: int | None = None,
) -> Incident:  # fmt: skip
    """Take a document, or pages `first` to `last` of its file, out of its case. to: the right case; None: it waits.

    Raises RightRefusal, InputRefusal (reason, pages), StateRefusal (gone already, past case), RuleRefusal (same case).
    """
    if len(why.strip()) < _LEAST_WHY:
        raise InputRefusal("moving.why", "Say in a few words what is wrong.", fields={"why": "Say what is wrong."})
    with transaction.atomic():
        here, there = _lock_both(document.case_id, to)
        mine = Document.everything.select_for_update(of=("self",)).select_related("file").get(pk=document.pk)
        require(actor, "manage_records")
        _refuse_unfit(mine, here, there)
        span = _pages(mine, first, last)
        file = mine.file
        assert file is not None  # noqa: S101 - _refuse_unfit
        left = _leave(mine, here, span, now)
        moved = _copy(mine, there, span) if there else None
        if moved:
            moved.save()
        arrival = None if there else _to_the_inbox(mine, file, span, actor, now)
        incident = _open_incident(
            document=mine, here=here, there=there, moved=moved, arrival=arrival, span=span, why=why.strip(),
            actor=actor, now=now,
        )  # fmt: skip
        _tell(incident, mine, left, actor, now)
        record_moved.send(Document, document=mine, moved=moved, source=here, target=there, actor=actor, now=now)
        return incident


def close_incident(*, incident: Incident, outcome: str, actor: Actor, now: dt.datetime) -> Incident:
    """Settle an incident. outcome: how, and who was told. Raises RightRefusal, InputRefusal, StateRefusal."""
    with transaction.atomic():
        mine = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
        require(actor, "settle_incidents")
        person_id(actor)
        if mine.closed_at is not None:
            raise StateRefusal("incident.closed", f"This incident was settled by {mine.closed_by} already.")
        if len(outcome.strip()) < _LEAST_WHY:
            says = "Say how it was settled, and who was told."
            raise InputRefusal("incident.outcome", says, fields={"outcome": says})
        mine.closed_at, mine.closed_by, mine.outcome = now, actor.name, outcome.strip()
        mine.save()
        record(
            case=mine.from_case, kind="incident.closed", sentence=f"Incident {mine.pk} settled.",
            facts={"incident": mine.pk}, actor=actor, now=now,
        )  # fmt: skip
        return mine


def who_opened(document: Document) -> list[AccessLog]:
    """Every opening of a document, of what it was cut from and of what was cut from it, oldest first."""
    keys = {document.pk}
    above = document.cut_from
    while above is not None:
        keys.add(above.pk)
        above = above.cut_from
    keys |= set(Document.everything.filter(cut_from=document).values_list("pk", flat=True))
    named = Q()
    for key in keys:
        named |= Q(detail=f"record {key}") | Q(detail__regex=rf"^(picture of )?record {key}[ ,]")
    number = document.case.number
    return list(AccessLog.objects.filter(named, target_key=number, act__in=_OPENED).order_by("at", "pk"))


def _lock_both(here_id: int, to: Case | None) -> tuple[Case, Case | None]:
    """Both cases under their locks, the lower id first, so that two moves never wait for one another in a ring."""
    locked = {key: lock_case(key) for key in sorted({here_id, *([to.pk] if to else [])})}
    return locked[here_id], locked[to.pk] if to else None


def _refuse_unfit(document: Document, here: Case, there: Case | None) -> None:
    if document.withdrawn_at is not None or document.case_id != here.pk:
        raise StateRefusal("moving.gone", f"“{document.title}” is not in case {here.number} any more.")
    if document.file is None:
        raise StateRefusal("moving.file", f"“{document.title}” is listed only; it has no pages here to move.")
    if there is not None and there.pk == here.pk:
        raise RuleRefusal("moving.same_case", f"“{document.title}” lies in case {here.number} already.")
    for case in filter(None, (here, there)):
        if case.imported:
            raise StateRefusal("records.imported", f"Case {case.number} is a past determination; its file is closed.")


def _pages(document: Document, first: int | None, last: int | None) -> tuple[int, int]:
    """The pages that go, in the stored file. Raises InputRefusal."""
    whole = document.page_range
    if whole is None:
        raise StateRefusal("moving.pages", f"The pages of “{document.title}” are not counted yet. Try again later.")
    if (first is None) != (last is None):
        raise InputRefusal("moving.range", "Name both the first and the last page, or neither.")
    span = (first, last) if first is not None and last is not None else whole
    if not whole[0] <= span[0] <= span[1] <= whole[1]:
        raise InputRefusal(
            "moving.range", f"“{document.title}” is pages {whole[0]} to {whole[1]} of its file. Name pages among them."
        )
    return span


def _copy(document: Document, case: Case, span: tuple[int, int]) -> Document:
    """The document's pages `span` as a new, unsaved document at the end of a case's index."""
    last = Document.everything.filter(case=case).aggregate(last=Max("position"))["last"] or 0
    ranged = document.first_page is not None or span != document.page_range
    return Document(
        case=case, position=last + 1, title=document.title, kind=document.kind, author=document.author,
        date=document.date, pages=span[1] - span[0] + 1, first_page=span[0] if ranged else None,
        last_page=span[1] if ranged else None, received_at=document.received_at, file=document.file,
        from_role=document.from_role if case.pk == document.case_id else "", cut_from=document,
        arrival=document.arrival if case.pk == document.case_id else None,
    )  # fmt: skip


def _leave(document: Document, here: Case, span: tuple[int, int], now: dt.datetime) -> list[Document]:
    """Withdraw the document; what is left of it before and behind the pages stays in the case."""
    whole = document.page_range or span
    left = []
    for place in ((whole[0], span[0] - 1), (span[1] + 1, whole[1])):
        if place[0] <= place[1]:
            rest = _copy(document, here, place)
            rest.save()
            left.append(rest)
    document.withdrawn_at, document.withdrawn_why = now, Document.Withdrawn.MOVED
    document.save(update_fields=["withdrawn_at", "withdrawn_why"])
    return left


def _to_the_inbox(
    document: Document, file: StoredFile, span: tuple[int, int], actor: Actor, now: dt.datetime
) -> Arrival:
    """The pages as a file of their own that waits for its case; the whole that they were cut from stays stored."""
    whole = span == (1, document.pages) and document.first_page is None
    alone = file if whole else files.store(cut(file, *span), content_type=file.content_type)
    arrival = Arrival.objects.create(
        door=Arrival.Door.STAFF, name=clean_name(f"{document.title}.pdf"), sent=alone, file=alone, sha256=alone.sha256,
        size=alone.size, pages=span[1] - span[0] + 1, state=Arrival.State.UNMATCHED, kind=document.kind,
        title=document.title, author=document.author, date=document.date, received_at=document.received_at or now,
        checked_at=now, actor_name=actor.name, user_id=actor.user_id,
    )  # fmt: skip
    read_pages(file=alone, now=now)
    return arrival


def _open_incident(
    *, document: Document, here: Case, there: Case | None, moved: Document | None, arrival: Arrival | None,
    span: tuple[int, int], why: str, actor: Actor, now: dt.datetime,
) -> Incident:  # fmt: skip
    incident = Incident.objects.create(
        opened_at=now, opened_by=actor.name, user_id=actor.user_id, document=document, moved_to=moved,
        arrival=arrival, from_case=here, to_case=there, first_page=span[0], last_page=span[1],
        sha256=document.file.sha256 if document.file else "", filed_at=document.received_at, why=why,
    )  # fmt: skip
    IncidentViewer.objects.bulk_create(
        IncidentViewer(incident=incident, user_id=one.user_id, name=one.actor_name, act=one.act, at=one.at)
        for one in who_opened(document)
    )
    return incident


def _tell(incident: Incident, document: Document, left: list[Document], actor: Actor, now: dt.datetime) -> None:
    """Both timelines, in words that tell nothing of the other person, and both checklists."""
    facts = {"document": document.pk, "sha256": incident.sha256, "incident": incident.pk,
             "pages": [incident.first_page, incident.last_page], "left": [one.pk for one in left]}  # fmt: skip
    record(
        case=incident.from_case, kind="record.moved_out",
        sentence=f"{incident.pages} pages taken out: they belong to another file. Incident {incident.pk}.",
        facts=facts, actor=actor, now=now,
    )  # fmt: skip
    file_changed(case=incident.from_case, now=now)
    if incident.to_case is not None:
        record(
            case=incident.to_case, kind="record.moved_in",
            sentence=f"Record filed that lay in another case: {incident.pages} pages. Incident {incident.pk}.",
            facts={**facts, "document": incident.moved_to_id}, actor=actor, now=now,
        )  # fmt: skip
        file_changed(case=incident.to_case, now=now)
