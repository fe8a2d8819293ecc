from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.rules.placeholders import MalformedText, fill, names


@pytest.mark.parametrize("text", ["{{ name", "name }}", "{{ }}", "{{ two words }}", "{{{{ x }}", "{{ 1st }}"])
def test_braces_that_form_no_placeholder_are_refused(text):
    with pytest.raises(MalformedText):
        names(text)


def test_an_undefined_placeholder_is_an_error_and_never_a_blank():
    with pytest.raises(KeyError):
        fill("{{ known }} {{ unknown }}", {"known": "x"})


def test_a_value_is_never_read_as_a_template():
    assert fill("a {{ x }} b {{ y }}", {"x": "{{ y }}", "y": "<b>{% if %}"}) == "a {{ y }} b <b>{% if %}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a }} {{ x }}, Section(s): {{ b }}", "A, Section(s): B"),
        ("{{ a }} {{ x }}", "A"),
        ("{{ a }}, {{ x }}, {{ b }}", "A, B"),
        ("{{ x }}, {{ a }}", "A"),
        ("{{ a }}, {{ x }}", "A"),
        ("{{ a }}, {{ x }}, {{ x }}", "A"),
        ("{{ a }} {{ x }} Page(s): {{ b }}", "A Page(s): B"),
        ("{{ a }} {{ x }}.", "A."),
        ("{{ a }}, {{ x }}.", "A."),
        ("{{ x }}", ""),
        ("{{ a }}{{ x }}{{ b }}", "AB"),
        ("{{ a }}, {{ x }} {{ b }}", "A, B"),
    ],
)
def test_an_absent_value_leaves_no_stray_space_or_comma(text, expected):
    assert fill(text, {"a": "A", "b": "B", "x": None}) == expected
    assert fill(text, {"a": "A", "b": "B", "x": "  "}) == expected


@given(st.text(), st.text(min_size=1).filter(lambda text: text.strip()))
def test_values_stand_in_the_text_exactly_as_typed(left, value):
    literal = left.replace("{", "").replace("}", "")
    assert fill(literal + "{{ x }}" + literal, {"x": value}) == literal + value + literal
