"""Expected cases against free places, by specialty and week."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.capacity import PanelMember, in_words, outlook
from reviews.rules.facts import Period

MONDAY = dt.date(2026, 11, 30)
HEART, SPINE = "Cardiovascular Disease", "Orthopedic Surgery"


def look(*members, arrivals=None, waiting=None):
    rows = outlook(
        arrivals=arrivals or {}, over_weeks=8, waiting=waiting or {}, panel=members, today=MONDAY + dt.timedelta(days=2)
    )
    return {row.specialty: row for row in rows}


def free(*members) -> list[int]:
    return [week.free for week in look(*members)[HEART].weeks]


def test_places_shrink_with_work_taken_days_away_and_what_runs_out():
    assert free(PanelMember({HEART: None}, 5, 0)) == [5, 5, 5]
    assert free(PanelMember({HEART: None}, 5, 3)) == [2, 5, 5]
    away = (Period(dt.date(2026, 12, 7), dt.date(2026, 12, 9)),)
    assert free(PanelMember({HEART: None}, 5, 0, away)) == [5, 2, 5]
    assert free(PanelMember({HEART: dt.date(2026, 12, 8)}, 5, 0)) == [5, 2, 0]
    assert free(PanelMember({HEART: None}, 5, 9, last_day=dt.date(2026, 12, 4))) == [0, 0, 0]


def test_a_shortage_is_said_in_words_the_worst_first():
    rows = look(PanelMember({SPINE: None}, 1, 0), arrivals={HEART: 16, SPINE: 24}, waiting={HEART: 3})
    heart, spine = in_words(list(rows.values()))
    assert heart.startswith("Cardiovascular Disease: week of Nov 30, about 5 cases for 0 free places; week of Dec 7, a")
    assert spine.endswith("week of Dec 14, about 3 cases for 1 free place.")


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_one_more_member_never_takes_places_away(per_week, taken, more):
    before = free(PanelMember({HEART: None}, per_week, taken))
    after = free(PanelMember({HEART: None}, per_week, taken), PanelMember({HEART: None}, more, 0))
    assert all(one <= other for one, other in zip(before, after, strict=True))
