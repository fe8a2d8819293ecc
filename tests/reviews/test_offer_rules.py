"""Response clock, reminder ladders, fee and effort: pure rules of numbers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.offers import (
    fee_cents,
    minutes_of_work,
    reminders_due,
    report_reminders_due,
    response_hours,
)
from reviews.services.reference import panel_numbers

NOW = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
OFFER, FEE = panel_numbers().offer, panel_numbers().fee


@pytest.mark.parametrize(
    ("priority", "left", "hours"),
    [
        ("expedited", 72, 2), ("expedited", 10, 2), ("expedited", 5, 1), ("expedited", -3, 1),
        ("standard", 14 * 24, 48), ("standard", 100, 20), ("standard", 12, 4), ("standard", -24, 4),
    ],
)  # fmt: skip
def test_the_time_to_answer_follows_the_time_left(priority, left, hours):
    assert response_hours(priority=priority, now=NOW, due=NOW + left * HOUR, numbers=OFFER) == hours


def test_without_a_clock_the_longest_time_holds():
    assert response_hours(priority="expedited", now=NOW, due=None, numbers=OFFER) == 2


@given(st.integers(-500, 2000), st.integers(0, 500), st.sampled_from(["standard", "expedited"]))
def test_more_time_left_never_shortens_the_answer(left, more, priority):
    def hours(here: int) -> int:
        return response_hours(priority=priority, now=NOW, due=NOW + here * HOUR, numbers=OFFER)

    assert OFFER.response_least_hours[priority] <= hours(left) <= hours(left + more) <= OFFER.response_hours[priority]


@pytest.mark.parametrize(("passed", "rungs"), [(0, 0), (23, 0), (24, 1), (40, 1), (41, 2), (47.9, 2), (48, 0), (90, 0)])
def test_an_unanswered_offer_climbs_its_ladder_until_its_time_is_over(passed, rungs):
    now = NOW + passed * HOUR
    assert reminders_due(offered_at=NOW, due_at=NOW + 48 * HOUR, now=now, numbers=OFFER) == rungs


@pytest.mark.parametrize(("day", "rungs"), [(26, 0), (27, 1), (28, 1), (29, 2), (30, 3), (31, 4), (60, 4)])
def test_a_report_is_asked_for_three_days_before_and_told_of_the_day_after(day, rungs):
    due = dt.date(2026, 11, 30)
    today = dt.date(2026, 11, 1) + dt.timedelta(days=day - 1)
    assert report_reminders_due(due_on=due, today=today, numbers=OFFER) == rungs


@pytest.mark.parametrize(
    ("items", "pages", "cents"),
    [(1, 0, 17500), (1, 100, 17500), (1, 101, 20000), (3, 100, 24500), (0, 0, 17500), (2, 350, 28500)],
)
def test_a_fee_follows_from_items_and_begun_hundreds_of_pages(items, pages, cents):
    assert fee_cents(priority="standard", items=items, pages=pages, numbers=FEE) == cents


def test_an_expedited_review_pays_more_and_ten_pages_take_minutes():
    assert fee_cents(priority="expedited", items=1, pages=1, numbers=FEE) == 26000
    assert minutes_of_work(items=2, pages=95, numbers=panel_numbers().effort) == 20 + 24 + 30
