from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from reviews.models import Assignment
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer
from tests.factories.cases import NOW, an_item, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def coordinator():
    return signed_in(make_person("coordinator"))


def offered(**facts):
    """An offer, and the browser of its reviewer."""
    user = make_person("reviewer")
    assignment, _ = make_offer(reviewer=make_reviewer(user=user), **facts)
    return assignment, signed_in(user)


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "guideline_editor", "administrator"])
def test_the_panel_is_shut_to_everybody_else(role):
    browser = signed_in(make_person(role))
    case, person = make_case(state="ready"), make_reviewer()
    for name, args in (
        ("candidates", [case.number]), ("panel", []), ("reviewer", [person.pk]), ("take_back", [1]),
    ):  # fmt: skip
        assert browser.get(reverse(f"reviews:{name}", args=args)).status_code == 403
    assert browser.post(reverse("reviews:offer", args=[case.number]), {"reviewer": person.pk}).status_code == 403
    assert not Assignment.objects.exists()


def test_another_reviewers_offer_is_not_there():
    assignment, _ = offered()
    stranger = signed_in(make_person("reviewer"))
    for name in ("accept", "decline", "give_back"):
        address = reverse(f"reviews:{name}", args=[assignment.pk])
        assert stranger.get(address).status_code == 404
        assert stranger.post(address).status_code == 404


def test_nothing_is_done_by_looking(coordinator):
    assignment, browser = offered()
    assert coordinator.get(reverse("reviews:offer", args=[assignment.case.number])).status_code == 405
    for name in ("accept", "decline"):
        assert browser.get(reverse(f"reviews:{name}", args=[assignment.pk])).status_code == 200
    coordinator.get(reverse("reviews:take_back", args=[assignment.pk]))
    assert Assignment.objects.get().status == "offered"


def test_the_candidates_page_offers_and_says_why_not(coordinator):
    case = make_case(state="ready")
    good, bad = make_reviewer(), make_reviewer(active=False)
    page = coordinator.get(reverse("reviews:candidates", args=[case.number])).content.decode()
    assert good.last_name in page
    assert "Not active on the panel." in page
    answer = coordinator.post(reverse("reviews:offer", args=[case.number]), {"reviewer": bad.pk})
    assert answer.status_code == 409
    assert "Not active on the panel." in answer.content.decode()
    answer = coordinator.post(reverse("reviews:offer", args=[case.number]), {"reviewer": good.pk}, follow=True)
    assert "Offered to" in answer.content.decode()
    assert Assignment.objects.get().reviewer == good


@pytest.mark.parametrize("wrong", ["", "x", "999999"])
def test_an_offer_to_nobody_is_not_found(coordinator, wrong):
    case = make_case(state="ready")
    assert coordinator.post(reverse("reviews:offer", args=[case.number]), {"reviewer": wrong}).status_code == 404


def test_a_coordinator_takes_an_offer_back_with_a_reason(coordinator):
    assignment, _ = offered()
    address = reverse("reviews:take_back", args=[assignment.pk])
    assert coordinator.post(address, {"reason": " "}).status_code == 422
    assert coordinator.post(address, {"reason": "sent by mistake"}).status_code == 302
    assert Assignment.objects.get().withdraw_reason == "sent by mistake"


def test_the_desk_shows_facts_and_no_names():
    assignment, browser = offered(case=make_case(state="ready", items=[an_item("MRI lumbar spine"), an_item("Gym")]))
    page = browser.get(reverse("reviews:desk")).content.decode()
    assert assignment.case.number in page
    assert "Physical Medicine" in page
    for name in ("Alvarado", "Okafor", "Golden Claims", "MRI lumbar"):
        assert name not in page


def test_the_statement_asks_for_every_line_and_keeps_what_was_answered():
    assignment, browser = offered()
    address = reverse("reviews:accept", args=[assignment.pk])
    page = browser.get(address).content.decode()
    for name in ("Ana Alvarado", "Golden Claims Services", "Peter Okafor", "Clearpath UR"):
        assert name in page
    assert "optional" not in page
    answer = browser.post(address, {"worker": "none", "signed_name": "R"})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "Say “none” or “I know this one”." in said
    assert 'value="R"' in said
    assert Assignment.objects.get().status == "offered"


