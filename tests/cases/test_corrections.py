from __future__ import annotations

import threading

import pytest

from cases.models import Case, Person
from cases.rules.corrections import FACTS, correctable
from cases.services.corrections import correct, preview
from cases.services.eligibility import facts_of, facts_of_row
from cases.services.exporting import row_of
from cases.services.workflow import move
from cases.signals import facts_corrected, facts_correcting
from cases.workflow import Event, State
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from tests.cases.pages import browser
from tests.cases.test_numbers import together
from tests.factories.cases import COORDINATOR, NOW, an_item, make_case, put_in_state

pytestmark = pytest.mark.django_db


def save(case, changes, **more):
    facts = {"reason": "Typed wrong.", "actor": COORDINATOR, "now": NOW, "version": case.version, **more}
    return correct(case=case, changes=changes, **facts)


def test_only_those_with_the_right_correct():
    case = make_case()
    with pytest.raises(RightRefusal):
        save(case, {"worker.sex": "male"}, actor=Actor("a@x", frozenset({"auditor"})))


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_a_reason_is_needed_and_has_a_limit(reason):
    case = make_case()
    with pytest.raises(InputRefusal) as caught:
        save(case, {"worker.sex": "male"}, reason=reason)
    assert "reason" in caught.value.fields
    assert case.events.count() == 1


@pytest.mark.parametrize(
    "path", ["number", "state", "worker.id", "items[7].service", "items[0].position", "x", "documents[0].title"]
)
def test_what_is_no_typed_fact_is_not_corrected(path):
    with pytest.raises(InputRefusal):
        save(make_case(), {path: "1"})


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"claim.injury_date": "2026-10-21"}, "utilization_review.decision_date"),
        ({"claim.injury_date": "21.10.2026"}, "claim.injury_date"),
        ({"worker.first_name": None}, "worker.first_name"),
        ({"worker.first_name": "🦵"}, "worker.first_name"),
        ({"worker.first_name": "x" * 101}, "worker.first_name"),
        ({"items[0].depends_on": 1}, "items[0].depends_on"),
        ({"worker.email": "nobody"}, "worker.email"),
        ({"parties[0].organization": None}, "parties[0]"),
    ],
)
def test_the_rules_of_intake_hold_for_corrections_too(changes, path):
    case = make_case()
    with pytest.raises(InputRefusal) as caught:
        save(case, changes)
    assert path in caught.value.fields
    assert Case.objects.get(pk=case.pk).version == case.version


def test_nothing_different_is_no_correction():
    with pytest.raises(InputRefusal, match="Nothing is different"):
        save(make_case(), {"worker.sex": "female"})


def test_a_past_determination_is_not_corrected_by_hand():
    from cases.services.intake import take_in_past

    with pytest.raises(StateRefusal):
        save(take_in_past(row={"items": [{"service": "MRI"}]}, actor=COORDINATOR, now=NOW), {"worker.sex": "male"})


@pytest.mark.parametrize("state", [one for one in State if one != State.CONSOLIDATED])
def test_the_table_says_what_may_be_corrected_in_each_state(state):
    case = make_case(state=state)
    may = {fact.path for fact in correctable(state, {})}
    for path, value in {"worker.last_name": "Lopez", "worker.phone": "555", "application.signed": False}.items():
        if path in may:
            assert preview(case=case, changes={path: value}, actor=COORDINATOR, now=NOW).changes
        else:
            with pytest.raises(InputRefusal, match="cannot be corrected"):
                preview(case=case, changes={path: value}, actor=COORDINATOR, now=NOW)


def test_nothing_that_the_letter_prints_changes_once_it_is_approved():
    printed = [fact for fact in FACTS if fact.printed]
    assert printed
    for fact in printed:
        assert not fact.states & {State.DETERMINED, State.SERVED, State.CLOSED}


def test_a_correction_is_saved_with_old_and_new_and_its_reason():
    case = make_case()
    changed = save(
        case,
        {"worker.last_name": "Lopez", "claim.injury_date": "2025-02-04", "worker.address.state": "nv",
         "items[0].authorized_by_claims_administrator": "6 visits", "application.signed": None},
        reason="The form says so.",
    )  # fmt: skip
    assert (changed.worker.last_name, str(changed.claim.injury_date), changed.worker.state) == (
        "Lopez",
        "2025-02-04",
        "NV",
    )
    assert (changed.items.get().authorized, changed.application.signed) == ("6 visits", None)
    assert changed.version == case.version + 1
    line = case.events.get(kind="corrected")
    assert line.facts["note"] == "The form says so."
    assert {"fact": "worker.last_name", "old": "Alvarado", "new": "Lopez"} in line.facts["changes"]


def test_correcting_a_physician_leaves_the_same_person_in_other_cases_alone():
    case, other = make_case(), make_case()
    place = list(case.parties.values_list("role", flat=True)).index("requesting_physician")
    save(case, {f"parties[{place}].person.last_name": "Okoro", f"parties[{place}].organization": "Clovis Spine"})
    assert case.parties.get(role="requesting_physician").person.last_name == "Okoro"
    assert case.parties.get(role="requesting_physician").organization.name == "Clovis Spine"
    assert other.parties.get(role="requesting_physician").person.last_name == "Okafor"
    assert Person.objects.count() == 2


def test_what_follows_is_said_before_anything_is_saved():
    case = make_case(state="eligibility")
    seen = preview(
        case=case, changes={"utilization_review.served_date": None, "utilization_review.decision_date": "2026-09-20",
                            "utilization_review.rfa_date": None},
        actor=COORDINATOR, now=NOW,
    )  # fmt: skip
    assert any("received in time? turns from met to not known" in line for line in seen.consequences)
    assert any("letter will print it" in line for line in seen.consequences)
    case.refresh_from_db()
    assert str(case.utilization_review.decision_date) == "2026-10-20"


