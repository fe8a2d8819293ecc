"""The truth table of the conflicts: LC 139.5(c)(5) and the analogies, each look-back on both sides of its edge."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from reviews.rules.facts import (
    AddressFacts,
    EarlierPart,
    ExclusionFacts,
    ItemFacts,
    OrganizationTie,
    PartyFacts,
    ProductInterestFacts,
    RelationFacts,
)
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
@pytest.mark.parametrize(("own", "rule"), [(True, "conflict.do_not_send"), (False, "conflict.exclusion_list")])
@pytest.mark.parametrize(
    ("since", "until", "hits"),
    [
        ("", "", True),
        ("2026-11-23", "2026-11-23", True),
        ("2026-11-24", "", False),
        ("", "2026-11-22", False),
    ],
)
def test_the_reviewers_and_the_organizations_list_are_hard_as_dated(name, own, rule, since, until, hits):
    entries = (ExclusionFacts("nobody", own), ExclusionFacts(name, own, period(since, until)))
    assert told(found(exclusions=entries)) == ([(rule, "hard")] if hits else [])


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("", [("conflict.address", "waivable")]),
        ("2026-11-23", [("conflict.address", "waivable")]),
        ("2023-11-23", [("conflict.address", "waivable")]),
        ("2023-11-22", []),
    ],
)
def test_the_requesters_address_alone_is_waivable_for_three_years(until, expected):
    assert told(found(addresses=(AddressFacts("1 main st 93701", period("", until)),))) == expected
    assert found(addresses=(AddressFacts("2 main st 93701", period("", until)),)) == []


def test_the_address_beside_the_same_practice_group_stays_hard():
    both = found(addresses=(AddressFacts("1 main st 93701"),), affiliations=(tie(GROUP, "billing"),))
    assert told(both) == [("conflict.address", "waivable"), ("conflict.practice_group", "hard")]


def test_another_partys_address_says_nothing():
    insurer = replace(PARTIES[1], address_key="9 oak st 90001")
    case = replace(CASE, parties=(PARTIES[0], insurer, *PARTIES[2:]))
    assert found(case=case, addresses=(AddressFacts("9 oak st 90001"),)) == []


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-11-22", [("conflict.practice_group", "hard")]),
        ("2023-11-23", [("conflict.practice_group", "hard")]),
        ("2023-11-22", []),
    ],
)
def test_billing_through_the_requesters_group_is_hard_for_three_years_after(until, expected):
    assert told(found(affiliations=(tie(GROUP, "billing", until=until),))) == expected


ROLES = [
    "employer", "insurer", "claims_administrator", "mpn", "utilization_reviewer", "medical_group", "facility",
    "manufacturer", "employer_officer", "worker_attorney",
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_law_is_looked_at(role):
    """(a) payer and network, (b) their officers, (c) proposer, (d) institution, (e) maker, (f) the worker's side."""
    party = PartyFacts(
        21, role, "Eva Moss, Moss House", frozenset({"eva moss", "moss house"}), "eva moss", "1222222222",
        ties=(same(77),),
    )  # fmt: skip
    case = replace(CASE, parties=(*PARTIES, party))
    assert ("conflict.employment", "hard") in told(found(case=case, affiliations=(tie(77, "employee"),)))
    assert told(found(case=case, key="eva moss", npi="1222222222")) == [("conflict.self", "hard")]
    assert told(found(case=case, relations=(RelationFacts("Eva Moss", "eva moss", "spouse"),))) == [
        ("conflict.family", "hard")
    ]


@pytest.mark.parametrize("kind", FAMILY)
def test_the_workers_family_as_a_party_counts_like_the_worker(kind):
    child = PartyFacts(22, "worker_family", "Leo Alvarado", frozenset({"leo alvarado"}), "leo alvarado")
    case = replace(CASE, parties=(*PARTIES, child))
    relation = RelationFacts("Leo Alvarado", "leo alvarado", kind)
    assert told(found(case=case, relations=(relation,))) == [("conflict.family", "hard")]
    assert told(found(case=case, key="leo alvarado")) == [("conflict.self", "hard")]


