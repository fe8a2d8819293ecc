"""Two at once, with real threads and connections: never over capacity, never two holders."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from cases.models import Case, CaseTask
from cases.services.corrections import correct
from cases.services.parties import add_party
from cases.signals import facts_corrected
from common.actor import Actor
from common.errors import Refusal
from letters.models import Letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from letters.signals import letter_sealed
from reviews.models import Assignment, AuditFinding, ProposedPair
from reviews.services import batch, quality
from reviews.services.assignment import offer, withdraw
from reviews.services.gate import ask_gate
from reviews.services.review import submit
from reviews.services.reviewer_approvals import withdraw_approval
from reviews.services.waivers import ask_waiver, decide_waiver, finding_key
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import TODAY, make_reviewer
from tests.factories.reviews import fill_in
from tests.factories.several import approve_reviewers, held_by_several
from tests.support.processes import wait_for

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
        thread.join(timeout=90)
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


def approved():
    """A case approved and waiting for its seal; its reviewer works for Silver Claims."""
    person = make_reviewer(user=make_person(), affiliations=[{"organization": "Silver Claims", "role": "employee"}])
    assignment, actor = make_offer(reviewer=person)
    accept_offer(assignment, actor)
    case = Case.objects.get(pk=assignment.case_id)
    review = fill_in(case=case, actor=actor)
    submit(review_id=review.pk, version=review.version, actor=actor, now=NOW)
    load_own_wording(now=NOW)
    quality.approve(case=case, actor=Actor.of(make_person("quality_reviewer")), now=NOW)
    return case, Letter.objects.get(key=case.number)


def somebody_waits():
    """Whether a statement of another connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def one_then_the_other(inside, first, second):
    """Both at once in a known order: `first` holds its locks, at the signal `inside`, until `second` waits for them."""
    held, go_on = threading.Event(), threading.Event()

    def hold(**signal):
        held.set()
        assert go_on.wait(timeout=60)

    def follow():
        assert held.wait(timeout=60)
        return second()

    def let_go():
        wait_for(somebody_waits, what="the other to wait for the lock", seconds=60)
        go_on.set()

    inside.connect(hold, weak=False)
    try:
        return at_once(first, follow, let_go)[:2]
    finally:
        go_on.set()
        inside.disconnect(hold)


def name_a_party(case):
    facts = {"role": "mpn", "organization": "Silver Claims"}
    return add_party(case=case, facts=facts, reason="named in a late record", actor=COORDINATOR, now=NOW)


def test_a_party_added_just_before_the_seal_stops_the_letter():
    case, letter = approved()
    added, sealed = one_then_the_other(
        facts_corrected, lambda: name_a_party(case), lambda: seal_letter(letter_id=letter.pk, now=NOW)
    )
    assert added.display_name == "Silver Claims"
    assert sealed.rule == "gate.conflict.employment"
    case.refresh_from_db()
    letter.refresh_from_db()
    assert (case.state, letter.sealed_at, letter.file_id) == ("quality_check", None, None)
    assert Assignment.objects.stopped().count() == 1
    assert not AuditFinding.objects.exists()


def test_a_party_named_just_after_the_seal_leaves_the_letter_and_is_raised_as_a_late_conflict():
    case, letter = approved()
    Case.objects.filter(pk=case.pk).update(owner=make_person("coordinator"))
    sealed, added = one_then_the_other(
        letter_sealed, lambda: seal_letter(letter_id=letter.pk, now=NOW), lambda: name_a_party(case)
    )
    assert added.rule == "party.state"
    case.refresh_from_db()
    letter.refresh_from_db()
    assert (case.state, letter.pdf_sha256) == ("determined", sealed.pdf_sha256)
    assert letter.sealed_at == NOW
    assert not case.parties.filter(organization_name="Silver Claims").exists()
    finding = AuditFinding.objects.get()
    assert (finding.case, finding.rule, finding.gone_on) == (case, "conflict.employment", None)
    assert case.events.filter(kind="gate.late_conflict").count() == 1
    assert CaseTask.objects.get().case == case


