"""Emergency access to one case: with a reason, for an hour, loud, and judged by another person afterwards."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction

from accounts import signals
from accounts.models import Act, BreakGlass, User, Verdict
from accounts.roles import person_id, require
from accounts.services.access_log import note_access
from accounts.services.people import administrators, alert
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal

OPEN_FOR = dt.timedelta(minutes=60)
REASON_LENGTH = 20
_CASE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,39}")


@transaction.atomic
def open_break_glass(*, actor: Actor, case_key: str, reason: str, now: dt.datetime) -> BreakGlass:
    """Open one case for the actor for 60 minutes and alert every administrator. Open already: that row comes back.

    Raises RightRefusal, InputRefusal (case number, reason), and what a receiver of break_glass_opening raises.
    """
    user = User.objects.select_for_update().get(pk=person_id(actor))
    require(actor, "break_glass")
    case_key, reason = case_key.strip().upper(), reason.strip()
    _check_input(case_key, reason)
    already = BreakGlass.objects.in_force(now).filter(user=user, case_key=case_key).first()
    if already is not None:
        return already
    signals.break_glass_opening.send(sender=BreakGlass, user=user, case_key=case_key, now=now)
    row = BreakGlass.objects.create(
        user=user, case_key=case_key, reason=reason, opened_at=now, expires_at=now + OPEN_FOR
    )
    note_access(act=Act.BREAK_GLASS_OPENED, actor=actor, now=now, target=f"Case {case_key}", target_key=case_key)
    about = {"name": str(user), "case": case_key, "opened_at": now.isoformat()}
    alert(kind="break_glass", people=administrators(), about=about, now=now)
    return row


def has_break_glass(*, user: User, case_key: str, now: dt.datetime) -> bool:
    """Whether emergency access of this person to this case is in force at `now`."""
    return user.is_active and BreakGlass.objects.in_force(now).filter(user=user, case_key=case_key).exists()


@transaction.atomic
def review_break_glass(*, actor: Actor, row_id: int, verdict: str, note: str, now: dt.datetime) -> BreakGlass:
    """Judge an emergency access as another person; a verdict "not justified" needs a note.

    Raises RightRefusal (right, own access), InputRefusal (verdict, note), StateRefusal (judged already).
    """
    row = BreakGlass.objects.select_for_update().get(pk=row_id)
    require(actor, "review_break_glass")
    if person_id(actor) == row.user_id:
        raise RightRefusal("break_glass.self", "Nobody judges their own emergency access. Another person has to.")
    if row.reviewed_at is not None:
        raise StateRefusal("break_glass.reviewed", "This emergency access was judged already.")
    if verdict not in Verdict.values:
        message = "Say whether the access was justified."
        raise InputRefusal("break_glass.verdict", message, fields={"verdict": message})
    note = note.strip()
    if verdict == Verdict.NOT_JUSTIFIED and not note:
        message = "Say what was wrong and what follows from it."
        raise InputRefusal("break_glass.note", message, fields={"note": message})
    row.reviewed_by_id, row.reviewed_at, row.verdict, row.note = actor.user_id, now, verdict, note
    row.save(update_fields=["reviewed_by", "reviewed_at", "verdict", "note"])
    note_access(
        act=Act.BREAK_GLASS_REVIEWED, actor=actor, now=now, target=f"Case {row.case_key}", target_key=row.case_key,
        detail=f"{Verdict(verdict).label} (access of {row.user})",
    )  # fmt: skip
    return row


def _check_input(case_key: str, reason: str) -> None:
    problems: dict[str, str] = {}
    if not _CASE_KEY.fullmatch(case_key):
        problems["case_key"] = "Enter one case number, such as CM26-0000012."
    if len(reason) < REASON_LENGTH:
        problems["reason"] = f"Say why the case has to be opened now, in at least {REASON_LENGTH} characters."
    if problems:
        raise InputRefusal("break_glass.input", " ".join(problems.values()), fields=problems)
