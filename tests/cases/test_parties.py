from __future__ import annotations

import pytest

from cases.models import Case
from cases.services.parties import add_party
from cases.signals import facts_corrected
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from tests.accounts.people import make_person, signed_in
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = pytest.mark.django_db

PHYSICIAN = {
    "role": "requesting_physician",
    "organization": "Fresno Spine Group",
    "person": {"first_name": "Peter", "last_name": "Okafor", "npi": None, "specialty": None},
}


def add(case, facts=PHYSICIAN, **more):
    return add_party(
        case=case, facts=facts, **{"reason": "Named in the RFA.", "actor": COORDINATOR, "now": NOW, **more}
    )


def test_only_those_who_correct_add_a_party_and_only_with_a_reason():
    case = make_case(parties=[])
    with pytest.raises(RightRefusal):
        add(case, actor=Actor("a@x", frozenset({"auditor"})))
    with pytest.raises(InputRefusal):
        add(case, reason=" ")
    assert case.parties.count() == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"role": "requesting_physician"}, "organization"),
        ({**PHYSICIAN, "role": "bystander"}, "role"),
        ({**PHYSICIAN, "organization": "Smile 😀"}, "organization"),
        ({**PHYSICIAN, "organization": "x" * 301}, "organization"),
    ],
)
def test_bad_facts_name_their_field_and_leave_nothing(facts, field):
    case = make_case(parties=[])
    with pytest.raises(InputRefusal) as refusal:
        add(case, facts)
    assert field in refusal.value.fields
    assert case.parties.count() == 0


@pytest.mark.parametrize("state", ["determined", "closed", "withdrawn"])
def test_no_party_is_added_once_the_case_is_determined_or_ended(state):
    with pytest.raises(StateRefusal):
        add(make_case(state=state))


def test_a_party_is_added_last_noted_and_the_gate_is_asked_again():
    case = make_case(state="ready")
    before, version = case.parties.count(), case.version
    heard = []

    def hear(**signal):
        heard.append((signal["asks_gate"], signal["case"].pk))

    facts_corrected.connect(hear)
    try:
        party = add(case)
    finally:
        facts_corrected.disconnect(hear)
    assert (party.position, party.display_name) == (before + 1, "Peter Okafor, Fresno Spine Group")
    assert heard == [(True, case.pk)]
    assert case.events.filter(kind="party.added").count() == 1
    assert Case.objects.get(pk=case.pk).version == version + 1


def test_the_page_keeps_what_was_typed_and_then_adds():
    case = make_case(parties=[])
    browser = signed_in(make_person("coordinator"))
    page = f"/cases/{case.number}/parties/add/"
    assert browser.get(page).status_code == 200
    refused = browser.post(page, {"role": "employer", "organization": "Valley Orchards", "reason": ""})
    assert refused.status_code == 422
    assert "Valley Orchards" in refused.content.decode()
    added = browser.post(page, {"role": "employer", "organization": "Valley Orchards", "reason": "Named in the RFA."})
    assert added.status_code == 302
    assert case.parties.get().organization_name == "Valley Orchards"
