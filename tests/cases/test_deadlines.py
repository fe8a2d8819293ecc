from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from cases.models import Case, CaseTarget, Deadline, DeadlineEvent, Document, HolidayOverride, RulesInForce
from cases.services import deadlines, joining
from cases.services.deadlines.recomputing import notice_changed_rules
from cases.services.deadlines.upkeep import lay_missing_targets_out
from cases.services.eligibility_decisions import find_ineligible, take_back
from cases.services.endings import authorize, reinstate
from cases.services.workflow import move, record
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from tests.factories.cases import COORDINATOR, NOW, an_item, make_case

pytestmark = pytest.mark.django_db

READER = Actor(name="auditor@example.org", roles=frozenset({"auditor"}))
RECOMPUTED_TWO = 28
DAY = dt.timedelta(days=1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def running(case: Case, clock: str = "determination", trigger: str = "2026-11-20", **more) -> Deadline:
    return deadlines.start(case=case, clock=clock, trigger=day(trigger), actor=COORDINATOR, now=NOW, **more)


def again(deadline: Deadline) -> Deadline:
    return Deadline.objects.get(pk=deadline.pk)


def history(deadline: Deadline) -> list[tuple[str, str, str]]:
    return list(deadline.events.values_list("kind", "due_before", "due_after"))


def test_a_clock_that_the_jurisdiction_does_not_have_is_refused():
    with pytest.raises(InputRefusal, match="no clock 'lunch'"):
        running(make_case(), clock="lunch")
    assert Deadline.objects.count() == 0


def test_a_started_clock_keeps_its_due_date_its_derivation_and_the_cases_next_dates():
    case = make_case(state="ready")
    deadline = running(case, because="Completed by “Progress report”.")
    assert (deadline.due, deadline.clock) == (day("2026-12-21"), "determination")  # Dec 20 is a Sunday
    assert "Completed by “Progress report”." in deadline.derivation
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.next_due_at, fresh.next_due_clock) == (deadline.due_at, "determination")
    assert case.next_due_at == fresh.next_due_at
    assert history(deadline) == [("started", "", "2026-12-21")]


def test_the_same_clock_started_again_changes_nothing_and_from_another_day_moves():
    case = make_case(state="ready")
    first = running(case)
    assert running(case).pk == first.pk
    moved = running(case, trigger="2026-11-18", because="An earlier record completed it.")
    assert (moved.pk, moved.due) == (first.pk, day("2026-12-18"))
    assert history(moved) == [("started", "", "2026-12-21"), ("moved", "2026-12-21", "2026-12-18")]


def test_an_expedited_case_takes_the_expedited_clock():
    case = make_case(state="ready", priority="expedited")
    at = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
    deadline = deadlines.start(case=case, clock="determination", trigger=at, actor=COORDINATOR, now=NOW)
    assert (deadline.clock, deadline.due) == ("determination_expedited", at + 3 * DAY)


def test_stopping_needs_the_right_a_reason_and_a_clock_that_runs_in_time():
    case = make_case(state="ready")
    deadline = running(case)
    with pytest.raises(RightRefusal):
        deadlines.stop(deadline=deadline, because="x", actor=READER, now=NOW)
    with pytest.raises(InputRefusal, match="Say why"):
        deadlines.stop(deadline=deadline, because=" ", actor=COORDINATOR, now=NOW)
    with pytest.raises(RuleRefusal, match="is overdue"):
        deadlines.stop(deadline=deadline, because="x", actor=COORDINATOR, now=NOW + 60 * DAY)
    with pytest.raises(StateRefusal, match="is running"):
        deadlines.restart(deadline=deadline, because="x", actor=COORDINATOR, now=NOW)
    assert history(deadline) == [("started", "", "2026-12-21")]


def test_a_clock_is_stopped_and_runs_on_or_anew():
    case = make_case(state="ready")
    deadline = running(case)
    deadlines.stop(deadline=deadline, because="The court asked to wait", actor=COORDINATOR, now=NOW)
    stopped = again(deadline)
    assert (stopped.due, stopped.stopped, Case.objects.get().next_due_at) == (None, True, None)
    assert set(stopped.targets.values_list("due_on", flat=True)) == {None}
    with pytest.raises(StateRefusal, match="stopped already"):
        deadlines.stop(deadline=deadline, because="x", actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal, match="before it was stopped"):
        deadlines.restart(deadline=deadline, because="x", on=day("2026-11-20"), actor=COORDINATOR, now=NOW)
    deadlines.restart(
        deadline=deadline, because="The court ruled", on=day("2026-12-01"), actor=COORDINATOR, now=NOW + 10 * DAY
    )
    assert again(deadline).due == day("2026-12-29")  # 28 days were left on Nov 23
    assert [kind for kind, _, _ in history(deadline)] == ["started", "stopped", "restarted"]
    sentences = list(case.events.filter(kind__startswith="deadline.").values_list("sentence", flat=True))
    assert sentences == [
        "Determination: Stopped: The court asked to wait. Due no date while it is stopped.",
        "Determination: Runs again: The court ruled. Due Tue, Dec 29, 2026.",
    ]


