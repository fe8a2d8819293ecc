from __future__ import annotations

import pytest
import time_machine

from cases.models import Case
from cases.panels import holders_of, next_dates_of
from cases.services.access import may_see
from cases.services.corrections import correct
from reviews.models import Assignment
from reviews.services.assignment import recuse
from reviews.services.gate import GateRefusal
from reviews.services.review import open_review, submit
from tests.accounts.people import make_person, signed_in
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer
from tests.factories.reviews import fill_in

pytestmark = pytest.mark.django_db


def an_offer(**facts):
    user = make_person("reviewer")
    assignment, actor = make_offer(reviewer=make_reviewer(user=user, **facts))
    return assignment, actor, user


def test_a_reviewer_sees_a_case_only_while_holding_it():
    assignment, actor, user = an_offer()
    case = assignment.case
    assert not may_see(user, case, NOW)  # an offer opens nothing
    accept_offer(assignment, actor)
    assert may_see(user, case, NOW)
    assert not may_see(make_person("reviewer"), case, NOW)
    recuse(assignment_id=assignment.pk, reason="a neighbour", actor=actor, now=NOW)
    assert not may_see(user, case, NOW)


def test_lists_say_who_has_a_case_and_when_the_next_thing_is_due(django_assert_num_queries):
    offered, _, _ = an_offer()
    held, actor, _ = an_offer()
    accept_offer(held, actor)
    cases = [offered.case, held.case, make_case(state="ready")]
    with django_assert_num_queries(2):
        people, dates = holders_of(cases), next_dates_of(cases)
    assert people == {offered.case_id: f"Offered to {offered.reviewer}", held.case_id: str(held.reviewer)}
    assert dates[held.case_id] == held.report_due_on
    assert str(dates[offered.case_id]) == "2026-11-25"


@time_machine.travel(NOW)
def test_the_rail_leads_coordinators_to_the_candidates():
    browser = signed_in(make_person("coordinator"))
    ready = make_case(state="ready")
    page = browser.get(ready.get_absolute_url()).content.decode()
    assert "Choose a reviewer" in page
    assignment, actor, _ = an_offer()
    assert "Take the offer back" in browser.get(assignment.case.get_absolute_url()).content.decode()
    accept_offer(assignment, actor)
    assert "Take the reviewer off" in browser.get(assignment.case.get_absolute_url()).content.decode()


@time_machine.travel(NOW)
def test_the_holder_opens_the_case_page_and_finds_the_review():
    assignment, actor, user = an_offer()
    browser = signed_in(user)
    assert browser.get(assignment.case.get_absolute_url()).status_code == 403
    accept_offer(assignment, actor)
    page = browser.get(assignment.case.get_absolute_url()).content.decode()
    assert "Open the review" in page
    assert "Take the reviewer off" not in page


def rename_administrator(case, name):
    case.refresh_from_db()
    place = [party.role for party in case.parties.all()].index("claims_administrator")
    return correct(
        case=case, changes={f"parties[{place}].organization": name}, reason="misread", actor=COORDINATOR, now=NOW,
        version=case.version,
    )  # fmt: skip


def test_a_correction_that_makes_a_conflict_takes_the_offer_back():
    assignment, _, _ = an_offer(affiliations=[{"organization": "Silver Claims", "role": "employee"}])
    rename_administrator(assignment.case, "Bronze Claims")
    assert Assignment.objects.get().status == "offered"
    rename_administrator(assignment.case, "Silver Claims")
    assert Assignment.objects.get().status == "withdrawn"


def test_a_correction_that_makes_a_conflict_stops_the_holder():
    assignment, actor, _ = an_offer(affiliations=[{"organization": "Silver Claims", "role": "employee"}])
    accept_offer(assignment, actor)
    open_review(case=assignment.case, actor=actor, now=NOW)
    rename_administrator(assignment.case, "Silver Claims")
    assert assignment.case.events.filter(kind="gate.stopped").exists()
    with pytest.raises(GateRefusal):
        open_review(case=assignment.case, actor=actor, now=NOW)


def test_what_the_gate_found_when_it_refused_a_submission_is_kept():
    assignment, actor, _ = an_offer(affiliations=[{"organization": "Silver Claims", "role": "employee"}])
    accept_offer(assignment, actor)
    case = Case.objects.get(pk=assignment.case_id)
    review = fill_in(case=case, actor=actor)
    rename_administrator(assignment.case, "Silver Claims")
    with pytest.raises(GateRefusal):
        submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    kept = Assignment.objects.get(pk=assignment.pk).gate_findings[-1]
    assert (kept["door"], kept["eligible"]) == ("submit", False)
    assert case.events.filter(kind="gate.refused").count() == 1
