from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from cases.models import Case, CaseNumberCounter
from cases.services.intake import take_in
from cases.services.numbers import keep_number, take_number
from common.errors import InputRefusal, RuleRefusal
from tests.factories.cases import FACTORY, NOW, exchange_row, make_case

LAST = 9_999_999
NOVEMBER = dt.datetime(2026, 11, 2, 20, tzinfo=dt.UTC)


def together(*works):
    """Run each work in its own thread and connection; what they raised."""
    errors, start = [], threading.Barrier(len(works))

    def run(work):
        try:
            start.wait()
            work()
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["CM26-12", "CM26-00000001", "cm26-0000001", "CM٢٦-0000001", ""])
def test_a_malformed_number_is_refused(number):
    with pytest.raises(InputRefusal):
        keep_number(number)


@pytest.mark.django_db
def test_a_number_that_another_case_has_is_refused():
    case = make_case()
    with pytest.raises(InputRefusal, match=case.number):
        keep_number(case.number)


@pytest.mark.django_db
def test_the_ten_millionth_application_of_a_year_is_refused():
    make_case(case_number=f"CM26-{LAST}")
    CaseNumberCounter.objects.filter(prefix="CM26").update(last=LAST - 1)
    with pytest.raises(RuleRefusal):
        take_number(received_at=NOVEMBER)


@pytest.mark.django_db
def test_numbers_follow_the_california_year_of_receipt():
    assert take_number(received_at=dt.datetime(2026, 1, 1, 7, 59, tzinfo=dt.UTC)) == "CM25-0000001"
    assert take_number(received_at=dt.datetime(2026, 1, 1, 8, 0, tzinfo=dt.UTC)) == "CM26-0000001"


@pytest.mark.django_db
def test_a_number_from_a_feed_is_stepped_over_and_leaves_no_gap():
    for number in ("CM26-0000002", "CM26-0000003", "CM26-0000900"):
        make_case(case_number=number)
    assert [make_case().number for _ in range(3)] == ["CM26-0000001", "CM26-0000004", "CM26-0000005"]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_intake_leaves_no_gap():
    def intake_that_fails():
        with transaction.atomic():
            make_case()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        intake_that_fails()
    assert make_case().number == "CM26-0000001"


@pytest.mark.django_db(transaction=True)
def test_eight_desks_at_once_get_numbers_without_gap_or_double():
    rows = [[exchange_row() for _ in range(4)] for _ in range(8)]
    rows[3][1]["case_number"] = "CM26-0000040"

    def desk(mine):
        for row in mine:
            take_in(row=row, actor=FACTORY, now=NOW)

    assert together(*[lambda mine=mine: desk(mine) for mine in rows]) == []
    assert sorted(Case.objects.values_list("number", flat=True)) == [f"CM26-{n:07d}" for n in (*range(1, 32), 40)]
