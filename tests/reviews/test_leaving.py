"""Nobody leaves work without an owner: announced, handed over, finished; the account is not closed before."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.services.people import deactivate
from cases.models import Case
from common.actor import Actor
from common.days import california_date
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from reviews.models import Assignment, Reviewer
from reviews.services.gate import GateRefusal, ask_gate
from reviews.services.leaving import announce, finish, hand_over, open_work
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db
TODAY = california_date(NOW)
DAY = dt.timedelta(days=1)
ADMINISTRATOR = Actor("admin@site.example", frozenset({"administrator"}))


def test_only_staff_or_the_own_person_announces_a_day_that_is_to_come():
    reviewer = make_reviewer(user=make_person())
    other = Actor.of(make_reviewer(user=make_person()).user)
    with pytest.raises(RightRefusal):
        announce(reviewer=reviewer, last_day=TODAY, actor=other, now=NOW)
    with pytest.raises(InputRefusal):
        announce(reviewer=reviewer, last_day=TODAY - DAY, actor=COORDINATOR, now=NOW)
    assert announce(reviewer=reviewer, last_day=TODAY, actor=Actor.of(reviewer.user), now=NOW).leaving_on == TODAY
    assert announce(reviewer=reviewer, last_day=None, actor=COORDINATOR, now=NOW).leaving_on is None


def test_who_leaves_gets_nothing_that_is_due_later():
    case, reviewer = make_case(state="ready"), make_reviewer(leaving_on=TODAY + 2 * DAY)
    result = ask_gate(case=case, reviewer=reviewer, on=TODAY, door="offer")
    assert "calendar.leaving" in {finding.rule for finding in result.blocking}
    stays = make_reviewer(leaving_on=TODAY + 60 * DAY)
    assert ask_gate(case=case, reviewer=stays, on=TODAY, door="offer").eligible


def test_a_reviewer_with_an_offer_or_a_case_cannot_be_taken_off_the_panel():
    assignment, actor = make_offer()
    reviewer = assignment.reviewer
    for _ in range(2):
        with pytest.raises(RuleRefusal, match=f"still has 1 case: {assignment.case.number}"):
            finish(reviewer=reviewer, actor=COORDINATOR, now=NOW)
        if not Assignment.objects.get().accepted_at:
            accept_offer(assignment, actor)
    assert Reviewer.objects.get(pk=reviewer.pk).active
    assert [one.case_id for one in open_work(reviewer)] == [assignment.case_id]


def test_the_account_of_somebody_with_work_is_not_closed():
    assignment, _ = make_offer()
    make_person("administrator")
    with pytest.raises(RuleRefusal, match="Hand each over"):
        deactivate(actor=ADMINISTRATOR, user_id=assignment.reviewer.user_id, now=NOW)
    Assignment.objects.update(lapsed_at=NOW)
    assert not deactivate(actor=ADMINISTRATOR, user_id=assignment.reviewer.user_id, now=NOW).is_active


def test_a_case_is_handed_over_both_or_neither():
    assignment, actor = make_offer()
    accept_offer(assignment, actor)
    stopped, heir = make_reviewer(active=False), make_reviewer()
    with pytest.raises(RightRefusal):
        hand_over(assignment_id=assignment.pk, to=heir, reason="Leaves", actor=actor, now=NOW)
    with pytest.raises(GateRefusal):
        hand_over(assignment_id=assignment.pk, to=stopped, reason="Leaves", actor=COORDINATOR, now=NOW)
    assert Assignment.objects.get().status == "accepted"
    assert Case.objects.get().state == "in_review"
    made = hand_over(assignment_id=assignment.pk, to=heir, reason="Leaves", actor=COORDINATOR, now=NOW)
    assert made.reviewer == heir
    assert Case.objects.get().state == "ready"
    assignment.refresh_from_db()
    assert assignment.withdraw_reason == "Leaves"
    done = finish(reviewer=assignment.reviewer, actor=COORDINATOR, now=NOW)
    assert (done.active, done.leaving_on) == (False, TODAY)
    with pytest.raises(StateRefusal):
        finish(reviewer=assignment.reviewer, actor=COORDINATOR, now=NOW)
