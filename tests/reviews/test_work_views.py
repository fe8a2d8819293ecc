"""Pages of the reviewer's work and of the staff's side of it: doors, refusals, then the acts, at constant cost."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AccessLog
from reviews.models import Assignment, OfferList, OnCall, Payment, Reviewer
from reviews.services.statement import statement_parties
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):  # a session is written anew every few seconds
        yield


@pytest.fixture
def coordinator():
    return signed_in(make_person("coordinator"))


def page(name, *args):
    return reverse(f"reviews:{name}", args=args)


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "administrator", "auditor"])
def test_the_staffs_pages_are_shut_to_everybody_else(role):
    browser, person, case = signed_in(make_person(role)), make_reviewer(), make_case(state="ready")
    for address in (
        page("capacity"), page("on_call"), page("payments"), page("leaving", person.pk), page("compare", case.number),
    ):  # fmt: skip
        assert browser.get(address).status_code == 403
    for address in (page("in_turn", case.number), page("off_the_panel", person.pk), page("off_call", 1)):
        assert browser.post(address).status_code == 403


def test_chosen_candidates_are_compared_ordered_and_asked_in_turn(coordinator):
    case = make_case(state="ready")
    first, second = make_reviewer(), make_reviewer()
    stopped = make_reviewer(active=False)
    ids = [second.pk, first.pk, stopped.pk]
    shown = coordinator.get(page("compare", case.number), {"chosen": ids})
    assert [row["result"].reviewer.id for row in shown.context["rows"]] == [second.pk, first.pk]
    assert "1 of the chosen may not decide" in shown.content.decode()
    swapped = coordinator.get(shown.context["rows"][1]["earlier"])
    assert [row["result"].reviewer.id for row in swapped.context["rows"]] == [first.pk, second.pk]
    assert coordinator.post(page("in_turn", case.number), {"chosen": [stopped.pk]}).status_code == 409
    assert coordinator.post(page("in_turn", case.number), {}).status_code == 409
    assert coordinator.post(page("in_turn", case.number), {"chosen": [first.pk, second.pk]}).status_code == 302
    assert Assignment.objects.get().reviewer == first
    board = coordinator.get(page("candidates", case.number)).content.decode()
    assert "Asked now" in board
    assert "To come" in board
    assert OfferList.objects.get().made_by is not None


def test_a_reviewer_asks_for_work_and_answers_all_offers_on_one_page():
    user = make_person("reviewer")
    reviewer = make_reviewer(user=user)
    browser = signed_in(user)
    for _ in range(3):
        make_case(state="ready")
    assert browser.post(page("ask_for_work"), {"by": "cases", "amount": "99"}).status_code == 422
    assert browser.post(page("ask_for_work"), {"by": "cases", "amount": "3"}).url == page("answer")
    assert browser.get(page("answer")).status_code == 200
    assert AccessLog.objects.filter(detail="parties, for the statement").count() == 3
    accepted, known, later = Assignment.objects.order_by("pk")
    answers = {f"o{accepted.pk}-{line.key}": "none" for line in statement_parties(accepted.case)}
    answers |= {f"o{known.pk}-{line.key}": "none" for line in statement_parties(known.case)[1:]}
    declared = {"credentials_current": "on", "knowledge_sufficient": "on", "pay_independent": "on"}
    assert browser.post(page("answer"), declared).status_code == 422  # no case at all
    assert browser.post(page("answer"), {**answers, **declared}).status_code == 422  # a line is open, no signature
    answers[f"o{known.pk}-worker"] = "known"
    unsigned = browser.post(page("answer"), {**answers, **declared, "signed_name": "Somebody Else"})
    assert unsigned.status_code == 422
    assert "as it stands on the roster" in unsigned.content.decode()
    signed = {**answers, **declared, "signed_name": f"{reviewer.first_name} {reviewer.last_name}"}
    browser.post(page("answer"), signed)
    assert [one.status for one in Assignment.objects.order_by("pk")] == ["accepted", "declined", "offered"]
    assert Assignment.objects.get(pk=accepted.pk).statement.signed_name == signed["signed_name"]
    assert later.case.number in browser.get(page("answer")).content.decode()


def test_nobody_but_a_reviewer_of_the_roster_asks_for_work():
    browser = signed_in(make_person("reviewer"))
    answer = browser.post(page("ask_for_work"), {"by": "cases", "amount": "1"})
    assert answer.status_code == 422
    assert "entry on the roster" in answer.content.decode()
    assert browser.get(page("earnings")).status_code == 403


def test_on_call_leaving_and_paying_on_their_pages(coordinator):
    assignment, actor = make_offer()
    accept_offer(assignment, actor)
    person = assignment.reviewer
    on = {"reviewer": person.pk, "from_day": "11/24/2026", "to_day": "11/23/2026"}
    assert coordinator.post(page("on_call"), on).status_code == 422
    assert coordinator.post(page("on_call"), {**on, "to_day": "11/26/2026"}).status_code == 302
    assert coordinator.post(page("on_call"), {**on, "to_day": "11/25/2026"}).status_code == 422
    assert coordinator.post(page("off_call", OnCall.objects.get().pk)).status_code == 302
    assert coordinator.post(page("leaving", person.pk), {"last_day": "11/1/2026"}).status_code == 422
    assert coordinator.post(page("leaving", person.pk), {"last_day": "12/31/2026"}).status_code == 302
    assert coordinator.post(page("off_the_panel", person.pk)).status_code == 409
    heir = make_reviewer()
    hand_over = page("pass_on", assignment.pk)
    assert coordinator.get(hand_over).status_code == 200
    assert coordinator.post(hand_over, {"reviewer": heir.pk, "reason": ""}).status_code == 422
    assert coordinator.post(hand_over, {"reviewer": heir.pk, "reason": "Leaves"}).status_code == 302
    assert coordinator.post(page("off_the_panel", person.pk)).status_code == 302
    assert not Reviewer.objects.get(pk=person.pk).active
    fee = Assignment.objects.get(reviewer=heir)
    Assignment.objects.filter(pk=fee.pk).update(accepted_at=NOW, submitted_at=NOW, completed_at=NOW)
    told = {"paid_on": "11/23/2026", "reference": "=T-77", "chosen": [fee.pk]}
    assert coordinator.post(page("payments"), {**told, "chosen": []}).status_code == 422
    assert f"{heir.reviewer_id}," in coordinator.get(page("payments"), {"format": "csv"}).content.decode()
    assert coordinator.post(page("payments"), told).status_code == 302
    assert Payment.objects.get().reference == "=T-77"


def test_lists_cost_the_same_at_any_length(coordinator, django_assert_num_queries):
    user = make_person("reviewer")
    own = make_reviewer(user=user, capacity_per_week=99, capacity_open_cases=99)
    browser, there = signed_in(user), 0
    browser.get(page("earnings"))  # the first look of a session writes it down
    coordinator.get(page("payments"))
    for rows in (1, 3, 30):
        for _ in range(rows - there):
            assignment, actor = make_offer(reviewer=own)
            accept_offer(assignment, actor)
            Assignment.objects.filter(pk=assignment.pk).update(submitted_at=NOW, completed_at=NOW)
        there = rows
        with django_assert_num_queries(10):
            assert len(browser.get(page("earnings")).context["told"].lines) == rows
        with django_assert_num_queries(9):
            assert len(coordinator.get(page("payments")).context["lines"]) == rows
