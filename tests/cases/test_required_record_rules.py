"""Which paper covers which request, when the file is complete, and when a case may go on without the records."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.required_records import (
    Ask,
    Line,
    Needed,
    OnWhatIsHere,
    Paper,
    Standing,
    completion,
    covers,
    first_cover,
    missing,
    months_before,
    standing,
    why_not_proceed,
)

NOON = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
KINDS = ("medical_report", "imaging", "correspondence")
moments = st.integers(0, 300 * 1440).map(
    lambda minutes: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
papers = st.builds(
    Paper,
    key=st.integers(1, 10**6),
    kind=st.sampled_from(KINDS),
    title=st.just("Report"),
    date=st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    received_at=st.none() | moments,
    from_role=st.sampled_from(["", "claims_administrator", "requesting_physician"]),
)
piles = st.lists(papers, max_size=8, unique_by=lambda paper: paper.key)
lines = st.lists(
    st.builds(
        Line,
        label=st.sampled_from("abc"),
        needed=st.sampled_from(list(Needed)),
        received_at=st.none() | moments,
        title=st.sampled_from(["x", "y"]),
        waived=st.booleans(),
    ),
    max_size=6,
)
REPORTS = Ask(Needed.ALWAYS, frozenset({"medical_report"}), not_before=dt.date(2026, 4, 14))


def paper(**facts):
    usual = {"key": 1, "kind": "medical_report", "title": "Report", "date": dt.date(2026, 10, 12), "received_at": NOON}
    return Paper(**{**usual, **facts})


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (dt.date(2026, 10, 14), 6, dt.date(2026, 4, 14)),
        (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2024, 8, 31), 6, dt.date(2024, 2, 29)),
        (dt.date(2026, 1, 15), 12, dt.date(2025, 1, 15)),
        (dt.date(2026, 6, 30), 6, dt.date(2025, 12, 30)),
    ],
)
def test_looking_back_by_months_keeps_the_day_where_the_month_has_it(day, months, before):
    assert months_before(day, months) == before


def test_a_report_older_than_the_look_back_covers_nothing_and_one_without_date_is_not_too_old():
    assert not covers(REPORTS, paper(date=dt.date(2026, 4, 13)))
    assert covers(REPORTS, paper(date=dt.date(2026, 4, 14)))
    assert covers(REPORTS, paper(date=None))
    assert not covers(REPORTS, paper(kind="imaging"))


def test_what_staff_named_in_words_is_covered_by_a_persons_mark_alone():
    named = Ask(Needed.NAMED, frozenset({"imaging"}))
    assert first_cover(named, [paper(kind="imaging")], {}, unknown_receipt=NOON) is None
    assert first_cover(named, [paper(kind="imaging")], {1: True}, unknown_receipt=NOON) is not None


def test_where_only_the_owing_party_counts_anothers_paper_does_not_cover():
    ask = Ask(Needed.ALWAYS, frozenset({"medical_report"}), owed_by="claims_administrator", only_from_owing=True)
    assert not covers(ask, paper(from_role="requesting_physician"))
    assert covers(ask, paper(from_role="claims_administrator"))


@given(piles, st.dictionaries(st.integers(1, 10**6), st.booleans(), max_size=3))
def test_the_first_cover_is_the_earliest_receipt_of_all_that_cover(pile, marks):
    found = first_cover(REPORTS, pile, marks, unknown_receipt=NOON)
    able = [one for one in pile if marks.get(one.key, covers(REPORTS, one))]
    if found is None:
        assert able == []
    else:
        assert found[0] in able
        assert found[1] == min(one.received_at or NOON for one in able)


@given(lines, moments)
def test_a_file_is_complete_at_the_receipt_of_its_last_required_record(file, applied):
    done = completion(file, application_at=applied)
    required = [line for line in file if line.needed in {Needed.ALWAYS, Needed.NAMED} and not line.waived]
    if any(line.received_at is None for line in required):
        assert done is None
        assert missing(file)
    else:
        assert done is not None
        assert done.at == max([applied, *(line.received_at for line in required)])


@given(st.booleans(), st.booleans(), st.booleans(), st.none() | moments, moments)
def test_overdue_begins_after_the_due_moment_and_never_for_what_is_here(received, waived, asked, due, now):
    found = standing(received=received, waived=waived, asked=asked, due_at=due, now=now)
    assert (found is Standing.OVERDUE) == (not received and not waived and due is not None and now > due)
    assert (found is Standing.RECEIVED) == received


@given(st.booleans(), st.booleans(), st.booleans())
def test_a_case_goes_on_without_records_only_when_all_three_conditions_hold(overdue, papers_here, summary):
    reasons = why_not_proceed(OnWhatIsHere(overdue, papers_here, summary))
    assert len(reasons) == [overdue, papers_here, summary].count(False)
