from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.checks import training_findings
from reviews.rules.dates import months_before
from reviews.rules.facts import CertificationFacts, CheckFacts, Door, EarlierPart, LicenseFacts, SanctionFacts
from reviews.services.reference import panel_numbers
from tests.reviews.facts import CASE, DUE, ON, PARTIES, REVIEWER, found, period, told

DAY = dt.timedelta(days=1)
CERT, LICENSE = REVIEWER.certifications[0], REVIEWER.licenses[0]


def checks(**newest):
    return {"checks": replace(REVIEWER.checks, **newest)}


def test_a_clean_pair_has_no_finding():
    assert found() == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"active": False}, ("reviewer.inactive", "hard")),
        ({"practice_since": None}, ("practice.unknown", "unknown")),
        ({"practice_since": dt.date(2021, 11, 23)}, ("practice.years", "hard")),  # five years to the day: not more
        ({"practice_hours_per_week": None}, ("practice.hours_unknown", "unknown")),
        ({"practice_hours_per_week": 23}, ("practice.hours", "hard")),
        ({"law_training_completed_on": None}, ("training.missing", "unknown")),
        ({"law_training_completed_on": ON + DAY}, ("training.missing", "unknown")),
        (checks(practice=None), ("practice.unverified", "unknown")),
        (checks(practice=CheckFacts(ON + DAY, "confirmed")), ("practice.unverified", "unknown")),
        (checks(practice=CheckFacts(ON, "failed")), ("practice.not_confirmed", "unknown")),
        (checks(practice=CheckFacts(ON, "changed")), ("practice.changed", "unknown")),
        (checks(practice=CheckFacts(dt.date(2023, 11, 22), "confirmed")), ("practice.stale", "unknown")),
        (checks(training=None), ("training.unverified", "unknown")),
        (checks(training=CheckFacts(ON + DAY, "confirmed")), ("training.unverified", "unknown")),
        (checks(training=CheckFacts(ON, "failed")), ("training.not_confirmed", "unknown")),
        (checks(training=CheckFacts(ON, "changed")), ("training.changed", "unknown")),
        (checks(training=CheckFacts(dt.date(2023, 11, 22), "confirmed")), ("training.stale", "unknown")),
        (checks(sanctions=None), ("sanction.unverified", "unknown")),
        (checks(sanctions=CheckFacts(ON + DAY, "confirmed")), ("sanction.unverified", "unknown")),
        (checks(sanctions=CheckFacts(ON, "failed")), ("sanction.not_confirmed", "unknown")),
        (checks(sanctions=CheckFacts(dt.date(2023, 11, 22), "confirmed")), ("sanction.stale", "unknown")),
        ({"interests_attested_on": None}, ("attestation.missing", "unknown")),
        ({"interests_attested_on": ON + DAY}, ("attestation.missing", "unknown")),
        ({"interests_attested_on": dt.date(2025, 11, 22)}, ("attestation.stale", "unknown")),
        ({"sanctions": (SanctionFacts("Probation", True),)}, ("sanction.material", "hard")),
        ({"sanctions": (SanctionFacts("Probation", True, period(until="2026-11-23")),)}, ("sanction.material", "hard")),
        ({"sanctions": (SanctionFacts("Probation", True, period(until="2026-11-22")),)}, ("sanction.shown", "shown")),
        ({"sanctions": (SanctionFacts("Late fee", False),)}, ("sanction.shown", "shown")),
        ({"licenses": ()}, ("license.missing", "unknown")),
        ({"licenses": (LICENSE._replace(status="expired"),)}, ("license.not_active", "hard")),
        ({"licenses": (LICENSE._replace(status="surrendered"),)}, ("license.not_active", "hard")),
        ({"licenses": (LICENSE._replace(expires_on=DUE - DAY),)}, ("license.expired", "hard")),
        ({"licenses": (LICENSE._replace(verified_on=None),)}, ("license.unverified", "unknown")),
        ({"licenses": (LICENSE._replace(verified_on=ON + DAY),)}, ("license.unverified", "unknown")),
        ({"licenses": (LICENSE._replace(verified_on=dt.date(2023, 11, 22)),)}, ("license.unverified", "unknown")),
        (
            {"licenses": (LICENSE, LicenseFacts("NV", "9", "restricted", DUE, ON))},
            ("license.restricted", "hard"),
        ),
        ({"degree": ""}, ("degree.unknown", "unknown")),
        ({"certifications": ()}, ("certification.missing", "unknown")),
        (
            {"certifications": (CertificationFacts("Dermatology", ("Dermatology",), verified_on=ON),)},
            ("specialty.mismatch", "hard"),
        ),
        ({"certifications": (CERT._replace(expires_on=DUE - DAY),)}, ("certification.expired", "hard")),
        ({"certifications": (CERT._replace(certified_on=ON + DAY),)}, ("certification.expired", "hard")),
        ({"certifications": (CERT._replace(verified_on=None),)}, ("certification.unverified", "unknown")),
        ({"away": (period("2026-12-20", "2027-01-03"),)}, ("calendar.away", "hard")),
        ({"away": (period("2026-12-23", "2026-12-23"),)}, ("calendar.away", "hard")),
        ({"away": (period("2026-11-01", "2026-11-23"),)}, ("calendar.away", "hard")),
        ({"capacity_open_cases": None}, ("capacity.unknown", "unknown")),
        ({"capacity_per_week": None}, ("capacity.unknown", "unknown")),
        ({"open_cases": 8}, ("capacity.open_cases", "hard")),
        ({"cases_this_week": 6}, ("capacity.per_week", "hard")),
        ({"capacity_per_week": 0}, ("capacity.per_week", "hard")),
        ({"earlier_parts": (EarlierPart(1, "declined", False),)}, ("earlier.declined", "hard")),
        ({"earlier_parts": (EarlierPart(1, "lapsed", False),)}, ("earlier.lapsed", "hard")),
        ({"earlier_parts": (EarlierPart(1, "recused", True),)}, ("earlier.recused", "hard")),
    ],
)
def test_each_rule_about_the_reviewer_alone_has_its_finding(facts, expected):
    assert told(found(**facts)) == [expected]


