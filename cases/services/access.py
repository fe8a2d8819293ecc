"""Who may see a case: staff by right, others only while a registered rule or emergency access opens it (HI-8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest

from accounts.models import AccessLog, Act, User
from accounts.services.access_log import note_access
from accounts.services.break_glass import has_break_glass
from cases.models import Case
from common.errors import RightRefusal

#: (user, case, now) -> whether the rule opens the case to the person. Rooms above register theirs.
Sight = Callable[[User, Case, dt.datetime], bool]
_SIGHTS: list[Sight] = []
_SAME_SIGHT = dt.timedelta(hours=1)


def register_sight(sight: Sight) -> None:
    """Open cases to people without the right to read every case: the assigned reviewer, the quality check."""
    if sight not in _SIGHTS:
        _SIGHTS.append(sight)


def may_see(user: User, case: Case, now: dt.datetime) -> bool:
    """Whether the person may read the case now."""
    if not user.is_active:
        return False
    if user.has_right("view_cases"):
        return True
    return any(sight(user, case, now) for sight in _SIGHTS) or has_break_glass(user=user, case_key=case.number, now=now)


def open_case(
    *, request: HttpRequest, number: str, now: dt.datetime, part: str = "", act: Act = Act.VIEWED, full: bool = True
) -> Case:
    """The case for a page, noted in the access log (HI-5). part: which part of it is shown, without health facts.

    Raises RightRefusal alike for a case that is not there and one that the person may not see: numbers tell nothing.
    """
    cases = Case.objects.with_facts() if full else Case.objects.all()
    case = cases.filter(number=number).first()
    user = request.user
    if case is None or not isinstance(user, User) or not may_see(user, case, now):
        note_access(act=Act.REFUSED, request=request, now=now, target=f"Case {number}", target_key=number, detail=part)
        raise RightRefusal("cases.sight", f"Case {number} is not open to you. Ask a coordinator if it should be.")
    note_access(act=act, request=request, now=now, target=f"Case {number}", target_key=number, detail=part)
    return case


def look_again(*, request: HttpRequest, number: str, now: dt.datetime) -> Case:
    """The case for a part of an open page that asks again by itself: `open_case`, with one line an hour in the log."""
    case, user = Case.objects.filter(number=number).first(), request.user
    if case is not None and isinstance(user, User) and may_see(user, case, now):
        lines = AccessLog.objects.filter(user=user, target_key=number, act=Act.VIEWED, at__gt=now - _SAME_SIGHT)
        if lines.exists():
            return case
    return open_case(request=request, number=number, now=now, part="arrivals", full=False)
