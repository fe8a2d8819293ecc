"""The strength of evidence by plain questions, and what is said of recommendations that disagree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.evidence import LEVELS, QUESTIONS, answers_for, judged, walk


def test_without_answers_the_first_question_stands_and_no_level():
    start = walk([])
    assert (start.question, start.level) == (QUESTIONS["review"], "")
    assert answers_for("") == []
    assert answers_for("9") == []


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ([True], "1a"),
        ([False, True, True], "1b"),
        ([False, True, False], "1c"),
        ([False, False, True], "2"),
        ([False, False, False, True], "3"),
        ([False, False, False, False, True], "4"),
        ([False, False, False, False, False], "5"),
    ],
)
def test_the_answers_lead_to_the_level_and_back(answers, level):
    assert walk(answers[:-1]).level == ""
    done = walk(answers)
    assert (done.level, done.question) == (level, None)
    assert answers_for(level) == answers


@given(st.lists(st.booleans(), max_size=12))
def test_any_answers_end_in_one_level_and_what_comes_after_is_left_out(answers):
    found = walk(answers)
    assert (found.level in LEVELS) != (found.question is not None)
    assert len(found.answered) <= 5


@pytest.mark.parametrize("sources", [[], [("A", "1a")], [("A", "1a"), ("B", "")], [("A", ""), ("B", "")]])
def test_nothing_prevails_before_two_are_weighed(sources):
    found = judged(sources)
    assert (found.higher, found.line) == ((), "")
    assert (found.sentence, found.yours) == ("Fewer than two sources are weighed.", "Answer the questions of two.")


def test_the_stronger_evidence_prevails_and_the_fit_is_left_to_the_reviewer():
    found = judged([("ODG", "3"), ("MTUS", "1b"), ("A book", "")])
    assert found.higher == ("MTUS",)
    assert found.sentence == (
        "By the evidence MTUS prevails: 1b (randomized trial, low risk of bias) stands above ODG, level 3 "
        "(case-control study)."
    )
    assert found.yours == "Whether it fits this worker is for you to say."
    assert found.line == (
        "Strength of evidence (8 CCR 9792.25.1): MTUS, level 1b (randomized trial, low risk of bias); ODG, level 3 "
        "(case-control study). The evidence behind MTUS is the stronger."
    )


def test_sources_of_one_level_are_said_to_be_level():
    found = judged([("A", "2"), ("B", "2"), ("C", "5")])
    assert found.higher == ("A", "B")
    assert "A and B are level: 2 (non-randomized cohort). C, level 5 (expert opinion) stands below." in found.sentence
    assert "does not say which to follow" in found.sentence
    assert found.line.endswith("A and B rest on evidence of the same level.")
