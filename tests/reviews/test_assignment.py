from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction

from cases.models import Case, CaseTask
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, Statement
from reviews.services.assignment import decline, lapse_overdue, offer, recuse, withdraw
from reviews.services.gate import GateRefusal
from reviews.services.offer_lists import offer_in_turn
from reviews.services.recheck import recheck_live
from reviews.services.statement import statement_parties
from reviews.tasks import lapse_offers
from tests.factories.assignments import COORDINATOR, accept_offer, make_offer, make_person
from tests.factories.cases import NOW, make_case
from tests.factories.reviewers import make_organization, make_reviewer

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
SWEEP = Actor.system("sweep")


def state_of(case):
    return Case.objects.get(pk=case.pk).state


def add_party(case, name="Fresno Hospital", role="facility"):
    return case.parties.create(position=99, role=role, organization=make_organization(name), organization_name=name)


# --- offer ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "medical_director", "auditor", "administrator"])
def test_only_coordinators_offer(role):
    with pytest.raises(RightRefusal):
        offer(case=make_case(state="ready"), reviewer=make_reviewer(), actor=Actor(role, frozenset({role})), now=NOW)


@pytest.mark.parametrize("state", ["received", "eligibility", "records", "in_review", "quality_check", "closed"])
def test_only_a_ready_case_is_offered(state):
    with pytest.raises(StateRefusal, match="cannot be offered"):
        offer(case=make_case(state=state), reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)


def test_a_case_is_offered_to_one_at_a_time():
    assignment, _ = make_offer()
    with pytest.raises(StateRefusal, match=f"offered to {assignment.reviewer.reviewer_id} already"):
        offer(case=assignment.case, reviewer=make_reviewer(), actor=COORDINATOR, now=NOW)


def test_whom_the_gate_stops_is_not_offered_anything():
    case = make_case(state="ready")
    reviewer = make_reviewer(
        affiliations=[{"organization": "Golden Claims Services", "role": "director"}], active=False
    )
    with pytest.raises(GateRefusal) as refusal:
        offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    assert refusal.value.rule == "gate.reviewer.inactive"
    assert "Not active on the panel." in refusal.value.message
    assert "Director of Golden Claims Services" in refusal.value.message
    assert not Assignment.objects.exists()
    assert not OutboxJob.objects.filter(kind="accounts.mail").exists()


def test_an_offer_keeps_what_the_gate_found_and_stands_on_the_timeline():
    case = make_case(state="ready")
    reviewer = make_reviewer(affiliations=[{"organization": "Fresno Spine Group", "role": "staff_privileges"}])
    assignment = offer(case=case, reviewer=reviewer, actor=COORDINATOR, now=NOW)
    (note,) = assignment.gate_findings
    assert (note["door"], note["eligible"]) == ("offer", True)
    assert [finding["rule"] for finding in note["findings"]] == ["conflict.privileges"]
    assert assignment.response_due_at == NOW + 48 * HOUR
    assert assignment.report_due_on == dt.date(2026, 12, 5)
    assert case.events.filter(kind="offered").get().facts["reviewer"] == reviewer.reviewer_id
    assert state_of(case) == "ready"


def test_an_expedited_case_wants_an_answer_within_two_hours():
    case = make_case(state="ready", priority="expedited")
    assert make_offer(case=case)[0].response_due_at == NOW + 2 * HOUR


def test_the_mail_of_an_offer_tells_nothing_but_that_it_waits():
    assignment, _ = make_offer()
    outbox.run(OutboxJob.objects.get(kind="accounts.mail").pk, now=NOW)
    (sent,) = mail.outbox
    assert sent.to == [assignment.reviewer.email]
    assert sent.subject == "An offer is waiting for you"
    text = sent.subject + sent.body
    for secret in ("Alvarado", "Okafor", "CM26", "spine", "Golden", assignment.reviewer.last_name):
        assert secret not in text
    assert "/reviews/" in text


# --- accept --------------------------------------------------------------------------------------------------------


def test_nobody_but_the_reviewer_answers():
    assignment, _ = make_offer()
    other = Actor.of(make_reviewer(user=make_person()).user)
    for actor in (COORDINATOR, SWEEP, other, Actor("nobody", frozenset({"reviewer"}))):
        with pytest.raises(RightRefusal):
            accept_offer(assignment, actor)
        with pytest.raises(RightRefusal):
            decline(assignment_id=assignment.pk, reason="time", note="", actor=actor, now=NOW)


@pytest.mark.parametrize("answer", [None, "", "maybe"])
def test_every_line_of_the_statement_needs_an_answer(answer):
    assignment, actor = make_offer()
    for line in statement_parties(assignment.case):
        with pytest.raises(InputRefusal) as refusal:
            accept_offer(assignment, actor, answers={line.key: answer})
        assert set(refusal.value.fields) == {line.key}
    assert state_of(assignment.case) == "ready"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credentials_current": False}, "credentials_current"),
        ({"knowledge_sufficient": False}, "knowledge_sufficient"),
        ({"pay_independent": False}, "pay_independent"),
        ({"signed_name": ""}, "signed_name"),
        ({"signed_name": "Somebody Else"}, "signed_name"),
    ],
)
def test_every_declaration_and_the_own_name_are_needed(change, field):
    assignment, actor = make_offer()
    with pytest.raises(InputRefusal) as refusal:
        accept_offer(assignment, actor, **change)
    assert set(refusal.value.fields) == {field}
    assert not Statement.objects.exists()


