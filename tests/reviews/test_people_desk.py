"""Persons whose names are alike: held back at the gate, decided once, undone."""

from __future__ import annotations

import threading
from string import ascii_lowercase

import pytest
import time_machine
from django.db import connection, connections
from django.urls import reverse

from accounts.models import AccessLog
from cases.models import OrganizationPair, Person
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from reviews.models import Assignment, PersonPair, Relation
from reviews.services import people_desk
from reviews.services.gate import ask_gate
from reviews.services.gate_set import judge
from reviews.services.recheck import recheck_reviewer
from reviews.services.self_audit import audit_panel
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import COORDINATOR, NOW, make_case
from tests.factories.reviewers import TODAY, make_organization, make_reviewer
from tests.reviews.test_gate import ask

pytestmark = pytest.mark.django_db
ACTS = {"actor": COORDINATOR, "now": NOW}
HELD = [("party.person_unresolved", "unknown")]
PHYSICIAN = "requesting_physician"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=True):
        yield


def a_case(first="Pete", last="Okafro", role=PHYSICIAN, **facts):
    """A case in which the person of this role is called so, without an NPI."""
    case = make_case(**facts)
    party = case.parties.get(role=role)
    party.person = Person.objects.create(first_name=first, last_name=last, key=f"{first} {last}".lower())
    party.save()
    return case


def a_reviewer(**facts):
    return make_reviewer(first_name="Peter", last_name="Okafor", key="peter okafor", npi="", **facts)


def waiting():
    (pair,) = people_desk.waiting_people()
    return pair


def decide(decision, **acts):
    return people_desk.decide_person(identity=waiting().identity, decision=decision, **{**ACTS, **acts})


def test_an_undecided_pair_holds_the_reviewer_back_and_waits_at_the_desk():
    case, reviewer = a_case(), a_reviewer()
    assert ask(case, reviewer) == HELD
    pair = waiting()
    assert (pair.party_name, pair.cases, pair.subject) == ("Pete Okafro", 1, "")
    (finding,) = ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").blocking
    assert "desk of names" in finding.evidence


def test_who_may_not_decide_is_refused_and_nothing_is_written():
    a_case(), a_reviewer()
    auditor = make_person("auditor")
    with pytest.raises(RightRefusal):
        decide("same", actor=Actor.of(auditor))
    with pytest.raises(InputRefusal, match="leave nothing to decide"):
        people_desk.decide_person(identity=(1, "", "no body", "", PHYSICIAN), decision="same", **ACTS)
    with pytest.raises(InputRefusal, match="same"):
        decide("perhaps")
    assert not PersonPair.objects.exists()


def test_different_holds_for_later_cases_in_the_same_part_and_is_undone():
    case, reviewer = a_case(), a_reviewer()
    pair = decide("different")
    later = a_case()
    assert ask(case, reviewer) == ask(later, reviewer) == []
    assert people_desk.waiting_people() == []
    lawyer = a_case()
    lawyer.parties.filter(role=PHYSICIAN).update(role="worker_attorney")
    assert ask(lawyer, reviewer) == [
        ("case.requesting_physician", "unknown"),
        *HELD,
    ]  # another part: perhaps somebody else of this name
    worker = make_case()
    worker.worker.first_name, worker.worker.last_name = "P.", "Okafor"
    worker.worker.save()
    assert HELD[0] in ask(worker, reviewer)
    assert {one.part for one in people_desk.waiting_people()} == {"Worker", "Worker's attorney"}
    with pytest.raises(StateRefusal, match="decided already"):
        people_desk.decide_person(
            identity=(reviewer.pk, "", "pete okafro", "", PHYSICIAN), decision="same", **ACTS
        )  # fmt: skip
    people_desk.undo_person(pair_id=pair.pk, **ACTS)
    assert ask(case, reviewer) == ask(later, reviewer) == HELD
    with pytest.raises(StateRefusal, match="Nothing is decided"):
        people_desk.undo_person(pair_id=pair.pk, **ACTS)
    told = people_desk.history_of_people([pair])[pair.pk]
    assert [one.partition(":")[0] for one in told] == ["Different", "Undone"]


