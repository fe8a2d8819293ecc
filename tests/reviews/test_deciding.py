"""What several reviewers decide together: a truth table, and what holds for any number of voices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.deciding import How, decide, lead, speaker

U, O = "upheld", "overturned"  # noqa: E741 - as in the table
votes_of_some = st.lists(st.sampled_from([U, O]), min_size=1, max_size=9)


@pytest.mark.parametrize("votes", [[], [""], [U, ""], ["upheld", "partially_overturned"]])
def test_no_voice_or_another_word_decides_nothing(votes):
    with pytest.raises(ValueError, match="no decision"):
        decide(votes)


@pytest.mark.parametrize(
    ("votes", "decision", "how"),
    [
        ([U], U, How.UNANIMOUS),
        ([O], O, How.UNANIMOUS),
        ([U, U], U, How.UNANIMOUS),
        ([O, O], O, How.UNANIMOUS),
        ([U, O], O, How.EVEN_SPLIT),
        ([O, U], O, How.EVEN_SPLIT),
        ([U, U, O], U, How.MAJORITY),
        ([O, U, O], O, How.MAJORITY),
        ([U, U, U], U, How.UNANIMOUS),
        ([U, U, O, O], O, How.EVEN_SPLIT),
        ([U, U, U, O], U, How.MAJORITY),
    ],
)
def test_the_majority_decides_and_an_even_split_gives_the_treatment(votes, decision, how):
    found = decide(votes)
    assert (found.decision, found.how) == (decision, how)


@given(votes_of_some)
def test_a_denial_stands_only_with_more_than_half_of_the_voices(votes):
    assert (decide(votes).decision == U) == (votes.count(U) * 2 > len(votes))


@given(votes_of_some, st.randoms())
def test_the_order_of_the_voices_changes_nothing(votes, chance):
    mixed = list(votes)
    chance.shuffle(mixed)
    assert decide(mixed) == decide(votes)


@given(votes_of_some)
def test_one_more_voice_for_the_treatment_never_takes_it_away(votes):
    if decide(votes).decision == O:
        assert decide([*votes, O]).decision == O


@given(votes_of_some, st.data())
def test_reasons_are_those_of_somebody_who_decided_as_the_item_stands(votes, data):
    by_seat = dict(enumerate(votes, start=1))
    first = data.draw(st.sampled_from(sorted(by_seat)))
    chosen = speaker(by_seat, first=first)
    assert by_seat[chosen] == decide(votes).decision
    if by_seat[first] == decide(votes).decision:
        assert chosen == first


def test_the_summary_is_that_of_whoever_decided_most_items_as_they_stand():
    votes = {1: {1: U, 2: U, 3: U}, 2: {1: O, 2: U, 3: U}, 3: {1: O, 2: O, 3: U}}
    assert lead(votes) == 2
    assert lead({1: {1: U}, 2: {1: U}}) == 1
    assert lead({1: {1: U}, 2: {1: O}}) == 2
