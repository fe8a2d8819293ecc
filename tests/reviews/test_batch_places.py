"""A run fills first places alone, and moves offers only when it is told to."""

from __future__ import annotations

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from common.actor import Actor
from common.errors import StateRefusal
from reviews.models import Assignment, ProposalRun, Reviewer
from reviews.services import batch
from reviews.services.assignment import offer
from tests.accounts.people import signed_in
from tests.factories.assignments import COORDINATOR, accept_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer
from tests.factories.several import approve_reviewers

pytestmark = pytest.mark.django_db


def propose(**changes):
    run = batch.begin(actor=COORDINATOR, now=NOW, seed=7, by_worker=False, **changes)
    return batch.work_out(run_id=run.pk, now=NOW)


def test_a_run_never_fills_a_further_place_although_one_is_approved():
    case, *_ = make_case(state="ready"), make_reviewer(), make_reviewer()
    run = propose()
    approve_reviewers(case)
    first = offer(case=case, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)  # somebody was quicker
    batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    pair = run.pairs.get(place=0)
    assert (pair.outcome, Assignment.objects.live().get()) == ("changed", first)
    assert "a run fills first places alone" in pair.outcome_note
    with pytest.raises(StateRefusal) as refusal:
        offer(
            case=case, reviewer=pair.reviewer, actor=COORDINATOR, now=NOW, origin=Assignment.Origin.RUN
        )  # fmt: skip
    assert refusal.value.rule == "assignment.first_place"


def test_a_run_gives_the_first_place_of_a_case_with_two_and_leaves_the_second_to_the_staff():
    case, *_ = make_case(state="ready"), make_reviewer(), make_reviewer()
    approve_reviewers(case)
    run = propose()
    page = signed_in(make_person("coordinator")).get(reverse("reviews:deploy_batch", args=[run.pk]))
    assert "A run fills the first place alone" in page.content.decode()
    batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    made = Assignment.objects.live().get()
    assert (made.seat, made.origin) == (1, "run")
    with pytest.raises(StateRefusal):
        propose()  # the case is with somebody: no run asks for its second place


def test_a_run_that_may_move_offers_moves_that_of_the_first_place():
    case = make_case(state="ready")
    approve_reviewers(case)
    first, second = (
        offer(case=case, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW) for _number in range(2)
    )  # fmt: skip
    Reviewer.objects.filter(pk=first.reviewer_id).update(active=False)
    make_reviewer(expertise=["lumbar spine"])
    run = propose(move_offers=True)
    batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    assert run.pairs.get(place=0).outcome == "offered"
    live = {one.seat: one for one in Assignment.objects.live()}
    assert live[2] == second
    assert (live[1].origin, live[1].reviewer) == ("run", run.pairs.get(place=0).reviewer)
    first.refresh_from_db()
    assert first.status == "withdrawn"


def ran(*words):
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("propose_assignments", "--seed", "7", "--json", *words, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_moves_no_offer_unasked_and_none_that_is_accepted():
    case = make_case(state="ready")
    held = offer(case=case, reviewer=make_reviewer(user=make_person()), actor=COORDINATOR, now=NOW)
    with pytest.raises(CommandError, match="No case waits for a reviewer"):
        ran("--deploy")  # it is offered to somebody, and may not move
    accept_offer(held, Actor.of(held.reviewer.user))
    with pytest.raises(CommandError, match="No case waits for a reviewer"):
        ran("--move-offers", "--deploy")
    assert Assignment.objects.live().get() == held
    assert not ProposalRun.objects.exists()


def test_the_command_moves_an_unanswered_offer_to_who_still_may_and_keeps_one_that_fits():
    moved, kept = (
        make_case(state="ready", worker={"first_name": "Una"}),
        make_case(state="ready", worker={"first_name": "Vera"}),
    )
    leaving, fitting = make_reviewer(), make_reviewer(capacity_open_cases=2)
    for case, reviewer in ((moved, leaving), (kept, fitting)):
        offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    Reviewer.objects.filter(pk=leaving.pk).update(active=False)
    answer = ran("--move-offers")
    assert Assignment.objects.live().filter(reviewer=leaving).exists()  # looked at, not deployed: nothing moved
    assert {pair["reviewer_id"] for pair in answer["pairs"]} == {fitting.reviewer_id}
    answer = ran("--move-offers", "--deploy")
    assert {pair["case"]: pair["outcome"] for pair in answer["pairs"]} == {
        moved.number: "offered", kept.number: "kept",
    }  # fmt: skip
    assert set(Assignment.objects.live().values_list("reviewer", flat=True)) == {fitting.pk}
    assert Assignment.objects.filter(reviewer=leaving).get().status == "withdrawn"
    assert Assignment.objects.filter(case=kept).count() == 1
