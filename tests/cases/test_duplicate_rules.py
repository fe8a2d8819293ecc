from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.duplicates import (
    CERTAIN,
    LIKELY,
    Filing,
    claim_key,
    compare,
    is_slip,
    name_score,
    same_physician,
    slips,
    unlike_for_joining,
)

ANA = Filing(
    first_name="Ana", last_name="Quiñones", birth_date=dt.date(1971, 3, 9), claim_number="WC-0012 345/a",
    injury_date=dt.date(2025, 2, 3), decision_date=dt.date(2026, 10, 20), physician="Peter Okafor",
    physician_npi="1000000004",
)  # fmt: skip
OTHER_DISPUTE = {"claim_number": "ZZ-1", "decision_date": dt.date(2024, 1, 2)}


def kind_of(**changes: object) -> str | None:
    likeness = compare(ANA, replace(ANA, **changes))
    return likeness.kind if likeness else None


@pytest.mark.parametrize(
    "changes",
    [
        {"birth_date": dt.date(1984, 7, 30), **OTHER_DISPUTE},
        {"first_name": "Tomás", **OTHER_DISPUTE},
        {"birth_date": dt.date(1971, 9, 3), "last_name": "Quintero", **OTHER_DISPUTE},
        {"birth_date": None, **OTHER_DISPUTE},
        {"first_name": "", "last_name": "", **OTHER_DISPUTE},
    ],
)
def test_another_person_or_an_unknown_one_is_no_duplicate(changes):
    assert kind_of(**changes) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"first_name": "Quiñones", "last_name": "Ana"},
        {"last_name": "Quinonez"},
        {"last_name": "QUIÑONES PEREZ"},
        {"birth_date": dt.date(1971, 9, 3)},
        {"birth_date": dt.date(1917, 3, 9)},
        {"birth_date": dt.date(1971, 3, 8)},
    ],
)
def test_slips_of_the_pen_leave_a_likely_duplicate(changes):
    assert kind_of(**changes, **OTHER_DISPUTE) == LIKELY


def test_the_four_facts_alone_make_a_certain_duplicate():
    assert kind_of(claim_number="wc0012345A", first_name="Anne", birth_date=None) == CERTAIN
    for change in ({"injury_date": dt.date(2025, 2, 4)}, {"decision_date": None}, {"claim_number": "WC-0012 346/a"},
                   {"physician_npi": "1000000012"}, {"physician": "", "physician_npi": ""}):  # fmt: skip
        assert kind_of(**change) == LIKELY, change


def test_what_agrees_and_what_differs_is_named():
    likeness = compare(ANA, replace(ANA, injury_date=dt.date(2020, 1, 1), claim_number=""))
    assert likeness.different == ("injury_date",)
    assert "claim_number" not in likeness.same
    assert {"worker", "birth_date", "decision_date", "physician"} == set(likeness.same)


def test_an_npi_decides_over_the_spelling_of_a_physician():
    assert same_physician(ANA, replace(ANA, physician="P. Okafor")) is True
    assert same_physician(ANA, replace(ANA, physician_npi="", physician="Okafor, Peter")) is True
    assert same_physician(ANA, replace(ANA, physician_npi="", physician="")) is None


def test_joining_names_each_of_the_three_facts_that_differs():
    assert unlike_for_joining(ANA, ANA) == []
    assert unlike_for_joining(ANA, replace(ANA, first_name="Eva")) == ["worker"]
    assert unlike_for_joining(ANA, replace(ANA, physician_npi="1", injury_date=None)) == ["physician", "injury_date"]


names = st.text(st.characters(categories=("L", "Zs", "Pd")), min_size=1, max_size=20)
filings = st.builds(
    Filing, first_name=names, last_name=names,
    birth_date=st.none() | st.dates(dt.date(1930, 1, 1), dt.date(2008, 1, 1)),
    claim_number=st.sampled_from(["", "WC-1", "wc1", "X2"]), physician=st.sampled_from(["", "P Okafor", "Okafor P"]),
    injury_date=st.none() | st.just(dt.date(2025, 2, 3)), decision_date=st.none() | st.just(dt.date(2026, 10, 20)),
)  # fmt: skip


@given(filings, filings)
def test_it_does_not_matter_which_filing_came_first(one, other):
    forth, back = compare(one, other), compare(other, one)
    assert (forth and (forth.kind, forth.score, forth.same)) == (back and (back.kind, back.score, back.same))


@given(filings)
def test_a_filing_with_name_and_birth_date_is_like_itself(filing):
    if filing.birth_date and filing.worker and name_score(filing.worker, filing.worker):
        assert compare(filing, filing) is not None


@given(st.dates(dt.date(1930, 1, 1), dt.date(2030, 1, 1)))
def test_a_slip_can_always_be_slipped_back(date):
    made = set(slips(date))
    assert date in made
    assert len(made) < 100
    assert all(is_slip(other, date) for other in made - {date})


@given(st.text(max_size=30))
def test_a_folded_claim_number_folds_to_itself(text):
    assert claim_key(claim_key(text)) == claim_key(text)
