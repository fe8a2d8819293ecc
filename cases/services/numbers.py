"""Case numbers in the form of the jurisdiction (`CMyy-nnnnnnn`): each given out once, none left out.

The year is that of the receipt, where the programme is. The counter's row lock is held to the end of the transaction
that takes in the case, so an intake that is rolled back gives its number back, and the next one takes it.
Numbers that a feed brings along are kept as they are; the counter steps over them.
"""

from __future__ import annotations

import datetime as dt

from cases.models import Case, CaseNumberCounter
from cases.rules.clocks import day_of
from cases.rules.jurisdiction import CaseNumberForm
from cases.services.jurisdictions import jurisdiction
from common.errors import InputRefusal, RuleRefusal

#: What a row means that names none.
USUAL_JURISDICTION = "california"


def take_number(*, received_at: dt.datetime, of: str = USUAL_JURISDICTION) -> str:
    """The next free number of the year. Call inside the transaction that creates the case, after every other lock.

    of: key of the jurisdiction. Raises RuleRefusal when the numbers of a year are used up.
    """
    programme = jurisdiction(of)
    day = day_of(received_at, programme.zone)
    form = programme.case_number(day)
    counter = _locked_counter(form.series(day))
    free = _first_free(form, counter.prefix, counter.last + 1)
    if free > form.last:
        first, last = form.number(counter.prefix, 1), form.number(counter.prefix, form.last)
        raise RuleRefusal("case.number", f"All numbers {first} to {last} are given out.")
    counter.last = free
    counter.save(update_fields=["last"])
    return form.number(counter.prefix, free)


def keep_number(number: str, *, of: str = USUAL_JURISDICTION) -> str:
    """A number that a feed brought along, when it is still free. Same locking as `take_number`.

    It may have any form that the jurisdiction ever had. Raises InputRefusal when it is malformed or belongs to another
    case.
    """
    series = _series_of(number, of)
    if series is None:
        raise InputRefusal("case.number", f"case_number: {why_no_number(number, of=of)}")
    _locked_counter(series)
    if Case.objects.filter(number=number).exists():
        raise InputRefusal(
            "case.number",
            f"case_number: {number} belongs to another case already. Leave it out, so that the next free one is given.",
            fields={"case_number": f"{number} belongs to another case already."},
        )
    return number


def why_no_number(number: str, *, of: str = USUAL_JURISDICTION) -> str:
    """What is wrong with a number as written; empty when it has a form that the jurisdiction has or had."""
    if _series_of(number, of):
        return ""
    return f"{number!r} is no case number: it is written {jurisdiction(of).case_numbers[-1].form}."


def _series_of(number: str, of: str) -> str | None:
    return next(filter(None, (form.series_of(number) for form in jurisdiction(of).case_numbers)), None)


def _locked_counter(prefix: str) -> CaseNumberCounter:
    CaseNumberCounter.objects.get_or_create(prefix=prefix)
    return CaseNumberCounter.objects.select_for_update(no_key=True).get(prefix=prefix)


def _first_free(form: CaseNumberForm, series: str, start: int) -> int:
    """The first number from `start` on that no feed brought along."""
    if start > form.last:
        return start
    stem = form.stem(series)
    taken = (
        Case.objects.filter(number__gte=form.number(series, start), number__startswith=stem)
        .order_by("number")
        .values_list("number", flat=True)
    )
    free = start
    for number in taken.iterator(chunk_size=200):
        if number != form.number(series, free):
            break
        free += 1
    return free
