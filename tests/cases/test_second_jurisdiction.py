"""A case of another programme goes through by its own file: numbers, window, reasons, clocks, targets, zone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cases.forms.corrections import CorrectionForm
from cases.forms.prefilled import prefilled
from cases.models import Case, Deadline, Notice, RecordRequest
from cases.rules.clocks import end_of
from cases.services import deadlines
from cases.services.ageing import ageing
from cases.services.call_sheets import call_sheet
from cases.services.corrections import preview
from cases.services.eligibility import facts_of, facts_of_row, findings, reasons_for
from cases.services.endings import withdraw
from cases.services.exporting import row_of
from cases.services.owing import owed_by, owing_key
from cases.services.penalty_evidence import evidence
from cases.services.public_status import status_of
from cases.services.workflow import move
from cases.views.case import stage_steps
from cases.workflow import Event
from common.errors import InputRefusal, RuleRefusal
from tests.cases.notices.support import with_wording
from tests.cases.pages import browser
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

    # Half past eleven at night in California on Nov 25 is Nov 26 in New York; Thanksgiving is no holiday of the plan.
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


# --- its days are those of its own zone, not the house's -----------------------------------------------------------
# The house is in California: half past midnight in New York is the evening before there.

EASTERN = ZoneInfo("America/New_York")
AFTER_MIDNIGHT = dt.datetime(2026, 11, 24, 0, 30, tzinfo=EASTERN)
EVENING = AFTER_MIDNIGHT - dt.timedelta(hours=1)
TUESDAY = dt.date(2026, 11, 24)


def received_at(moment: dt.datetime, **changes) -> Case:
    return plan_case(now=moment, application={"received_at": moment.isoformat()}, **changes)


@pytest.mark.parametrize(("moment", "day"), [(EVENING, dt.date(2026, 11, 23)), (AFTER_MIDNIGHT, TUESDAY)])
def test_a_receipt_counts_on_the_day_it_is_there(moment, day):
    case = received_at(moment)
    assert case.application.received_on == day
    assert facts_of(case).received_on == facts_of_row(row_of(case), case).received_on == day
    assert case.targets.get().due == day + dt.timedelta(days=2)  # two business days
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=moment)
    case.refresh_from_db()
    steps = stage_steps(case, list(case.events.all()), "", None)
    assert steps[0]["note"] == f"{day:%b} {day.day}"
    page = browser("coordinator").get(f"/cases/{case.number}/").content.decode()
    assert f"Nov {day.day}, 2026, {moment:%-I:%M}" in page


def test_facts_of_one_day_there_do_not_contradict_one_another_and_a_day_to_come_is_refused():
    in_force = {"decision_date": "2026-11-24", "served_date": "2026-11-24", "rfa_date": "2026-11-24"}
    with pytest.raises(InputRefusal, match="lies in the future; today is 2026-11-23"):
        received_at(EVENING, utilization_review=in_force)
    case = received_at(AFTER_MIDNIGHT, utilization_review=in_force)
    assert case.utilization_review.served_date == case.application.received_on


def test_what_happens_to_it_is_dated_and_refused_by_its_own_day():
    case = plan_case(state="eligibility")
    with pytest.raises(InputRefusal, match="lies in the future"):
        withdraw(case=case, who="Injured worker", how="letter", on=TUESDAY, actor=COORDINATOR, now=EVENING)
    move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=AFTER_MIDNIGHT)
    case.refresh_from_db()
    assert case.assigned_on == TUESDAY
    withdraw(case=case, who="Injured worker", how="letter", on=TUESDAY, actor=COORDINATOR, now=AFTER_MIDNIGHT)
    assert case.events.get(kind=f"moved.{Event.WITHDRAW}").facts["on"] == "2026-11-24"


def test_its_records_are_late_its_evidence_and_its_lists_dated_by_its_own_day():
    case = plan_case(state="records")
    party = case.parties.get(role="claims_administrator")
    due = end_of(TUESDAY, EASTERN)  # the last moment of the day in New York; in California still nine
    RecordRequest.objects.create(
        case=case, position=1, key="file", label="The plan's file", needed="always", kinds=[], party=party,
        owed_by=party.role, asked_at=AFTER_MIDNIGHT, due_at=due, due_why="5 business days",
    )  # fmt: skip
    owing, after = owing_key(party), AFTER_MIDNIGHT + dt.timedelta(days=1)
    [owed] = owed_by(owing)
    assert owed.due_on == TUESDAY
    [line] = call_sheet(owing=owing, now=after)[0].lines
    assert line.late == ageing(now=after).lines[0].oldest == 1
    [failure] = evidence(owing=owing, now=after).failures
    assert (failure.due_on, failure.served_on, failure.late) == (TUESDAY, TUESDAY, 1)


def test_the_desk_types_for_the_usual_programme_in_its_zone_and_state(settings):
    first = prefilled({}, received_at=AFTER_MIDNIGHT, channel="mail")
    assert (first["application-received_on"], first["worker-state"]) == ("11/23/2026", "CA")
    settings.USUAL_JURISDICTION = "health_plan"
    first = prefilled({}, received_at=AFTER_MIDNIGHT, channel="mail")
    assert (first["application-received_on"], first["application-received_time"]) == ("11/24/2026", "00:30")
    assert first["worker-state"] == "NY"


def test_a_correction_and_the_pages_of_a_case_keep_its_own_day():
    case = received_at(AFTER_MIDNIGHT, state="eligibility")
    form = CorrectionForm(case=case, only={"application.received_at"})
    assert form.fields["application.received_at"].initial == TUESDAY
    decided = {"utilization_review.decision_date": "2026-11-24"}
    with pytest.raises(InputRefusal, match="lies in the future; today is 2026-11-23"):
        preview(case=case, changes=decided, actor=COORDINATOR, now=EVENING)
    assert preview(case=case, changes={**decided, "utilization_review.served_date": "2026-11-24"}, actor=COORDINATOR,
                   now=AFTER_MIDNIGHT).changes  # fmt: skip


def test_its_notice_is_dated_and_its_status_page_speaks_by_its_own_day():
    with_wording()
    case = received_at(AFTER_MIDNIGHT, state="eligibility")
    move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=AFTER_MIDNIGHT)
    notice = Notice.objects.get(case=case, kind="noarfi")
    assert notice.frozen, notice.held_because
    assert notice.frozen.content["issued_on"] == "2026-11-24"
    assert notice.frozen.content["facts"]["application_received_on"] == "2026-11-24"
    # Two business days from Tuesday, Nov 24; Thanksgiving is no holiday of the plan.
    status = status_of(case, now=AFTER_MIDNIGHT)
    assert (status.next_clock, status.next_on, status.late) == ("noarfi", dt.date(2026, 11, 26), False)
    assert status_of(case, now=end_of(dt.date(2026, 11, 26), EASTERN) + dt.timedelta(minutes=1)).late