def test_the_statement_names_every_party_of_the_law():
    assignment, _ = make_offer(case=make_case(state="ready"))
    lines = [(line.role, line.name) for line in statement_parties(assignment.case)]
    assert lines == [
        ("worker", "Ana Alvarado"),
        ("worker_family", "Anybody of the family"),
        ("employer", "Valley Orchards Inc."),
        ("claims_administrator", "Golden Claims Services"),
        ("utilization_reviewer", "Clearpath UR"),
        ("requesting_physician", "Peter Okafor, Fresno Spine Group"),
        ("officers", "Those of Valley Orchards Inc., Golden Claims Services"),
        ("makers", "Physical therapy 2 times a week for 6 weeks, lumbar spine"),
    ]


def test_knowing_one_party_declines_for_conflict_without_further_questions():
    assignment, actor = make_offer()
    answered = accept_offer(assignment, actor, answers={"worker": "known"}, signed_name="", credentials_current=False)
    assert (answered.status, answered.decline_reason) == ("declined", "conflict")
    assert answered.decline_note == "Known: worker: Ana Alvarado"
    assert state_of(assignment.case) == "ready"
    with pytest.raises(GateRefusal, match="Declined this case before"):
        offer(case=assignment.case, reviewer=assignment.reviewer, actor=COORDINATOR, now=NOW)


def test_knowing_one_party_is_enough_although_no_other_line_is_answered():
    assignment, actor = make_offer()
    nothing = {line.key: "" for line in statement_parties(assignment.case)}
    answered = accept_offer(assignment, actor, answers={**nothing, "worker": "known"}, signed_name="")
    assert (answered.status, answered.decline_note) == ("declined", "Known: worker: Ana Alvarado")


def test_a_signed_statement_puts_the_case_in_review():
    assignment, actor = make_offer()
    accept_offer(assignment, actor)
    statement = Statement.objects.get()
    assert {line["answer"] for line in statement.parties} == {"none"}
    assert len(statement.parties) == len(statement_parties(assignment.case))
    assert state_of(assignment.case) == "in_review"
    assignment.refresh_from_db()
    assert [note["door"] for note in assignment.gate_findings] == ["offer", "accept"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.update(signed_name="x")


def test_an_offer_is_answered_once_and_in_time():
    assignment, actor = make_offer()
    with pytest.raises(StateRefusal, match="time to answer"):
        accept_offer(assignment, actor, now=NOW + 49 * HOUR)
    accept_offer(assignment, actor)
    with pytest.raises(StateRefusal, match="accepted already"):
        accept_offer(assignment, actor)
    with pytest.raises(StateRefusal, match="accepted already"):
        decline(assignment_id=assignment.pk, reason="time", note="", actor=actor, now=NOW)


def test_a_party_added_after_the_offer_must_be_answered_too():
    assignment, actor = make_offer()
    before = {line.key: "none" for line in statement_parties(assignment.case)}
    party = add_party(assignment.case)
    with pytest.raises(InputRefusal) as refusal:
        accept_offer(assignment, actor, answers={f"party-{party.pk}": None})
    assert set(refusal.value.fields) == {f"party-{party.pk}"}
    assert f"party-{party.pk}" not in before


def test_the_gate_is_asked_again_at_acceptance_and_its_refusal_is_kept():
    assignment, actor = make_offer()
    assignment.reviewer.licenses.update(status="restricted")
    with pytest.raises(GateRefusal) as refusal:
        accept_offer(assignment, actor)
    assert refusal.value.rule == "gate.license.restricted"
    assignment.refresh_from_db()
    assert (assignment.status, assignment.gate_findings[-1]["eligible"]) == ("offered", False)
    assert assignment.case.events.filter(kind="gate.refused").count() == 1


# --- decline, lapse, withdraw, recuse ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "note", "field"), [("", "", "reason"), ("bored", "", "reason"), ("other", " ", "note")]
)
def test_a_refusal_needs_a_reason(reason, note, field):
    assignment, actor = make_offer()
    with pytest.raises(InputRefusal) as refusal:
        decline(assignment_id=assignment.pk, reason=reason, note=note, actor=actor, now=NOW)
    assert set(refusal.value.fields) == {field}


def test_a_declined_case_waits_for_another():
    assignment, actor = make_offer()
    assert decline(assignment_id=assignment.pk, reason="scope", note="", actor=actor, now=NOW).status == "declined"
    assert state_of(assignment.case) == "ready"
    make_offer(case=assignment.case)


