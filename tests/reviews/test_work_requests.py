""" "Give me work": the system picks, by the same gate, what burns most."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import close_old_connections, connection

from cases.models import Case
from common.actor import Actor, acting
from common.errors import InputRefusal, RightRefusal
from reviews.models import Assignment
from reviews.services.work_requests import give_work
from tests.factories.assignments import COORDINATOR, make_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db


def asker(**facts) -> Actor:
    return Actor.of(make_reviewer(user=make_person(), **facts).user)


def test_only_somebody_of_the_roster_asks_for_work():
    for actor in (COORDINATOR, Actor.system("task"), Actor.of(make_person()), Actor.of(make_person("coordinator"))):
        with pytest.raises(RightRefusal):
            give_work(cases=1, hours=None, actor=actor, now=NOW)


@pytest.mark.parametrize(("cases", "hours"), [(None, None), (1, 1), (0, None), (11, None), (None, 0), (None, 41)])
def test_a_wish_names_cases_or_hours_within_bounds(cases, hours):
    with pytest.raises(InputRefusal):
        give_work(cases=cases, hours=hours, actor=asker(), now=NOW)


def test_the_most_urgent_fitting_cases_are_offered_and_no_more_than_asked_for():
    later, sooner, urgent = (make_case(state="ready") for _ in range(3))
    for case, days in ((later, 20), (sooner, 5), (urgent, 9)):
        Case.objects.filter(pk=case.pk).update(next_due_at=NOW + dt.timedelta(days=days))
    Case.objects.filter(pk=urgent.pk).update(priority="expedited")
    given = give_work(cases=2, hours=None, actor=asker(), now=NOW)
    assert [one.case_id for one in given.offers] == [urgent.pk, sooner.pk]
    assert {one.origin for one in Assignment.objects.all()} == {"asked"}
    assert given.why_none == ""


def test_what_the_gate_stops_or_somebody_has_is_not_given():
    make_offer(case=make_case(state="ready"))
    conflicted = asker(affiliations=[{"organization": "Golden Claims Services", "role": "director"}])
    make_case(state="ready")
    given = give_work(cases=3, hours=None, actor=conflicted, now=NOW)
    assert given.offers == []
    assert "None of the 1 most urgent cases fits" in given.why_none
    Case.objects.all().update(state="ready")
    nobody = give_work(cases=3, hours=None, actor=asker(capacity_open_cases=0), now=NOW)
    assert nobody.offers == []


def test_hours_are_filled_and_the_own_capacity_stops():
    for _ in range(4):
        make_case(state="ready")
    one_hour = give_work(cases=None, hours=1, actor=asker(), now=NOW)
    assert len(one_hour.offers) == 1
    capped = give_work(cases=5, hours=None, actor=asker(capacity_open_cases=2), now=NOW)
    assert len(capped.offers) == 2


def test_a_case_that_was_declined_before_is_not_given_again():
    assignment, actor = make_offer()
    Assignment.objects.filter(pk=assignment.pk).update(declined_at=NOW, decline_reason="time")
    given = give_work(cases=1, hours=None, actor=actor, now=NOW)
    assert given.offers == []
    assert given.looked_at == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_different_cases():
    people = [asker() for _ in range(2)]
    for _ in range(3):
        make_case(state="ready")
    gate = threading.Barrier(2)

    def ask(actor: Actor) -> None:
        try:
            with acting(actor, "a race"):
                gate.wait(10)
                give_work(cases=3, hours=None, actor=actor, now=NOW)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=ask, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Assignment.objects.count() == 3
    assert Assignment.objects.values("case").distinct().count() == 3
