"""A case of another programme goes through by its own file: numbers, window, reasons, clocks, targets, zone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cases.models import Case, Deadline
from cases.services import deadlines
from cases.services.eligibility import findings, reasons_for
from cases.services.workflow import move
from cases.workflow import Event
from common.errors import InputRefusal, RuleRefusal
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def health_plan(settings):
    settings.JURISDICTION_FOLDERS = [*settings.JURISDICTION_FOLDERS, Path(__file__).parent / "jurisdictions"]


def plan_case(**changes) -> Case:
    return make_case(jurisdiction="health_plan", **changes)


def test_a_jurisdiction_without_rules_and_a_number_of_another_form_are_refused():
    with pytest.raises(InputRefusal, match="jurisdiction: 'mars' is not known"):
        make_case(jurisdiction="mars")
    with pytest.raises(InputRefusal, match="is no case number: it is written HPyyyynnnnn"):
        plan_case(case_number="CM26-0000001")
    assert Case.objects.count() == 0


def test_its_case_goes_from_intake_to_the_decisions_clock_by_its_own_rules():
    case = plan_case()
    assert case.number == "HP202600001"
    assert plan_case(case_number="HP202600007").number == "HP202600007"
    assert [(one.key, one.due) for one in case.targets.all()] == [("opened", dt.date(2026, 11, 4))]

    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=NOW)
    assert set(reasons_for(case)) == {"late", "not_enrolled"}
    [line] = findings(case)
    assert (line.code, line.source) == ("late", "plan manual 4")

    # Half past eleven at night in California on Nov 25 is Nov 26 in Chicago; Thanksgiving is no holiday of the plan.
    night = dt.datetime(2026, 11, 26, 7, 30, tzinfo=dt.UTC)
    move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=night)
    assert deadlines.due_of(case, "noarfi") == dt.date(2026, 11, 30)

    received = dt.date(2026, 11, 2)
    decision = deadlines.start_determination(
        case=case, trigger=received, because="Complete as received.", actor=COORDINATOR, now=NOW
    )
    assert (decision.clock, decision.due) == ("determination", dt.date(2026, 12, 17))
    assert decision.derivation[0] == "Decision: 45 calendar days (plan manual 7)."
    assert deadlines.extension_left(decision) == 0  # this programme knows no extension


def test_its_window_is_its_own():
    in_time = {"served_date": "2026-07-02", "decision_date": "2026-07-02", "rfa_date": None, "service": "mail_ca"}
    # 120 days and 3 for the post end on Nov 2; a day earlier is too early by one.
    assert findings(plan_case(state="eligibility", utilization_review=in_time))[0].standing == "met"
    late = {**in_time, "served_date": "2026-07-01", "decision_date": "2026-07-01"}
    case = plan_case(state="eligibility", utilization_review=late)
    with pytest.raises(RuleRefusal) as caught:
        move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW)
    assert list(caught.value.fields) == ["late"]


def test_made_expedited_its_clock_counts_its_own_hours():
    case = plan_case(state="ready")
    deadlines.start_determination(
        case=case, trigger=dt.date(2026, 11, 20), because="Complete.", actor=COORDINATOR, now=NOW
    )
    move(case=case, event=Event.EXPEDITE, actor=COORDINATOR, now=NOW)
    assert Deadline.objects.get(case=case).due == NOW + dt.timedelta(hours=48)