def test_who_decided_the_utilization_review_is_out_and_so_is_who_works_for_its_company():
    decider = PartyFacts(
        23, "utilization_reviewer", "Rowan Panelist, Clearpath UR", frozenset({"rowan panelist", "clearpath ur"}),
        "rowan panelist", ties=(same(88),),
    )  # fmt: skip
    case = replace(CASE, parties=(*PARTIES, decider))
    assert told(found(case=case, npi="")) == [("conflict.self", "hard")]
    assert told(found(case=case, key="x y", affiliations=(tie(88, "contractor"),))) == [("conflict.employment", "hard")]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (EarlierPart(1, "completed", True), "conflict.earlier_round"),
        (EarlierPart(1, "submitted", True, other_case="CM26-0000009"), "conflict.earlier_review"),
        (EarlierPart(1, "completed", True, other_case="CM26-0000009"), "conflict.earlier_review"),
    ],
)
def test_a_part_in_an_earlier_review_of_the_dispute_is_hard_for_ever(part, expected):
    assert told(found(case=replace(CASE, round=2), earlier_parts=(part,))) == [(expected, "hard")]


@pytest.mark.parametrize(
    ("kind", "until", "severity"),
    [
        ("business_partner", "", "hard"),
        ("business_partner", "2026-11-22", "hard"),
        ("business_partner", "2023-11-23", "hard"),
        ("business_partner", "2023-11-22", None),
        ("co_author", "2023-11-23", "waivable"),
        ("co_author", "2023-11-22", None),
        ("co_investigator", "2023-11-22", None),
        ("supervisor", "2023-11-23", "waivable"),
        ("spouse", "1999-01-01", "hard"),
        ("household", "1999-01-01", "hard"),
        ("former_patient", "1999-01-01", "hard"),
        ("", "", "unknown"),
    ],
)
def test_a_relation_that_ended_counts_for_its_look_back(kind, until, severity):
    findings = found(relations=(RelationFacts("Peter Okafor", "peter okafor", kind, period("2000-01-01", until)),))
    assert [str(finding.severity) for finding in findings] == ([severity] if severity else [])


def test_a_person_who_may_be_the_reviewer_or_a_relative_is_unknown():
    short = replace(PARTIES[2], person_key="p okafor", person_npi="")
    case = replace(CASE, parties=(PARTIES[0], PARTIES[1], short, *PARTIES[3:]))
    assert told(found(case=case, key="peter okafor")) == [("party.person_unresolved", "unknown")]
    assert told(found(case=CASE, key="p okafor")) == []  # two NPIs tell them apart
    wife = RelationFacts("Peter Okafor", "peter okafor", "spouse")
    assert told(found(case=case, relations=(wife,))) == [("party.person_unresolved", "unknown")]
    assert found(case=case, relations=(replace(wife, kind="co_author", period=period("", "2020-01-01")),)) == []


def test_without_a_register_a_declared_organization_is_unknown():
    bare = replace(CASE, has_register=False)
    assert told(found(case=bare, has_organizations=True)) == [("register.missing", "unknown")]
    assert found(case=bare) == found(has_organizations=True) == []


@pytest.mark.parametrize(("until", "severity"), [("", "hard"), ("2023-11-23", "waivable"), ("2023-11-22", None)])
def test_a_role_nobody_knows_is_unknown_in_the_look_back(until, severity):
    expected = [("conflict.affiliation", "unknown")] if severity else []
    assert told(found(affiliations=(tie(INSURER, "", until=until),))) == expected


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
        "waiver": None,
    }


def test_a_party_without_the_tie_is_free():
    bare = replace(PARTIES[1], ties=(same(99),))
    case = replace(CASE, parties=(PARTIES[0], bare, *PARTIES[2:]))
    assert found(case=case, affiliations=(tie(INSURER, "employee"),)) == []
