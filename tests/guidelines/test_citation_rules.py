from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.rules.citation import edition_in_force, is_in_force, label, overlap, standing
from guidelines.rules.pages import page_range


@dataclass
class Range:
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None


OLD = Range(dt.date(2009, 7, 18), dt.date(2016, 7, 27))
NEW = Range(dt.date(2016, 7, 28), None)


@pytest.mark.parametrize(
    ("pages", "span"),
    [
        ("", None),
        ("none", None),
        ("98-99", (98, 99)),
        ("474", (474, 474)),
        ("pg. 607", (607, 607)),
        ("98 – 99", (98, 99)),
        ("150-2", (150, 152)),
        ("99-98", (99, 99)),
    ],
)
def test_pages_are_read_as_they_are_written(pages, span):
    assert page_range(pages) == span


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"publication": "ODG"}, "ODG"),
        ({"publication": "Low Back Complaints", "year": 2004}, "Low Back Complaints (2004)"),
        (
            {"publication": "Chronic Pain", "year": 2009, "sections": ["Physical Medicine"], "pages": "98-99"},
            "Chronic Pain (2009), Physical Medicine, pp. 98–99",
        ),
        ({"publication": "X", "sections": ["A, b", "C"], "pages": "474"}, "X, A, b; C, p. 474"),
        ({"publication": "X", "pages": "pg. 607 ff."}, "X, pg. 607 ff."),
        ({"publication": "X", "year": 2004, "text": " As filed. "}, "As filed."),
    ],
)
def test_a_citation_is_put_in_words(facts, words):
    assert label(**facts) == words


def test_no_edition_is_in_force_in_a_gap():
    assert edition_in_force([OLD], dt.date(2016, 7, 28)) is None
    assert edition_in_force([], dt.date(2016, 7, 28)) is None


def test_the_edition_in_force_changes_with_the_day():
    assert edition_in_force([NEW, OLD], dt.date(2016, 7, 27)) is OLD
    assert edition_in_force([NEW, OLD], dt.date(2016, 7, 28)) is NEW


def test_standing_says_where_an_edition_is():
    assert standing(OLD, dt.date(2016, 7, 28)) == "ended"
    assert standing(NEW, dt.date(2016, 7, 28)) == "in force"
    assert standing(NEW, dt.date(2016, 7, 27)) == "not yet in force"


days = st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2000, 2, 28))


@given(st.lists(st.tuples(days, days), max_size=5))
def test_overlap_is_found_exactly_when_two_ranges_share_a_day(pairs):
    ranges = [Range(first, last) for first, last in pairs if not (first and last and last < first)]
    calendar = [dt.date(1999, 12, 1) + dt.timedelta(days=day) for day in range(150)]
    shared = any(sum(is_in_force(edition, day) for edition in ranges) > 1 for day in calendar)
    assert (overlap(ranges) is not None) == shared