def extend(deadline: Deadline, days: int, **changes) -> Deadline:
    facts = {
        "approval": "the AD, letter in record 7",
        "approved_on": day("2026-11-20"),
        "actor": COORDINATOR,
        "now": NOW,
    }
    return deadlines.extend(deadline=deadline, days=days, **{**facts, **changes})


def test_an_extension_needs_its_approval_and_ends_at_three_days_in_all():
    deadline = running(make_case(state="ready"))
    with pytest.raises(InputRefusal) as caught:
        extend(deadline, 0, approval=" ", approved_on=day("2026-12-24"))
    assert set(caught.value.fields) == {"days", "approval", "approved_on"}
    with pytest.raises(RuleRefusal, match="At most 3 more days"):
        extend(deadline, 4)
    with pytest.raises(RightRefusal):
        extend(deadline, 1, actor=READER)
    assert extend(deadline, 2).due == day("2026-12-23")
    with pytest.raises(RuleRefusal, match="At most 1 more day"):
        extend(deadline, 2)
    assert extend(deadline, 1).due == day("2026-12-24")
    with pytest.raises(RuleRefusal, match="used up"):
        extend(deadline, 1)
    facts = deadline.events.filter(kind="extended").first().facts
    assert (facts["approval"], facts["approved_on"]) == ("the AD, letter in record 7", "2026-11-20")


def test_a_closed_clock_is_left_alone():
    case = make_case(state="ready")
    deadline = running(case)
    met = deadlines.meet(case=case, clock="determination", at=NOW, actor=COORDINATOR, now=NOW)
    assert (met.met_at, met.late(NOW)) == (NOW, False)
    assert deadlines.meet(case=case, clock="determination", actor=COORDINATOR, now=NOW) is None
    for act in (deadlines.stop, deadlines.restart):
        with pytest.raises(StateRefusal, match="is closed"):
            act(deadline=deadline, because="x", actor=COORDINATOR, now=NOW)
    assert Case.objects.get().next_due_at is None
    assert not CaseTarget.objects.filter(deadline=deadline, ended_at=None)


def test_late_is_read_off_the_last_moment_of_the_day():
    case = make_case(state="ready")
    deadline = running(case)
    last = dt.datetime(2026, 12, 22, 7, 59, 59, tzinfo=dt.UTC)  # 23:59:59 in California
    assert (deadline.late(last), deadline.late(last + dt.timedelta(seconds=1))) == (False, True)
    assert list(Deadline.objects.overdue(last + DAY)) == [deadline]


def test_history_is_never_changed_and_a_deadline_never_deleted():
    deadline = running(make_case(state="ready"))
    with pytest.raises(DatabaseError), transaction.atomic():
        DeadlineEvent.objects.update(sentence="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).delete()


# --- the workflow ----------------------------------------------------------------------------------------------------


def test_a_new_case_has_its_targets_from_the_receipt():
    case = make_case()  # received Monday, November 2
    targets = {one.key: one.due for one in case.targets.all()}
    assert targets == {"opened": day("2026-11-03"), "eligibility": day("2026-11-05")}
    assert (case.next_target_on, case.next_due_at) == (day("2026-11-03"), None)
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=NOW)
    assert Case.objects.get().next_target_on == day("2026-11-05")


def test_a_target_that_an_event_meets_is_done_and_not_ended_with_the_clocks():
    case = make_case()
    for event in (Event.OPEN, Event.FIND_ELIGIBLE):
        move(case=case, event=event, actor=COORDINATOR, now=NOW)
    decided = case.targets.get(key="eligibility")
    assert (decided.done_at, decided.ended_at) == (NOW, None)
    served = make_case(state="determined")
    deadlines.start(case=served, clock="determination", trigger=NOW, actor=COORDINATOR, now=NOW)
    move(case=served, event=Event.SERVE, actor=COORDINATOR, now=NOW)
    assert served.targets.get(key="served").done_at == NOW


