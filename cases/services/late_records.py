"""Records that came late: what the reviewer must look at, and the medical director's list after the determination."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.roles import require
from cases.models import Case, LateRecord
from cases.models.record_request import LateRecordQuerySet
from cases.services.workflow import lock_case, record
from common.actor import Actor
from common.errors import StateRefusal


def unseen_of(case: Case) -> list[LateRecord]:
    """What came while the reviewer had the case and nobody has looked at yet, newest first."""
    late = LateRecord.objects.unseen().filter(case=case, after_determination=False, document__withdrawn_at=None)
    return list(late.select_related("document"))


def after_determination() -> LateRecordQuerySet:
    """The medical director's list: what came after a determination, unseen first."""
    late = LateRecord.objects.after_determination().filter(document__withdrawn_at=None)
    return late.select_related("document", "case").order_by("seen_at", "-at", "-pk")


def see(*, late: LateRecord, actor: Actor, now: dt.datetime, note: str = "") -> LateRecord:
    """Say that the record was looked at. After a determination that is for the quality check; else for whoever may
    open the case, which the door has asked. Raises RightRefusal, StateRefusal."""
    with transaction.atomic():
        case = lock_case(late.case_id)
        mine = LateRecord.objects.select_for_update(of=("self",)).get(pk=late.pk)
        if mine.after_determination:
            require(actor, "check_quality")
        if mine.seen_at is not None:
            raise StateRefusal("records.seen", f"{mine.seen_by} has looked at this record already.")
        mine.seen_at, mine.seen_by, mine.note = now, actor.name, note.strip()[:1000]
        mine.save(update_fields=["seen_at", "seen_by", "note"])
        facts = {"document": mine.document_id, **({"note": mine.note} if mine.note else {})}
        record(case=case, kind="record.seen", sentence="Late record looked at.", facts=facts, actor=actor, now=now)
        return mine
