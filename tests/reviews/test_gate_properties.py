"""What must hold for any facts: more declared never means less found, and what is not known never lets anybody pass."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.rules.facts import (
    AddressFacts,
    AffiliationFacts,
    CheckFacts,
    ChecksFacts,
    Door,
    EarlierPart,
    ExclusionFacts,
    Finding,
    LicenseFacts,
    OrganizationTie,
    Outcome,
    Period,
    ProductInterestFacts,
    RelationFacts,
    ReviewerFacts,
    SanctionFacts,
    Severity,
    WaiverFacts,
)
from reviews.rules.gate import standing_findings, time_findings
from reviews.rules.gate_credentials import license_findings
from reviews.rules.glance import Glance
from reviews.rules.persons import COLLEAGUES, FAMILY
from reviews.services.reference import panel_numbers
from tests.reviews.facts import CASE, DUE, ON, PARTIES, REVIEWER, found

DAY = dt.timedelta(days=1)
days = st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2028, 1, 1))
periods = st.builds(
    lambda since, until: Period(since, until if until is None or since is None or until >= since else since), days, days
)
shares = st.none() | st.sampled_from([Decimal(0), Decimal("4.99"), Decimal(5), Decimal("5.01"), Decimal(60)])
roles = st.sampled_from(
    ["", "employee", "owner", "partner", "contractor", "officer", "director", "shareholder", "consultant", "speaker",
     "staff_privileges", "billing", "family_member_works_there", "family_member_owns"]
)  # fmt: skip
keys = st.sampled_from(["ana alvarado", "peter okafor", "p okafor", "golden insurance", "some body"])
kinds = st.sampled_from([*sorted(FAMILY), *sorted(COLLEAGUES), "business_partner", "former_patient", ""])
affiliations = st.builds(AffiliationFacts, st.integers(1, 10), st.just("House"), roles, periods, shares)
relations = st.builds(RelationFacts, st.just("X Y"), keys, kinds, periods)
interests = st.builds(
    ProductInterestFacts, st.just("Coil"), st.sampled_from(["physical therapy", "coil", ""]),
    st.sampled_from(["development", "royalty", "equity", "consulting", ""]), st.none() | st.integers(1, 10), periods,
    shares,
)  # fmt: skip
declared = st.fixed_dictionaries(
    {
        "affiliations": st.lists(affiliations, max_size=4).map(tuple),
        "relations": st.lists(relations, max_size=3).map(tuple),
        "product_interests": st.lists(interests, max_size=3).map(tuple),
        "addresses": st.lists(
            st.builds(AddressFacts, st.sampled_from(["1 main st 93701", "elsewhere 90001"]), periods), max_size=2
        ).map(tuple),
        "exclusions": st.lists(st.builds(ExclusionFacts, keys, st.booleans(), periods), max_size=2).map(tuple),
        "sanctions": st.lists(st.builds(SanctionFacts, st.just("Fine"), st.booleans(), periods), max_size=2).map(tuple),
        "adverse": st.lists(st.just("A claim."), max_size=1).map(tuple),
        "earlier_parts": st.lists(
            st.builds(EarlierPart, st.integers(0, 1), st.sampled_from(["declined", "completed", "withdrawn"]),
                      st.booleans()),
            max_size=2,
        ).map(tuple),
    }
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(declared, declared, st.sampled_from(list(Door)))
def test_whatever_is_declared_in_addition_takes_no_finding_away(first, more, door):
    before = found(door=door, **first)
    after = found(door=door, **{name: (*first[name], *more[name]) for name in first})
    assert all(before.count(finding) <= after.count(finding) for finding in before)


@settings(max_examples=200, deadline=None)
@given(affiliations, st.sampled_from(["share", "since", "until", "role"]), st.sampled_from(list(Door)))
def test_what_is_left_unsaid_of_a_tie_never_lets_somebody_pass(tie, unsaid, door):
    """A tie that blocks still blocks when its share, its beginning, its end or its role is not known."""
    blank = {
        "share": replace(tie, income_share_percent=None),
        "since": replace(tie, period=Period(None, tie.period.until)),
        "until": replace(tie, period=Period(tie.period.since, None)),
        "role": replace(tie, role=""),
    }[unsaid]
    passes = {"staff_privileges", "shareholder"}  # known to be harmless, or known to be small
    if blocked(found(door=door, affiliations=(tie,))) and not (unsaid == "share" and tie.role not in INCOME):
        assert blocked(found(door=door, affiliations=(blank,))) or tie.role in passes


INCOME = {"shareholder", "consultant", "speaker"}


def blocked(findings: list[Finding]) -> bool:
    return any(finding.blocks for finding in findings)


MISSING = {
    "degree": "", "practice_since": None, "practice_hours_per_week": None, "law_training_completed_on": None,
    "interests_attested_on": None, "capacity_per_week": None, "capacity_open_cases": None, "certifications": (),
    "licenses": (), "checks": ChecksFacts(),
}  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.sets(st.sampled_from(sorted(MISSING)), min_size=1), declared)
def test_whoever_lacks_a_needed_fact_is_never_eligible(missing, also):
    assert blocked(found(door=Door.OFFER, **also, **{name: MISSING[name] for name in missing}))


def test_a_check_that_is_not_known_is_never_enough():
    for name in ("certifications", "licenses"):
        rows = tuple(row._replace(verified_on=None) for row in getattr(REVIEWER, name))
        for door in Door:
            assert blocked(found(door=door, **{name: rows}))


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["practice", "training", "sanctions"]), st.sampled_from(list(Door)),
    st.none() | st.builds(CheckFacts, st.dates(dt.date(2015, 1, 1), dt.date(2035, 1, 1)), st.sampled_from(Outcome)),
)  # fmt: skip
def test_only_a_confirmed_check_of_the_last_months_lets_somebody_pass(kind, door, check):
    counts = check is not None and check.outcome == "confirmed" and dt.date(2023, 11, 23) <= check.on <= ON
    assert blocked(found(door=door, checks=replace(REVIEWER.checks, **{kind: check}))) is not counts


licensed = st.lists(
    st.builds(
        LicenseFacts, st.sampled_from(["CA", "NV", ""]), st.just("A1"),
        st.sampled_from(["active", "active", "expired", "restricted", ""]),
        st.sampled_from([DUE - DAY, DUE, DUE + DAY]),
        st.sampled_from([None, ON, ON + DAY, dt.date(2023, 11, 22), dt.date(2023, 11, 23)]),
    ),
    max_size=2,
).map(tuple)  # fmt: skip
attested = st.sampled_from([None, ON, ON + DAY, dt.date(2025, 11, 22), dt.date(2025, 11, 23)])
counts = st.none() | st.integers(0, 2)
alone = st.fixed_dictionaries(
    {},
    optional={
        "active": st.booleans(),
        "practice_since": st.sampled_from([None, dt.date(2021, 11, 22), dt.date(2021, 11, 23)]),
        "practice_hours_per_week": st.none() | st.integers(23, 25),
        "law_training_completed_on": st.sampled_from(
            [None, ON, ON + DAY, dt.date(2024, 11, 22), dt.date(2024, 11, 23)]
        ),
        "interests_attested_on": attested,
        "licenses": licensed,
        "checks": st.lists(
            st.none() | st.builds(CheckFacts, st.sampled_from([ON, dt.date(2023, 11, 22)]), st.sampled_from(Outcome)),
            min_size=3, max_size=3,
        ).map(lambda newest: ChecksFacts(*newest)),
        "sanctions": st.lists(st.builds(SanctionFacts, st.just("Fine"), st.booleans(), periods), max_size=1).map(tuple),
        "adverse": st.lists(st.just("A claim."), max_size=1).map(tuple),
        "away": st.lists(st.just(Period(ON, DUE)), max_size=1).map(tuple),
        "leaving_on": st.sampled_from([None, DUE - DAY, DUE]),
        "capacity_open_cases": counts,
        "capacity_per_week": counts,
        "open_cases": st.integers(0, 2),
        "cases_this_week": st.integers(0, 2),
    },
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(alone, st.sampled_from([0, 24]), st.booleans())
def test_one_glance_says_what_the_rules_about_a_reviewer_say(facts, months, takes_work_on):
    gate = replace(panel_numbers().gate, law_training=((dt.date(2013, 1, 1), months),))
    person = replace(REVIEWER, **facts)
    every = [
        *standing_findings(person, on=ON, gate=gate), *license_findings(person, on=ON, through=DUE, gate=gate),
        *(time_findings(person, on=ON, through=DUE) if takes_work_on else ()),
    ]  # fmt: skip
    glance = Glance(on=ON, through=DUE, gate=gate, takes_work_on=takes_work_on)
    assert glance.finds_nothing(person) is (not every)


@settings(max_examples=100, deadline=None)
@given(declared, st.sets(st.integers(0, len(PARTIES) - 1), min_size=1))
def test_a_party_more_never_takes_a_finding_of_the_others_away(facts, left):
    some = replace(CASE, parties=tuple(PARTIES[place] for place in sorted(left)))
    before = [finding for finding in found(case=some, **facts) if not finding.rule.startswith("case.")]
    after = found(**facts)
    assert all(before.count(finding) <= after.count(finding) for finding in before)


@settings(max_examples=100, deadline=None)
@given(declared)
def test_a_name_that_is_alike_never_counts_less_than_unknown(facts):
    """What a confirmed tie would block, an unconfirmed one blocks as well."""
    sure = tuple(
        replace(party, ties=tuple((pk, OrganizationTie("same", tie.period)) for pk, tie in party.ties))
        for party in PARTIES
    )
    unsure = tuple(
        replace(party, ties=tuple((pk, OrganizationTie("similar", tie.period)) for pk, tie in party.ties))
        for party in PARTIES
    )
    if blocked(found(case=replace(CASE, parties=sure), **facts)):
        assert blocked(found(case=replace(CASE, parties=unsure), **facts))


def waiver_of(finding: Finding, number: int = 1) -> WaiverFacts:
    return WaiverFacts(
        number, finding.rule, finding.party_id, finding.party, finding.subject, finding.since, finding.until
    )


@settings(max_examples=200, deadline=None)
@given(declared, st.sampled_from(list(Door)))
def test_a_waiver_lifts_its_own_waivable_finding_and_no_other(facts, door):
    before = found(door=door, **facts)
    for finding in before:
        after = found(door=door, waivers=(waiver_of(finding),), **facts)
        lifted = [one for one in after if one.waiver is not None]
        if finding.severity != Severity.WAIVABLE:
            assert after == before
        else:
            assert lifted
            assert not any(one.blocks for one in lifted)
            assert {waiver_of(one) for one in lifted} == {waiver_of(finding)}
        assert [replace(one, waiver=None) for one in after] == before


@settings(max_examples=100, deadline=None)
@given(declared, st.sampled_from(["rule", "party_id", "party", "subject", "since", "until"]))
def test_a_waiver_for_anything_else_lifts_nothing(facts, changed):
    before = found(**facts)
    other = {"party_id": 999, "since": dt.date(1999, 1, 1), "until": dt.date(1999, 1, 2)}.get(changed, "other")
    waivers = tuple(replace(waiver_of(one), **{changed: other}) for one in before)
    assert found(waivers=waivers, **facts) == before


def test_every_fact_of_the_reviewer_is_covered_here_or_named():
    """A new field must be thought about: is it declared, needed, or neither?"""
    neither = {
        "id", "reviewer_id", "name", "key", "npi", "active", "away", "expertise", "open_cases", "cases_this_week",
        "last_case_on", "submitted", "submitted_on_time", "waivers", "has_organizations", "leaving_on",
        "decided_persons", "spellings",
    }  # fmt: skip
    assert {field.name for field in fields(ReviewerFacts)} - neither == {
        "degree", "practice_since", "practice_hours_per_week", "law_training_completed_on", "interests_attested_on",
        "capacity_per_week", "capacity_open_cases", "certifications", "licenses", "checks", "affiliations", "relations",
        "product_interests", "addresses", "exclusions", "sanctions", "adverse", "earlier_parts",
    }  # fmt: skip
