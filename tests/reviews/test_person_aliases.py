"""Other spellings of a reviewer or a relation: kept by a decision or typed, found again without asking, taken back."""

from __future__ import annotations

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import Assignment, PersonAlias, Relation
from reviews.services import people_desk
from reviews.services.gate_set import judge
from reviews.services.person_aliases import add_alias, remove_alias
from reviews.services.recheck import recheck_reviewer
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import COORDINATOR, NOW, make_case
from tests.factories.reviewers import TODAY
from tests.reviews.test_gate import ask
from tests.reviews.test_people_desk import ACTS, HELD, PHYSICIAN, a_case, a_reviewer, decide

pytestmark = pytest.mark.django_db
SELF = [("conflict.self", "hard")]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=True):
        yield


def as_attorney(*name):
    case = a_case(*name)
    case.parties.filter(role=PHYSICIAN).update(role="worker_attorney")
    return case


def called(reviewer, name="Petronella Vandermeer", subject="", **acts):
    return add_alias(reviewer_id=reviewer.pk, subject=subject, name=name, **{**ACTS, **acts})


def hard(case, reviewer):
    """By both forms of the gate."""
    found = [one for one in ask(case, reviewer) if one[1] == "hard"]
    judged = judge(case_ids=[case.pk], on=TODAY)
    assert {finding.rule for finding in judged.findings(0, 0)} == {rule for rule, _ in ask(case, reviewer)}
    return found


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "people.name"), ("Madonna", "people.name"), ("x" * 301, "people.name"), ("Ana\x00 Lee", "people.name"),
        ("Okafor, Peter", "people.name"),  # the name on the roster
    ],
)  # fmt: skip
def test_a_spelling_that_is_no_other_name_is_refused(name, rule):
    with pytest.raises(InputRefusal) as refusal:
        called(a_reviewer(), name)
    assert refusal.value.rule == rule


def test_only_who_decides_names_adds_or_takes_away_and_nobody_for_an_unknown_person():
    reviewer = a_reviewer()
    kept = called(reviewer)
    auditor = Actor.of(make_person("auditor"))
    with pytest.raises(RightRefusal):
        called(reviewer, "Petra Vandermeer", actor=auditor)
    with pytest.raises(RightRefusal):
        remove_alias(alias_id=kept.pk, actor=auditor, now=NOW)
    with pytest.raises(InputRefusal):
        called(reviewer, "Anna Garcia", subject="no relation of theirs")
    with pytest.raises(StateRefusal):
        called(reviewer)  # twice


def test_a_maiden_name_is_the_reviewer_in_every_part_and_by_both_forms_of_the_gate():
    case, reviewer = a_case("Petronella", "Vandermeer"), a_reviewer()
    assert ask(case, reviewer) == []  # another name altogether: nobody would have asked
    kept = called(reviewer)
    assert hard(case, reviewer) == SELF
    assert hard(as_attorney("Petronella", "Vandermeer"), reviewer) == SELF
    assert ask(a_case("P", "Vandermeer"), reviewer) == HELD  # alike to the other name: asked about
    assert "Vandermeer" in people_desk.waiting_people()[0].subject_name
    remove_alias(alias_id=kept.pk, actor=COORDINATOR, now=NOW)
    assert ask(case, reviewer) == []


def test_two_npis_tell_two_persons_of_one_name_apart():
    case, reviewer = a_case("Petronella", "Vandermeer"), a_reviewer()
    called(reviewer)
    reviewer.npi = "1992837465"
    reviewer.save()
    person = case.parties.get(role=PHYSICIAN).person
    person.npi = "1234567893"
    person.save()
    assert ask(case, reviewer) == []


def test_a_decision_same_is_remembered_as_a_spelling_and_nobody_is_asked_again_in_another_part():
    case, reviewer = a_case(), a_reviewer()
    pair = decide("same")
    assert PersonAlias.objects.get().name == "Pete Okafro"
    attorney = as_attorney()
    assert hard(case, reviewer) == hard(attorney, reviewer) == SELF
    assert people_desk.waiting_people() == []
    people_desk.undo_person(pair_id=pair.pk, **ACTS)
    assert not PersonAlias.objects.exists()
    assert ask(case, reviewer) == HELD
    assert HELD[0] in ask(attorney, reviewer)


