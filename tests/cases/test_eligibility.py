from __future__ import annotations

import datetime as dt

import pytest

from accounts.roles import COORDINATOR as COORDINATOR_ROLE
from cases.models import Case
from cases.rules.eligibility import Standing
from cases.services.application_window import Served, application_window
from cases.services.eligibility import findings
from cases.services.eligibility_decisions import find_ineligible
from cases.services.jurisdictions import jurisdiction
from cases.services.workflow import move
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from tests.factories.cases import COORDINATOR, NOW, an_item, make_case


def find_eligible(case):
    return move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"application": {"signed": False}}, "unsigned"),
        ({"application": {"signed": None}}, "unsigned"),
        ({"application": {"ur_decision_attached": False}}, "no_ur_decision"),
        ({"application": {"liability_disputed": True}}, "liability_disputed"),
        ({"utilization_review": {"conditional_non_certification": True}}, "conditional_non_certification"),
        ({"utilization_review": {"outcome": None}}, "not_utilization_review"),
        (
            {"utilization_review": {"served_date": "2026-09-24", "decision_date": "2026-09-24", "rfa_date": None}},
            "late",
        ),
        (
            {"items": [an_item("Drug", formulary=True)], "application": {"received_at": "2026-11-10T09:00:00-08:00"}},
            "late",
        ),
        ({"application": {"signed_by": "representative"}}, "invalid_representative"),
    ],
)
def test_an_application_with_a_reason_against_it_is_not_found_eligible(change, code):
    case = make_case(state="eligibility", **change)
    with pytest.raises(RuleRefusal) as caught:
        find_eligible(case)
    assert list(caught.value.fields) == [code]
    case.refresh_from_db()
    assert (case.state, case.assigned_on) == ("eligibility", None)


@pytest.mark.django_db
def test_an_application_without_service_date_outside_the_bare_window_waits_for_the_date():
    case = make_case(
        state="eligibility",
        utilization_review={"served_date": None, "decision_date": "2026-09-24", "rfa_date": None},
    )
    [line] = [line for line in findings(case) if line.standing != Standing.MET]
    assert (line.code, line.standing) == ("late", Standing.UNKNOWN)


@pytest.mark.django_db
def test_a_good_application_is_found_eligible_and_assigned_on_the_california_day():
    case = make_case(state="eligibility")
    late_evening = dt.datetime(2026, 11, 24, 7, tzinfo=dt.UTC)
    moved = move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=late_evening)
    case.refresh_from_db()
    assert (moved.state, case.state, moved.assigned_on, case.assigned_on) == (
        "records", "records", dt.date(2026, 11, 23), dt.date(2026, 11, 23),
    )  # fmt: skip


@pytest.mark.django_db
def test_an_expedited_case_says_so_and_only_once():
    case = make_case(state="records")
    moved = move(case=case, event=Event.EXPEDITE, actor=COORDINATOR, now=NOW)
    assert (moved.priority, moved.state) == (Case.Priority.EXPEDITED, "records")
    with pytest.raises(StateRefusal):
        move(case=case, event=Event.EXPEDITE, actor=COORDINATOR, now=NOW)


@pytest.mark.django_db
def test_a_remand_opens_the_next_round():
    assert move(case=make_case(state="served"), event=Event.REMAND, actor=COORDINATOR, now=NOW).round == 2


@pytest.mark.django_db
@pytest.mark.parametrize("reasons", [[], ["late", "ugly"]])
def test_ineligible_needs_a_known_reason(reasons):
    with pytest.raises(InputRefusal):
        find_ineligible(case=make_case(state="eligibility"), reasons=reasons, actor=COORDINATOR, now=NOW)


@pytest.mark.django_db
def test_ineligible_is_for_coordinators():
    auditor = Actor("a@x", frozenset({"auditor"}))
    with pytest.raises(RightRefusal):
        find_ineligible(case=make_case(state="eligibility"), reasons=["unsigned"], actor=auditor, now=NOW)
    assert COORDINATOR.roles == {COORDINATOR_ROLE}


@pytest.mark.django_db
def test_ineligible_keeps_its_reasons_on_the_timeline():
    case = make_case(
        state="eligibility",
        application={"signed": False},
        utilization_review={"served_date": "2026-09-24", "decision_date": "2026-09-24", "rfa_date": None},
    )
    case = find_ineligible(case=case, reasons=["late", "unsigned"], actor=COORDINATOR, now=NOW)
    line = case.events.get(kind="moved.find_ineligible")
    assert (case.state, line.facts["reasons"]) == ("ineligible", ["late", "unsigned"])
    assert "window" in line.sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("served", "service", "last"),
    [
        (dt.date(2026, 10, 21), "mail_ca", dt.date(2026, 11, 25)),
        (dt.date(2026, 10, 22), "personal", dt.date(2026, 11, 23)),  # the 30th day is a Saturday
        (dt.date(2026, 10, 21), "mail_us", dt.date(2026, 11, 30)),
        (dt.date(2026, 10, 21), "mail_abroad", dt.date(2026, 12, 10)),
    ],
)
def test_the_last_day_to_apply(served, service, last):
    window = application_window(
        of=jurisdiction("california"), decided_on=served, decision=Served(served, service), formulary=False
    )
    assert window.last_day == last


@pytest.mark.django_db
@pytest.mark.parametrize("event", [Event.RECORDS_COMPLETE])
def test_nothing_goes_to_a_reviewer_on_the_ur_decision_alone(event):
    papers = [
        {"title": "UR", "kind": "utilization_review_decision"},
        {"title": "Form", "kind": "application_form"},
        {"title": "RFA", "kind": "request_for_authorization"},
    ]
    case = make_case(state="records", documents=papers)
    with pytest.raises(RuleRefusal, match="UR decision alone"):
        move(case=case, event=event, actor=COORDINATOR, now=NOW)
    case.documents.create(position=4, title="Report", kind="medical_report")
    assert move(case=case, event=event, actor=COORDINATOR, now=NOW).state == "ready"