def test_found_eligible_the_notice_of_assignment_is_due_in_one_business_day_over_thanksgiving():
    case = make_case(state="eligibility")
    wednesday = dt.datetime(2026, 11, 26, 1, tzinfo=dt.UTC)  # Nov 25, 17:00 in California
    move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=wednesday)
    assert deadlines.due_of(case, "noarfi") == day("2026-11-27")
    fresh = Case.objects.get()
    assert (fresh.next_due_clock, fresh.next_target_on) == ("noarfi", day("2026-11-27"))


def completed(case: Case, **facts) -> Deadline:
    from cases.services.deadlines import following
    from cases.services.workflow import Moved

    following._start_the_determination(Moved(case, Event.RECORDS_COMPLETE, "records", facts, COORDINATOR, NOW))
    return case.deadlines.get(first_clock__startswith="determination")


def test_the_determination_clock_starts_at_the_receipt_of_the_record_that_completed_the_file():
    case = make_case(state="records")
    running(case, clock="records_electronic", trigger="2026-11-05")
    deadline = completed(case)
    assert (deadline.trigger_on, deadline.due) == (day("2026-11-09"), day("2026-12-09"))
    assert "Completed by “Progress report”, received Mon, Nov 9, 2026." in deadline.derivation
    assert deadline.trigger_ref == f"document:{Document.objects.get(title='Progress report').pk}"
    records = case.deadlines.get(clock="records_electronic")
    assert (records.met_at, records.late(NOW)) == (deadline.trigger_at, False)
    targets = {one.key: one.due for one in deadline.targets.all()}
    assert targets == {
        "offer": day("2026-11-12"),
        "acceptance": day("2026-11-13"),
        "report": day("2026-11-25"),
        "quality_check": day("2026-12-04"),
        "served": day("2026-12-08"),
    }


def test_going_on_without_records_starts_the_clock_on_the_day_they_were_due():
    from cases.services.deadlines import following
    from cases.services.workflow import Moved

    case = make_case(state="records")
    records = running(case, clock="records_mail", trigger="2026-11-03")
    following._start_the_determination(Moved(case, Event.PROCEED, "records", {}, COORDINATOR, NOW))
    deadline = case.deadlines.get(clock="determination")
    assert (records.due, deadline.trigger_on) == (day("2026-11-18"), day("2026-11-18"))
    assert "The records never came; the clock starts on the day they were due." in deadline.derivation
    assert again(records).ended_at is not None


@pytest.mark.parametrize(
    ("formulary", "clock"), [([True, True], "determination_formulary"), ([True, False], "determination_formulary"),
                             ([False], "determination")],
)  # fmt: skip
def test_the_items_choose_the_determination_clock(formulary, clock):
    items = [an_item(f"Drug {place}", formulary=one) for place, one in enumerate(formulary)]
    assert completed(make_case(state="records", items=items)).clock == clock


def test_made_expedited_every_clock_is_worked_out_again():
    case = make_case(state="records")
    records = running(case, clock="records_mail", trigger="2026-11-20")
    asked = running(case, clock="eligibility_answer", trigger="2026-11-20")
    move(case=case, event=Event.EXPEDITE, actor=COORDINATOR, now=NOW)
    records, asked = again(records), again(asked)
    assert (records.clock, records.due) == ("records_expedited", NOW + DAY)
    assert history(records)[-1] == ("converted", "2026-12-07", (NOW + DAY).isoformat())
    assert asked.clock == "eligibility_answer"
    assert Case.objects.get().next_due_at == NOW + DAY
    assert deadlines.meet(case=case, clock="records_mail", actor=COORDINATOR, now=NOW).clock == "records_expedited"


def test_deferral_stops_the_clocks_and_the_case_taken_up_again_gets_a_new_target():
    case = make_case(application={"liability_disputed": True})
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=NOW)
    asked = running(case, clock="eligibility_answer", trigger="2026-11-20")
    move(case=case, event=Event.DEFER, actor=COORDINATOR, now=NOW)
    assert again(asked).stopped
    assert Case.objects.get().next_target_on is None
    move(case=case, event=Event.LIABILITY_RESOLVED, actor=COORDINATOR, now=NOW + 30 * DAY)
    assert Case.objects.get().next_target_on == day("2026-12-29")
    assert again(asked).due == day("2026-12-31")