def test_a_party_added_while_the_review_is_handed_in_never_leaves_it_unseen():
    person = make_reviewer(user=make_person(), affiliations=[{"organization": "Silver Claims", "role": "employee"}])
    assignment, actor = make_offer(reviewer=person)
    accept_offer(assignment, actor)
    case = Case.objects.get(pk=assignment.case_id)
    review = fill_in(case=case, actor=actor)
    facts = {"role": "mpn", "organization": "Silver Claims"}
    handed, _ = at_once(
        lambda: submit(review_id=review.pk, version=review.version, actor=actor, now=NOW),
        lambda: add_party(case=case, facts=facts, reason="named late", actor=COORDINATOR, now=NOW),
    )
    assert Assignment.objects.stopped().count() == 1
    assert isinstance(handed, Refusal) is (Case.objects.get(pk=case.pk).state == "in_review")
    with pytest.raises(Refusal):
        quality.approve(case=case, actor=Actor.of(make_person("quality_reviewer")), now=NOW)


def test_a_waiver_is_decided_once_by_two_at_once():
    house = {"organization": "Golden Claims Services", "role": "contractor", "to_date": TODAY - dt.timedelta(days=9)}
    case, reviewer = make_case(state="ready"), make_reviewer(affiliations=[house])
    finding = ask_gate(case=case, reviewer=reviewer, on=TODAY, door="list").findings[0]
    waiver = ask_waiver(
        case=case, reviewer=reviewer, finding=finding_key(finding), reason="Short.", now=NOW,
        actor=Actor.of(make_person("coordinator")),
    )  # fmt: skip
    people = [Actor.of(make_person("medical_director")) for _ in range(2)]
    answers = at_once(
        *(
            lambda who=who, yes=yes: decide_waiver(waiver_id=waiver.pk, granted=yes, reason="So.", actor=who, now=NOW)
            for who, yes in zip(people, (True, False), strict=True)
        )
    )
    assert refusals(answers) == ["waiver.decided"]


def test_two_coordinators_offer_the_last_approved_place_and_one_offer_stands():
    assignment, _ = make_offer()
    case = assignment.case
    approve_reviewers(case)
    people = [make_reviewer() for _ in range(3)]
    answers = at_once(*(lambda who=who: offer(case=case, reviewer=who, actor=COORDINATOR, now=NOW) for who in people))
    assert refusals(answers) == ["assignment.live"] * 2
    assert list(Assignment.objects.live().order_by("seat").values_list("seat", flat=True)) == [1, 2]


def test_both_reviewers_submit_at_once_and_the_case_moves_once():
    case, people = held_by_several()
    reviews = [fill_in(case=case, actor=who) for who in people]
    answers = at_once(
        *(
            lambda review=review, who=who: submit(review_id=review.pk, version=review.version, actor=who, now=NOW)
            for review, who in zip(reviews, people, strict=True)
        )
    )
    assert refusals(answers) == []
    case.refresh_from_db()
    assert case.state == "quality_check"
    assert case.events.filter(kind="moved.submit").count() == 1


def test_an_approval_withdrawn_while_its_place_is_offered_never_leaves_a_reviewer_without_one():
    assignment, _ = make_offer()
    case, staff = assignment.case, Actor.of(make_person("coordinator"))
    found = approve_reviewers(case)
    other = make_reviewer()
    at_once(
        lambda: offer(case=case, reviewer=other, actor=COORDINATOR, now=NOW),
        lambda: withdraw_approval(approval_id=found.pk, reason="Mistake.", actor=staff, now=NOW),
    )
    found.refresh_from_db()
    second = Assignment.objects.live().filter(case=case, seat=2).exists()
    assert second == (found.withdrawn_at is None)
