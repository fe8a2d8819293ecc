"""Waivers: a second person, one finding, one case, one reviewer; nothing hard and nothing unknown by any route."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal, RuleRefusal, StateRefusal
from reviews.models import Assignment, Waiver
from reviews.models.waiver import WAIVABLE_RULES
from reviews.services.assignment import offer
from reviews.services.gate import GateRefusal, ask_gate
from reviews.services.review import submit
from reviews.services.waivers import ask_waiver, decide_waiver, finding_key, withdraw_waiver
from tests.factories.assignments import COORDINATOR, accept_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import TODAY, make_reviewer
from tests.factories.reviews import fill_in

pytestmark = pytest.mark.django_db
HOUSE = "Golden Claims Services"
LEFT = TODAY - dt.timedelta(days=30)
PAST = {"affiliations": [{"organization": HOUSE, "role": "contractor", "to_date": LEFT}]}


@pytest.fixture
def asks():
    return Actor.of(make_person("coordinator"))


@pytest.fixture
def decides():
    return Actor.of(make_person("medical_director"))


def key_of(case, reviewer, rule="conflict.employment"):
    findings = ask_gate(case=case, reviewer=reviewer, on=TODAY, door="list").findings
    return finding_key(next(finding for finding in findings if finding.rule == rule))


def request_for(case, reviewer, actor, **facts):
    facts.setdefault("reason", "A day of work long ago.")
    if "finding" not in facts:
        facts["finding"] = key_of(case, reviewer)
    return ask_waiver(case=case, reviewer=reviewer, actor=actor, now=NOW, **facts)


def waived(case, reviewer, asks, decides):
    waiver = request_for(case, reviewer, asks)
    return decide_waiver(waiver_id=waiver.pk, granted=True, reason="Agreed.", actor=decides, now=NOW)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"affiliations": [{"organization": HOUSE, "role": "employee"}]}, "waiver.hard"),
        ({"relations": [{"first_name": "Ana", "last_name": "Alvarado", "kind": "spouse"}]}, "waiver.hard"),
        ({"licenses": [{"status": "restricted"}]}, "waiver.hard"),
        ({"active": False}, "waiver.hard"),
        ({"affiliations": [{"organization": HOUSE, "role": "consultant"}]}, "waiver.unknown"),
        ({"interests_attested_on": None}, "waiver.unknown"),
        ({"affiliations": [{"organization": "Golden Claims Service", "role": "employee"}]}, "waiver.unknown"),
        ({"affiliations": [{"organization": HOUSE, "role": "staff_privileges"}]}, "waiver.shown"),
    ],
)
def test_nothing_hard_and_nothing_unknown_is_waived(asks, facts, rule):
    case, reviewer = make_case(state="ready"), make_reviewer(**facts)
    for finding in ask_gate(case=case, reviewer=reviewer, on=TODAY, door="list").findings:
        with pytest.raises(RuleRefusal) as refusal:
            request_for(case, reviewer, asks, finding=finding_key(finding))
        assert refusal.value.rule == rule
    assert not Waiver.objects.exists()


def test_the_database_stores_no_waiver_of_another_rule_or_severity(asks, decides):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    facts = {
        "case": case, "reviewer": reviewer, "subject": "x", "evidence": "x", "asked_by_id": asks.user_id,
        "asked_at": NOW, "ask_reason": "x",
    }  # fmt: skip
    for bad in (
        {"rule": "conflict.family", "severity": "waivable"},
        {"rule": "license.restricted", "severity": "waivable"},
        {"rule": "conflict.employment", "severity": "hard"},
        {"rule": "conflict.employment", "severity": "unknown"},
        {"rule": "conflict.employment", "severity": "waivable", "ask_reason": ""},
        {
            "rule": "conflict.employment", "severity": "waivable", "granted": True, "decided_by_id": asks.user_id,
            "decided_at": NOW, "decide_reason": "x",
        },
        {"rule": "conflict.employment", "severity": "waivable", "granted": True},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Waiver.objects.create(**{**facts, **bad})
    assert "conflict.family" not in WAIVABLE_RULES


def test_a_waiver_slipped_in_for_a_finding_that_turned_hard_lifts_nothing(asks, decides):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    waived(case, reviewer, asks, decides)
    reviewer.affiliations.update(to_date=None)
    with pytest.raises(GateRefusal):
        offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    assert not ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").eligible


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "medical_director", "auditor", "administrator"])
def test_only_coordinators_ask(role):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    with pytest.raises(RightRefusal):
        request_for(case, reviewer, Actor.of(make_person(role)))


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "auditor", "administrator", "guideline_editor"])
def test_only_coordinators_and_the_director_decide(asks, role):
    waiver = request_for(make_case(state="ready"), make_reviewer(**PAST), asks)
    with pytest.raises(RightRefusal):
        decide_waiver(waiver_id=waiver.pk, granted=True, reason="Yes.", actor=Actor.of(make_person(role)), now=NOW)


def test_no_command_and_no_task_asks_or_decides(asks):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    with pytest.raises(RightRefusal):
        request_for(case, reviewer, Actor.system("task"))
    waiver = request_for(case, reviewer, asks)
    with pytest.raises(RightRefusal):
        decide_waiver(waiver_id=waiver.pk, granted=True, reason="x", actor=Actor.system("task"), now=NOW)


def test_who_asked_does_not_decide_and_nobody_decides_about_themselves(asks):
    user = make_person("coordinator")
    case, reviewer = make_case(state="ready"), make_reviewer(user=user, **PAST)
    with pytest.raises(RightRefusal) as refusal:
        request_for(case, reviewer, Actor.of(user))
    assert refusal.value.rule == "waiver.own"
    waiver = request_for(case, reviewer, asks)
    for actor, rule in ((asks, "waiver.second_person"), (Actor.of(user), "waiver.own")):
        with pytest.raises(RightRefusal) as refusal:
            decide_waiver(waiver_id=waiver.pk, granted=True, reason="Yes.", actor=actor, now=NOW)
        assert refusal.value.rule == rule
    with pytest.raises(DatabaseError), transaction.atomic():
        Waiver.objects.update(granted=True, decided_by_id=asks.user_id, decided_at=NOW, decide_reason="x")


def test_both_say_why_and_a_request_is_made_once(asks, decides):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    with pytest.raises(InputRefusal):
        request_for(case, reviewer, asks, reason="  ")
    waiver = request_for(case, reviewer, asks)
    with pytest.raises(StateRefusal):
        request_for(case, reviewer, asks)
    with pytest.raises(InputRefusal):
        decide_waiver(waiver_id=waiver.pk, granted=True, reason="", actor=decides, now=NOW)
    with pytest.raises(StateRefusal):
        request_for(case, reviewer, asks, finding="0" * 16)


def test_a_waived_pair_works_with_its_waiver_alone_and_stops_without(asks, decides):
    case, user = make_case(state="ready"), make_person()
    reviewer, other = make_reviewer(user=user, **PAST), make_reviewer(**PAST)
    with pytest.raises(GateRefusal):
        offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    waiver = request_for(case, reviewer, asks)
    with pytest.raises(GateRefusal):  # asked for is not given
        offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    decide_waiver(waiver_id=waiver.pk, granted=True, reason="Agreed.", actor=decides, now=NOW)
    for stranger, elsewhere in ((other, case), (reviewer, make_case(state="ready"))):
        with pytest.raises(GateRefusal):
            offer(case=elsewhere, reviewer=stranger, actor=COORDINATOR, now=NOW)
    assignment = offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    (noted,) = assignment.gate_findings[0]["findings"]
    assert (noted["rule"], noted["waiver"]) == ("conflict.employment", waiver.pk)
    accept_offer(assignment, Actor.of(user))
    review = fill_in(case=case, actor=Actor.of(user))
    withdraw_waiver(waiver_id=waiver.pk, reason="The contract was larger.", actor=decides, now=NOW)
    with pytest.raises(Refusal) as refusal:
        submit(review_id=review.pk, version=review.version, actor=Actor.of(user), now=NOW)
    assert refusal.value.rule == "gate.conflict.employment"
    assert Assignment.objects.stopped().get().case_id == case.pk
    kinds = list(case.events.filter(kind__startswith="waiver.").values_list("kind", flat=True).order_by("pk"))
    assert kinds == ["waiver.asked", "waiver.granted", "waiver.withdrawn"]


def test_a_new_waiver_lets_stopped_work_go_on(asks, decides):
    case, user = make_case(state="ready"), make_person()
    reviewer = make_reviewer(user=user, **PAST)
    waiver = waived(case, reviewer, asks, decides)
    accept_offer(offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW), Actor.of(user))
    withdraw_waiver(waiver_id=waiver.pk, reason="Look again.", actor=decides, now=NOW)
    assert Assignment.objects.stopped().exists()
    waived(case, reviewer, asks, decides)
    assert not Assignment.objects.stopped().exists()
    assert case.events.filter(kind="gate.open_again").exists()


def test_an_open_offer_is_taken_back_with_the_waiver_it_rested_on(asks, decides):
    case, reviewer = make_case(state="ready"), make_reviewer(user=make_person(), **PAST)
    waiver = waived(case, reviewer, asks, decides)
    assignment = offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    withdraw_waiver(waiver_id=waiver.pk, reason="Look again.", actor=decides, now=NOW)
    assignment.refresh_from_db()
    assert assignment.status == "withdrawn"


@pytest.mark.parametrize(
    "change",
    [{"to_date": LEFT - dt.timedelta(days=1)}, {"role": "employee"}, {"income_share_percent": 3}, {"to_date": None}],
)
def test_a_declaration_that_changes_needs_a_new_waiver(asks, decides, change):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    waived(case, reviewer, asks, decides)
    assert ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").eligible
    reviewer.affiliations.update(**change)
    assert not ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").eligible


def test_a_refused_request_lifts_nothing_and_may_be_asked_again(asks, decides):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    waiver = request_for(case, reviewer, asks)
    decide_waiver(waiver_id=waiver.pk, granted=False, reason="Too near.", actor=decides, now=NOW)
    assert not ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").eligible
    with pytest.raises(StateRefusal):
        decide_waiver(waiver_id=waiver.pk, granted=True, reason="Yes.", actor=decides, now=NOW)
    request_for(case, reviewer, asks)


def test_a_request_whose_finding_is_gone_is_not_granted(asks, decides):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    waiver = request_for(case, reviewer, asks)
    reviewer.affiliations.update(to_date=None)
    with pytest.raises(StateRefusal):
        decide_waiver(waiver_id=waiver.pk, granted=True, reason="Yes.", actor=decides, now=NOW)


def test_who_asked_takes_the_request_back_but_not_a_granted_waiver_of_others(asks, decides):
    case, reviewer = make_case(state="ready"), make_reviewer(**PAST)
    waiver = request_for(case, reviewer, asks)
    withdraw_waiver(waiver_id=waiver.pk, reason="Not needed.", actor=asks, now=NOW)
    with pytest.raises(StateRefusal):
        withdraw_waiver(waiver_id=waiver.pk, reason="Again.", actor=asks, now=NOW)
    with pytest.raises(StateRefusal):
        decide_waiver(waiver_id=waiver.pk, granted=True, reason="Yes.", actor=decides, now=NOW)


def test_what_a_waiver_is_about_never_changes_and_it_is_never_deleted(asks, decides):
    waiver = waived(make_case(state="ready"), make_reviewer(**PAST), asks, decides)
    for change in ({"subject": "other"}, {"granted": False}, {"decide_reason": "other"}, {"evidence": "other"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Waiver.objects.filter(pk=waiver.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        waiver.delete()
