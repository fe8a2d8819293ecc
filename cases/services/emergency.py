"""Emergency access (break glass) asks this room whether the case exists and is not open to the person anyway."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import break_glass_opening
from cases.models import Case
from cases.services.access import may_see
from common.errors import InputRefusal


@receiver(break_glass_opening)
def refuse_pointless_access(*, user: User, case_key: str, now: dt.datetime, **_signal: Any) -> None:
    """Raises InputRefusal for a case that does not exist, or that the person may read without emergency."""
    case = Case.objects.filter(number=case_key).first()
    if case is None:
        message = f"There is no case {case_key}. Check the number."
    elif may_see(user, case, now):
        message = f"Case {case_key} is open to you already. Open it without emergency access."
    else:
        return
    raise InputRefusal("break_glass.case", message, fields={"case_key": message})