def test_what_was_decided_different_for_one_part_stays_so():
    case, reviewer = a_case(), a_reviewer()
    decide("different")
    attorney = as_attorney()
    decide("same")
    assert hard(attorney, reviewer) == SELF
    assert ask(case, reviewer) == []


def test_undo_leaves_a_spelling_that_another_decision_or_a_person_brought():
    a_case(), a_reviewer()
    first = decide("same")
    people_desk.undo_person(pair_id=first.pk, **ACTS)
    kept = called(first.reviewer, "Pete Okafro")
    assert people_desk.waiting_people() == []  # it is the reviewer now
    with pytest.raises(StateRefusal):
        people_desk.undo_person(pair_id=first.pk, **ACTS)
    assert PersonAlias.objects.get() == kept


def test_a_relation_keeps_other_spellings_too():
    case, reviewer = a_case("Anastasia", "Petrova"), a_reviewer()
    Relation.objects.create(reviewer=reviewer, first_name="Anna", last_name="Lopez", key="anna lopez", kind="spouse")
    assert ask(case, reviewer) == []
    called(reviewer, "Anastasia Petrova", subject="anna lopez")
    assert hard(case, reviewer) == [("conflict.family", "hard")]


def test_work_in_hand_stops_when_a_spelling_meets_a_party():
    case, reviewer = a_case("Petronella", "Vandermeer", state="ready"), a_reviewer()
    reviewer.user = make_person("reviewer")
    reviewer.save()
    accept_offer(*make_offer(case=case, reviewer=reviewer))
    called(reviewer)
    assert recheck_reviewer(reviewer_id=reviewer.pk, now=NOW) == 1
    assert Assignment.objects.get().stopped_at is not None


def test_a_spelling_is_kept_once_and_its_history_stays():
    reviewer = a_reviewer()
    kept = called(reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonAlias.objects.create(reviewer=reviewer, name="x", key=kept.key)
    remove_alias(alias_id=kept.pk, actor=COORDINATOR, now=NOW)
    history = apps.get_model("reviews", "PersonAliasHistory").objects.order_by("pgh_id")
    assert [(row.pgh_label, row.name) for row in history] == [
        ("insert", "Petronella Vandermeer"), ("delete", "Petronella Vandermeer"),
    ]  # fmt: skip
    with pytest.raises(StateRefusal):
        remove_alias(alias_id=kept.pk, actor=COORDINATOR, now=NOW)


def test_staff_add_and_take_away_a_spelling_on_the_reviewers_page():
    reviewer = a_reviewer()
    Relation.objects.create(reviewer=reviewer, first_name="Anna", last_name="Lopez", key="anna lopez", kind="spouse")
    browser = signed_in(make_person("coordinator"))
    address = reverse("reviews:other_name", args=[reviewer.pk])
    assert browser.post(address, {"whose": "", "name": "Madonna"}).status_code == 422
    assert browser.post(address, {"whose": "nobody", "name": "Petronella Vandermeer"}).status_code == 422
    assert browser.post(address, {"whose": "", "name": "Petronella Vandermeer"}).status_code == 302
    assert browser.post(address, {"whose": "anna lopez", "name": "Anastasia Petrova"}).status_code == 302
    page = browser.get(reverse("reviews:reviewer", args=[reviewer.pk]), {"tab": "interests"}).content.decode()
    assert "Petronella Vandermeer" in page
    assert "Anastasia Petrova" in page
    one = PersonAlias.objects.get(subject="")
    assert signed_in(make_person("auditor")).post(
        reverse("reviews:remove_other_name", args=[one.pk])
    ).status_code == 403  # fmt: skip
    assert browser.post(reverse("reviews:remove_other_name", args=[one.pk])).status_code == 302
    assert not PersonAlias.objects.filter(pk=one.pk).exists()


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_desk_reads_spellings_in_a_constant_number_of_statements(number, django_assert_num_queries):
    for place in range(number):
        called(a_reviewer(), f"Petronella {'abcdefghijklmnopqrstuvwxyzabcdef'[place]}andermeer{place}")
    make_case()
    with django_assert_num_queries(6):
        people_desk.waiting_people()
