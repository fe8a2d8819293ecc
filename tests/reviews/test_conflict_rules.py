"""The truth table of the conflicts: LC 139.5(c)(5) and the analogies, each look-back on both sides of its edge."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from reviews.rules.facts import ItemFacts, OrganizationTie, ProductInterestFacts, RelationFacts
from tests.reviews.facts import CASE, FACILITY, GROUP, INSURER, MAKER, PARTIES, SISTER, found, period, same, tie, told

WORKS_FOR = ["employee", "owner", "partner", "contractor", "officer", "director"]
FAMILY = ["spouse", "child", "parent", "sibling", "parent_in_law", "child_in_law", "guardian", "household"]


@pytest.mark.parametrize("role", WORKS_FOR)
@pytest.mark.parametrize(
    ("until", "severity"),
    [
        ("", "hard"),
        ("2026-11-23", "hard"),
        ("2026-11-22", "waivable"),
        ("2023-11-23", "waivable"),
        ("2023-11-22", None),
    ],
)
def test_work_for_a_party_is_hard_while_it_lasts_and_waivable_for_three_years(role, until, severity):
    expected = [("conflict.employment", severity)] if severity else []
    for organization in (INSURER, SISTER, FACILITY):
        assert told(found(affiliations=(tie(organization, role, since="2010-01-01", until=until),))) == expected


@pytest.mark.parametrize("role", WORKS_FOR)
def test_work_that_begins_later_counts_too(role):
    assert told(found(affiliations=(tie(INSURER, role, since="2027-01-01"),))) == [("conflict.employment", "hard")]


@pytest.mark.parametrize(
    ("role", "until", "severity"),
    [
        ("employee", "2023-11-23", "hard"), ("owner", "2023-11-23", "hard"), ("partner", "2023-11-23", "hard"),
        ("employee", "2023-11-22", None), ("contractor", "2023-11-23", "waivable"), ("contractor", "", "hard"),
    ],
)  # fmt: skip
def test_the_requesters_own_practice_is_hard_for_three_years(role, until, severity):
    expected = [("conflict.employment", severity)] if severity else []
    assert told(found(affiliations=(tie(GROUP, role, until=until),))) == expected


@pytest.mark.parametrize("organization", [GROUP, FACILITY, INSURER])
def test_billing_through_a_partys_organization_is_hard(organization):
    assert told(found(affiliations=(tie(organization, "billing"),))) == [("conflict.practice_group", "hard")]


@pytest.mark.parametrize(("until", "severity"), [("", "shown"), ("2026-11-23", "shown"), ("2026-11-22", None)])
def test_staff_privileges_are_shown_and_no_conflict(until, severity):
    expected = [("conflict.privileges", severity)] if severity else []
    assert told(found(affiliations=(tie(FACILITY, "staff_privileges", until=until),))) == expected


@pytest.mark.parametrize("role", ["shareholder", "consultant", "speaker", "employee", "staff_privileges"])
@pytest.mark.parametrize(("until", "hard"), [("", True), ("2025-11-23", True), ("2025-11-22", False)])
def test_more_than_five_percent_of_income_is_hard_now_and_for_a_year(role, until, hard):
    findings = found(affiliations=(tie(MAKER, role, until=until, share=Decimal("5.01")),))
    assert (("conflict.income", "hard") in told(findings)) is hard


@pytest.mark.parametrize(
    ("role", "share", "until", "expected"),
    [
        ("consultant", Decimal(5), "", ("conflict.consulting", "waivable")),
        ("speaker", Decimal("0.5"), "2025-11-23", ("conflict.consulting", "waivable")),
        ("speaker", Decimal("0.5"), "2025-11-22", None),
        ("consultant", None, "", ("conflict.consulting", "unknown")),
        ("shareholder", Decimal(5), "", ("conflict.income", "shown")),
        ("shareholder", None, "", ("conflict.income", "unknown")),
        ("shareholder", None, "2025-11-22", None),
    ],
)
def test_five_percent_and_less_and_a_share_nobody_knows(role, share, until, expected):
    assert told(found(affiliations=(tie(MAKER, role, until=until, share=share),))) == ([expected] if expected else [])


@pytest.mark.parametrize("role", ["family_member_works_there", "family_member_owns"])
@pytest.mark.parametrize(("until", "expected"), [("", [("conflict.family_member", "hard")]), ("2026-11-22", [])])
def test_family_at_a_party_is_hard_while_it_lasts(role, until, expected):
    assert told(found(affiliations=(tie(INSURER, role, until=until),))) == expected


@pytest.mark.parametrize("key", ["ana alvarado", "peter okafor"])
@pytest.mark.parametrize("kind", FAMILY)
def test_family_of_the_worker_or_of_a_party_is_hard(key, kind):
    assert told(found(relations=(RelationFacts("X", key, kind),))) == [("conflict.family", "hard")]


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        ("former_patient", "ana alvarado", ("conflict.patient", "hard")),
        ("business_partner", "peter okafor", ("conflict.business_partner", "hard")),
        ("co_author", "peter okafor", ("conflict.colleague", "waivable")),
        ("co_investigator", "peter okafor", ("conflict.colleague", "waivable")),
        ("supervisor", "peter okafor", ("conflict.colleague", "waivable")),
        ("co_author", "ana alvarado", ("conflict.colleague", "shown")),
        ("spouse", "somebody else", None),
    ],
)
def test_other_relations_to_a_person_of_the_case(kind, key, expected):
    assert told(found(relations=(RelationFacts("X", key, kind),))) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("facts", "is_party"),
    [
        ({"key": "peter okafor", "npi": ""}, True),
        ({"key": "peter okafor", "npi": "1999999999"}, False),  # another person of the same name
        ({"key": "other name", "npi": "1111111111"}, True),
        ({"key": "ana alvarado"}, True),
        ({"key": "other name", "npi": ""}, False),
    ],
)
def test_a_party_is_no_reviewer_of_the_own_case(facts, is_party):
    assert told(found(**facts)) == ([("conflict.self", "hard")] if is_party else [])


@pytest.mark.parametrize("name", ["golden insurance", "peter okafor", "ana alvarado", "fresno hospital"])
def test_a_name_on_the_do_not_send_list_is_hard(name):
    assert told(found(exclusion_keys=("nobody", name))) == [("conflict.do_not_send", "hard")]


def test_the_requesters_address_alone_is_waivable():
    assert told(found(address_keys=("1 main st 93701",))) == [("conflict.address", "waivable")]
    assert found(address_keys=("2 main st 93701",)) == []


@pytest.mark.parametrize(
    ("work", "family", "severity"),
    [
        (("", ""), ("", ""), "hard"),
        (("", ""), ("", "2026-11-22"), "waivable"),  # the house was sold yesterday
        (("", ""), ("", "2023-11-22"), None),
        (("2020-01-01", ""), ("2010-01-01", "2019-12-31"), None),  # joined after it was sold
    ],
)
def test_a_corporate_family_counts_where_both_periods_overlap(work, family, severity):
    insurer = replace(PARTIES[1], ties=((SISTER, OrganizationTie("family", period(*family))),))
    case = replace(CASE, parties=(PARTIES[0], insurer, *PARTIES[2:]))
    affiliation = tie(SISTER, "employee", since=work[0], until=work[1])
    expected = [("conflict.employment", severity)] if severity else []
    assert told(found(case=case, affiliations=(affiliation,))) == expected


def test_a_name_alike_but_not_resolved_is_unknown_unless_it_would_not_matter():
    assert told(found(affiliations=(tie(9, "employee"),))) == [("party.unresolved", "unknown")]
    assert found(affiliations=(tie(9, "staff_privileges"),)) == []
    assert found(affiliations=(tie(9, "employee", until="2020-01-01"),)) == []


@pytest.mark.parametrize(
    ("kind", "share", "until", "severity"),
    [
        ("development", None, "", "hard"),
        ("development", Decimal(1), "2025-11-23", "hard"),
        ("development", Decimal(1), "2025-11-22", None),
        ("royalty", Decimal(6), "", "hard"),
        ("equity", Decimal(5), "", "waivable"),
        ("consulting", Decimal(1), "", "waivable"),
        ("royalty", None, "", "unknown"),
    ],
)
def test_an_interest_in_the_disputed_product_or_its_maker(kind, share, until, severity):
    interest = ProductInterestFacts("PainCoil", "paincoil", kind, None, period("", until), share)
    disputed = replace(CASE, items=(ItemFacts("PainCoil stimulator trial", "paincoil stimulator trial"),))
    expected = [("conflict.product", severity)] if severity else []
    assert [
        row for row in told(found(case=disputed, product_interests=(interest,))) if row[0] == "conflict.product"
    ] == expected
    assert found(product_interests=(replace(interest, key="coil"),)) == []
    made = replace(interest, organization=MAKER)
    assert told(found(product_interests=(made,))) == ([("conflict.product_maker", severity)] if severity else [])


def test_findings_say_party_period_and_source():
    (finding,) = found(affiliations=(tie(INSURER, "employee", since="2019-01-01"),))
    assert finding.as_dict() == {
        "rule": "conflict.employment",
        "severity": "hard",
        "party": "Golden Insurance",
        "party_id": 11,
        "evidence": "Employee of Some House, since Jan 1, 2019.",
        "from": "2019-01-01",
        "to": None,
        "source": "affiliations",
    }


def test_a_party_without_the_tie_is_free():
    bare = replace(PARTIES[1], ties=(same(99),))
    case = replace(CASE, parties=(PARTIES[0], bare, *PARTIES[2:]))
    assert found(case=case, affiliations=(tie(INSURER, "employee"),)) == []
