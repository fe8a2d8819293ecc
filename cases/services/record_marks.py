"""What people say about required records: this document covers that one, this one is waived, that report is named."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from accounts.roles import require
from cases.models import Case, Document, RecordMark, RecordRequest
from cases.rules.required_records import Needed
from cases.services.jurisdictions import case_date, jurisdiction_of
from cases.services.record_requests import bring_up_to_date, lay_out
from cases.services.workflow import lock_case, record
from cases.workflow import State
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from common.rules.characters import first_unprintable

_RIGHT = "manage_records"
_REASON_LENGTH, _LABEL_LENGTH = 500, 300


def mark(*, request: RecordRequest, document: Document, covers: bool, actor: Actor, now: dt.datetime) -> RecordMark:
    """Say that a document of the case covers a request, or does not; the last word counts.

    Raises InputRefusal for a document of another case, StateRefusal for an ended case.
    """
    with transaction.atomic():
        case = _open_case(request.case_id, actor)
        if document.case_id != case.pk or not case.documents.filter(pk=document.pk).exists():
            raise InputRefusal("records.mark", "Choose a document of this case.", fields={"document": "Choose one."})
        said, _ = RecordMark.objects.update_or_create(
            request=request, document=document, defaults={"covers": covers, "by": actor.name, "at": now}
        )
        verb = "covers" if covers else "does not cover"
        _note(case, "marked", f"“{document.title}” {verb}: {request.label}.", request, actor, now)
        return said


def unmark(*, request: RecordRequest, document: Document, actor: Actor, now: dt.datetime) -> None:
    """Take back what was said about a document; its kind decides again. Nothing said: nothing happens."""
    with transaction.atomic():
        case = _open_case(request.case_id, actor)
        said, _ = RecordMark.objects.filter(request=request, document=document).delete()
        if said:
            _note(case, "unmarked", f"Mark on “{document.title}” taken back: {request.label}.", request, actor, now)


def waive(*, request: RecordRequest, reason: str, actor: Actor, now: dt.datetime) -> RecordRequest:
    """Go without a record, with the reason. Raises InputRefusal without one."""
    words = _clean(reason, "reason", "Say why the record is not needed.")[:_REASON_LENGTH]
    with transaction.atomic():
        case = _open_case(request.case_id, actor)
        locked = case.record_requests.get(pk=request.pk)
        locked.waived_at, locked.waived_by, locked.waived_reason = now, actor.name, words
        locked.save(update_fields=["waived_at", "waived_by", "waived_reason"])
        _note(case, "waived", f"Waived: {locked.label}.", locked, actor, now, words)
        return locked


def unwaive(*, request: RecordRequest, actor: Actor, now: dt.datetime) -> RecordRequest:
    """Ask for a waived record again."""
    with transaction.atomic():
        case = _open_case(request.case_id, actor)
        locked = case.record_requests.get(pk=request.pk)
        if locked.waived_at is not None:
            locked.waived_at, locked.waived_by, locked.waived_reason = None, "", ""
            locked.save(update_fields=["waived_at", "waived_by", "waived_reason"])
            _note(case, "unwaived", f"Asked for again: {locked.label}.", locked, actor, now)
        return locked


def name_record(*, case: Case, label: str, actor: Actor, now: dt.datetime) -> RecordRequest:
    """Note a report that the request or the UR decision names: without it the file is not complete.

    label: the report as it is named ("MRI of the lumbar spine, 05/06/2026"). Raises InputRefusal without one, or when
    the jurisdiction asks for no named reports.
    """
    words = _clean(label, "label", "Write how the report is named.")[:_LABEL_LENGTH]
    with transaction.atomic():
        locked = _open_case(case.pk, actor)
        day = locked.assigned_on or case_date(locked, now)
        row = next((one for one in jurisdiction_of(locked).required_records(day) if one.needed == Needed.NAMED), None)
        if row is None:
            raise InputRefusal("records.named", "The rules of this programme ask for no reports by name.")
        lay_out(case=locked, now=now)
        asked = locked.record_requests.filter(owed_by=row.from_role).exclude(asked_at=None).first()
        last = locked.record_requests.aggregate(last=Max("position"))["last"] or 0
        request, _ = RecordRequest.objects.get_or_create(
            case=locked,
            key=row.key,
            owed_by=row.from_role,
            label=words,
            defaults={
                "position": last + 1,
                "needed": row.needed,
                "kinds": list(row.kinds),
                "party": locked.parties.filter(role=row.from_role).first(),
                "source": row.source,
                "asked_at": asked.asked_at if asked else None,
                "due_at": asked.due_at if asked else None,
                "due_why": asked.due_why if asked else "",
            },
        )
        _note(locked, "named", f"Named in the request or the UR decision: {words}.", request, actor, now)
        return request


def _open_case(case_id: int, actor: Actor) -> Case:
    """The case under its lock, once the actor may and the case still collects or holds records."""
    case = lock_case(case_id)
    require(actor, _RIGHT)
    if case.imported or case.state in State.ended():
        raise StateRefusal("records.closed", f"Case {case.number} has ended; its checklist stands as it is.")
    return case


def _note(  # one line on the timeline, and the checklist worked out anew
    case: Case, kind: str, sentence: str, request: RecordRequest, actor: Actor, now: dt.datetime, note: str = ""
) -> None:
    bring_up_to_date(case=case, now=now)
    facts = {"request": request.pk, "key": request.key, **({"note": note} if note else {})}
    record(case=case, kind=f"record.{kind}", sentence=sentence, facts=facts, actor=actor, now=now)


def _clean(text: str, field: str, empty: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise InputRefusal("records.words", empty, fields={field: empty})
    if bad := first_unprintable(words):
        sentence = f"This holds {bad.spoken}, at place {bad.position + 1}."
        raise InputRefusal("records.words", sentence, fields={field: sentence})
    return words
