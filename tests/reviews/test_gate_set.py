"""The set form of the gate says the same as the single form, pair by pair."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.services.register import current_register
from reviews.models import Assignment
from reviews.rules.facts import (
    AddressFacts,
    CertificationFacts,
    CheckFacts,
    ChecksFacts,
    Door,
    EarlierPart,
    ExclusionFacts,
    ItemFacts,
    LicenseFacts,
    Outcome,
    Period,
    PersonDecision,
    ProductInterestFacts,
    RelationFacts,
    SanctionFacts,
    Spelling,
)
from reviews.rules.gate import Once, find_all
from reviews.rules.gate_set import Numbers, judge_set
from reviews.rules.score import best_match, score_parts
from reviews.rules.specialties import wanted_for
from reviews.rules.stops import Stop, stops_of
from reviews.services.gate import ask_gate
from reviews.services.gate_set import judge
from reviews.services.reference import panel_numbers, specialty_table
from tests.factories.cases import NOW, an_item, make_case
from tests.factories.reviewers import TODAY, make_reviewer
from tests.reviews.facts import CASE, FACILITY, GROUP, INSURER, MAKER, ON, PARTIES, REVIEWER, SISTER, tie

DAY = dt.timedelta(days=1)
near = st.dates(ON - 400 * DAY, ON + 60 * DAY)
maybe = st.none() | near
periods = st.builds(lambda a, b: Period(*sorted((a, b))) if a and b else Period(a, b), maybe, maybe)
fields = st.sampled_from(["Physical Medicine & Rehabilitation", "Pain Medicine", "Dermatology", "Orthopedic Surgery"])
items = st.sampled_from([
    ItemFacts("Physical therapy, lumbar spine", "physical therapy lumbar spine"),
    ItemFacts("PainCoil trial", "paincoil trial", body_part="lumbar spine"),
    ItemFacts("Lumbar fusion", "lumbar fusion", "Surgery", category_key="surgery"),
    ItemFacts("Chiropractic treatment, 12 visits", "chiropractic treatment 12 visits"),
])  # fmt: skip
cases = st.builds(
    lambda number, due, round_, items_, diagnoses, parties, asked: replace(
        CASE, number=f"CM26-{number:07d}", has_register=number % 5 > 0,
        due_on=due, round=round_, items=tuple(items_), diagnoses=tuple(diagnoses),
        parties=tuple(parties), requesting_specialty=asked,
    ),
    st.integers(1, 10**6), st.dates(ON - 5 * DAY, ON + 60 * DAY), st.integers(1, 2), st.lists(items, max_size=2),
    st.lists(st.sampled_from(["lumbar strain", "knee pain"]), max_size=2),
    st.lists(st.sampled_from(PARTIES), min_size=3, unique=True), st.sampled_from(["", "Pain Medicine"]),
)  # fmt: skip
affiliations = st.builds(
    lambda where, role, until, share: tie(where, role, until=until.isoformat() if until else "", share=share),
    st.sampled_from([INSURER, GROUP, FACILITY, MAKER, SISTER, 9, 77]),
    st.sampled_from(["employee", "consultant", "staff_privileges", "billing", ""]), maybe,
    st.none() | st.decimals(0, 10, places=1),
)  # fmt: skip
checks = st.none() | st.builds(
    CheckFacts, st.sampled_from([ON, ON + DAY, dt.date(2023, 11, 23), dt.date(2023, 11, 22)]), st.sampled_from(Outcome)
)
reviewers = st.fixed_dictionaries(
    {},
    optional={
        "active": st.just(False),
        "degree": st.sampled_from(["DC", "", "DO"]),
        "npi": st.sampled_from(["", "1111111111"]),
        "key": st.sampled_from(
            ["peter okafor", "p okafor", "peter j okafor md", "pete okafro", "okafor peter", "peter smith okafor"]
        ),
        "leaving_on": maybe,
        "has_organizations": st.booleans(),
        "adverse": st.lists(st.just("Licence restricted"), max_size=1).map(tuple),
        "exclusions": st.lists(
            st.builds(
                ExclusionFacts, st.sampled_from(["golden insurance", "peter okafor", "x"]), st.booleans(), periods
            ),
            max_size=2,
        ).map(tuple),
        "addresses": st.lists(
            st.builds(AddressFacts, st.sampled_from(["1 main st 93701", "2 side st 93701"]), periods), max_size=1
        ).map(tuple),
        "capacity_per_week": st.none() | st.integers(0, 3),
        "capacity_open_cases": st.none() | st.integers(0, 3),
        "open_cases": st.integers(0, 3),
        "cases_this_week": st.integers(0, 3),
        "interests_attested_on": maybe,
        "practice_since": maybe,
        "practice_hours_per_week": st.none() | st.integers(20, 30),
        "law_training_completed_on": maybe,
        "checks": st.builds(ChecksFacts, checks, checks, checks),
        "certifications": st.lists(
            st.builds(lambda name, *days: CertificationFacts(name, (name,), *days), fields, maybe, maybe, maybe),
            max_size=3,
        ).map(tuple),
        "licenses": st.lists(
            st.builds(
                LicenseFacts, st.sampled_from(["CA", "NV", ""]), st.just("A1"),
                st.sampled_from(["active", "restricted", "expired", ""]), near, maybe,
            ),
            max_size=2,
        ).map(tuple),
        "away": st.lists(periods, max_size=2).map(tuple),
        "sanctions": st.lists(
            st.builds(SanctionFacts, st.just("Reprimand"), st.booleans(), periods), max_size=1
        ).map(tuple),
        "affiliations": st.lists(affiliations, max_size=3).map(tuple),
        "relations": st.lists(
            st.builds(
                lambda key, kind, period: RelationFacts(key, key, kind, period),
                st.sampled_from(["peter okafor", "p okafor", "pete okafro", "ana alvarado", "ana alvardo", "no body"]),
                st.sampled_from(["spouse", "co_author", "former_patient", "business_partner", "other"]),
                periods,
            ),
            max_size=2,
        ).map(tuple),
        "product_interests": st.lists(
            st.builds(
                lambda key, kind, where, period, share: ProductInterestFacts(key, key, kind, where, period, share),
                st.sampled_from(["paincoil", "lumbar fusion", "trial"]), st.sampled_from(["royalty", "development"]),
                st.sampled_from([None, MAKER]), periods, st.none() | st.decimals(0, 10, places=1),
            ),
            max_size=2,
        ).map(tuple),
        "expertise": st.lists(
            st.sampled_from(["lumbar spine", "lumbar", "fusion", "knee pain"]), unique=True
        ).map(tuple),
        "decided_persons": st.lists(
            st.builds(
                PersonDecision, st.sampled_from(["", "p okafor", "ana alvardo"]),
                st.sampled_from(sorted({one.person_key for one in PARTIES})), st.just(""),
                st.sampled_from(sorted({one.role for one in PARTIES})), st.booleans(),
            ),
            max_size=3,
        ).map(tuple),
        "spellings": st.lists(
            st.builds(
                Spelling, st.sampled_from(["", "p okafor", "ana alvardo"]),
                st.sampled_from(sorted({one.person_key for one in PARTIES})),
            ),
            max_size=2,
        ).map(tuple),
        "last_case_on": maybe,
        "submitted": st.integers(0, 5),
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(cases, min_size=1, max_size=4), st.lists(reviewers, min_size=1, max_size=4),
    st.sampled_from([Door.LIST, Door.OPEN]),
    st.none() | st.sampled_from(["declined", "withdrawn"]),
)  # fmt: skip
def test_both_forms_find_the_same_reasons_and_the_same_score(some, people, door, ended):
    numbers, table = panel_numbers(), specialty_table()
    panel = [replace(REVIEWER, id=place, **facts) for place, facts in enumerate(people)]
    wanted = [wanted_for(case, table) for case in some]
    history = replace(panel[0], open_cases=0, earlier_parts=(EarlierPart(1, ended, True),)) if ended else None
    exact = {(0, 0): history} if history else {}
    answer = judge_set(
        cases=some, reviewers=panel, wanted=wanted, exact=exact, on=ON, door=door,
        numbers=Numbers(numbers.gate, numbers.conflicts, numbers.score),
    )  # fmt: skip
    for number, case in enumerate(some):
        for place, reviewer in enumerate(panel):
            person = exact.get((number, place), reviewer)
            found = find_all(
                case=case, reviewer=person, wanted=wanted[number], on=ON, door=door, gate=numbers.gate,
                conflicts=numbers.conflicts,
            )  # fmt: skip
            assert found == find_all(
                case=case, reviewer=person, wanted=wanted[number], on=ON, door=door, gate=numbers.gate,
                conflicts=numbers.conflicts, once=Once(case, on=ON, door=door, gate=numbers.gate),
            )  # fmt: skip
            match = best_match(person, wanted[number], through=max(ON, case.due_on))
            parts = score_parts(case=case, reviewer=person, match=match, on=ON, numbers=numbers.score)
            assert Stop(int(answer.stops[place, number])) == Stop(stops_of(found)), found
            assert bool(answer.may()[place, number]) is not any(finding.blocks for finding in found)
            assert answer.parts_of(number, place) == parts
            assert answer.score[place, number] == sum(parts.values())


def offer(case, reviewer, **facts):
    return Assignment.objects.create(
        **{
            "case": case, "reviewer": reviewer, "round": case.round, "offered_at": NOW - DAY,
            "response_due_at": NOW + DAY, **facts,
        }
    )  # fmt: skip


histories = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 2),
        st.sampled_from([
            {"declined_at": NOW}, {"lapsed_at": NOW}, {"withdrawn_at": NOW},
            {"accepted_at": NOW - 3 * DAY, "withdrawn_at": NOW}, {"accepted_at": NOW - 30 * DAY, "recused_at": NOW},
        ]),
    ),
    max_size=4,
)  # fmt: skip
kinds_of_check = st.sampled_from([None, {"checked_on": TODAY + DAY}, {"checked_on": dt.date(2023, 11, 22)}])
people_facts = st.fixed_dictionaries(
    {},
    optional={
        "affiliations": st.lists(
            st.sampled_from(["Golden Claims Services", "Fresno Spine Group", "Golden Claim Service"]).map(
                lambda name: {"organization": name, "role": "employee"}
            ),
            max_size=2,
        ),
        "billing_organizations": st.just(["Fresno Spine Group"]),
        "relations": st.just([{"first_name": "Peter", "last_name": "Okafor", "kind": "co_author"}]),
        "do_not_send": st.just(["Clearpath UR"]),
        "capacity_open_cases": st.integers(0, 2),
        "expertise": st.just(["lumbar spine"]),
        "checks": st.fixed_dictionaries(
            {}, optional={"practice": kinds_of_check, "training": kinds_of_check, "sanctions": kinds_of_check}
        ),
        "practice_addresses": st.just([{"line1": "1 Main St", "zip": "93701"}]),
        "product_interests": st.just([{"name": "PainCoil", "kind": "royalty"}]),
    },
)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(people_facts, min_size=3, max_size=3), histories, st.booleans())
def test_what_is_loaded_for_all_says_what_is_loaded_for_one(people, past, one_is_offered):
    with transaction.atomic():
        some = [
            make_case(state="ready"),
            make_case(state="ready", items=[an_item("PainCoil 20 mg")]),
            make_case(state="ready"),
        ]
        panel = [make_reviewer(**facts) for facts in people]
        for case, person, facts in past:
            offer(some[case], panel[person], **facts)
        if one_is_offered:
            offer(some[2], panel[2])
        judged = judge(case_ids=[case.pk for case in some], on=TODAY)
        place = {reviewer.id: number for number, reviewer in enumerate(judged.reviewers)}
        for number, case in enumerate(some):
            for person in panel:
                alone = ask_gate(case=case, reviewer=person, on=TODAY, door="list")
                where = place[person.pk]
                assert judged.answer.stops[where, number] == stops_of(alone.findings), alone.findings
                assert judged.findings(number, where) == list(alone.findings)
                assert judged.answer.parts_of(number, where) == alone.score_parts
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3, 30])
def test_many_cases_are_asked_in_a_constant_number_of_statements(number, django_assert_num_queries):
    ids = [make_case(state="ready").pk for _ in range(number)]
    make_reviewer(), make_reviewer(affiliations=[{"organization": "Elsewhere", "role": "employee"}])
    current_register()  # read once per process and change of the register
    with django_assert_num_queries(32):
        assert judge(case_ids=ids, on=TODAY).answer.may().sum() == 2 * number
