"""Case numbers `CMyy-nnnnnnn`: each given out once, none left out.

`yy` is the California year in which the application was received. The counter's row lock is held to the end of the
transaction that takes in the case, so an intake that is rolled back gives its number back, and the next one takes it.
Numbers that a feed brings along are kept as they are; the counter steps over them.
"""

from __future__ import annotations

import datetime as dt
import re

from cases.models import Case, CaseNumberCounter
from common.days import california_date
from common.errors import InputRefusal, RuleRefusal

_FORM = re.compile(r"CM\d{2}-\d{7}", re.ASCII)
LAST = 9_999_999


def take_number(*, received_at: dt.datetime) -> str:
    """The next free number of the year. Call inside the transaction that creates the case, after every other lock.

    Raises RuleRefusal when the ten million numbers of a year are used up.
    """
    counter = _locked_counter(f"CM{california_date(received_at):%y}")
    free = _first_free(counter.prefix, counter.last + 1)
    if free > LAST:
        raise RuleRefusal(
            "case.number", f"All numbers {counter.prefix}-0000001 to {counter.prefix}-{LAST} are given out."
        )
    counter.last = free
    counter.save(update_fields=["last"])
    return f"{counter.prefix}-{free:07d}"


def keep_number(number: str) -> str:
    """A number that a feed brought along, when it is still free. Same locking as `take_number`.

    Raises InputRefusal when it is malformed or belongs to another case.
    """
    if not _FORM.fullmatch(number):
        raise InputRefusal("case.number", f"case_number: {number!r} is no case number: it is written CMyy-nnnnnnn.")
    _locked_counter(number[:4])
    if Case.objects.filter(number=number).exists():
        raise InputRefusal(
            "case.number",
            f"case_number: {number} belongs to another case already. Leave it out, so that the next free one is given.",
            fields={"case_number": f"{number} belongs to another case already."},
        )
    return number


def _locked_counter(prefix: str) -> CaseNumberCounter:
    CaseNumberCounter.objects.get_or_create(prefix=prefix)
    return CaseNumberCounter.objects.select_for_update(no_key=True).get(prefix=prefix)


def _first_free(prefix: str, start: int) -> int:
    """The first number from `start` on that no feed brought along."""
    taken = (
        Case.objects.filter(number__gte=f"{prefix}-{start:07d}", number__startswith=f"{prefix}-")
        .order_by("number")
        .values_list("number", flat=True)
    )
    free = start
    for number in taken.iterator(chunk_size=200):
        if int(number[5:]) != free:
            break
        free += 1
    return free