def test_same_is_the_hard_finding_and_both_forms_of_the_gate_say_so():
    case, reviewer = a_case(), a_reviewer()
    decide("same")
    assert ask(case, reviewer) == [("conflict.self", "hard")]
    judged = judge(case_ids=[case.pk], on=TODAY)
    assert [finding.rule for finding in judged.findings(0, 0)] == ["conflict.self"]


def test_a_relation_is_decided_apart_from_the_reviewer():
    case, reviewer = a_case("Anna", "Garcia Lopez"), a_reviewer()
    Relation.objects.create(reviewer=reviewer, first_name="Anna", last_name="Lopez", key="anna lopez", kind="spouse")
    assert ask(case, reviewer) == HELD
    decide("same")
    assert ask(case, reviewer) == [("conflict.family", "hard")]


def test_work_on_the_desk_stops_when_they_are_one_person():
    case, reviewer = a_case("Wei", "Chen", state="ready"), a_reviewer()
    reviewer.user = make_person("reviewer")
    reviewer.save()
    accept_offer(*make_offer(case=case, reviewer=reviewer))
    party = case.parties.get(role=PHYSICIAN)
    party.person = Person.objects.create(first_name="P", last_name="Okafor", key="p okafor")
    party.save()
    decide("same")
    assert recheck_reviewer(reviewer_id=reviewer.pk, now=NOW) == 1
    assert Assignment.objects.get().stopped_at is not None


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "guideline_editor", "administrator"])
def test_the_page_is_shut_to_everybody_else(role):
    browser = signed_in(make_person(role))
    assert browser.get(reverse("reviews:people")).status_code == 403
    assert browser.post(reverse("reviews:decide_people", args=["same"])).status_code == 403
    assert browser.post(reverse("reviews:undo_people", args=[1])).status_code == 403


def test_a_coordinator_decides_and_undoes_on_the_page():
    a_case(), a_reviewer()
    auditor = signed_in(make_person("auditor"))
    page = auditor.get(reverse("reviews:people")).content.decode()
    assert "Pete Okafro" in page
    assert "The same" not in page
    browser = signed_in(make_person("coordinator"))
    one = waiting()
    said = {"reviewer": one.reviewer_id, "subject": "", "key": one.party_key, "npi": "", "role": one.party_role}
    for wrong in ("x", "", "9" * 30):
        answer = browser.post(reverse("reviews:decide_people", args=["same"]), said | {"reviewer": wrong})
        assert answer.status_code == 404
    assert browser.post(reverse("reviews:decide_people", args=["same"]), said | {"key": "x"}).status_code == 422
    address = reverse("reviews:decide_people", args=["different"])
    assert "Nobody to decide on" in browser.post(address, said, follow=True).content.decode()
    assert browser.post(address, said).status_code == 422
    page = browser.get(reverse("reviews:people"), {"shown": "decided"}).content.decode()
    assert "Pete Okafro" in page
    browser.post(reverse("reviews:undo_people", args=[PersonPair.objects.get().pk]))
    assert "Pete Okafro" in browser.get(reverse("reviews:people"), {"q": "okafro"}).content.decode()
    assert AccessLog.objects.filter(target="Names of persons").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_decide_one_pair_at_once_one_wins_and_the_other_is_told():
    a_case(), a_reviewer()
    identity = waiting().identity
    connection.close()
    answers, start = [], threading.Barrier(2)

    def run(decision):
        start.wait()
        try:
            answers.append(people_desk.decide_person(identity=identity, decision=decision, **ACTS))
        except StateRefusal as refusal:
            answers.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in ("same", "different")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = (one for one in answers if isinstance(one, PersonPair))
    (told,) = (one for one in answers if isinstance(one, StateRefusal))
    assert "decided already" in told.message
    assert PersonPair.objects.get().decision == won.decision


# --- from a finding to its row ----------------------------------------------------------------------------------------