def test_offers_lapse_when_their_time_is_over_and_not_before():
    late, _ = make_offer(now=NOW - 49 * HOUR)
    fresh, _ = make_offer()
    held, actor = make_offer(now=NOW - 47 * HOUR)
    accept_offer(held, actor)
    assert lapse_overdue(actor=SWEEP, now=NOW) == 1
    assert lapse_overdue(actor=SWEEP, now=NOW) == 0
    assert [Assignment.objects.get(pk=row.pk).status for row in (late, fresh, held)] == [
        "lapsed",
        "offered",
        "accepted",
    ]


def test_an_offer_that_lapses_is_a_task_for_who_made_it_unless_a_list_goes_on():
    made_by = make_person("coordinator")
    case, staff = make_case(state="ready"), Actor.of(made_by)
    offer(case=case, reviewer=make_reviewer(), actor=staff, now=NOW)
    lapse_overdue(actor=SWEEP, now=NOW + 216 * HOUR)
    task = CaseTask.objects.get()
    assert (task.owner, task.case) == (made_by, case)
    assert "let the offer lapse" in task.what
    CaseTask.objects.all().delete()
    people = [make_reviewer(), make_reviewer()]
    offer_in_turn(case=case, reviewers=people, actor=staff, now=NOW)
    lapse_overdue(actor=SWEEP, now=NOW + 216 * HOUR)
    assert not CaseTask.objects.exists()  # the next one is asked by itself


def test_the_scheduler_lets_offers_lapse(settings):
    make_offer(now=NOW - 49 * HOUR)
    assert lapse_offers.name in {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}
    with time_machine.travel(NOW):
        lapse_offers()
    assert Assignment.objects.get().status == "lapsed"


def test_offers_end_with_their_case():
    assignment, _ = make_offer()
    Case.objects.filter(pk=assignment.case_id).update(state="withdrawn")
    assert lapse_overdue(actor=SWEEP, now=NOW) == 1
    assert Assignment.objects.get().status == "withdrawn"


def test_staff_take_an_offer_back_and_may_make_it_again():
    assignment, actor = make_offer()
    with pytest.raises(RightRefusal):
        withdraw(assignment_id=assignment.pk, reason="x", actor=actor, now=NOW)
    with pytest.raises(InputRefusal):
        withdraw(assignment_id=assignment.pk, reason=" ", actor=COORDINATOR, now=NOW)
    assert withdraw(assignment_id=assignment.pk, reason="wrong case", actor=COORDINATOR, now=NOW).status == "withdrawn"
    with pytest.raises(StateRefusal, match="was withdrawn"):
        accept_offer(assignment, actor)
    assert make_offer(case=assignment.case, reviewer=assignment.reviewer)[0].status == "offered"


@pytest.mark.parametrize("by", ["staff", "reviewer"])
def test_a_reviewer_taken_off_leaves_the_case_ready_for_another(by):
    assignment, actor = make_offer()
    if by == "reviewer":
        with pytest.raises(StateRefusal, match="offer still"):
            recuse(assignment_id=assignment.pk, reason="conflict", actor=actor, now=NOW)
    accept_offer(assignment, actor)
    if by == "staff":
        ended = withdraw(assignment_id=assignment.pk, reason="conflict found", actor=COORDINATOR, now=NOW)
    else:
        with pytest.raises(RightRefusal):
            recuse(assignment_id=assignment.pk, reason="conflict", actor=COORDINATOR, now=NOW)
        with pytest.raises(InputRefusal):
            recuse(assignment_id=assignment.pk, reason="", actor=actor, now=NOW)
        ended = recuse(assignment_id=assignment.pk, reason="I treated the worker", actor=actor, now=NOW)
    assert ended.status == ("withdrawn" if by == "staff" else "recused")
    assert state_of(assignment.case) == "ready"
    make_offer(case=assignment.case)


# --- facts that change ---------------------------------------------------------------------------------------------


def test_a_party_added_later_takes_back_the_offer_that_it_hits():
    reviewer = make_reviewer(user=make_person(), affiliations=[{"organization": "Fresno Hospital", "role": "employee"}])
    assignment, _ = make_offer(reviewer=reviewer)
    assert recheck_live(case=assignment.case, now=NOW).eligible
    add_party(assignment.case)
    assert not recheck_live(case=assignment.case, now=NOW).eligible
    assignment.refresh_from_db()
    assert assignment.status == "withdrawn"
    assert "Employee of Fresno Hospital" in assignment.withdraw_reason


def test_a_party_added_later_stops_the_holder_at_the_next_door():
    from reviews.services.gate import refuse_unless_gate_open

    reviewer = make_reviewer(user=make_person(), affiliations=[{"organization": "Fresno Hospital", "role": "employee"}])
    assignment, actor = make_offer(reviewer=reviewer)
    accept_offer(assignment, actor)
    add_party(assignment.case)
    recheck_live(case=assignment.case, now=NOW)
    assert assignment.case.events.filter(kind="gate.stopped").count() == 1
    assignment.refresh_from_db()
    assert assignment.status == "accepted"
    for door in ("open", "submit", "approve", "seal"):
        with pytest.raises(GateRefusal):
            refuse_unless_gate_open(case=assignment.case, assignment=assignment, door=door, now=NOW)
