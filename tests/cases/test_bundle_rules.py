"""Where the records of a bundle begin, and what they are."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Document
from cases.rules.bundles import FormTitle, propose
from cases.rules.bundles.pages import Count, dates_in, read_sheets
from cases.rules.bundles.titles import GENERAL
from cases.services.jurisdictions import jurisdiction
from tests.factories.bundles import make_bundle

REPORT = """SIERRA CLINIC
100 Main Street, Fresno, CA 93721
Tel: (559) 555-0100

OFFICE VISIT
Patient: Ana Alvarado   DOB 3/9/1971
Date of service: 10/12/2013

The patient reports pain in the low back with prolonged sitting and lifting of boxes.
On examination there is tenderness over the paraspinal muscles and a positive straight leg"""
GOES_ON = """raise on the right side at forty-five degrees. I recommend therapy twice weekly for six weeks.

Sincerely,
Peter Okafor, M.D."""
SCAN = """VALLEY RADIOLOGY IMAGING
7 Oak Avenue, Fresno, CA 93702
MRI OF THE LUMBAR SPINE
Exam date: 11/02/2013
Findings: there is a small bulge at the lowest level without any narrowing of the canal.
IMPRESSION: small bulge"""


def starts(*pages):
    return [one.first for one in propose(pages)]


def test_an_empty_bundle_holds_no_record():
    assert propose([]) == []


def test_nothing_is_claimed_of_pages_that_say_nothing():
    (one,) = propose(["", "", ""])
    assert (one.first, one.last, one.kind, one.title, one.author, one.date) == (
        1,
        3,
        "other",
        "Unsorted pages",
        "",
        None,
    )
    assert one.confidence <= 0.6


def test_a_sentence_that_goes_on_and_an_empty_back_stay_with_their_record():
    assert starts(REPORT, GOES_ON, "", SCAN) == [1, 4]


def test_a_record_is_named_dated_and_says_why_it_begins():
    report, scan = propose([REPORT, GOES_ON, SCAN])
    assert (report.kind, report.title, report.author, report.date) == (
        "medical_report", "Progress note", "Peter Okafor, M.D.", dt.date(2013, 10, 12),
    )  # fmt: skip
    assert (scan.kind, scan.date) == ("imaging", dt.date(2013, 11, 2))
    assert "letterhead" in scan.why
    assert scan.confidence > 0.8


def test_printed_page_numbers_outweigh_a_heading_inside():
    pages = [
        f"{REPORT}\nPage 1 of 3",
        f"REVIEW OF RECORDS\n{GOES_ON}\nPage 2 of 3",
        f"OFFICE VISIT\n{GOES_ON}\nPage 3 of 3",
    ]
    assert starts(*pages, SCAN) == [1, 4]


def test_page_one_of_another_count_begins_a_record():
    assert starts(f"{GOES_ON}\nPage 1 of 1", f"{GOES_ON}\nPage 1 of 2", f"{GOES_ON}\nPage 2 of 2") == [1, 2]


def test_what_the_sender_stamped_over_the_whole_bundle_is_no_page_number_of_a_record():
    pages = [f"{(REPORT, GOES_ON)[n % 2]}\nPage {n + 1} of 20" for n in range(20)]
    assert all(sheet.count is None for sheet in read_sheets(pages))
    assert starts(*pages) == list(range(1, 21, 2))


def test_a_fax_line_is_no_page_number_of_a_record():
    (sheet,) = read_sheets([f"10/08/2013 09:18 FAX 5595551008 CLAIMS  P.012/040\n{REPORT}"])
    assert (sheet.count, sheet.fax) == (None, Count(12, 40))


def test_a_form_of_the_programme_is_known_by_its_title_though_letters_are_misread():
    forms = [FormTitle("request for authorization", "request_for_authorization", "Request for authorization")]
    (one,) = propose(["REQUFST FOR AUTHOR1ZATION\nName: Ana Alvarado\nRequested treatment: therapy"], forms=forms)
    assert (one.kind, one.title) == ("request_for_authorization", "Request for authorization")


def test_dates_of_birth_and_injury_are_not_the_records_own():
    assert dates_in("Patient: Ana   DOB: 3/9/1971") == []
    assert dates_in("Date of Injury 2/3/2011   Date of exam 10/12/13") == [dt.date(2013, 10, 12)]
    assert dates_in("2/31/2013 and March 5, 2012") == [dt.date(2012, 3, 5)]


def test_every_title_names_a_kind_that_a_document_can_have():
    named = [*GENERAL, *jurisdiction("california").form_titles]
    assert {one.kind for one in named} <= set(Document.Kind.values)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet=" \nabPage12of/.:,RE", max_size=120), max_size=12))
def test_whatever_is_read_every_page_lies_in_exactly_one_record(pages):
    records = propose(pages)
    assert [number for one in records for number in range(one.first, one.last + 1)] == list(range(1, len(pages) + 1))
    assert all(0 <= one.confidence <= 1 for one in records)


@pytest.mark.parametrize("seed", [23, 31, 38])
def test_at_least_nine_of_ten_boundaries_are_right_on_papers_nobody_tuned_on(seed):
    bundle = make_bundle(seed=seed, pages=120)
    forms = [FormTitle(one.phrase, one.kind, one.name) for one in jurisdiction("california").form_titles]
    found = {one.first for one in propose(bundle.pages, forms=forms)[1:]}
    right = len(found & bundle.boundaries)
    assert right >= 0.9 * len(bundle.boundaries)
    assert right >= 0.9 * len(found)