def test_a_finding_on_the_board_leads_to_the_pair_at_the_desk_where_it_may_be_decided():
    case, reviewer = a_case(state="ready"), a_reviewer()
    a_case("Pete", "Okaffor")  # another case's pair
    browser = signed_in(make_person("coordinator"))
    board = browser.get(reverse("reviews:candidates", args=[case.number])).content.decode()
    link = f"{reverse('reviews:people')}?case={case.number}&amp;reviewer={reviewer.pk}"
    assert link in board
    row = browser.get(link.replace("&amp;", "&")).content.decode()
    assert "Pete Okafro" in row
    assert "Okaffor" not in row
    assert "Okaffor" in browser.get(reverse("reviews:people")).content.decode()
    decide_at = reverse("reviews:decide_people", args=["different"])
    one = next(one for one in people_desk.waiting_people() if one.party_name == "Pete Okafro")
    said = {"reviewer": one.reviewer_id, "subject": "", "key": one.party_key, "npi": "", "role": one.party_role}
    browser.post(decide_at, said)
    assert "Nothing to decide about this case" in browser.get(link.replace("&amp;", "&")).content.decode()
    assert link not in browser.get(reverse("reviews:candidates", args=[case.number])).content.decode()


def test_who_may_not_decide_names_gets_no_link():
    case, _ = a_case(state="ready"), a_reviewer()
    browser = signed_in(make_person("medical_director"))
    page = browser.get(reverse("reviews:candidates", args=[case.number]))
    assert reverse("reviews:people") not in page.content.decode()
    audit_panel(now=NOW)
    assert "Decide about the names" not in browser.get(reverse("reviews:findings")).content.decode()


def test_a_finding_of_the_self_audit_leads_to_the_desk_too():
    case, reviewer = a_case("Wei", "Chen", state="ready"), a_reviewer()
    reviewer.user = make_person("reviewer")
    reviewer.save()
    accept_offer(*make_offer(case=case, reviewer=reviewer))
    party = case.parties.get(role=PHYSICIAN)
    party.person = Person.objects.create(first_name="P", last_name="Okafor", key="p okafor")
    party.save()
    audit_panel(now=NOW)
    page = signed_in(make_person("coordinator")).get(reverse("reviews:findings")).content.decode()
    assert f"{reverse('reviews:people')}?case={case.number}&amp;reviewer={reviewer.pk}" in page


@pytest.mark.parametrize("asked", ["CM00-0000000", "9" * 300])
def test_a_case_that_is_not_there_narrows_nothing(asked):
    a_case(), a_reviewer()
    page = signed_in(make_person("coordinator")).get(reverse("reviews:people"), {"case": asked, "reviewer": "x" * 50})
    assert page.status_code == 200


def test_an_alike_organization_leads_to_the_desk_of_organizations():
    case = make_case(state="ready")
    organization = case.parties.get(role="claims_administrator").organization
    other = make_organization("Goldn Claims Services", registered=False)
    OrganizationPair.objects.create(first=organization, second=other, score=90, why="A slip", found_at=NOW)
    reviewer = make_reviewer(affiliations=[{"organization": other.name, "role": "employee"}])
    browser = signed_in(make_person("coordinator"))
    board = browser.get(reverse("reviews:candidates", args=[case.number])).content.decode()
    link = f"{reverse('reviews:names')}?case={case.number}&amp;reviewer={reviewer.pk}"
    assert link in board
    assert "Goldn Claims Services" in browser.get(link.replace("&amp;", "&")).content.decode()


# --- many rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_page_takes_a_constant_number_of_statements(number, django_assert_num_queries):
    a_reviewer()
    slips = sorted({f"Okaf{letter}or" for letter in ascii_lowercase} | {f"Ok{letter}afor" for letter in "bcdeghij"})
    for slip in slips[:number]:
        a_case("Pete", slip)
    browser = signed_in(make_person("coordinator"))
    browser.get(reverse("reviews:people"))
    with django_assert_num_queries(17):
        page = browser.get(reverse("reviews:people")).content.decode()
    assert page.count("data-pair=") == number


def test_a_person_in_several_cases_is_one_pair_that_counts_them():
    a_reviewer()
    for _ in range(3):
        a_case()
    assert [(one.party_name, one.cases) for one in people_desk.waiting_people()] == [("Pete Okafro", 3)]
