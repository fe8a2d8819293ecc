from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import CasePair, Organization, OrganizationParent, Party
from cases.services.register import current_register
from reviews.models import Assignment
from reviews.services.gate import ask_gate, ask_gate_for_all
from reviews.services.panel_facts import whole_panel
from tests.factories.cases import NOW, an_item, make_case
from tests.factories.reviewers import TODAY, make_organization, make_reviewer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def ask(case, reviewer, door="offer", on=TODAY):
    return [
        (finding.rule, str(finding.severity))
        for finding in ask_gate(case=case, reviewer=reviewer, on=on, door=door).findings
    ]


def offer(case, reviewer, **facts):
    return Assignment.objects.create(
        **{
            "case": case, "reviewer": reviewer, "round": case.round, "offered_at": NOW - DAY,
            "response_due_at": NOW + DAY, **facts,
        }
    )  # fmt: skip


def test_a_clean_reviewer_passes_every_door():
    case, reviewer = make_case(state="ready"), make_reviewer()
    for door in ("list", "offer", "accept", "open", "submit", "approve", "seal"):
        assert ask(case, reviewer, door) == []


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"affiliations": [{"organization": "Golden Claims Services", "role": "employee"}]}, "conflict.employment"),
        ({"affiliations": [{"organization": "GOLDEN  CLAIMS SERVICES.", "role": "owner"}]}, "conflict.employment"),
        ({"affiliations": [{"organization": "Clearpath UR", "role": "contractor"}]}, "conflict.employment"),
        ({"billing_organizations": ["Fresno Spine Group"]}, "conflict.practice_group"),
        ({"relations": [{"first_name": "Ana", "last_name": "Alvarado", "kind": "former_patient"}]}, "conflict.patient"),
        ({"relations": [{"first_name": "PETER", "last_name": "Okafor", "kind": "co_author"}]}, "conflict.colleague"),
        ({"do_not_send": ["Valley Orchards, Inc"]}, "conflict.do_not_send"),
        ({"first_name": "Peter", "last_name": "Okafor", "npi": ""}, "conflict.self"),
        ({"npi": "1000000004"}, "conflict.self"),
        ({"product_interests": [{"name": "PainCoil", "kind": "development"}]}, "conflict.product"),
        ({"affiliations": [{"organization": "Golden Claims Service", "role": "employee"}]}, "party.unresolved"),
        ({"away": [{"from_date": TODAY, "to_date": TODAY}]}, "calendar.away"),
        ({"sanctions": [{}]}, "sanction.material"),
        ({"licenses": []}, "license.missing"),
        ({"certifications": [{"specialty": "Dermatology"}]}, "specialty.mismatch"),
        ({"degree": "DC"}, "degree.limit"),
    ],
)
def test_what_stands_on_the_roster_reaches_the_rules(facts, rule):
    case = make_case(state="ready", items=[an_item("PainCoil 20 mg tablets")])
    assert [found[0] for found in ask(case, make_reviewer(**facts))] == [rule]


def test_an_alias_is_the_same_organization():
    insurer = make_organization("Golden Claims Services")
    insurer.aliases.create(name="GCS", key="gcs")
    case = make_case(state="ready")
    assert ask(case, make_reviewer(affiliations=[{"organization": "gcs", "role": "officer"}])) == [
        ("conflict.employment", "hard")
    ]
    assert ask(case, make_reviewer(do_not_send=["GCS"])) == [("conflict.do_not_send", "hard")]


def test_a_sister_company_counts_for_as_long_as_the_family_held():
    case = make_case(state="ready")
    golden = Organization.objects.named("Golden Claims Services").get()
    holding, sister = make_organization("Golden Holding"), make_organization("Silver Clinics")
    OrganizationParent.objects.create(child=golden, parent=holding)
    link = OrganizationParent.objects.create(child=sister, parent=holding)
    reviewer = make_reviewer(affiliations=[{"organization": "Silver Clinics", "role": "employee"}])
    assert ask(case, reviewer) == [("conflict.employment", "hard")]
    link.to_date = TODAY - DAY
    link.save()
    assert ask(case, reviewer) == [("conflict.employment", "waivable")]


