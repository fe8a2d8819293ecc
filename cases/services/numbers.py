"""Case numbers in the form of the jurisdiction (`CMyy-nnnnnnn`): each given out once, none left out.

The year is that of the receipt, where the programme is. The counter's row lock is held to the end of the transaction
that takes in the case, so an intake that is rolled back gives its number back, and the next one takes it.
Numbers that a feed brings along are kept as they are; the counter steps over them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from cases.models import Case, CaseNumberCounter
from cases.rules.clocks import day_of
from cases.rules.jurisdiction import CaseNumberForm
from cases.services.jurisdictions import jurisdiction
from common.errors import InputRefusal, RuleRefusal

#: What a row means that names none.
USUAL_JURISDICTION: str = settings.USUAL_JURISDICTION
_AT_A_TIME = 200


class Wanted(NamedTuple):
    """What is known of a case that is to get a number. of: key of its jurisdiction; number: the one it brings along."""

    received_at: dt.datetime
    of: str = USUAL_JURISDICTION
    number: str | None = None


def take_number(*, received_at: dt.datetime, of: str = USUAL_JURISDICTION) -> str:
    """The next free number of the year. Call inside the transaction that creates the case, after every other lock.

    of: key of the jurisdiction. Raises RuleRefusal when the numbers of a year are used up.
    """
    return give_numbers([Wanted(received_at, of)])[0]


def keep_number(number: str, *, of: str = USUAL_JURISDICTION) -> str:
    """A number that a feed brought along, when it is still free. Same locking as `take_number`.

    It may have any form that the jurisdiction ever had. Raises InputRefusal when it is malformed or belongs to another
    case.
    """
    return give_numbers([Wanted(dt.datetime.now(dt.UTC), of, number)])[0]


def give_numbers(wanted: Sequence[Wanted]) -> list[str]:
    """A number for each, in their order: the one it brings along, or the next free one of its year.

    The counters are locked in one fixed order; call as `take_number`. Raises as `take_number` and `keep_number`.
    """
    counting = [_series_wanted(one) for one in wanted]
    counters = {prefix: _locked_counter(prefix) for prefix in sorted({prefix for prefix, _ in counting})}
    brought = [one.number for one in wanted if one.number is not None]
    given = set(Case.objects.filter(number__in=brought).values_list("number", flat=True)) if brought else set()
    series: dict[str, _Series] = {}
    numbers = []
    for one, (prefix, form) in zip(wanted, counting, strict=True):
        if one.number is not None:
            _refuse_given(one.number, given)
            numbers.append(one.number)
        else:
            if prefix not in series:
                series[prefix] = _Series(form, counters[prefix])
            numbers.append(series[prefix].take(given))
        given.add(numbers[-1])
    for here in series.values():
        here.counter.save(update_fields=["last"])
    return numbers


def _series_wanted(one: Wanted) -> tuple[str, CaseNumberForm]:
    programme = jurisdiction(one.of)
    day = day_of(one.received_at, programme.zone)
    form = programme.case_number(day)
    if one.number is None:
        return form.series(day), form
    series = _series_of(one.number, one.of)
    if series is None:
        raise InputRefusal("case.number", f"case_number: {why_no_number(one.number, of=one.of)}")
    return series, form


def _refuse_given(number: str, given: set[str]) -> None:
    if number in given:
        raise InputRefusal(
            "case.number",
            f"case_number: {number} belongs to another case already. Leave it out, so that the next free one is given.",
            fields={"case_number": f"{number} belongs to another case already."},
        )


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


class _Series:
    """The free numbers of one series, one after the other, under the lock of its counter."""

    def __init__(self, form: CaseNumberForm, counter: CaseNumberCounter) -> None:
        self.counter = counter
        self._form = form
        self._taken: set[str] = set()
        self._looked_to = counter.last

    def take(self, given: set[str]) -> str:
        """The first free number; given: those given out in this transaction already. Raises RuleRefusal."""
        prefix = self.counter.prefix
        free = self.counter.last + 1
        while free <= self._form.last:
            number = self._form.number(prefix, free)
            if free > self._looked_to:
                self._look(free)
            if number not in self._taken and number not in given:
                self.counter.last = free
                return number
            free += 1
        first, last = self._form.number(prefix, 1), self._form.number(prefix, self._form.last)
        raise RuleRefusal("case.number", f"All numbers {first} to {last} are given out.")

    def _look(self, start: int) -> None:
        """Read which of the next numbers a feed brought along before."""
        last = min(start + _AT_A_TIME - 1, self._form.last)
        prefix, stem = self.counter.prefix, self._form.stem(self.counter.prefix)
        first, final = self._form.number(prefix, start), self._form.number(prefix, last)
        found = Case.objects.filter(number__gte=first, number__lte=final, number__startswith=stem)
        self._taken.update(found.values_list("number", flat=True))
        self._looked_to = last
