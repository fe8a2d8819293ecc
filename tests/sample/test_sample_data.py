"""The invented caseload: exchange form, dates, variety, papers, and reviews that fit their cases."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.sample.strict import ORGANIZATION, REVIEWER, problems, problems_of_case

SAMPLE = Path(__file__).resolve().parents[2] / "sample"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
TODAY = "2026-11-23"


def load(name: str) -> Any:
    return json.loads((SAMPLE / name).read_text(encoding="utf-8"))


cases, reviewers, organizations, reviews = (
    load(f"{name}.json") for name in ("cases", "reviewers", "organizations", "reviews")
)
case_by_id = {case["external_id"]: case for case in cases}
reviewer_by_id = {reviewer["reviewer_id"]: reviewer for reviewer in reviewers}


def words(text: str) -> list[str]:
    return text.split()


def shared_list(name: str) -> list[dict[str, str]]:
    if not (SHARED / name).exists():
        pytest.skip(f"the folder `shared` with {name} is not beside this checkout")
    with (SHARED / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_no_row_has_a_key_or_value_outside_the_exchange_form():
    found = [problem for case in cases for problem in problems_of_case(case)]
    found += [problem for row in reviewers for problem in problems(row, REVIEWER, row["reviewer_id"])]
    found += [problem for row in organizations for problem in problems(row, ORGANIZATION, row["name"])]
    assert found == []


def test_there_are_enough_cases_of_every_kind():
    items = [item for case in cases for item in case["items"]]
    assert len(cases) >= 14
    assert sum(case["claim"]["injury_date"] >= "2026" for case in cases) >= 7
    assert {len(case["items"]) for case in cases} >= {1, 2, 3, 4, 5, 9}
    assert any(case["priority"] == "expedited" for case in cases)
    assert any(item["retrospective"] for item in items)
    assert any(item["formulary"] for item in items)
    assert any(item["original_request"] and item["authorized_by_claims_administrator"] for item in items)
    assert sum(item["depends_on"] is not None for item in items) >= 10
    assert any(not item["claims_administrator_guidelines"] for item in items if item["depends_on"] is None)
    assert {case["application"]["signed_by"] for case in cases} == {"worker", "worker_attorney", "representative"}
    assert {party["serve_by"] for case in cases for party in case["parties"]} == {"mail", "electronic"}
    assert any(len(case["worker"]["last_name"]) == 60 for case in cases)


def test_nothing_lies_in_the_future_and_a_representative_is_named_after_the_decision():
    for case in cases:
        moments = [
            case["application"]["received_at"],
            *(d["received_at"] for d in case["documents"] if d["received_at"]),
        ]
        assert all(moment[:10] < TODAY for moment in moments)
        assert all(document["date"] <= moments[0][:10] for document in case["documents"])
        for party in case["parties"]:
            if party["role"] == "representative":
                assert case["utilization_review"]["decision_date"] < party["designated_on"] <= moments[0][:10]


def test_every_organization_of_a_case_or_reviewer_is_in_the_register():
    known = {organization["name"] for organization in organizations}
    named = {party["organization"] for case in cases for party in case["parties"]} - {None}
    named |= {entry["organization"] for reviewer in reviewers for entry in reviewer["affiliations"]}
    named |= {parent["name"] for organization in organizations for parent in organization["parents"]}
    assert named <= known


def test_specialties_and_categories_are_those_of_the_public_decision_search():
    specialties = {row["specialty"] for row in shared_list("specialties.csv")}
    categories = {(row["category"], row["subcategory"]) for row in shared_list("service_categories.csv")}
    assert {entry["specialty"] for reviewer in reviewers for entry in reviewer["certifications"]} <= specialties
    persons = [party["person"] for case in cases for party in case["parties"] if party["person"]]
    assert {person["specialty"] for person in persons} - {None} <= specialties
    assert {(item["category"], item["subcategory"]) for case in cases for item in case["items"]} <= categories


def test_every_paper_named_is_a_pdf_with_that_many_pages():
    paths = [document for case in cases for document in case["documents"] if document["path"]]
    assert len(paths) >= 30
    for document in paths:
        with pikepdf.open(SAMPLE / document["path"]) as paper:
            assert len(paper.pages) == document["pages"], document["path"]
    assert {path.name for path in (SAMPLE / "files").iterdir()} == {Path(d["path"]).name for d in paths}


def clean_on(reviewer: dict[str, Any], day: dt.date) -> bool:
    """Everything about the reviewer alone that the gate asks for."""
    last = (day + dt.timedelta(days=30)).isoformat()
    current = [
        entry
        for entry in reviewer["certifications"]
        if entry["verified_on"] and (entry["expires_on"] is None or entry["expires_on"] > last)
    ]
    return bool(
        current
        and all(entry["status"] == "active" and entry["expires_on"] > last for entry in reviewer["licenses"])
        and reviewer["active_practice"]["hours_per_week"] >= 24
        and reviewer["active_practice"]["since"] < f"{day.year - 5}"
        and reviewer["law_training_completed_on"]
        and not any(entry["material"] for entry in reviewer["sanctions"])
        and not any(
            entry["from"] <= last and entry["to"] >= TODAY and entry["to"] > "2027" for entry in reviewer["away"]
        )
        and reviewer["interests_attested_on"] > (day - dt.timedelta(days=365)).isoformat()
    )


def test_most_reviewers_are_clean_and_every_case_has_two_of_the_requesters_specialty_without_any_tie():
    today = dt.date.fromisoformat(TODAY)
    clean = [reviewer for reviewer in reviewers if clean_on(reviewer, today)]
    assert len(reviewers) >= 16
    assert len(clean) > len(reviewers) / 2
    for case in cases:
        asked = next(p["person"]["specialty"] for p in case["parties"] if p["role"] == "requesting_physician")
        free = [
            reviewer["reviewer_id"]
            for reviewer in clean
            if asked in {entry["specialty"] for entry in reviewer["certifications"]}
            and all(entry["role"] == "staff_privileges" for entry in reviewer["affiliations"])
            and not reviewer["relations"]
            and not reviewer["do_not_send"]
            and reviewer["practice_addresses"][0]["city"] == "Alder Ferry"
        ]
        assert len(free) >= 2, (case["external_id"], asked, free)


def test_certificates_are_verified_after_they_were_issued_and_numbers_are_distinct():
    for reviewer in reviewers:
        for entry in reviewer["certifications"]:
            assert entry["verified_on"] is None or entry["certified_on"] < entry["verified_on"] <= TODAY
            assert entry["expires_on"] is None or entry["certified_on"] < entry["expires_on"]
    for key in ("npi", "email", "reviewer_id"):
        assert len({reviewer[key] for reviewer in reviewers}) == len(reviewers)


def test_no_reviewers_name_or_number_stands_in_a_case_or_review():
    outward = json.dumps([cases, reviews, load("papers.json")], ensure_ascii=False)
    outward = outward.replace("Peñaloza", "")  # the worker whose brother is on the panel
    for reviewer in reviewers:
        facts = [
            reviewer["last_name"],
            reviewer["email"],
            reviewer["npi"],
            *(e["number"] for e in reviewer["licenses"]),
        ]
        assert [fact for fact in facts if re.search(rf"\b{re.escape(fact)}\b", outward)] == []


def test_every_case_has_one_complete_review_by_a_clean_reviewer():
    assert [review["case"] for review in reviews] == [case["external_id"] for case in cases]
    for review in reviews:
        case = case_by_id[review["case"]]
        assert clean_on(reviewer_by_id[review["reviewer_id"]], dt.date.fromisoformat(TODAY))
        assert 80 <= len(words(review["clinical_case_summary"])) <= 220
        for item, reviewed in zip(case["items"], review["items"], strict=True):
            assert 80 <= len(words(reviewed["rationale"])) <= 200
            assert reviewed["standard"] in "ABCDEF"
            assert bool(reviewed["reviewer_guidelines"]) != (item["depends_on"] is not None) or item["depends_on"]
            said_no = re.search(r"(?:is|are|was|were) not medically necessary", reviewed["rationale"])
            said_yes = re.search(r"(?:is|are|was|were) medically necessary", reviewed["rationale"])
            assert (bool(said_no), bool(said_yes)) == (
                reviewed["decision"] == "upheld",
                reviewed["decision"] == "overturned",
            )


def test_outcomes_are_mixed_somewhere_and_nobody_is_named_in_a_review():
    outcomes = [{item["decision"] for item in review["items"]} for review in reviews]
    assert {"upheld", "overturned"} in outcomes
    assert {"upheld"} in outcomes
    assert {"overturned"} in outcomes
    for review in reviews:
        case = case_by_id[review["case"]]
        prose = " ".join([review["clinical_case_summary"], *(item["rationale"] for item in review["items"])])
        names = [case["worker"]["last_name"], case["worker"]["first_name"]]
        names += [party["person"]["last_name"] for party in case["parties"] if party["person"]]
        names += [party["organization"] for party in case["parties"] if party["organization"]]
        assert [name for name in names if name in prose] == []


def test_dates_in_a_review_are_dates_of_its_case_or_lie_between_injury_and_application():
    for review in reviews:
        case = case_by_id[review["case"]]
        prose = " ".join([review["clinical_case_summary"], *(item["rationale"] for item in review["items"])])
        for month, day, year in re.findall(r"\b(\d\d)/(\d\d)/(\d{4})\b", prose):
            assert case["claim"]["injury_date"] <= f"{year}-{month}-{day}" <= case["application"]["received_at"][:10]
        injured = dt.date.fromisoformat(case["claim"]["injury_date"]).strftime("%m/%d/%Y")
        assert injured in review["clinical_case_summary"]


def test_the_age_in_the_summary_is_the_workers_age():
    for review in reviews:
        case = case_by_id[review["case"]]
        born = dt.date.fromisoformat(case["worker"]["birth_date"])
        received = dt.date.fromisoformat(case["application"]["received_at"][:10])
        age = received.year - born.year - ((received.month, received.day) < (born.month, born.day))
        assert f"is a {age}-year-old" in review["clinical_case_summary"], (review["case"], age)


def test_every_script_of_the_letters_is_in_the_labelled_set():
    labels = {entry["script"].split(" (")[0] for entry in load("scripts.json")}
    assert labels == {
        "Latin", "Greek", "Cyrillic", "Armenian", "Hebrew", "Arabic", "Devanagari", "Thai", "Khmer", "Lao",
        "Chinese, simplified", "Chinese, traditional", "Japanese", "Korean",
    }  # fmt: skip


def test_every_bad_file_is_listed_with_what_must_be_said_about_it():
    listed = load("bad/expected.json")
    files = {path.name for path in (SAMPLE / "bad").iterdir()} - {"expected.json", "README.md", "not-a-pdf.pdf"}
    assert {entry["file"] for entry in listed} == files
    assert all(entry["names"] or not entry["rejected"] for entry in listed)


def test_every_mtus_citation_names_an_edition_of_the_library():
    library = json.loads((SAMPLE.parent / "guidelines" / "data" / "library.json").read_text(encoding="utf-8"))
    editions = {(entry["publication"], edition["year"]) for entry in library for edition in entry["editions"]}
    cited = [entry for case in cases for item in case["items"] for entry in item["claims_administrator_guidelines"]]
    cited += [entry for review in reviews for item in review["items"] for entry in item["reviewer_guidelines"]]
    assert {(e["publication"], e["year"]) for e in cited if e["basis"] == "MTUS"} <= editions
