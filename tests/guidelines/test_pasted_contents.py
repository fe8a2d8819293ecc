from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidelines.rules.pasted import read_contents


def seen(text):
    return [(line.depth, line.heading, line.pages) for line in read_contents(text)]


def test_a_number_alone_and_a_heading_without_end_are_refused_in_words():
    lines = read_contents("1 Neck\n2\n3 " + "x" * 501)
    assert lines[0].problem == ""
    assert lines[1].problem.startswith("A number without a heading")
    assert lines[2].problem == "A heading has at most 500 characters; this one has 501."


@pytest.mark.parametrize(
    "text",
    [
        "1 Neck .......... 12\n1.1 Traction ..... 13-15\n1.1.1 Home . . . . 14\n2. Low back\t30",
        "Neck  12\n  Traction  13-15\n    Home  14\nLow back  30",
        "Neck\t12\n\tTraction\t13 – 15\n\t\tHome\t14\nLow back\t30",
        "- Neck, p. 12\n  - Traction, pp. 13-15\n    - Home, p. 14\n- Low back, p. 30",
        "1) Neck 12\n1.1) Traction 13-15\n1.1.1) Home 14\n2) Low back 30",
    ],
)
def test_numbers_or_indents_make_a_tree_with_pages(text):
    assert seen(text) == [(0, "Neck", "12"), (1, "Traction", "13-15"), (2, "Home", "14"), (0, "Low back", "30")]
    assert read_contents(text)[2].above == ("Neck", "Traction")


def test_a_number_that_skips_a_level_stands_below_the_nearest_above():
    assert [line[0] for line in seen("2 Neck\n2.1.1 Traction\n2.2 Heat\n2.1 Cold\n3 Knee")] == [0, 1, 1, 1, 0]


def test_a_number_within_a_heading_is_no_page():
    assert seen("Spinal fusion L4 5\nPhysical medicine\nOpioids") == [
        (0, "Spinal fusion L4 5", ""), (0, "Physical medicine", ""), (0, "Opioids", ""),
    ]  # fmt: skip


@given(st.text(max_size=300))
def test_any_text_gives_a_tree(text):
    depth = -1
    for line in read_contents(text):
        assert 0 <= line.depth <= depth + 1
        assert len(line.above) == line.depth
        depth = line.depth