@pytest.mark.parametrize("event", [Event.WITHDRAW, Event.TERMINATE])
def test_a_case_that_ends_ends_its_clocks(event):
    case = make_case(state="records")
    running(case, clock="records_mail")
    move(case=case, event=event, actor=COORDINATOR, now=NOW)
    fresh = Case.objects.get()
    assert (fresh.next_due_at, fresh.next_due_clock, fresh.next_target_on) == (None, "", None)
    assert not fresh.deadlines.open().exists()


def test_a_remand_starts_the_determination_anew_for_the_new_round():
    case = make_case(state="served")
    running(case, clock="appeal", service="mail_ca")
    move(case=case, event=Event.REMAND, actor=COORDINATOR, now=NOW)
    [deadline] = case.deadlines.open()
    assert (deadline.clock, deadline.round, deadline.trigger_on) == ("determination", 2, day("2026-11-23"))


# --- worked out anew -------------------------------------------------------------------------------------------------


def test_a_corrected_receipt_moves_the_targets():
    from cases.services.corrections import correct

    case = make_case()
    correct(
        case=case, changes={"application.received_at": "2026-11-04T09:00:00-08:00"}, reason="Stamp misread",
        actor=COORDINATOR, now=NOW, version=case.version,
    )  # fmt: skip
    assert Case.objects.get().next_target_on == day("2026-11-05")


def test_a_corrected_receipt_of_the_completing_record_moves_the_clock_with_old_and_new_date():
    case = make_case(state="records")
    deadline = completed(case)
    Document.objects.filter(title="Progress report").update(received_at=NOW - 10 * DAY)
    [moved] = deadlines.recompute(case=case, because="The receipt was corrected", actor=COORDINATOR, now=NOW)
    assert moved.due == day("2026-12-14")
    event = again(deadline).events.last()
    assert (event.due_before, event.due_after) == ("2026-12-09", "2026-12-14")
    assert event.sentence == "Worked out anew: The receipt was corrected. Wed, Dec 9, 2026 → Mon, Dec 14, 2026."
    assert deadlines.recompute(case=case, because="Again", actor=COORDINATOR, now=NOW) == []


def run_jobs() -> None:
    for _ in range(3):
        for job in OutboxJob.objects.filter(done_at=None):
            outbox.run(job.pk, now=NOW)


def test_a_holiday_declared_by_the_house_moves_open_clocks_and_taking_it_back_moves_them_back():
    case, other = make_case(state="ready"), make_case(state="ready")
    open_one, met = running(case), running(other)
    deadlines.meet(case=other, clock="determination", actor=COORDINATOR, now=NOW)
    assert notice_changed_rules(now=NOW) == []  # the first time it only remembers
    mourning = HolidayOverride.objects.create(
        calendar="office", day=day("2026-12-21"), name="Day of mourning", source="Order N-1-26"
    )
    assert notice_changed_rules(now=NOW) == ["california"]
    assert notice_changed_rules(now=NOW) == []
    run_jobs()
    assert (again(open_one).due, again(met).due) == (day("2026-12-22"), day("2026-12-21"))
    assert "Mon, Dec 21, 2026 is Day of mourning; the last day moves on." in again(open_one).derivation
    assert history(open_one)[-1] == ("worked_out", "2026-12-21", "2026-12-22")
    assert case.events.filter(kind="deadline.worked_out").count() == 1
    mourning.delete()
    assert notice_changed_rules(now=NOW + DAY) == ["california"]
    run_jobs()
    assert again(open_one).due == day("2026-12-21")
    assert Case.objects.get(pk=case.pk).next_due_at == again(open_one).due_at


def test_a_changed_rule_moves_open_clocks(settings, tmp_path):
    from pathlib import Path

    case = make_case(state="ready")
    deadline = running(case)
    notice_changed_rules(now=NOW)
    text = Path("cases/jurisdictions/california.toml").read_text()
    changed = text.replace('name = "Determination"\nlength = 30', 'name = "Determination"\nlength = 45', 1)
    assert changed != text
    (tmp_path / "california.toml").write_text(changed)
    settings.JURISDICTION_FOLDERS = [*settings.JURISDICTION_FOLDERS, tmp_path]
    notice_changed_rules(now=NOW)
    run_jobs()
    assert again(deadline).due == day("2027-01-04")
    assert RulesInForce.objects.get(jurisdiction="california").since == NOW


