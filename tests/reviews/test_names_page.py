"""The desk of names as pages, and what a decision changes at the gate."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AccessLog
from cases.models import OrganizationPair, OrganizationParent
from cases.services import naming_desk
from cases.services.organizations import find_or_add
from reviews.services.gate import ask_gate
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import COORDINATOR, NOW, make_case
from tests.factories.reviewers import TODAY, make_organization, make_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=True):
        yield


_NAMES = [first + second for first in ("Bren", "Dorl", "Falk", "Gimm", "Hulv", "Jost") for second in (
    "wick", "moor", "tarn", "ford", "ley")]  # fmt: skip


def pairs(number: int = 1) -> list[OrganizationPair]:
    for name in _NAMES[:number]:
        make_organization(f"{name} Claims Services", kind="administrator")
        find_or_add([f"{name} Claims of Fresno"], source="typed in a test")
    registered = OrganizationPair.objects.filter(first__registered=True)
    OrganizationPair.objects.exclude(pk__in=registered.values("pk")).delete()
    return list(registered.order_by("pk"))


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "guideline_editor", "administrator"])
def test_the_desk_is_shut_to_everybody_else(role):
    (pair,) = pairs()
    browser = signed_in(make_person(role))
    assert browser.get(reverse("reviews:names")).status_code == 403
    assert browser.get(reverse("reviews:name_pair", args=[pair.pk])).status_code == 403
    assert browser.post(reverse("reviews:decide_names", args=[pair.pk, "same"])).status_code == 403
    pair.refresh_from_db()
    assert pair.decision == "open"


def test_an_auditor_reads_and_changes_nothing():
    (pair,) = pairs()
    browser = signed_in(make_person("auditor"))
    page = browser.get(reverse("reviews:names")).content.decode()
    assert "Brenwick Claims of Fresno" in page
    assert "The same" not in page
    assert browser.post(reverse("reviews:decide_names", args=[pair.pk, "different"])).status_code == 403


def test_a_coordinator_decides_reads_the_history_and_undoes():
    (pair,) = pairs()
    browser = signed_in(make_person("coordinator"))
    assert browser.get(reverse("reviews:decide_names", args=[pair.pk, "same"])).status_code == 405
    assert browser.post(reverse("reviews:decide_names", args=[pair.pk, "nothing"])).status_code == 404
    answer = browser.post(reverse("reviews:decide_names", args=[pair.pk, "second"]), {"since": "never"})
    assert (answer.status_code, "is no date" in answer.content.decode()) == (422, True)
    answer = browser.post(
        reverse("reviews:decide_names", args=[pair.pk, "second"]), {"since": "7/1/2018"}, follow=True
    )  # fmt: skip
    assert "the second is the parent" in answer.content.decode()
    assert OrganizationParent.objects.get().from_date == dt.date(2018, 7, 1)
    answer = browser.post(reverse("reviews:decide_names", args=[pair.pk, "same"]))
    assert (answer.status_code, "decided already" in answer.content.decode()) == (422, True)
    page = browser.get(reverse("reviews:name_pair", args=[pair.pk])).content.decode()
    assert "The second is the parent" in page
    assert AccessLog.objects.filter(target=f"Names {pair.pk}").exists()
    browser.post(reverse("reviews:decide_names", args=[pair.pk, "undo"]))
    assert not OrganizationParent.objects.exists()
    assert "Undone: open again" in browser.get(reverse("reviews:name_pair", args=[pair.pk])).content.decode()


def test_the_page_of_a_pair_names_the_cases_and_reviewers_that_hang_on_it():
    (pair,) = pairs()
    case = make_case(parties=[{"role": "claims_administrator", "organization": pair.second.name}])
    reviewer = make_reviewer(affiliations=[{"organization": pair.first.name, "role": "employee"}])
    page = signed_in(make_person("coordinator")).get(reverse("reviews:name_pair", args=[pair.pk])).content.decode()
    assert case.number in page
    assert str(reviewer) in page


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_list_costs_the_same_however_long_it_is(number, django_assert_num_queries):
    pairs(number)
    browser = signed_in(make_person("coordinator"))
    browser.get(reverse("reviews:names"))
    with django_assert_num_queries(17):
        page = browser.get(reverse("reviews:names"))
    assert page.content.decode().count("data-pair=") == number


# --- the gate ------------------------------------------------------------------------------------------------------


def rules(case, reviewer) -> set[str]:
    return {finding.rule for finding in ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer").findings}


def a_conflict():
    """A case whose administrator's name was typed, and a reviewer employed by the registered one it resembles."""
    owned = make_organization("Larkmoor Claims Services", kind="administrator")
    make_organization("Oakmere Review Bureau", kind="other")
    case = make_case(state="ready", parties=[
        {"role": "claims_administrator", "organization": "Larkmoor Claims of Fresno"},
        {"role": "requesting_physician", "person": {"first_name": "Peter", "last_name": "Okafor"}},
    ])  # fmt: skip
    reviewer = make_reviewer(affiliations=[{"organization": owned.name, "role": "employee"}])
    return case, reviewer, OrganizationPair.objects.get(first=owned)


