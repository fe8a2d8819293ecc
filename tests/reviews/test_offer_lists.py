"""A case offered in turn: the list moves on by itself, whoever declines, lapses or is stopped by the gate meanwhile."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from cases.models import CaseTask
from common.actor import Actor, acting
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, OfferList, Reviewer
from reviews.services import offer_lists
from reviews.services.assignment import decline, lapse_overdue, offer, withdraw
from reviews.services.gate import GateRefusal
from reviews.services.offer_lists import ask_next, offer_in_turn
from tests.factories.assignments import COORDINATOR, accept_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
SWEEP = Actor.system("sweep")


def a_list(count: int = 3, **facts):
    case = make_case(state="ready")
    reviewers = [make_reviewer(user=make_person(), **facts) for _ in range(count)]
    return offer_in_turn(case=case, reviewers=reviewers, actor=COORDINATOR, now=NOW), reviewers


def live(case) -> Assignment:
    return Assignment.objects.live().get(case=case)


def turn_down(case, reason: str = "time") -> None:
    one = live(case)
    decline(assignment_id=one.pk, reason=reason, note="", actor=Actor.of(one.reviewer.user), now=NOW)


def run_jobs() -> None:
    for pk in OutboxJob.objects.filter(kind=offer_lists.NEXT_OFFER, done_at=None).values_list("pk", flat=True):
        assert outbox.run(pk, now=NOW)


def test_only_coordinators_make_a_list():
    with pytest.raises(RightRefusal):
        offer_in_turn(
            case=make_case(state="ready"),
            reviewers=[make_reviewer()],
            actor=Actor("a", frozenset({"auditor"})),
            now=NOW,
        )


def test_a_list_names_each_reviewer_once_and_somebody():
    case, one = make_case(state="ready"), make_reviewer()
    for wrong in ([], [one, one], [make_reviewer() for _ in range(13)]):
        with pytest.raises(InputRefusal):
            offer_in_turn(case=case, reviewers=wrong, actor=COORDINATOR, now=NOW)
    assert not OfferList.objects.exists()


def test_everybody_on_the_list_passes_the_gate_or_there_is_no_list():
    with pytest.raises(GateRefusal, match="Not active"):
        offer_in_turn(
            case=make_case(state="ready"), reviewers=[make_reviewer(), make_reviewer(active=False)], actor=COORDINATOR,
            now=NOW,
        )  # fmt: skip
    assert not OfferList.objects.exists()
    assert not Assignment.objects.exists()


def test_a_case_that_is_offered_already_gets_no_list():
    made, _ = a_list()
    with pytest.raises(StateRefusal, match="offered to"):
        offer_in_turn(case=made.case, reviewers=[make_reviewer()], actor=COORDINATOR, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfferList.objects.create(case=made.case, round=1, made_at=NOW)


def test_the_list_moves_on_when_somebody_declines_and_ends_with_who_accepts():
    made, (first, second, _third) = a_list()
    assert live(made.case).reviewer == first
    assert live(made.case).origin == "list"
    turn_down(made.case)
    assert not Assignment.objects.live().exists()
    run_jobs()
    assert live(made.case).reviewer == second
    accept_offer(live(made.case), Actor.of(second.user))
    made.refresh_from_db()
    assert made.ended_because == "accepted"
    assert [entry.assignment_id is None for entry in made.entries.all()] == [False, False, True]


def test_a_lapsed_offer_moves_the_list_on_and_a_job_run_twice_changes_nothing():
    made, (_, second, _) = a_list()
    assert lapse_overdue(actor=SWEEP, now=NOW + 49 * HOUR) == 1
    run_jobs()
    assert live(made.case).reviewer == second
    assert ask_next(list_id=made.pk, actor=SWEEP, now=NOW) is None
    assert Assignment.objects.count() == 2


def test_whom_the_gate_stops_meanwhile_is_passed_over_with_the_reason():
    made, (_, second, third) = a_list()
    Reviewer.objects.filter(pk=second.pk).update(active=False)
    turn_down(made.case)
    run_jobs()
    assert live(made.case).reviewer == third
    assert made.entries.get(reviewer=second).passed_over_because == "Not active on the panel."


def test_a_list_that_is_used_up_becomes_a_task_for_who_holds_the_case():
    made, _ = a_list(1)
    holder = make_person("coordinator")
    type(made.case).objects.filter(pk=made.case_id).update(owner=holder)
    turn_down(made.case)
    run_jobs()
    made.refresh_from_db()
    assert made.ended_because == "used_up"
    assert CaseTask.objects.get().owner == holder
    assert made.case.events.filter(kind="offer_list.used_up").exists()


def test_staff_who_take_the_offer_back_or_offer_by_hand_stop_the_list():
    made, _ = a_list()
    withdraw(assignment_id=live(made.case).pk, reason="Called", actor=COORDINATOR, now=NOW)
    made.refresh_from_db()
    assert made.ended_because == "stopped"
    assert not OutboxJob.objects.filter(kind=offer_lists.NEXT_OFFER).exists()
    other, (first, _, _) = a_list()
    Assignment.objects.filter(pk=live(other.case).pk).update(lapsed_at=NOW)
    offer(case=other.case, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)
    other.refresh_from_db()
    assert other.ended_because == "stopped"
    assert live(other.case).reviewer != first


@pytest.mark.django_db(transaction=True)
def test_the_job_and_a_coordinator_at_once_make_one_offer():
    made, _ = a_list()
    extra = make_reviewer()
    turn_down(made.case)
    gate, said = threading.Barrier(2), []

    def act(what) -> None:
        try:
            with acting(SWEEP, "a race"):
                gate.wait(10)
                said.append(what())
        except StateRefusal as refusal:
            said.append(refusal.rule)
        finally:
            close_old_connections()
            connection.close()

    threads = [
        threading.Thread(target=act, args=(one,))
        for one in (
            lambda: ask_next(list_id=made.pk, actor=SWEEP, now=NOW),
            lambda: offer(case=made.case, reviewer=extra, actor=COORDINATOR, now=NOW),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(said) == 2
    assert Assignment.objects.live().filter(case=made.case).count() == 1
