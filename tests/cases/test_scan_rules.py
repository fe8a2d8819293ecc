from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.form_fields import Read, Word, read_form
from cases.rules.form_prefill import prefill
from cases.rules.scan_split import COVER_CODE, Seen, cut_before, join_with_before, marks_of, split

TODAY = dt.date(2026, 11, 23)


def test_a_scan_is_split_at_its_cover_sheets_and_blank_pages_are_left_out():
    cover = f"{COVER_CODE}A1B2"
    pages = [Seen(1, (cover,)), Seen(2), Seen(3), Seen(4, (), blank=True), Seen(5, (cover,)), Seen(6, (), blank=True),
             Seen(7), Seen(8, ("5012345678900",))]  # fmt: skip
    marks = marks_of(pages)
    assert marks == {1: "cover", 4: "blank", 5: "cover", 6: "blank"}
    assert split(8, marks) == [(2, 3), (7, 8)]


@pytest.mark.parametrize(
    ("pages", "marks", "found"),
    [
        (0, {}, []),
        (3, {}, [(1, 3)]),
        (2, {1: "cover", 2: "blank"}, []),
        (3, {2: "blank"}, [(1, 3)]),
        (3, {3: "cover"}, [(1, 2)]),
    ],
)
def test_a_scan_without_cover_sheets_is_one_application_and_an_empty_one_none(pages, marks, found):
    assert split(pages, marks) == found


@given(st.integers(0, 40), st.dictionaries(st.integers(1, 40), st.sampled_from(["cover", "blank"])))
def test_no_page_is_lost_and_none_belongs_to_two_applications(pages, marks):
    marks = {number: mark for number, mark in marks.items() if number <= pages}
    inside = [number for first, last in split(pages, marks) for number in range(first, last + 1)]
    assert len(inside) == len(set(inside))
    assert set(inside) >= {number for number in range(1, pages + 1) if number not in marks}
    assert not [number for number in inside if marks.get(number) == "cover"]


@given(st.integers(2, 30), st.integers(1, 30))
def test_what_is_cut_can_be_joined_again(pages, page):
    whole = [(1, pages)]
    cut = cut_before(whole, page)
    assert cut == whole if page in (1, *range(pages + 1, 31)) else cut == [(1, page - 1), (page, pages)]
    assert join_with_before(cut, page) == whole
    assert join_with_before(whole, page) == whole


def words(*lines: str, confidence: int = 95) -> list[Word]:
    found = []
    for place, line in enumerate(lines):
        left = 0.1
        for word in line.split(" "):
            if word:
                width = 0.01 * len(word)
                found.append(Word(word, left, 0.1 + place * 0.02, width, 0.012, confidence=confidence))
            left += 0.01 * (len(word) + 1)
    return found


def test_values_stand_behind_their_labels_up_to_the_next_label():
    found = read_form(words("Ernployee Name (First, MI, Last): Ana Quinones Date of lnjury: 02/03/2025",
                            "Claim Number:", "WC 12", "Employer Name: ____"))  # fmt: skip
    assert {fact: read.text for fact, read in found.items()} == {
        "employee_name": "Ana Quinones", "injury_date": "02/03/2025", "claim_number": "WC 12",
    }  # fmt: skip
    left, top, width, _ = found["injury_date"].box
    assert (round(left, 2), round(top, 2), round(width, 2)) == (0.73, 0.1, 0.1)


def test_an_address_belongs_to_whoever_was_named_last():
    found = read_form(
        words("Employee Name: Ana Quinones", "Address: 1 Elm St, Fresno, CA 93701",
              "Requesting Physician Name: Peter Okafor", "Address: 2 Oak St, Fresno, CA 93702")
    )  # fmt: skip
    fields = prefill(found, today=TODAY)
    assert (fields["worker-line1"].value, fields["parties-1-line1"].value) == ("1 Elm St", "2 Oak St")


def read(**facts: str) -> dict[str, str]:
    reads = {fact: Read(text, 90, 1, (0, 0, 1, 1)) for fact, text in facts.items()}
    return {name: field.value for name, field in prefill(reads, today=TODAY).items()}


def test_what_cannot_be_understood_is_left_out():
    assert read(injury_date="soon", employee_name="Ana", employee_address="somewhere", outcome="?", liability="No",
                physician_npi="12") == {}  # fmt: skip
    assert read(injury_date="12/31/2027") == {}


def test_what_was_read_becomes_fields_of_the_intake_form():
    assert read(employee_name="Quinones, Ana M.", injury_date="02 / 03 / 2025", claim_number="WC- 2025-1",
                physician="Dr. Peter Okafor, M.D.", outcome="Modified", liability="Yes",
                items="1. MRI of the knee\n2) Physical therapy,\n12 visits", signature="") == {
        "worker-first_name": "Ana M", "worker-last_name": "Quinones", "claim-injury_date": "02/03/2025",
        "claim-claim_number": "WC-2025-1", "parties-1-first_name": "Peter", "parties-1-last_name": "Okafor",
        "utilization_review-outcome": "modified", "application-liability_disputed": "on",
        "items-0-service": "MRI of the knee", "items-1-service": "Physical therapy, 12 visits",
    }  # fmt: skip


@given(st.lists(st.builds(
    Word, st.text(max_size=12), *(st.floats(0, 1) for _ in range(4)), page=st.integers(1, 3),
    confidence=st.integers(0, 100),
), max_size=40))  # fmt: skip
def test_any_words_at_all_can_be_read(made):
    prefill(read_form(made), today=TODAY)