def test_while_nobody_decided_the_gate_does_not_know():
    case, reviewer, _pair = a_conflict()
    assert "party.unresolved" in rules(case, reviewer)


@pytest.mark.parametrize(
    ("decide", "found"),
    [
        (naming_desk.decide_same, "conflict.employment"),
        (naming_desk.decide_different, None),
        (lambda **acts: naming_desk.decide_parent(parent_id=acts.pop("first"), **acts), "conflict.employment"),
    ],
)
def test_what_was_decided_is_what_the_gate_says_from_then_on(decide, found):
    case, reviewer, pair = a_conflict()
    acts = {"pair_id": pair.pk, "actor": COORDINATOR, "now": NOW}
    decide(**acts, **({"first": pair.first_id} if decide.__name__ == "<lambda>" else {}))
    assert {rule for rule in rules(case, reviewer) if rule.startswith(("conflict", "party"))} == ({found} - {None})
    naming_desk.undo(**acts)
    assert "party.unresolved" in rules(case, reviewer)


def test_who_is_of_the_family_of_a_look_alike_is_not_known_either():
    case, _reviewer, pair = a_conflict()
    sister = make_organization("Quillfeather Holdings")
    OrganizationParent.objects.create(child=pair.first, parent=sister)
    employed = make_reviewer(affiliations=[{"organization": "Quillfeather Holdings", "role": "employee"}])
    assert "party.unresolved" in rules(case, employed)
    naming_desk.decide_different(pair_id=pair.pk, actor=COORDINATOR, now=NOW)
    assert rules(case, employed) == set()


def test_two_registered_companies_of_different_families_are_no_conflict_however_alike():
    make_organization("Employers Preferred Insurance Company", kind="carrier")
    make_organization("Preferred Employers Insurance Company", kind="carrier")
    case = make_case(state="ready", parties=[
        {"role": "insurer", "organization": "Employers Preferred Insurance Company"},
        {"role": "requesting_physician", "person": {"first_name": "Peter", "last_name": "Okafor"}},
    ])  # fmt: skip
    work = {"organization": "Preferred Employers Insurance Company", "role": "employee"}
    assert rules(case, make_reviewer(affiliations=[work])) == set()


def test_a_decision_judges_whoever_holds_a_touched_case_anew():
    case, _reviewer, pair = a_conflict()
    naming_desk.decide_different(pair_id=pair.pk, actor=COORDINATOR, now=NOW)
    employed = make_reviewer(affiliations=[{"organization": pair.first.name, "role": "employee"}])
    user = make_person("reviewer")
    employed.user = user
    employed.save()
    assignment, actor = make_offer(case=case, reviewer=employed)
    accept_offer(assignment, actor)
    naming_desk.undo(pair_id=pair.pk, actor=COORDINATOR, now=NOW)
    naming_desk.decide_same(pair_id=pair.pk, actor=COORDINATOR, now=NOW)
    assert case.events.filter(kind="gate.stopped").count() == 2
