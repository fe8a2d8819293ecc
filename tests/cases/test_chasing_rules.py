"""The ladder and the penalty: what is due on a day, whatever was missed before."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.chasing import BANDS, PenaltyRule, Rung, band_of, days_late, due_rungs, penalty

LADDER = (
    Rung("reminder", "Reminder", -1),
    Rung("chaser_1", "First chaser", 1),
    Rung("chaser_2", "Second chaser", 5),
    Rung("chaser_3", "Third chaser", 10),
    Rung("evidence", "Penalty evidence and call", 15, notice=False, call=True, evidence=True),
)
ASKED, DUE = dt.date(2026, 11, 2), dt.date(2026, 11, 17)
RULES = [PenaltyRule(500, 5000, "8 CCR 9792.12(c)(6)", end=dt.date(2025, 12, 31))]


def on(day, done=(), **changes):
    facts = {"asked_on": ASKED, "due_on": DUE, "today": day, "done": done, **changes}
    found = due_rungs(LADDER, **facts)
    return (found.rung.key, [rung.key for rung in found.skipped]) if found else None


def test_nothing_is_due_before_the_day_of_the_reminder_nor_twice():
    assert on(dt.date(2026, 11, 15)) is None
    assert on(dt.date(2026, 11, 16)) == ("reminder", [])
    assert on(dt.date(2026, 11, 17), {"reminder"}) is None
    assert on(dt.date(2026, 11, 18), {"reminder"}) == ("chaser_1", [])


def test_after_an_outage_only_the_highest_rung_is_sent_and_the_others_are_noted_as_skipped():
    assert on(dt.date(2026, 11, 23)) == ("chaser_2", ["reminder", "chaser_1"])
    assert on(dt.date(2027, 2, 1), {"reminder"}) == ("evidence", ["chaser_1", "chaser_2", "chaser_3"])


def test_nobody_is_reminded_on_the_day_of_the_request():
    tight = {"asked_on": dt.date(2026, 11, 16), "due_on": dt.date(2026, 11, 17)}
    assert on(dt.date(2026, 11, 17), **tight) is None
    assert on(dt.date(2026, 11, 18), **tight) == ("chaser_1", [])


@given(st.lists(st.dates(DUE - dt.timedelta(days=5), DUE + dt.timedelta(days=60)), min_size=1, max_size=30))
def test_whatever_days_the_sweep_runs_on_every_rung_is_dealt_with_once_and_in_order(days):
    done: list[str] = []
    for today in sorted(days):
        found = due_rungs(LADDER, asked_on=ASKED, due_on=DUE, today=today, done=done)
        if found:
            done += [*(rung.key for rung in found.skipped), found.rung.key]
    reached = [rung.key for rung in LADDER if rung.day(DUE) <= max(days)]
    assert done == reached


@given(st.dates(dt.date(2013, 1, 1), dt.date(2025, 12, 31)), st.integers(-40, 4000))
def test_the_penalty_counts_whole_days_up_to_its_most(due, after):
    received = due + dt.timedelta(days=after)
    late = days_late(due_on=due, received_on=received, as_of=dt.date(2030, 1, 1))
    walked = sum(1 for n in range(1, after + 1) if due + dt.timedelta(days=n) <= received)
    assert late == walked
    assert penalty(RULES, due_on=due, late=late) == min(500 * walked, 5000)


@pytest.mark.parametrize(("late", "dollars"), [(0, 0), (1, 500), (9, 4500), (10, 5000), (11, 5000)])
def test_ten_days_late_reach_the_most(late, dollars):
    assert penalty(RULES, due_on=dt.date(2025, 12, 31), late=late) == dollars


def test_without_a_rule_on_file_for_the_due_date_no_sum_is_named():
    assert penalty(RULES, due_on=dt.date(2026, 1, 1), late=12) is None


@given(st.integers(-10_000, 10_000))
def test_every_age_stands_in_one_band(late):
    assert sum(1 for band in BANDS if band.first <= late and (band.last is None or late <= band.last)) == 1
    assert band_of(late) in BANDS