@pytest.mark.parametrize("ended", [1, 3, 30])
def test_cases_without_a_clock_are_passed_over_when_rules_change(ended, django_assert_num_queries):
    first = make_case()
    without = [make_case() for _ in range(ended)]
    Case.objects.filter(pk__in=[case.pk for case in without]).update(next_due_at=None, next_target_on=None)
    last = make_case()
    notice_changed_rules(now=NOW)
    HolidayOverride.objects.create(calendar="office", day=day("2026-12-21"), name="Day of mourning", source="Order")
    notice_changed_rules(now=NOW)
    outbox.run(OutboxJob.objects.get(kind="deadlines.rules_changed").pk, now=NOW)
    job = OutboxJob.objects.get(kind="deadlines.work_out")
    assert job.key.endswith(f":{first.pk}-{last.pk}")
    with django_assert_num_queries(RECOMPUTED_TWO):
        outbox.HANDLERS[job.kind](job)


@pytest.mark.parametrize("clock", ["noarfi", "records_mail", "eligibility_answer", "appeal"])
def test_only_determinations_are_extended(clock):
    deadline = running(make_case(state="records"), clock=clock)
    with pytest.raises(RuleRefusal, match="never extended"):
        extend(deadline, 1)
    assert [kind for kind, _, _ in history(deadline)] == ["started"]


@pytest.mark.parametrize(
    "facts", [{}, {"days": 1}, {"days": 0, "approval": "the AD", "approved_on": "2026-11-20"},
              {"days": 1, "approval": "", "approved_on": "2026-11-20"}],
)  # fmt: skip
def test_the_database_keeps_no_extension_without_its_approval(facts):
    deadline = running(make_case(state="ready"))
    with pytest.raises(DatabaseError, match="extended_with_an_approval"), transaction.atomic():
        DeadlineEvent.objects.create(deadline=deadline, at=NOW, kind="extended", facts=facts, sentence="x")


def test_a_clock_is_stopped_only_where_it_ran_and_runs_again_from_no_day_to_come():
    deadline = running(make_case(state="ready"))
    for on, said in (("2026-11-24", "not come yet"), ("2026-11-19", "ran from Fri, Nov 20, 2026 on")):
        with pytest.raises(InputRefusal, match=said) as caught:
            deadlines.stop(deadline=deadline, because="x", on=day(on), actor=COORDINATOR, now=NOW)
        assert set(caught.value.fields) == {"on"}
    deadlines.stop(deadline=deadline, because="x", on=day("2026-11-23"), actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal, match="not come yet"):
        deadlines.restart(deadline=deadline, because="x", on=day("2026-12-02"), actor=COORDINATOR, now=NOW + DAY)
    deadlines.restart(deadline=deadline, because="x", on=day("2026-11-24"), actor=COORDINATOR, now=NOW + DAY)
    with pytest.raises(InputRefusal, match="cannot be stopped before"):
        deadlines.stop(deadline=deadline, because="x", on=day("2026-11-23"), actor=COORDINATOR, now=NOW + DAY)
    assert again(deadline).due == day("2026-12-22")


def open_targets(case: Case) -> dict[str, dt.date | None]:
    return dict(case.targets.filter(done_at=None, ended_at=None).values_list("key", "due_on"))


def test_a_finding_taken_back_opens_the_target_to_decide_again():
    case = make_case(state="eligibility", utilization_review={"conditional_non_certification": True})
    before = open_targets(case)["eligibility"]
    case = find_ineligible(case=case, reasons=["conditional_non_certification"], actor=COORDINATOR, now=NOW)
    row = case.targets.get(key="eligibility")
    assert (row.done_at, row.ended_at) == (NOW, None)  # decided, not ended undone
    case = take_back(case=case, actor=COORDINATOR, now=NOW + DAY)
    assert open_targets(case)["eligibility"] == before
    CaseTarget.objects.update(ended_at=NOW)  # as an older release left it
    case = find_ineligible(case=case, reasons=["conditional_non_certification"], actor=COORDINATOR, now=NOW + DAY)
    case = take_back(case=case, actor=COORDINATOR, now=NOW + 2 * DAY)
    assert open_targets(case)["eligibility"] == day("2026-12-02")  # three business days over Thanksgiving
    assert Case.objects.get(pk=case.pk).next_target_on == day("2026-12-02")