def test_other_rooms_are_asked_and_told():
    case, told = make_case(state="ready"), []

    def asked(sender, paths, **more):
        return [f"One offer is withdrawn ({paths[0]})."]

    def hears(sender, case, asks_gate, **more):
        told.append((case.worker.last_name, asks_gate))

    facts_correcting.connect(asked)
    facts_corrected.connect(hears)
    try:
        seen = preview(case=case, changes={"worker.last_name": "Lopez"}, actor=COORDINATOR, now=NOW)
        save(case, {"worker.last_name": "Lopez"})
    finally:
        facts_correcting.disconnect(asked)
        facts_corrected.disconnect(hears)
    assert "One offer is withdrawn (worker.last_name)." in seen.consequences
    assert any("Reviewers are checked again" in line for line in seen.consequences)
    assert told == [("Lopez", True)]


def test_a_correction_over_somebody_elses_change_is_refused():
    case = make_case()
    save(case, {"worker.last_name": "Lopez"})
    with pytest.raises(StateRefusal, match="Somebody changed"):
        save(case, {"worker.first_name": "Maria"})
    case = Case.objects.get(pk=case.pk)
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=NOW)
    with pytest.raises(StateRefusal):
        save(case, {"worker.first_name": "Maria"})


@pytest.mark.django_db(transaction=True)
def test_two_people_correcting_at_once_one_saves_and_one_is_told():
    case, refused, lock = make_case(), [], threading.Lock()

    def person(name):
        try:
            save(case, {"worker.last_name": name})
        except StateRefusal:
            with lock:
                refused.append(name)

    assert together(lambda: person("Lopez"), lambda: person("Garcia"), lambda: person("Diaz")) == []
    assert len(refused) == 2
    assert Case.objects.get(pk=case.pk).worker.last_name in {"Lopez", "Garcia", "Diaz"} - set(refused)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"application": {"signed": None, "signed_by": "representative"}},
        {"utilization_review": {"served_date": None}},
        {"items": [an_item(formulary=True)]},
        {"parties": [{"role": "representative", "organization": "Help", "designated_on": "2026-10-25"}]},
    ],
)  # fmt: skip
def test_the_row_and_the_case_tell_eligibility_the_same(change):
    case = Case.objects.with_facts().get(pk=make_case(**change).pk)
    assert facts_of_row(row_of(case), case) == facts_of(case)


def form_of(client, case) -> dict[str, str]:
    """What the browser would send back untouched."""
    form = client.get(f"/cases/{case.number}/correct/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: form.fields[name].widget.format_value(value) for name, value in values.items()}
    sent = {name: value[0] if isinstance(value, list) else value for name, value in sent.items()}
    boxes = [name for name, field in form.fields.items() if type(field).__name__ == "BooleanField"]
    flags = {name for name in boxes if not values[name]}
    return {name: value for name, value in sent.items() if value is not None and name not in flags} | {
        "version": case.version
    }


def test_the_page_shows_what_follows_then_saves():
    items = [an_item(side="left", authorized_by_claims_administrator="1 visit"), an_item("Guidance", depends_on=1)]
    case, client = make_case(state="eligibility", items=items), browser("coordinator")
    path = f"/cases/{case.number}/correct/"
    typed = form_of(client, case)
    assert b"Nothing is different" in client.post(path, typed).content
    typed["application.signed"] = "no"
    typed["worker.last_name"] = "Lopez"
    page = client.post(path, typed)
    assert "Is the application signed? turns from met to not met" in page.content.decode()
    assert [change.fact.path for change in page.context["seen"].changes] == ["worker.last_name", "application.signed"]
    typed["seen"] = page.context["said"]
    assert client.post(path, {**typed, "reason": ""}).status_code == 422
    other = client.post(path, {**typed, "reason": "Seen on the form.", "worker.phone": "555"})
    assert other.context["seen"].changes[1].fact.path == "worker.phone"
    assert Case.objects.get(pk=case.pk).worker.last_name == "Alvarado"
    assert client.post(path, {**typed, "reason": "Seen on the form."}).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert (case.worker.last_name, case.application.signed) == ("Lopez", False)


def test_the_page_keeps_what_was_typed_when_it_is_wrong():
    case, client = make_case(), browser("coordinator")
    typed = {**form_of(client, case), "claim.injury_date": "10/30/2026", "worker.first_name": "Maria"}
    page = client.post(f"/cases/{case.number}/correct/", typed)
    assert page.status_code == 422
    assert b"cannot lie before" in page.content
    assert b'value="Maria"' in page.content


def test_nothing_is_correctable_once_a_case_is_closed():
    case, client = put_in_state(make_case(), "closed"), browser("coordinator")
    assert client.get(f"/cases/{case.number}/correct/").status_code == 409


def test_a_party_turns_from_a_company_into_a_person_in_one_correction():
    case = make_case()
    changes = {
        "parties[0].organization": None,
        "parties[0].person.first_name": "Bo",
        "parties[0].person.last_name": "Lindqvist",
    }
    party = save(case, changes).parties.get(position=1)
    assert (party.organization, str(party.person)) == (None, "Bo Lindqvist")


def test_the_specialty_of_a_physician_known_by_npi_is_corrected_here_and_stays_elsewhere():
    elsewhere, case = make_case(), make_case()
    corrected = save(case, {"parties[3].person.specialty": "Neurology"})
    assert corrected.parties.get(role="requesting_physician").person.specialty == "Neurology"
    assert elsewhere.parties.get(role="requesting_physician").person.specialty == "Orthopedic Surgery"
