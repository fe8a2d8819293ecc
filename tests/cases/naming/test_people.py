"""Names of persons: a labelled list, and that nothing alike escapes the handles by which the gate finds it."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.naming.people import (
    Likeness,
    relation_of_persons,
    surname_handles,
    surname_pieces,
    typed_key,
)

with Path(__file__).with_name("people.csv").open(encoding="utf-8") as file:
    PAIRS = [(row["left"], row["right"], row["likeness"]) for row in csv.DictReader(file)]

words = st.sampled_from(
    [
        "peter", "pete", "p", "j", "james", "jim", "maria", "garcia", "garica", "lopez", "okafor", "okafro", "okfor",
        "smith", "smyth", "smit", "o", "brien", "obrien", "de", "la", "cruz", "delacruz", "van", "den", "berg",
        "vandenberg", "vandenburg", "jr", "sr", "ii", "md", "do", "dr",
    ]
)  # fmt: skip
names = st.lists(words, min_size=1, max_size=5).map(" ".join)


@pytest.mark.parametrize(("left", "right", "likeness"), PAIRS)
def test_the_labelled_pairs_both_ways_round(left, right, likeness):
    one, other = typed_key(left), typed_key(right)
    assert relation_of_persons(one, other).likeness == likeness
    assert relation_of_persons(other, one) == relation_of_persons(one, other)


def test_the_list_is_large_and_has_every_answer():
    assert len(PAIRS) >= 80
    assert {likeness for _, _, likeness in PAIRS} == {"same", "unsure", "different"}


def test_two_npis_settle_it():
    told = relation_of_persons("ana lopez", "bo chen", left_npi="1234567893", right_npi="1234567893")
    assert told.likeness == Likeness.SAME
    told = relation_of_persons("ana lopez", "ana lopez", left_npi="1234567893", right_npi="1003000126")
    assert told.likeness == Likeness.DIFFERENT
    assert relation_of_persons("ana lopez", "a lopez", left_npi="1234567893").likeness == Likeness.UNSURE


@given(names, names)
def test_whoever_is_alike_shares_a_handle_and_a_piece(left, right):
    if relation_of_persons(left, right).likeness != Likeness.DIFFERENT:
        assert surname_handles(left) & surname_handles(right)
        assert any(piece in right for piece in surname_pieces(left))


def test_every_labelled_pair_that_is_alike_shares_a_handle_and_a_piece():
    for left, right, likeness in PAIRS:
        one, other = typed_key(left), typed_key(right)
        if likeness != "different":
            assert surname_handles(one) & surname_handles(other), (left, right)
            for here, there in ((one, other), (other, one)):
                assert any(piece in there for piece in surname_pieces(here)), (here, there)


def test_strangers_share_no_handle():
    strangers = ["peter okafor", "maria garcia", "john smith", "wei chen"]
    assert not any(surname_handles(one) & surname_handles(other) for one, other in combinations(strangers, 2))
