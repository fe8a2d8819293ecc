"""What is due and not sent: held notices whose reason is gone, copies that never left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from cases.models import Notice, NoticeCopy
from cases.services import access_codes
from cases.services.notices.issuing import lock_notice, write_again
from cases.services.notices.serving import dispatch
from common.actor import Actor
from common.errors import StateRefusal

#: Notices and copies looked at in one run; the next run takes the next ones.
_AT_ONCE = 200


@dataclass(frozen=True)
class CaughtUp:
    """What a run did. written: held notices that could be written now; sent: copies put on their way."""

    written: int
    sent: int


def catch_up(*, actor: Actor, now: dt.datetime) -> CaughtUp:
    """Try held notices again, put copies on their way that a sealed notice left behind, forget old tries of codes."""
    written = sum(_written(pk, actor, now) for pk in Notice.objects.held().values_list("pk", flat=True)[:_AT_ONCE])
    left = NoticeCopy.objects.filter(state=NoticeCopy.State.WAITING, notice__state=Notice.State.SEALED)
    sent = sum(_sent(pk, now) for pk in left.values_list("pk", flat=True)[:_AT_ONCE])
    access_codes.forget_old_tries(now=now)
    return CaughtUp(written, sent)


def _written(notice_id: int, actor: Actor, now: dt.datetime) -> bool:
    try:
        return write_again(notice_id=notice_id, actor=actor, now=now).state == Notice.State.ORDERED
    except StateRefusal:  # somebody was quicker
        return False


def _sent(copy_id: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        notice = lock_notice(NoticeCopy.objects.values_list("notice_id", flat=True).get(pk=copy_id))
        copy = NoticeCopy.objects.select_for_update(of=("self",)).get(pk=copy_id)
        if copy.state != NoticeCopy.State.WAITING:
            return False
        dispatch(copy, notice=notice, now=now)
        return True
