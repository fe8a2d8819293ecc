"""What people without an account may do with a notice's code: send records, see what they sent and what is missing.

They see case numbers and the names of their own files. Nothing else of a case is shown: no names, no medical data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cases.models import AccessCode, Arrival, Case
from cases.services.access_codes import UPLOAD, serves
from cases.services.uploads import Sender
from common.actor import Actor
from common.errors import RightRefusal


@dataclass(frozen=True)
class Missing:
    """A record that is still asked of the code's holder. due: the day, None where no clock runs."""

    case_number: str
    what: str
    due: dt.date | None = None


#: (code) -> what is still missing. Whoever keeps the list of required records registers.
MissingFor = Callable[[AccessCode], Sequence[Missing]]
_MISSING: list[MissingFor] = []


def register_missing(function: MissingFor) -> MissingFor:
    """Say what is missing to the holders of codes."""
    if function not in _MISSING:
        _MISSING.append(function)
    return function


def missing_for(code: AccessCode) -> list[Missing]:
    return [one for function in _MISSING for one in function(code)]


def live_code(*, pk: int, now: dt.datetime) -> AccessCode:
    """The code that somebody came in with, while it is live. Raises RightRefusal when it ended meanwhile."""
    code = AccessCode.objects.live(now).select_related("case", "party", "organization").filter(pk=pk).first()
    if code is None or not serves(code, UPLOAD):
        raise RightRefusal("outside.code", "This code has ended. Type it again, or ask us for a new one.")
    return code


def sender_of(code: AccessCode) -> Sender:
    return Sender(actor=Actor(name=f"access code {code.pk}", roles=frozenset()), access_code=code)


def case_for(*, code: AccessCode, number: str, missing: Sequence[Missing]) -> Case | None:
    """The case that an upload goes to: the code's own, or one of those that it is asked for; None: to be matched.

    Raises RightRefusal for a case that the code has nothing to do with, whether it exists or not.
    """
    if code.case is not None and number in ("", code.case.number):
        return code.case
    if not number:
        return None
    if number not in {one.case_number for one in missing}:
        raise RightRefusal("outside.case", f"Your code does not open case {number}.")
    return Case.objects.filter(number=number).first()


def numbers_for(code: AccessCode, missing: Sequence[Missing]) -> list[str]:
    """The case numbers that the holder may choose from."""
    own = [code.case.number] if code.case else []
    return own or sorted({one.case_number for one in missing})


def sent_with(code: AccessCode) -> list[Arrival]:
    """What came with the code, oldest first."""
    return list(Arrival.objects.filter(access_code=code).select_related("case").order_by("received_at", "pk"))
