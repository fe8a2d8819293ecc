"""What comes back: mails that bounce, paper that is returned, recipients who could not be reached at first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from accounts.roles import require
from cases.models import Notice, NoticeCopy
from cases.rules.notices import Recipient, with_way
from cases.services.notices.issuing import RIGHT, cases_of, lock_notice, said
from cases.services.notices.recipients import recipient_again
from cases.services.notices.serving import dispatch
from cases.services.workflow import record
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal

_COMES_BACK = {
    NoticeCopy.State.SENT: (NoticeCopy.State.BOUNCED, "The mail bounced"),
    NoticeCopy.State.SENDING: (NoticeCopy.State.BOUNCED, "The mail bounced"),
    NoticeCopy.State.MAILED: (NoticeCopy.State.RETURNED, "The mail was returned"),
}


def came_back(*, copy_id: int, because: str, actor: Actor, now: dt.datetime) -> NoticeCopy:
    """A mail bounced or paper was returned: put it down; it is work until the notice goes out again or is let be.

    Service as noted stays noted: what it was worth is for people to judge. Raises StateRefusal.
    """
    require(actor, RIGHT)
    if not because.strip():
        raise InputRefusal("notice.why", "Say what the carrier or mail server said.", fields={"because": "Say what."})
    with transaction.atomic():
        copy = _lock(copy_id)
        if copy.state not in _COMES_BACK:
            raise StateRefusal("notice.came_back", f"{copy} is not out: {copy.get_state_display().lower()}.")
        copy.state, word = _COMES_BACK[NoticeCopy.State(copy.state)]
        copy.problem = because.strip()[:500]
        copy.save(update_fields=["state", "problem"])
        _tell(copy, f"{word} from {copy.name}: {said(copy.notice)}.", actor=actor, now=now)
        return copy


def reach_again(*, copy_id: int, actor: Actor, now: dt.datetime, method: str = "") -> NoticeCopy:
    """Take the recipient's address as it stands now and send the notice: a held copy goes on its way, a bounced or
    returned one gets another in its place.

    method: another way of service than the party's own. Raises StateRefusal when it is neither, or is replaced already.
    """
    require(actor, RIGHT)
    with transaction.atomic():
        notice = lock_notice(NoticeCopy.objects.values_list("notice_id", flat=True).get(pk=copy_id))
        copy = _lock(copy_id)
        if copy.state == NoticeCopy.State.HELD:
            target = copy
        elif copy.state in (NoticeCopy.State.BOUNCED, NoticeCopy.State.RETURNED) and not _replaced(copy):
            last = notice.copies.order_by("-position").values_list("position", flat=True)[0]
            target = NoticeCopy(
                notice=notice, position=last + 1, role=copy.role, party=copy.party, replaces=copy,
                answers=copy.answers, state=NoticeCopy.State.HELD, problem="Being written.",
            )  # fmt: skip
        else:
            raise StateRefusal("notice.reach", f"{copy} needs nothing: {copy.get_state_display().lower()}.")
        problem = _address(target, recipient_again(copy), method)
        target.problem = problem or "It goes out now."
        target.save()
        if not problem:
            _go(target, notice, now)
        if target is not copy:
            _tell(target, f"Goes out again to {target.name}: {said(notice)}.", actor=actor, now=now)
        return target


def let_be(*, copy_id: int, because: str, actor: Actor, now: dt.datetime) -> NoticeCopy:
    """A held copy is not sent, for a reason: the party has left the case, nobody lives there."""
    require(actor, RIGHT)
    if not because.strip():
        raise InputRefusal("notice.why", "Say why it is not sent.", fields={"because": "Say why."})
    with transaction.atomic():
        copy = _lock(copy_id)
        if copy.state not in (NoticeCopy.State.HELD, NoticeCopy.State.TO_PRINT, NoticeCopy.State.WAITING):
            raise StateRefusal("notice.let_be", f"{copy} is on its way: {copy.get_state_display().lower()}.")
        copy.state, copy.problem = NoticeCopy.State.CANCELLED, because.strip()[:500]
        copy.save(update_fields=["state", "problem"])
        _tell(copy, f"Not sent to {copy.name}: {said(copy.notice)}.", actor=actor, now=now)
        return copy


def _go(copy: NoticeCopy, notice: Notice, now: dt.datetime) -> None:
    if notice.state == Notice.State.SEALED:
        dispatch(copy, notice=notice, now=now)
    else:
        copy.state, copy.problem = NoticeCopy.State.WAITING, ""
        copy.save(update_fields=["state", "problem"])


def _address(copy: NoticeCopy, fresh: Recipient, method: str) -> str:
    """Write the address onto the copy; returns what stands against serving it, or nothing."""
    one = with_way(replace(fresh, serve_by=method or fresh.serve_by))
    copy.name, copy.lines, copy.region, copy.email = one.name, list(one.lines), one.region, one.email
    copy.method = one.method
    return one.problem[:500]


def _replaced(copy: NoticeCopy) -> bool:
    return NoticeCopy.objects.filter(replaces=copy).exists()


def _lock(copy_id: int) -> NoticeCopy:
    copies = NoticeCopy.objects.select_for_update(of=("self",)).select_related("notice__case", "party")
    return copies.get(pk=copy_id)


def _tell(copy: NoticeCopy, sentence: str, *, actor: Actor, now: dt.datetime) -> None:
    for case in cases_of(copy.notice):
        record(
            case=case, kind="notice.trouble", sentence=sentence[:500],
            facts={"notice": copy.notice_id, "copy": copy.pk, "note": copy.problem}, actor=actor, now=now,
        )  # fmt: skip
