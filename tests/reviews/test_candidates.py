from __future__ import annotations

import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from reviews.services.candidates import FUNNEL, board_for
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import TODAY, make_reviewer

pytestmark = pytest.mark.django_db


def test_an_unknown_case_ends_with_one_line():
    with pytest.raises(CommandError, match="There is no case CM26-9999999"):
        call_command("candidates", "CM26-9999999", "--json")


@time_machine.travel(NOW)
def test_everybody_is_listed_with_score_parts_and_findings(capsys):
    case = make_case(state="ready")
    first = make_reviewer(expertise=["lumbar spine"])
    second = make_reviewer()
    out = make_reviewer(active=False, affiliations=[{"organization": "Clearpath UR", "role": "owner"}])
    call_command("candidates", case.number, "--json")
    answer = json.loads(capsys.readouterr().out)
    rows = answer["reviewers"]
    assert [row["reviewer_id"] for row in rows] == [first.reviewer_id, second.reviewer_id, out.reviewer_id]
    assert [row["eligible"] for row in rows] == [True, True, False]
    assert rows[0]["score"] == sum(rows[0]["score_parts"].values()) == rows[1]["score"] + 75
    assert {finding["rule"] for finding in rows[2]["findings"]} == {"reviewer.inactive", "conflict.employment"}
    assert [step["left"] for step in answer["funnel"]] == [3, 2, 2, 2, 2, 2, 2]


def test_the_funnel_ends_with_the_number_of_the_eligible():
    case = make_case(state="ready")
    make_reviewer()
    for facts in (
        {"active": False}, {"licenses": []}, {"degree": ""}, {"do_not_send": ["Clearpath UR"]},
        {"capacity_open_cases": 0}, {"interests_attested_on": None},
    ):  # fmt: skip
        make_reviewer(**facts)
    board = board_for(case=case, on=TODAY)
    assert [step.left for step in board.funnel] == [7, 6, 5, 4, 2, 1, 1]
    assert board.funnel[-1].left == len(board.eligible)
    assert [step.label for step in board.funnel] == [label for label, _ in FUNNEL]
