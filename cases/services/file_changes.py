"""What follows when the file of a case changes, by whichever door: the checklist, and the flag on what came late.

Hung on the saving of documents, so that a new way of filing cannot forget it. Whoever changes documents in bulk, past
their `save`, calls `file_changed` itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from cases.models import Case, Document, LateRecord, RecordRequest
from cases.services.completion import work_out_again
from cases.services.record_requests import bring_up_to_date
from cases.services.workflow import record
from cases.signals import record_came_late
from cases.workflow import State
from common.actor import Actor

#: Before these the checklist is not laid out; what comes is part of the application.
_BEFORE_THE_CHECKLIST = (State.RECEIVED, State.ELIGIBILITY)
_WITH_REVIEWER = (State.IN_REVIEW, State.QUALITY_CHECK)
_DETERMINED = (State.DETERMINED, State.SERVED, State.CLOSED)


def file_changed(*, case: Case, now: dt.datetime) -> None:
    """Work the checklist of a case out again: a document was filed, moved, withdrawn, or is of another kind now."""
    if case.imported or case.state in _BEFORE_THE_CHECKLIST:
        return
    with transaction.atomic():
        fresh = Case.objects.select_related("application").get(pk=case.pk)
        if bring_up_to_date(case=fresh, now=now) and fresh.state in (State.READY, *_WITH_REVIEWER):
            work_out_again(case=fresh, now=now)


@receiver(post_save, sender=Document, dispatch_uid="cases.file_changes.saved")
def _saved(*, instance: Document, created: bool, raw: bool = False, **signal: Any) -> None:  # noqa: ARG001
    if raw:
        return
    now = timezone.now()
    _left_behind(instance, now)
    file_changed(case=instance.case, now=now)
    if created and instance.cut_from_id is None and instance.withdrawn_at is None:
        flag_late(document=instance, now=now)


@receiver(post_delete, sender=Document, dispatch_uid="cases.file_changes.deleted")
def _deleted(*, instance: Document, **signal: Any) -> None:  # noqa: ARG001 - signals may carry more
    file_changed(case=instance.case, now=timezone.now())


def _left_behind(document: Document, now: dt.datetime) -> None:
    """A document that moved to another case covers nothing in the one it left."""
    for case in Case.objects.filter(record_requests__document=document).exclude(pk=document.case_id).distinct():
        RecordRequest.objects.filter(case=case, document=document).update(document=None, received_at=None)
        file_changed(case=case, now=now)


def flag_late(*, document: Document, now: dt.datetime) -> LateRecord | None:
    """Flag a record that came when a reviewer had the case, or after its determination; None when it is in time."""
    case = document.case
    if case.imported or case.state not in (*_WITH_REVIEWER, *_DETERMINED):
        return None
    after = case.state in _DETERMINED
    late, made = LateRecord.objects.get_or_create(
        document=document,
        defaults={"case": case, "at": document.received_at or now, "state": case.state, "after_determination": after},
    )
    if made:
        when = "after the determination" if after else "while the case is with the reviewer"
        record(
            case=case,
            kind="record.late",
            sentence=f"A record came {when}: {document.get_kind_display().lower()}.",
            facts={"document": document.pk, "after_determination": after},
            actor=Actor.system("late records"),
            now=now,
        )
        record_came_late.send(LateRecord, late=late, case=case, now=now)
    return late
