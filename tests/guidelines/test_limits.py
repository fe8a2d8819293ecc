"""Limits and lists in one cell: whatever they hold, what is written reads back as the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidelines.rules.limits import Limit, read_limits, written
from guidelines.rules.quoting import entries, joined

PIECES = st.sampled_from(["for", "in", "3", "weeks", "a;b", '"', 'a"b', "visits", "é", "\n", "'", ","])
WORDS = st.lists(PIECES, min_size=1, max_size=5).map(" ".join).filter(str.strip)
LIMITS = st.builds(
    Limit, unit=WORDS, minimum=st.integers(0, 9), maximum=st.integers(9, 99) | st.none(),
    weeks=st.integers(1, 9) | st.none(), condition=WORDS | st.just(""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("often", "“often” is no limit"),
        ("strain: 9-10 visits", "is no limit. They are written “9-10 visits in 8 weeks for strain”"),
        ("up to 9-10 visits", "is no limit"),
        ("10-9 visits", "the most is less than the least"),
        ("9 visits; 3-4 visits", "are given twice"),
        (f"9 {'v' * 51}", "at most 50 characters"),
    ],
)
def test_what_is_no_limit_is_refused_in_words(text, told):
    with pytest.raises(ValueError, match=told):
        read_limits(text)


def test_one_notation_is_written_and_several_words_for_it_are_read():
    text = (
        "at least 3 days\n9–10 visits over 8 weeks for myalgia; at most 4 injections for sprain; from 2 days for rest"
    )
    assert written(read_limits(text)) == (
        "at least 3 days; 9-10 visits in 8 weeks for myalgia; at least 2 days for rest; up to 4 injections for sprain"
    )
    assert written([Limit("visits", 2, 2, 1)]) == "2 visits in 1 week"


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure
@given(st.lists(LIMITS, max_size=3, unique_by=lambda limit: (limit.condition, limit.unit)))
def test_limits_read_back_what_they_print(limits):
    limits = sorted(limits, key=lambda limit: (limit.condition, limit.unit))
    assert read_limits(written(limits)) == limits
    assert read_limits(written(limits, between="\n")) == limits


@given(
    st.lists(st.text(alphabet="ab;\"\n ',=0é:-\t", min_size=1, max_size=12).filter(str.strip), unique=True, max_size=4)
)
def test_lists_read_back_what_they_print(words):
    assert entries(joined(words)) == words


def test_an_entry_in_quotation_marks_holds_what_parts_entries():
    assert entries('knee; "lumbar; sacral";\n3" brace ;; knee') == ["knee", "lumbar; sacral", '3" brace']