@pytest.mark.parametrize("join", [joining.merge, joining.consolidate])
def test_a_case_joined_to_another_has_no_clocks_and_gets_them_back_when_that_is_undone(join):
    facts = {"claim": {"claim_number": "CL-77", "injury_date": "2025-02-03"}}
    earlier, later = make_case(state="records", **facts), make_case(state="records", **facts)
    clock, answered = running(later, clock="records_mail"), running(later, clock="noarfi")
    deadlines.meet(case=later, clock="noarfi", actor=COORDINATOR, now=NOW)
    before = open_targets(later)
    join(case=later, other=earlier, actor=COORDINATOR, now=NOW + DAY)
    assert (again(clock).is_open, open_targets(later)) == (False, {})
    assert Case.objects.get(pk=later.pk).next_target_on is None
    joining.undo(case=later, other=earlier, actor=COORDINATOR, now=NOW + 2 * DAY)
    assert (again(clock).due, again(clock).is_open) == (day("2026-12-07"), True)
    assert again(answered).ended_at is None
    assert history(clock)[-1] == ("worked_out", "2026-12-07", "2026-12-07")
    assert open_targets(later) == before
    assert Case.objects.get(pk=later.pk).next_due_clock == "records_mail"


def test_an_item_that_leaves_the_dispute_leaves_its_clock_to_it():
    case = make_case(state="ready", items=[an_item("Omeprazole", formulary=True), an_item("MRI of the knee")])
    deadlines.start_determination(
        case=case, trigger=day("2026-11-23"), because="Completed by “Report”.", actor=COORDINATOR, now=NOW
    )
    assert deadlines.due_of(case, "determination_formulary") == day("2026-12-01")
    authorize(case=case, positions=[2], by="Claims administrator", on=NOW.date(), actor=COORDINATOR, now=NOW)
    assert deadlines.due_of(case, "determination_formulary") == day("2026-12-01")
    reinstate(case=case, position=2, actor=COORDINATOR, now=NOW)
    authorize(case=case, positions=[1], by="Claims administrator", on=NOW.date(), actor=COORDINATOR, now=NOW)
    [left] = case.deadlines.open()
    assert (left.clock, left.due, left.because) == ("determination", day("2026-12-23"), "Completed by “Report”.")
    reinstate(case=case, position=1, actor=COORDINATOR, now=NOW + DAY)
    assert [one.clock for one in case.deadlines.open()] == ["determination_formulary"]
    authorize(case=case, positions=[1], by="Claims administrator", on=NOW.date(), actor=COORDINATOR, now=NOW + 30 * DAY)
    assert [one.clock for one in case.deadlines.open()] == ["determination_formulary"]  # late already


def test_made_expedited_the_targets_from_the_receipt_are_shorter():
    case = make_case(state="eligibility", application={"received_at": "2026-11-20T09:15:00-08:00"})
    assert open_targets(case)["eligibility"] == day("2026-11-25")
    case = move(case=case, event=Event.EXPEDITE, actor=COORDINATOR, now=NOW)
    assert open_targets(case)["eligibility"] == day("2026-11-23")


def test_open_clocks_and_cases_that_lack_a_target_get_it_and_what_was_done_stays_done():
    case, whole, over = (make_case(state=state) for state in ("ready", "ready", "closed"))
    for one in (case, whole):
        running(one)
    wanted = set(case.targets.values_list("key", flat=True))
    case.targets.filter(key__in=["offer", "report", "opened"]).delete()
    over.targets.all().delete()
    record(case=case, kind="moved.accept", sentence="Accepted.", actor=COORDINATOR, now=NOW + DAY)
    record(case=case, kind="moved.open", sentence="Opened.", actor=COORDINATOR, now=NOW)
    later = NOW + 2 * DAY
    assert lay_missing_targets_out(actor=COORDINATOR, now=later, at_once=1) == 1
    assert lay_missing_targets_out(actor=COORDINATOR, now=later) == 0
    assert set(case.targets.values_list("key", flat=True)) == wanted
    done = dict(case.targets.filter(key__in=["offer", "opened", "report"]).values_list("key", "done_at"))
    assert done == {"offer": NOW + DAY, "opened": NOW, "report": None}
    assert not over.targets.exists()


def test_a_target_that_the_rules_have_no_more_ends(settings, tmp_path):
    from pathlib import Path

    case = make_case(state="received")
    assert set(open_targets(case)) == {"opened", "eligibility"}
    notice_changed_rules(now=NOW)
    text = Path("cases/jurisdictions/california.toml").read_text()
    (tmp_path / "california.toml").write_text(text.replace('key = "opened"', 'key = "looked_at"'))
    settings.JURISDICTION_FOLDERS = [*settings.JURISDICTION_FOLDERS, tmp_path]
    assert notice_changed_rules(now=NOW) == ["california"]
    run_jobs()
    assert set(open_targets(case)) == {"looked_at", "eligibility"}