def test_offers_that_may_still_be_accepted_use_up_capacity():
    reviewer = make_reviewer(capacity_open_cases=2, capacity_per_week=9)
    case, first, second = (make_case(state="ready") for _ in range(3))
    offer(first, reviewer)
    assert ask(case, reviewer) == []
    offer(second, reviewer, accepted_at=NOW)
    assert ask(case, reviewer) == [("capacity.open_cases", "hard")]
    assert ask(second, reviewer, "accept") == []  # the own offer takes no place twice


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, True),
        ({"accepted_at": NOW}, True),
        ({"accepted_at": NOW - 30 * DAY}, False),
        ({"declined_at": NOW}, False),
        ({"lapsed_at": NOW}, False),
        ({"withdrawn_at": NOW}, False),
        ({"accepted_at": NOW, "submitted_at": NOW}, True),
    ],
)
def test_a_weeks_capacity_counts_what_was_taken_on_this_week(facts, counts):
    reviewer = make_reviewer(capacity_open_cases=9, capacity_per_week=1)
    offer(make_case(state="ready"), reviewer, **facts)
    assert ask(make_case(state="ready"), reviewer) == ([("capacity.per_week", "hard")] if counts else [])


@pytest.mark.parametrize("end", ["declined", "lapsed", "recused"])
def test_who_let_this_case_go_is_not_asked_again(end):
    case, reviewer = make_case(state="ready"), make_reviewer()
    offer(case, reviewer, **{f"{end}_at": NOW})
    assert ask(case, reviewer) == [(f"earlier.{end}", "hard")]
    assert ask(make_case(state="ready"), reviewer) == []


def test_who_decided_an_earlier_round_is_out():
    case, reviewer = make_case(state="ready"), make_reviewer()
    offer(case, reviewer, accepted_at=NOW, submitted_at=NOW, completed_at=NOW)
    assert ask(case, reviewer) == []
    case.round = 2
    case.save()
    assert ask(case, reviewer) == [("conflict.earlier_round", "hard")]


def test_who_reviewed_an_application_that_is_joined_with_this_one_is_out():
    case, other, third = (make_case(state="ready") for _ in range(3))
    reviewer = make_reviewer()
    offer(other, reviewer, accepted_at=NOW, submitted_at=NOW)

    def pair(earlier, later, decision):
        CasePair.objects.filter(Q(earlier=other) | Q(later=other)).delete()
        CasePair.objects.update_or_create(
            earlier=earlier, later=later, defaults={"kind": "chosen", "found_at": NOW, "decision": decision}
        )

    pair(case, third, "merged")
    assert ask(case, reviewer) == []
    pair(case, other, "related")
    assert ask(case, reviewer) == []
    for earlier, later, decision in ((case, other, "consolidated"), (other, case, "merged")):
        pair(earlier, later, decision)
        assert ask(case, reviewer) == [("conflict.earlier_review", "hard")]


def test_dates_of_lists_addresses_billing_and_relations_reach_the_rules():
    case = make_case(state="ready")
    Party.objects.filter(case=case, role="requesting_physician").update(line1="1 Main St", zip="93701")
    reviewer = make_reviewer(
        practice_addresses=[{"line1": "1 Main St.", "zip": "93701-1234", "to_date": TODAY - 1097 * DAY}],
        relations=[{"first_name": "P.", "last_name": "Okafor", "kind": "spouse"}],
    )
    assert ask(case, reviewer) == [("party.person_unresolved", "unknown")]
    reviewer.relations.all().delete()
    reviewer.practice_addresses.update(to_date=TODAY - 1096 * DAY)
    assert ask(case, reviewer) == [("conflict.address", "waivable")]
    reviewer.practice_addresses.all().delete()
    reviewer.exclusions.create(name="Fresno Spine Group", key="fresno spine group", listed_by="organization")
    assert ask(case, reviewer) == [("conflict.exclusion_list", "hard")]
    reviewer.exclusions.update(to_date=TODAY - DAY)
    assert ask(case, reviewer) == []
    group = Organization.objects.named("Fresno Spine Group").get()
    make_organization("A House of the Register")
    reviewer.billing_organizations.create(organization=group, to_date=TODAY - 1096 * DAY)
    assert ask(case, reviewer) == [("conflict.practice_group", "hard")]
    reviewer.billing_organizations.update(to_date=TODAY - 1097 * DAY)
    assert ask(case, reviewer) == []


