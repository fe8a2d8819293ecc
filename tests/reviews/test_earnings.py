"""Fees are frozen at the offer from the case's size, and paid once, whatever was decided."""

from __future__ import annotations

import datetime as dt
import inspect

import pytest
from django.db import DatabaseError, transaction

from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import Assignment, Payment
from reviews.rules import offers
from reviews.services import earnings
from reviews.services.earnings import earnings_of, pay, to_be_paid
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer
from tests.factories.cases import NOW, an_item, make_case

pytestmark = pytest.mark.django_db
TODAY = california_date(NOW)


def accepted(**facts) -> Assignment:
    assignment, actor = make_offer(**facts)
    return accept_offer(assignment, actor)


def issued(**facts) -> Assignment:
    one = accepted(**facts)
    Assignment.objects.filter(pk=one.pk).update(submitted_at=NOW, completed_at=NOW)
    return Assignment.objects.get(pk=one.pk)


def settle(*rows: Assignment, **changes) -> int:
    given = {"paid_on": TODAY, "reference": "T-1", "actor": COORDINATOR, "now": NOW, **changes}
    return pay(assignment_ids=[one.pk for one in rows], **given)


def test_the_fee_is_frozen_at_the_offer_and_knows_no_decision():
    one = accepted(case=make_case(state="ready", items=[an_item(), an_item("Second item")]))
    assert one.fee_cents == 21000
    for module in (offers, earnings):
        words = inspect.getsource(module)
        assert "upheld" not in words
        assert "overturned" not in words


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"actor": Actor("r", frozenset({"reviewer"}))}, RightRefusal),
        ({"reference": " "}, InputRefusal),
        ({"paid_on": TODAY + dt.timedelta(days=1)}, InputRefusal),
    ],
)
def test_a_payment_needs_the_right_a_reference_and_a_day(changes, error):
    with pytest.raises(error):
        settle(issued(), **changes)
    with pytest.raises(InputRefusal):
        settle()
    assert not Payment.objects.exists()


def test_what_is_not_released_or_is_paid_already_is_not_paid_and_nothing_beside_it():
    done, open_one = issued(), accepted()
    with pytest.raises(StateRefusal, match="not released"):
        settle(done, open_one)
    assert not Payment.objects.exists()
    assert settle(done) == 1
    with pytest.raises(StateRefusal, match="paid already"):
        settle(done)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.update(cents=1)


def test_earnings_tell_open_released_and_paid(django_assert_num_queries):
    one = issued()
    assert [line.assignment for line in to_be_paid()] == [one]
    settle(one)
    assert to_be_paid() == []
    reviewer = one.reviewer
    with django_assert_num_queries(1):
        told = earnings_of(reviewer)
    assert (told.open, told.released, told.paid) == (0, 0, 17500)
    assert told.lines[0].state == "paid"
