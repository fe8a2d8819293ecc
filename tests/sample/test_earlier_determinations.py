"""The earlier determinations: every fact as given, every row of the exchange form."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from sample.build_earlier import FACTS, ROWS, clean_diagnoses, exchange_rows
from tests.sample.strict import problems_of_determination

SHARED_FACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "determinations.json"

facts = json.loads(FACTS.read_text(encoding="utf-8"))
rows = json.loads(ROWS.read_text(encoding="utf-8"))


def test_the_checker_finds_what_is_wrong_with_a_row():
    row = json.loads(json.dumps(rows[0]))
    row["claim"]["injured"] = row["claim"].pop("injury_date")
    row["review"]["items"][0]["decision"] = "Upheld"
    found = problems_of_determination(row)
    assert any("claim.injured" in problem for problem in found)
    assert any("decision" in problem for problem in found)


def test_no_row_has_a_key_or_value_outside_the_exchange_form():
    assert [problem for row in rows for problem in problems_of_determination(row)] == []


def test_the_stored_rows_are_what_the_script_makes_of_the_facts():
    assert exchange_rows(facts) == rows


def test_the_kept_facts_are_those_that_were_given():
    if not SHARED_FACTS.exists():
        pytest.skip("the folder `shared` with the given facts is not beside this checkout")
    assert json.loads(SHARED_FACTS.read_text(encoding="utf-8")) == facts


def test_every_fact_stands_in_its_row_unchanged():
    assert len(rows) == len(facts) == 60
    for fact, row in zip(facts, rows, strict=True):
        assert row["utilization_review"]["decision_date"] == fact["utilization_review_decision"]
        assert row["application"]["received_at"][:10] == fact["application_received"]
        assert (row["assigned_on"], row["determined_on"]) == (fact["assigned"], fact["determined"])
        assert row["reviewer"]["licensed_states"] == fact["reviewer"]["licensed_states"]
        assert [entry["specialty"] for entry in row["reviewer"]["certifications"]] == fact["reviewer"]["certifications"]
        for given, item, reviewed in zip(fact["items"], row["items"], row["review"]["items"], strict=True):
            for key in ("service", "original_request", "authorized_by_claims_administrator", "retrospective"):
                assert item[key] == given[key]
            assert reviewed["decision"] == given["decision"].lower()
            for side, holder in (("claims_administrator_guidelines", item), ("reviewer_guidelines", reviewed)):
                assert [{k: v for k, v in entry.items() if k != "text"} for entry in holder[side]] == given[side]


def test_case_numbers_are_distinct_and_never_those_of_a_real_letter():
    numbers = [row["case_number"] for row in rows]
    assert len(set(numbers)) == 60
    assert all(number[:6] in {"CM16-9", "CM17-9"} and len(number) == 12 for number in numbers)


def test_dates_run_from_injury_to_determination():
    for row in rows:
        received = dt.datetime.fromisoformat(row["application"]["received_at"])
        assert received.utcoffset() is not None
        assert (
            row["claim"]["injury_date"]
            < min(document["date"] for document in row["documents"])
            < row["utilization_review"]["rfa_date"]
            < row["utilization_review"]["decision_date"]
            <= received.date().isoformat()
            <= row["assigned_on"]
            <= row["determined_on"]
        )


def test_nothing_without_a_citation_stands_alone():
    for row in rows:
        for item, reviewed in zip(row["items"], row["review"]["items"], strict=True):
            assert reviewed["reviewer_guidelines"] or item["depends_on"] == 1


def test_every_rationale_ends_in_a_conclusion_on_necessity_that_fits_the_decision():
    for row in rows:
        for reviewed in row["review"]["items"]:
            said_no = "not medically necessary" in reviewed["rationale"]
            assert "medically necessary" in reviewed["rationale"]
            assert said_no == (reviewed["decision"] == "upheld")


def test_no_two_letters_share_a_run_of_25_words():
    seen: dict[str, str] = {}
    for row in rows:
        for reviewed in row["review"]["items"]:
            words = reviewed["rationale"].split()
            for start in range(len(words) - 24):
                run = " ".join(words[start : start + 25])
                assert seen.setdefault(run, row["case_number"]) == row["case_number"], run


def test_diagnoses_lose_what_cutting_left_behind():
    assert clean_diagnoses(
        ['lumbar pain." On a handwritten note dated November 8', "2016", "the applicant reported pain"]
    ) == ["lumbar pain"]
    assert clean_diagnoses(["radicul- opathy", "sprain- strain", "is other injury of the hip"]) == [
        "radiculopathy",
        "sprain-strain",
        "other injury of the hip",
    ]
    assert clean_diagnoses(None) == []
