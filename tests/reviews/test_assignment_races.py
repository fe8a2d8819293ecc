"""Two at once, with real threads and connections: never over capacity, never two holders."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from cases.models import Case
from cases.services.corrections import correct
from common.actor import Actor
from common.errors import Refusal
from reviews.models import Assignment, ProposedPair
from reviews.services import batch
from reviews.services.assignment import offer, withdraw
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Start all acts at the same moment, each with a connection of its own; their results or refusals, in order."""
    answers = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place, act):
        gate.wait()
        try:
            answers[place] = act()
        except Refusal as refusal:
            answers[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def refusals(answers):
    return [answer.rule for answer in answers if isinstance(answer, Refusal)]


def test_two_coordinators_offer_one_case_and_one_offer_stands():
    case = make_case(state="ready")
    people = [make_reviewer(), make_reviewer()]
    answers = at_once(*(lambda who=who: offer(case=case, reviewer=who, actor=COORDINATOR, now=NOW) for who in people))
    assert refusals(answers) == ["assignment.live"]
    assert Assignment.objects.live().count() == 1


def test_the_last_free_place_of_a_reviewer_is_given_away_once():
    reviewer = make_reviewer(capacity_open_cases=1)
    cases = [make_case(state="ready") for _ in range(4)]
    answers = at_once(
        *(lambda case=case: offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW) for case in cases)
    )
    assert refusals(answers) == ["gate.capacity.open_cases"] * 3
    assert Assignment.objects.live().filter(reviewer=reviewer).count() == 1


def test_two_deployments_at_once_put_nobody_over_capacity():
    people = [make_reviewer(capacity_open_cases=2) for _ in range(2)]
    for number in range(8):
        make_case(state="ready", worker={"first_name": f"Worker {chr(65 + number)}"})
    runs = []
    for seed in range(2):  # each proposes all four places that there are, and knows nothing of the other
        run = batch.begin(actor=COORDINATOR, now=NOW, seed=seed, by_worker=False)
        runs.append(batch.work_out(run_id=run.pk, now=NOW).pk)
    at_once(
        *(
            lambda pk=pk: batch.deploy(run_id=pk, actor=COORDINATOR, now=NOW, by_worker=False)
            for pk in [runs[0], runs[0], runs[1]]
        )
    )
    for person in people:
        assert Assignment.objects.live().filter(reviewer=person).count() == 2
    outcomes = [pair.outcome for pair in ProposedPair.objects.proposed()]
    assert sorted(outcomes) == ["changed"] * 4 + ["offered"] * 4
    assert all(pair.outcome_note for pair in ProposedPair.objects.filter(outcome="changed"))


def test_undoing_while_an_offer_is_accepted_leaves_one_clear_answer():
    make_case(state="ready"), make_reviewer(user=make_person())
    run = batch.begin(actor=COORDINATOR, now=NOW, by_worker=False)
    batch.work_out(run_id=run.pk, now=NOW)
    batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    made = Assignment.objects.get()
    at_once(
        lambda: accept_offer(made, Actor.of(made.reviewer.user)),
        lambda: batch.undo(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False),
    )
    made.refresh_from_db()
    said = ProposedPair.objects.get(run=run, place=0).outcome
    assert (made.status, said, Case.objects.get().state) in [
        ("accepted", "stays", "in_review"), ("withdrawn", "withdrawn", "ready"),
    ]  # fmt: skip


def test_accepting_and_taking_back_at_once_leaves_one_clear_answer():
    assignment, actor = make_offer()
    accepted, taken = at_once(
        lambda: accept_offer(assignment, actor),
        lambda: withdraw(assignment_id=assignment.pk, reason="not needed", actor=COORDINATOR, now=NOW),
    )
    assignment.refresh_from_db()
    assert not isinstance(taken, Refusal)  # staff may take an accepted case back as well
    assert assignment.status == "withdrawn"
    assert Case.objects.get().state == "ready"
    assert isinstance(accepted, Refusal) is (assignment.accepted_at is None)


def test_one_offer_is_accepted_once():
    assignment, actor = make_offer(reviewer=make_reviewer(user=make_person()))
    answers = at_once(*[lambda: accept_offer(assignment, actor)] * 3)
    assert refusals(answers) == ["assignment.accepted"] * 2
    assert Case.objects.get().events.filter(kind="moved.accept").count() == 1


def test_a_party_corrected_while_the_offer_is_accepted_never_leaves_a_conflict_unseen():
    person = make_reviewer(user=make_person(), affiliations=[{"organization": "Silver Claims", "role": "employee"}])
    assignment, actor = make_offer(reviewer=person)
    case = Case.objects.get(pk=assignment.case_id)
    place = [party.role for party in case.parties.all()].index("claims_administrator")
    change = {f"parties[{place}].organization": "Silver Claims"}

    def rename():
        return correct(case=case, changes=change, reason="misread", actor=COORDINATOR, now=NOW, version=case.version)

    at_once(lambda: accept_offer(assignment, actor), rename)
    if Case.objects.get().parties.filter(organization_name="Silver Claims").exists():
        assignment.refresh_from_db()
        stopped = case.events.filter(kind="gate.stopped").exists()
        assert assignment.status == "withdrawn" or (assignment.status == "accepted" and stopped)
    else:  # the acceptance came first and the correction saw a changed case: it says so and nothing is lost
        assert Assignment.objects.get().status == "accepted"
