from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.completeness import ItemFacts, gaps
from reviews.rules.outcome import case_outcome

DONE = ItemFacts(
    position=1, service="MRI", depends_on=None, decision="upheld", standard="A", rationale="Because.", citations=1
)


def test_an_empty_review_lacks_everything_in_the_order_of_the_form():
    empty = dataclasses.replace(DONE, decision="", standard="", rationale=" ", citations=0)
    assert [gap.field for gap in gaps(summary=" \n", items=[empty])] == [
        "clinical_case_summary", "item-1-decision", "item-1-standard", "item-1-citations", "item-1-rationale",
    ]  # fmt: skip


def test_an_item_without_citation_is_refused_unless_it_depends_on_another():
    bare = dataclasses.replace(DONE, position=2, citations=0)
    assert [gap.field for gap in gaps(summary="s", items=[DONE, bare])] == ["item-2-citations"]
    assert gaps(summary="s", items=[DONE, dataclasses.replace(bare, depends_on=1)]) == []


@pytest.mark.parametrize("words", [[], ["upheld", "perhaps"], [""]])
def test_no_outcome_without_decisions(words):
    with pytest.raises(ValueError, match="no outcome"):
        case_outcome(words)


@given(st.lists(st.sampled_from(["upheld", "overturned"]), min_size=1))
def test_the_outcome_is_mixed_exactly_when_the_decisions_differ(words):
    outcome = case_outcome(words)
    assert (outcome == "partially_overturned") == (len(set(words)) == 2)
    assert outcome == "partially_overturned" or set(words) == {outcome}