def test_one_known_party_ends_the_offer_from_the_form():
    assignment, browser = offered()
    answer = browser.post(reverse("reviews:accept", args=[assignment.pk]), _answers(assignment, worker="known"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("reviews:desk"))
    assert Assignment.objects.get().decline_reason == "conflict"


def _answers(assignment, **changes):
    from reviews.services.statement import statement_parties

    answers = {line.key: "none" for line in statement_parties(assignment.case)}
    return {**answers, **changes}


def test_a_complete_statement_opens_the_review():
    assignment, browser = offered()
    form = _answers(
        assignment, credentials_current="on", knowledge_sufficient="on", pay_independent="on",
        signed_name=f"{assignment.reviewer.first_name} {assignment.reviewer.last_name}",
    )  # fmt: skip
    answer = browser.post(reverse("reviews:accept", args=[assignment.pk]), form)
    assert answer["Location"] == reverse("reviews:review", args=[assignment.case.number])
    assert browser.get(reverse("reviews:accept", args=[assignment.pk])).status_code == 302


def test_declining_and_giving_back_by_form():
    assignment, browser = offered()
    address = reverse("reviews:decline", args=[assignment.pk])
    assert browser.post(address, {}).status_code == 422
    assert browser.post(address, {"reason": "other"}).status_code == 422
    assert browser.post(address, {"reason": "time"}).status_code == 302
    assert Assignment.objects.get().status == "declined"
    held, browser = offered()
    accept_offer(held, _actor(held))
    assert browser.post(reverse("reviews:give_back", args=[held.pk]), {"reason": "My neighbour"}).status_code == 302
    assert Assignment.objects.get(pk=held.pk).status == "recused"


def _actor(assignment):
    from common.actor import Actor

    return Actor.of(assignment.reviewer.user)


@pytest.mark.parametrize("number", [1, 3, 30])
def test_lists_ask_the_database_a_constant_number_of_times(number, django_assert_num_queries, coordinator):
    case = make_case(state="ready")
    user = make_person("reviewer")
    busy = make_reviewer(user=user, capacity_open_cases=99, capacity_per_week=99)
    for _ in range(number):
        make_reviewer(affiliations=[{"organization": "Acme", "role": "employee"}])
        make_offer(case=make_case(state="ready"), reviewer=busy)
    reader = signed_in(user)
    for browser, name, args, count in (
        (coordinator, "panel", [], PANEL),
        (coordinator, "candidates", [case.number], CANDIDATES),
        (coordinator, "reviewer", [busy.pk], REVIEWER),
        (reader, "desk", [], DESK),
    ):
        browser.get(reverse(f"reviews:{name}", args=args))
        with django_assert_num_queries(count):
            assert browser.get(reverse(f"reviews:{name}", args=args)).status_code == 200


PANEL, CANDIDATES, REVIEWER, DESK = 27, 38, 35, 9


def test_the_reviewers_file_shows_every_credential(coordinator):
    person = make_reviewer(
        sanctions=[{}], relations=[{"first_name": "Jo", "last_name": "P", "kind": "spouse"}],
        do_not_send=["Old Employer"], licenses=[{"verified_on": None}],
    )  # fmt: skip
    url = reverse("reviews:reviewer", args=[person.pk])
    page = "".join(coordinator.get(url, {"tab": tab}).content.decode() for tab in ("credentials", "interests"))
    for words in ("Public reprimand", "Spouse", "“do not send” list", "Not verified", person.npi):
        assert words in page


def test_an_account_without_a_roster_entry_has_an_empty_desk():
    page = signed_in(make_person("reviewer")).get(reverse("reviews:desk")).content.decode()
    assert "Nothing waits for you" in page
    assert COORDINATOR.name not in page


@pytest.mark.parametrize("chosen", ["", "x", "²", "0", "9" * 30, "9" * 5000])
def test_an_offer_to_nobody_on_the_roster_is_not_found(chosen):
    case = make_case(state="ready")
    page = signed_in(make_person("coordinator")).post(f"/reviews/cases/{case.number}/offer/", {"reviewer": chosen})
    assert page.status_code == 404


@pytest.mark.parametrize("name", ["panel", "names", "people", "waivers", "capacity", "on_call"])
def test_the_pages_beside_the_roster_say_that_one_is_at_the_panel(coordinator, name):
    page = coordinator.get(reverse(f"reviews:{name}"))
    assert [entry["label"] for entry in page.context["navigation"] if entry["active"]] == ["Panel"]