def test_a_maker_that_an_item_names_is_a_party_although_nobody_entered_it():
    make_organization("Coil Devices, Inc.", kind="manufacturer")
    case = make_case(state="ready", items=[an_item("Trial of the Coil Devices stimulator")])
    speaks = make_reviewer(
        affiliations=[{"organization": "Coil Devices, Inc.", "role": "speaker", "income_share_percent": 2}]
    )
    assert ask(case, speaks) == [("conflict.consulting", "waivable")]
    assert ask(make_case(state="ready"), speaks) == []
    assert ask_gate_for_all(case=case, on=TODAY)[speaks.pk] == ask_gate(
        case=case, reviewer=speaks, on=TODAY, door="list"
    )


def test_without_a_register_whoever_declares_an_organization_is_not_known_to_be_free():
    Organization.objects.update(registered=False)
    tied, free = make_reviewer(billing_organizations=["Elsewhere Clinic"]), make_reviewer()
    Organization.objects.update(registered=False)
    case = make_case(state="ready")
    assert ask(case, tied) == [("register.missing", "unknown")]
    assert ask(case, free) == []


def test_the_score_adds_up_and_an_excluded_reviewer_scores_nothing():
    case = make_case(state="ready")
    good = make_reviewer(expertise=["lumbar spine", "physical therapy"])
    plain = make_reviewer(licenses=[{"state": "TX"}])
    out = make_reviewer(active=False)
    answer = ask_gate_for_all(case=case, on=TODAY)
    assert answer[good.pk].score == 500 + 150 + 135 + 100 + 100
    assert answer[plain.pk].score == 500 + 135 + 100
    assert answer[out.pk].score == 0
    assert not answer[out.pk].eligible


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_whole_panel_is_asked_in_a_constant_number_of_statements(number, django_assert_num_queries):
    case = make_case(state="ready")
    for index in range(number):
        reviewer = make_reviewer(
            affiliations=[{"organization": f"House {index}", "role": "employee"}],
            product_interests=[{"name": "X", "kind": "royalty", "manufacturer": f"Maker {index}"}],
        )
    current_register()  # read once per process and change of the register ...
    whole_panel()  # ... and of the panel
    with django_assert_num_queries(23):
        answer = ask_gate_for_all(case=case, on=TODAY)
    assert len(answer) == number
    with django_assert_num_queries(28):
        ask_gate(case=case, reviewer=reviewer, on=TODAY, door="list")


roles = st.sampled_from(["employee", "consultant", "shareholder", "staff_privileges", "family_member_works_there"])
houses = st.sampled_from(["Golden Claims Services", "Fresno Spine Group", "Elsewhere Clinic", "Golden Claim Service"])
days = st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2028, 1, 1))
reviewers = st.fixed_dictionaries(
    {
        "affiliations": st.lists(
            st.builds(
                lambda house, role, until, share: {
                    "organization": house, "role": role, "to_date": until, "income_share_percent": share,
                },
                houses, roles, days, st.none() | st.integers(0, 10),
            ),
            max_size=3,
        ),
        "relations": st.lists(
            st.builds(
                lambda name, kind: {"first_name": name[0], "last_name": name[1], "kind": kind},
                st.sampled_from([("Peter", "Okafor"), ("Ana", "Alvarado"), ("No", "Body")]),
                st.sampled_from(["spouse", "co_author", "former_patient"]),
            ),
            max_size=2,
        ),
        "do_not_send": st.lists(houses, max_size=1),
        "active": st.booleans(),
        "capacity_open_cases": st.integers(0, 2),
        "interests_attested_on": days,
        "practice_hours_per_week": st.none() | st.integers(20, 28),
        "degree": st.sampled_from(["MD", "DC", ""]),
        "checks": st.dictionaries(st.sampled_from(["practice", "training", "sanctions"]), st.none()),
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(reviewers, min_size=1, max_size=4))
def test_asking_one_and_asking_all_always_agree(panel):
    with transaction.atomic():
        case, busy = make_case(state="ready"), make_case(state="ready")
        people = [make_reviewer(**facts) for facts in panel]
        offer(busy, people[0])
        for door in ("list", "submit"):
            together = ask_gate_for_all(case=case, on=TODAY, door=door)
            for person in people:
                assert together[person.pk] == ask_gate(case=case, reviewer=person, on=TODAY, door=door)
        transaction.set_rollback(True)
