"""Propose, look, deploy, undo: through the services, on real rows."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.actor import Actor
from common.errors import RightRefusal, StateRefusal
from common.models import OutboxJob
from reviews.models import Assignment, ProposalRun, ProposedPair
from reviews.services import batch
from reviews.services.assignment import offer
from reviews.services.batch.telling import run_as_dict
from reviews.services.gate import ask_gate
from tests.factories.assignments import COORDINATOR, accept_offer, make_person
from tests.factories.cases import NOW, an_item, make_case
from tests.factories.reviewers import TODAY, make_reviewer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SKIN = [{"specialty": "Dermatology"}]


def propose(**changes):
    run = batch.begin(actor=COORDINATOR, now=NOW, seed=7, by_worker=False, **changes)
    return batch.work_out(run_id=run.pk, now=NOW)


def pairs_of(run, place=0):
    return {pair.case_id: pair.reviewer_id for pair in run.pairs.filter(place=place)}


def worker(name="Vera", born="1980-05-05"):
    return {"first_name": name, "last_name": "Twice", "birth_date": born}


def test_only_staff_propose_and_only_where_a_case_waits():
    make_reviewer()
    with pytest.raises(StateRefusal, match="No case waits for a reviewer"):
        propose()
    make_case(state="ready")
    with pytest.raises(RightRefusal):
        batch.begin(actor=Actor("x", frozenset({"reviewer"})), now=NOW)
    assert ProposalRun.objects.count() == 0


def test_a_run_is_put_down_as_a_job_and_worked_out_once():
    make_case(state="ready"), make_reviewer()
    run = batch.begin(actor=COORDINATOR, now=NOW)
    assert OutboxJob.objects.filter(kind="reviews.propose", key=str(run.pk)).count() == 1
    assert batch.work_out(run_id=run.pk, now=NOW).state == "proposed"
    assert batch.work_out(run_id=run.pk, now=NOW + DAY).solved_at == NOW


def test_every_case_gets_the_one_who_fits_and_the_rest_stand_as_alternates():
    case = make_case(state="ready")
    good, plain, third = make_reviewer(expertise=["lumbar spine"]), make_reviewer(), make_reviewer()
    make_reviewer(active=False)
    run = propose()
    assert pairs_of(run) == {case.pk: good.pk}
    assert set(run.pairs.filter(place__gt=0).values_list("reviewer", flat=True)) == {plain.pk, third.pk}
    pair = run.pairs.get(place=0)
    assert pair.score == sum(pair.parts.values()) == ask_gate(case=case, reviewer=good, on=TODAY, door="list").score
    assert (run.totals["placed"], run.totals["unassigned"], run.totals["cases"]) == (1, 0, 1)
    assert {load.reviewer_id: (load.before, load.places) for load in run.loads.all()}[good.pk] == (0, 6)


def test_the_same_facts_and_seed_give_the_same_run_and_another_fact_another_fingerprint():
    for _ in range(3):
        make_case(state="ready"), make_reviewer()
    first, second = propose(), propose()
    assert (first.input_hash, pairs_of(first)) == (second.input_hash, pairs_of(second))
    make_reviewer()
    assert propose().input_hash != first.input_hash


def test_an_offer_still_open_is_left_alone_or_moves_for_somebody_much_better():
    case, other = make_case(state="ready"), make_case(state="ready")
    holder = make_reviewer(licenses=[{"state": "TX"}])
    offer(case=case, reviewer=holder, actor=COORDINATOR, now=NOW)
    better = make_reviewer(expertise=["lumbar spine", "physical therapy"], capacity_open_cases=1)
    assert set(pairs_of(propose())) == {other.pk}
    run = propose(move_offers=True)
    assert set(pairs_of(run)) == {case.pk, other.pk}
    run = batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    outcomes = {pair.case_id: pair.outcome for pair in run.pairs.filter(place=0)}
    assert set(outcomes.values()) <= {"offered", "kept"}
    assert Assignment.objects.live().count() == 2
    assert Assignment.objects.live().filter(reviewer=better).count() <= 1


def test_cases_of_one_worker_go_together():
    cases = [make_case(state="ready", worker=worker()) for _ in range(2)]
    make_reviewer(), make_reviewer()
    run = propose()
    assert len(set(pairs_of(run).values())) == 1
    assert sorted(run.totals["merged"][0]) == sorted(case.number for case in cases)


def test_a_case_without_anybody_says_where_the_panel_ran_out_and_what_would_help():
    make_case(state="ready")
    make_reviewer(active=False)
    make_reviewer(licenses=[{"expires_on": TODAY + DAY}])
    make_reviewer(certifications=SKIN)
    make_reviewer(relations=[{"first_name": "Peter", "last_name": "Okafor", "kind": "co_author"}])
    run = propose()
    lost = run.unplaced.get()
    assert [step["left"] for step in lost.funnel] == [4, 3, 2, 1, 0, 0, 0, 0]
    assert lost.rule == "conflict.colleague"
    assert lost.change["kind"] == "waiver"
    assert "Co-author" in lost.change["sentence"]
    assert run.shortages[0]["reviewers"] == []
    assert "1 case needs" in run.shortages[0]["sentence"]


@pytest.mark.parametrize(
    ("facts", "rule", "kind", "words"),
    [
        ({"capacity_open_cases": 0}, "capacity.open_cases", "one_more", "One more case for"),
        ({"away": [{"from_date": TODAY, "to_date": TODAY + DAY}]}, "calendar.away", "later", "is back on Nov 25, 2026"),
        ({"interests_attested_on": None}, "attestation.missing", "find_out", "No attestation"),
        ({"capacity_per_week": 0}, "capacity.per_week", "one_more", "One more case for"),
        ({"certifications": [{"specialty": "Physical Medicine & Rehabilitation", "expires_on": TODAY}]},
         "certification.expired", None, ""),
        ({"active": False}, "reviewer.inactive", None, ""),
    ],
)  # fmt: skip
def test_the_cheapest_single_change_is_named(facts, rule, kind, words):
    make_case(state="ready")
    make_reviewer(**facts)
    lost = propose().unplaced.get()
    assert lost.rule == rule
    assert lost.change.get("kind") == kind
    assert words in lost.change.get("sentence", "")


def test_a_shortage_is_told_as_cases_against_places():
    for _ in range(3):
        make_case(state="ready")
    make_reviewer(capacity_open_cases=1)
    run = propose()
    (shortage,) = run.shortages
    assert "3 cases need" in shortage["sentence"]
    assert "1 reviewer with 1 free place." in shortage["sentence"]
    assert len(shortage["unassigned"]) == 2
    assert {one.rule for one in run.unplaced.all()} == {"capacity.run"}
    assert {one.change["kind"] for one in run.unplaced.all()} == {"one_more"}


def test_expedited_goes_first():
    standard, expedited = make_case(state="ready"), make_case(state="ready", priority="expedited")
    make_reviewer(capacity_open_cases=1)
    run = propose()
    assert set(pairs_of(run)) == {expedited.pk}
    assert run.unplaced.get().case_id == standard.pk


def test_a_locked_pair_stays_and_what_was_taken_out_is_not_proposed_again():
    case, other = make_case(state="ready"), make_case(state="ready")
    make_reviewer(expertise=["lumbar spine"]), make_reviewer()
    run = propose()
    locked, out = run.pairs.get(place=0, case=case), run.pairs.get(place=0, case=other)
    batch.take_out(pair_id=out.pk, actor=COORDINATOR)
    with pytest.raises(StateRefusal, match="taken out"):
        batch.lock(pair_id=out.pk, actor=COORDINATOR)
    batch.put_back(pair_id=out.pk, actor=COORDINATOR)
    batch.take_out(pair_id=out.pk, actor=COORDINATOR)
    batch.lock(pair_id=locked.pk, actor=COORDINATOR)
    again = batch.solve_again(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    again = batch.work_out(run_id=again.pk, now=NOW)
    assert again.follows == run
    assert again.pairs.get(place=0, case=case).reviewer == locked.reviewer
    assert again.pairs.get(place=0, case=case).locked
    assert not again.pairs.filter(case=other, reviewer=out.reviewer).exists()


def test_a_lock_that_the_gate_forbids_meanwhile_is_dropped_and_said():
    case = make_case(state="ready")
    person = make_reviewer()
    run = propose()
    batch.lock(pair_id=run.pairs.get(place=0).pk, actor=COORDINATOR)
    person.active = False
    person.save()
    other = make_reviewer()
    again = batch.solve_again(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    again = batch.work_out(run_id=again.pk, now=NOW)
    assert pairs_of(again) == {case.pk: other.pk}
    (dropped,) = again.totals["dropped_locks"]
    assert "Not active" in dropped["why"]


def test_an_alternate_is_chosen_while_there_is_room_for_it():
    first, second = make_case(state="ready", worker=worker("Ada")), make_case(state="ready", worker=worker("Bea"))
    good = make_reviewer(expertise=["lumbar spine"], capacity_open_cases=1)
    make_reviewer()
    run = propose()
    waiting = next(case for case in (first, second) if pairs_of(run)[case.pk] != good.pk)
    wish = run.pairs.get(case=waiting, reviewer=good)
    with pytest.raises(StateRefusal, match="no place left in this run"):
        batch.choose(pair_id=wish.pk, actor=COORDINATOR)
    batch.take_out(pair_id=run.pairs.get(place=0, reviewer=good).pk, actor=COORDINATOR)
    assert batch.choose(pair_id=wish.pk, actor=COORDINATOR).locked
    assert pairs_of(run)[waiting.pk] == good.pk
    with pytest.raises(StateRefusal, match="no place left"):
        batch.put_back(pair_id=run.pairs.get(place=0, taken_out=True).pk, actor=COORDINATOR)


def test_a_deployment_offers_each_pair_and_says_what_changed():
    gone, busy, good = (make_case(state="ready") for _ in range(3))
    people = [make_reviewer(capacity_open_cases=1, user=make_person()) for _ in range(3)]
    run = propose()
    holder = {pair.case_id: pair.reviewer for pair in run.pairs.filter(place=0)}
    offer(case=gone, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)
    offer(case=make_case(state="ready"), reviewer=holder[busy.pk], actor=COORDINATOR, now=NOW)
    run = batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    said = {pair.case_id: (pair.outcome, pair.outcome_note) for pair in run.pairs.filter(place=0)}
    assert said[good.pk] == ("offered", "")
    assert said[gone.pk][0] == said[busy.pk][0] == "changed"
    assert "is offered to" in said[gone.pk][1]
    assert "1 of 1 open cases and offers" in said[busy.pk][1]
    assert Assignment.objects.live().filter(case=good, reviewer=holder[good.pk]).count() == 1
    with pytest.raises(StateRefusal, match="is deployed and cannot be deployed"):
        batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    with pytest.raises(StateRefusal, match="nothing in it can be changed"):
        batch.lock(pair_id=run.pairs.filter(place=0).first().pk, actor=COORDINATOR)
    assert len(people) == 3


def test_undoing_takes_open_offers_back_and_names_what_was_accepted():
    first, second = make_case(state="ready"), make_case(state="ready")
    for _ in range(2):
        make_reviewer(capacity_open_cases=1, user=make_person())
    run = propose()
    with pytest.raises(StateRefusal, match="nothing to undo"):
        batch.undo(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    made = Assignment.objects.get(case=first)
    accept_offer(made, Actor.of(made.reviewer.user))
    run = batch.undo(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False)
    said = {pair.case_id: pair.outcome for pair in run.pairs.filter(place=0)}
    assert said == {first.pk: "stays", second.pk: "withdrawn"}
    assert Assignment.objects.get(case=first).status == "accepted"
    assert Assignment.objects.get(case=second).status == "withdrawn"


def test_deploying_and_undoing_are_jobs_and_each_runs_once():
    make_case(state="ready"), make_reviewer()
    run = propose()
    batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW)
    job = OutboxJob.objects.get(kind="reviews.offer_proposed")
    pair_id = int(job.key)
    assert batch.offer_pair(pair_id=pair_id, now=NOW).outcome == "offered"
    assert batch.offer_pair(pair_id=pair_id, now=NOW).outcome == "offered"
    assert Assignment.objects.count() == 1
    batch.undo(run_id=run.pk, actor=COORDINATOR, now=NOW)
    assert OutboxJob.objects.filter(kind="reviews.take_back_proposed", key=job.key).exists()
    assert batch.take_back_pair(pair_id=pair_id, now=NOW).outcome == "withdrawn"
    assert batch.take_back_pair(pair_id=pair_id, now=NOW).outcome == "withdrawn"


def test_a_run_undone_before_its_jobs_ran_offers_nothing():
    make_case(state="ready"), make_reviewer()
    run = propose()
    batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW)
    batch.undo(run_id=run.pk, actor=COORDINATOR, now=NOW)
    pair = run.pairs.get(place=0)
    assert batch.take_back_pair(pair_id=pair.pk, now=NOW).outcome == ""
    assert batch.offer_pair(pair_id=pair.pk, now=NOW).outcome == "changed"
    assert not Assignment.objects.exists()


people_facts = st.fixed_dictionaries(
    {"capacity_open_cases": st.integers(0, 2)},
    optional={
        "active": st.booleans(),
        "interests_attested_on": st.none(),
        "degree": st.sampled_from(["DC", ""]),
        "affiliations": st.just([{"organization": "Golden Claims Services", "role": "employee"}]),
        "relations": st.just([{"first_name": "Peter", "last_name": "Okafor", "kind": "co_author"}]),
        "certifications": st.just(SKIN),
        "away": st.just([{"from_date": TODAY, "to_date": TODAY + DAY}]),
    },
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(people_facts, min_size=1, max_size=5), st.integers(1, 4))
def test_nobody_proposed_named_or_offered_is_ever_stopped_by_the_gate_and_every_case_is_told(facts, number):
    with transaction.atomic():
        cases = [
            make_case(
                state="ready", items=[an_item("Chiropractic treatment") if n else an_item()], worker=worker(str(n % 3))
            )
            for n in range(number)
        ]
        for one in facts:
            make_reviewer(**one)
        run = propose()
        for pair in run.pairs.select_related("case", "reviewer"):
            assert ask_gate(case=pair.case, reviewer=pair.reviewer, on=TODAY, door="offer").eligible
        for load in run.loads.all():
            assert ProposedPair.objects.filter(run=run, reviewer=load.reviewer_id, place=0).count() <= load.places
        told = set(run.pairs.filter(place=0).values_list("case", flat=True)) | set(
            run.unplaced.values_list("case", flat=True)
        )
        assert told == {case.pk for case in cases}
        assert all(one.rule and one.reason for one in run.unplaced.all())
        run = batch.deploy(run_id=run.pk, actor=COORDINATOR, now=NOW, by_worker=False) if run.pairs.exists() else run
        assert not run.pairs.filter(outcome="changed").exists()
        transaction.set_rollback(True)


def test_the_command_refuses_with_one_line():
    with pytest.raises(CommandError, match="No case waits"):
        call_command("propose_assignments", "--json")
    with pytest.raises(CommandError, match="--seed takes"):
        call_command("propose_assignments", "--seed", "-1")


@time_machine.travel(NOW)
def test_the_command_prints_the_run_and_deploys_it(capsys):
    case = make_case(state="ready")
    person = make_reviewer()
    alternate = make_reviewer(licenses=[{"state": "TX"}])
    lost = make_case(state="ready", items=[an_item("Root canal therapy, tooth 14")])
    call_command("propose_assignments", "--json", "--seed", "3")
    answer = json.loads(capsys.readouterr().out)
    (pair,) = answer["pairs"]
    assert (pair["case"], pair["reviewer_id"], pair["outcome"]) == (case.number, person.reviewer_id, None)
    assert [one["reviewer_id"] for one in pair["alternates"]] == [alternate.reviewer_id]
    (gone,) = answer["unassigned"]
    assert (gone["case"], gone["rule"]) == (lost.number, "specialty.mismatch")
    assert gone["funnel"][0] == {"step": "On the panel", "left": 2}
    assert not Assignment.objects.exists()
    call_command("propose_assignments", "--deploy")
    assert f"{case.number}: {person.reviewer_id}" in capsys.readouterr().out
    assert Assignment.objects.live().get().case == case
    assert run_as_dict(ProposalRun.objects.first())["state"] == "deployed"