@pytest.mark.parametrize(
    "facts",
    [
        {"practice_since": dt.date(2021, 11, 22)},
        {"practice_hours_per_week": 24},
        {"law_training_completed_on": ON},
        checks(practice=CheckFacts(dt.date(2023, 11, 23), "confirmed"), training=CheckFacts(ON, "confirmed")),
        checks(sanctions=CheckFacts(dt.date(2023, 11, 23), "confirmed")),
        {"interests_attested_on": dt.date(2025, 11, 23)},
        {"licenses": (LICENSE._replace(expires_on=DUE),)},
        {"licenses": (LICENSE._replace(status="expired"), LICENSE)},
        {"licenses": (LICENSE._replace(verified_on=None), LICENSE)},
        {"licenses": (LICENSE._replace(verified_on=dt.date(2023, 11, 23)),)},
        {"certifications": (CERT._replace(expires_on=None, certified_on=None),)},
        {"certifications": (CERT._replace(expires_on=DUE),)},
        {"certifications": (CertificationFacts("Dermatology", ("Dermatology",)), CERT)},
        {"away": (period("2026-12-24", "2027-01-03"), period("2026-11-01", "2026-11-22"))},
        {"open_cases": 7, "cases_this_week": 5},
        {"earlier_parts": (EarlierPart(1, "withdrawn", False),)},
    ],
)
def test_the_last_allowed_value_of_each_rule_passes(facts):
    assert found(**facts) == []


@pytest.mark.parametrize("spoilt", [checks(practice=None), checks(training=None), checks(sanctions=None)])
@pytest.mark.parametrize("outcome", [None, "failed", "changed"])
def test_each_sentence_about_a_check_says_what_to_do(spoilt, outcome):
    (kind,) = [name for name in ("practice", "training", "sanctions") if getattr(spoilt["checks"], name) is None]
    (finding,) = found(**checks(**{kind: CheckFacts(ON, outcome) if outcome else None}))
    assert finding.source == "checks"
    assert finding.since == (ON if outcome else None)
    assert any(act in finding.evidence for act in ("Check it", "Search", "search again", "on file"))
    assert ("Nov 23, 2026" in finding.evidence) is (outcome is not None)


@pytest.mark.parametrize(
    ("trained", "on", "expected"),
    [
        (dt.date(2010, 1, 1), dt.date(2026, 6, 30), []),  # before the term began
        (dt.date(2010, 1, 1), dt.date(2026, 7, 1), ["training.outdated"]),
        (dt.date(2024, 7, 1), dt.date(2026, 7, 1), []),
        (dt.date(2024, 6, 30), dt.date(2026, 7, 1), ["training.outdated"]),
        (dt.date(2024, 6, 30), dt.date(2026, 12, 1), []),  # a longer term by then
        (None, dt.date(2026, 7, 1), ["training.missing"]),
    ],
)
def test_a_training_counts_for_the_months_that_are_in_force_on_the_day(trained, on, expected):
    terms = ((dt.date(2026, 12, 1), 36), (dt.date(2026, 7, 1), 24), (dt.date(2013, 1, 1), 0))
    gate = replace(panel_numbers().gate, law_training=terms)
    person = replace(REVIEWER, law_training_completed_on=trained)
    assert [one.rule for one in training_findings(person, on=on, gate=gate)] == expected


def test_who_reviewed_an_earlier_round_is_out():
    case = replace(CASE, round=2)
    assert told(found(case=case, earlier_parts=(EarlierPart(1, "completed", True),))) == [
        ("conflict.earlier_round", "hard")
    ]


@pytest.mark.parametrize("door", [Door.OPEN, Door.SUBMIT, Door.APPROVE, Door.SEAL])
def test_the_later_doors_ask_no_free_time_but_every_credential_of_the_day(door):
    busy = {"open_cases": 9, "cases_this_week": 9, "away": (period("2026-11-01", "2027-01-01"),)}
    assert found(door=door, **busy) == []
    assert found(door=door, licenses=(LICENSE._replace(expires_on=ON),)) == []
    assert told(found(door=door, licenses=(LICENSE._replace(expires_on=ON - DAY),))) == [("license.expired", "hard")]


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        (replace(CASE, parties=PARTIES[1:]), "case.worker"),
        (replace(CASE, parties=(PARTIES[0], PARTIES[1])), "case.requesting_physician"),
        (replace(CASE, parties=(PARTIES[0], PARTIES[2])), "case.payer"),
        (replace(CASE, items=()), "case.items"),
    ],
)
def test_a_case_that_does_not_name_its_parties_is_unknown_to_everybody(case, rule):
    assert (rule, "unknown") in told(found(case=case))


def test_a_case_past_its_due_date_asks_for_credentials_of_the_day():
    late = replace(CASE, due_on=ON - 10 * DAY)
    assert found(case=late, licenses=(LICENSE._replace(expires_on=ON),)) == []
    assert told(found(case=late, licenses=(LICENSE._replace(expires_on=ON - DAY),))) == [("license.expired", "hard")]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(0, 400))
def test_months_before_is_the_same_day_or_the_last_of_the_month(day, months):
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day == day.day or (before.day < day.day and (before + DAY).day == 1)
