"""The checklist of a case: laid out by the jurisdiction, worked out from the file, corrected by people."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.models import Case, LateRecord, RecordMark, RecordRequest
from cases.rules.required_records import Standing
from cases.services import deadlines
from cases.services import record_marks as marks
from cases.services.rail import possible_events
from cases.services.record_requests import asked, checklist, completion_of, lay_out, what_is_missing
from cases.services.workflow import move
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = pytest.mark.django_db

UR = {"title": "UR decision", "kind": "utilization_review_decision", "date": "2026-10-20"}
REPORT = {
    "title": "Progress report", "kind": "medical_report", "date": "2026-10-12",
    "received_at": "2026-11-09T10:00:00-08:00", "from_role": "claims_administrator",
}  # fmt: skip
REPORTS = "Reports of the treating physician, last 6 months"
APPLIED = dt.datetime(2026, 11, 2, 17, 15, tzinfo=dt.UTC)


def waiting_case(*documents, **changes) -> Case:
    """A case that collects its records, its checklist laid out and asked for on Nov 5, due Nov 20."""
    case = make_case(state="records", documents=list(documents), **changes)
    lay_out(case=case, now=NOW)
    due = dt.datetime(2026, 11, 20, 23, 59, tzinfo=dt.UTC)
    asked(case=case, asked_at=dt.datetime(2026, 11, 5, 18, tzinfo=dt.UTC), due_at=due, due_why="15 days")
    return Case.objects.get(pk=case.pk)


def request_of(case, key) -> RecordRequest:
    return case.record_requests.get(key=key)


def test_finding_a_case_eligible_lays_its_checklist_out():
    case = make_case(state="eligibility", documents=[UR])
    move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW)
    keys = list(case.record_requests.values_list("key", flat=True))
    assert keys[:2] == ["treating_reports", "form_with_decision"]
    assert "reports_named" not in keys
    first = request_of(case, "treating_reports")
    assert (first.label, first.not_before, str(first.party)) == (
        REPORTS, dt.date(2026, 4, 14), "Golden Claims Services",
    )  # fmt: skip
    assert request_of(case, "form_with_decision").document.title == "UR decision"


def test_the_file_of_a_case_without_its_reports_is_not_complete():
    case = waiting_case(UR)
    assert what_is_missing(case, now=NOW) == [REPORTS]
    with pytest.raises(RuleRefusal, match="UR decision alone"):
        move(case=case, event=Event.RECORDS_COMPLETE, actor=COORDINATOR, now=NOW)
    case.documents.create(position=9, title="Old report", kind="medical_report", date=dt.date(2025, 1, 5))
    with pytest.raises(RuleRefusal, match="Missing: Reports of the treating physician, last 6 months"):
        move(case=case, event=Event.RECORDS_COMPLETE, actor=COORDINATOR, now=NOW)
    case.documents.create(position=10, title="New report", kind="medical_report", date=dt.date(2026, 10, 1))
    assert move(case=case, event=Event.RECORDS_COMPLETE, actor=COORDINATOR, now=NOW).state == "ready"


def test_a_case_whose_checklist_was_never_laid_out_is_judged_by_the_same_rows():
    case = make_case(state="records", documents=[UR])
    assert what_is_missing(case, now=NOW) == [REPORTS]
    assert not case.record_requests.exists()


def test_filing_moving_withdrawing_and_correcting_a_document_keeps_the_checklist_current():
    case, other = waiting_case(UR), waiting_case(UR)
    received = dt.datetime(2026, 11, 18, 20, tzinfo=dt.UTC)
    report = case.documents.create(
        position=9, title="Report", kind="other", date=dt.date(2026, 10, 1), received_at=received
    )
    assert request_of(case, "treating_reports").received_at is None
    report.kind = "medical_report"
    report.save()
    assert request_of(case, "treating_reports").received_at == received
    report.case = other
    report.save()
    assert request_of(case, "treating_reports").document is None
    assert request_of(other, "treating_reports").document == report
    report.withdrawn_at, report.withdrawn_why = NOW, "moved"
    report.save()
    assert request_of(other, "treating_reports").received_at is None
    report.withdrawn_at, report.withdrawn_why = None, ""
    report.save()
    report.delete()
    assert request_of(other, "treating_reports").received_at is None


def test_the_file_is_complete_at_the_receipt_of_the_record_that_completed_it():
    case = waiting_case(UR, REPORT)
    whole = completion_of(case, now=NOW)
    assert (whole.at.isoformat(), whole.because) == ("2026-11-09T18:00:00+00:00", "Progress report")
    early = waiting_case(UR, {**REPORT, "received_at": "2026-10-30T10:00:00-07:00"})
    assert completion_of(early, now=NOW).at == APPLIED


def test_a_person_may_say_that_a_document_covers_a_request_or_does_not_and_take_it_back():
    case = waiting_case(UR, REPORT)
    request, report = request_of(case, "treating_reports"), case.documents.get(kind="medical_report")
    marks.mark(request=request, document=report, covers=False, actor=COORDINATOR, now=NOW)
    assert what_is_missing(case, now=NOW) == [REPORTS]
    assert request_of(case, "treating_reports").document is None
    marks.unmark(request=request, document=report, actor=COORDINATOR, now=NOW)
    assert what_is_missing(case, now=NOW) == []
    ur = case.documents.get(kind="utilization_review_decision")
    marks.mark(request=request, document=report, covers=False, actor=COORDINATOR, now=NOW)
    marks.mark(request=request, document=ur, covers=True, actor=COORDINATOR, now=NOW)
    found = next(one for one in checklist(case, now=NOW) if one.request == request)
    assert (found.document, found.by_hand) == (ur, True)
    assert [event.kind for event in case.events.filter(kind__startswith="record.")][-4:] == [
        "record.marked", "record.unmarked", "record.marked", "record.marked",
    ]  # fmt: skip


def test_a_mark_needs_the_right_a_document_of_the_case_and_a_case_that_has_not_ended():
    case, other = waiting_case(UR, REPORT), waiting_case(UR, REPORT)
    request = request_of(case, "treating_reports")
    with pytest.raises(InputRefusal, match="document of this case"):
        marks.mark(request=request, document=other.documents.first(), covers=True, actor=COORDINATOR, now=NOW)
    with pytest.raises(RightRefusal):
        marks.waive(request=request, reason="x", actor=Actor("r@x", frozenset({"reviewer"})), now=NOW)
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    with pytest.raises(StateRefusal, match="has ended"):
        marks.waive(request=request, reason="x", actor=COORDINATOR, now=NOW)
    assert not RecordMark.objects.exists()


def test_a_record_is_waived_with_a_reason_and_asked_for_again():
    case = waiting_case(UR, {**REPORT, "kind": "imaging"})
    request = request_of(case, "treating_reports")
    with pytest.raises(InputRefusal, match="Say why"):
        marks.waive(request=request, reason="  ", actor=COORDINATOR, now=NOW)
    marks.waive(request=request, reason="No treating physician yet", actor=COORDINATOR, now=NOW)
    assert what_is_missing(case, now=NOW) == []
    assert completion_of(case, now=NOW).at == APPLIED
    marks.unwaive(request=request, actor=COORDINATOR, now=NOW)
    assert what_is_missing(case, now=NOW) == [REPORTS]


def test_a_report_named_in_the_request_must_be_here_too_and_only_a_person_knows_it():
    case = waiting_case(UR, REPORT)
    named = marks.name_record(case=case, label="MRI of the lumbar spine, 05/06/2026", actor=COORDINATOR, now=NOW)
    assert named.due_at == request_of(case, "treating_reports").due_at
    mri = case.documents.create(position=9, title="MRI", kind="imaging", received_at=NOW)
    assert what_is_missing(case, now=NOW) == ["MRI of the lumbar spine, 05/06/2026"]
    marks.mark(request=named, document=mri, covers=True, actor=COORDINATOR, now=NOW)
    assert what_is_missing(case, now=NOW) == []
    assert completion_of(case, now=NOW).at == NOW


def test_standing_follows_the_clock_and_what_is_only_asked_for_is_never_overdue():
    case = waiting_case(UR)
    after = dt.datetime(2026, 11, 21, 0, 0, 1, tzinfo=dt.UTC)
    found = {one.request.key: one.standing for one in checklist(case, now=after)}
    assert (found["treating_reports"], found["form_with_decision"], found["other_relevant"]) == (
        Standing.OVERDUE, Standing.RECEIVED, Standing.DUE,
    )  # fmt: skip
    before = {one.request.key: one.standing for one in checklist(case, now=after - dt.timedelta(days=1))}
    assert before["treating_reports"] is Standing.DUE


@pytest.mark.parametrize(
    ("documents", "at", "said"),
    [
        ([UR, {**REPORT, "from_role": "worker_attorney"}], "2026-11-19T12:00Z", "not overdue yet"),
        ([UR, {**REPORT, "date": "2020-01-01"}], "2026-11-24T12:00Z", "no medical paper from the worker"),
        ([{**REPORT, "from_role": "worker_attorney", "date": "2020-01-01"}], "2026-11-24T12:00Z", "with its summary"),
    ],
)
def test_going_on_with_what_is_here_says_what_stands_in_the_way(documents, at, said):
    case = waiting_case(*documents)
    with time_machine.travel(at, tick=False), pytest.raises(RuleRefusal, match=said):
        move(case=case, event=Event.PROCEED, actor=COORDINATOR, now=timezone.now())


def test_a_case_goes_on_when_records_are_overdue_and_the_physician_sent_papers_beside_the_ur_decision():
    old = {**REPORT, "date": "2020-01-01", "from_role": "requesting_physician"}
    case = waiting_case(UR, old)
    with time_machine.travel("2026-11-24T12:00Z", tick=False):
        assert move(case=case, event=Event.PROCEED, actor=COORDINATOR, now=timezone.now()).state == "ready"


def test_the_records_clock_says_what_was_asked_and_by_when():
    case = make_case(state="eligibility", documents=[UR])
    move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW)
    sent = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
    deadline = deadlines.start(case=case, clock="records_electronic", trigger=sent, actor=COORDINATOR, now=NOW)
    request = request_of(case, "treating_reports")
    assert (request.asked_at, request.due_at) == (sent, deadline.due_at)
    assert "12 calendar days" in request.due_why


def test_the_determination_clock_starts_at_the_receipt_also_when_somebody_clicks_days_later():
    case = waiting_case(UR, REPORT)
    later = NOW + dt.timedelta(days=9)
    move(case=case, event=Event.RECORDS_COMPLETE, actor=COORDINATOR, now=later)
    clock = case.deadlines.get(clock="determination")
    assert (clock.trigger_on, clock.due_on) == (dt.date(2026, 11, 9), dt.date(2026, 12, 9))
    assert "Progress report" in clock.because


def test_where_records_never_came_the_clock_starts_on_the_day_they_were_due():
    old = {**REPORT, "date": "2020-01-01", "from_role": "requesting_physician"}
    case = make_case(state="records", documents=[UR, old])
    lay_out(case=case, now=NOW)
    sent = dt.datetime(2026, 11, 5, 18, tzinfo=dt.UTC)
    deadlines.start(case=case, clock="records_mail", trigger=sent, actor=COORDINATOR, now=NOW)
    with time_machine.travel("2026-11-30T18:00Z", tick=False):
        move(case=case, event=Event.PROCEED, actor=COORDINATOR, now=timezone.now())
    assert case.deadlines.get(clock="determination").trigger_on == dt.date(2026, 11, 20)


def test_a_record_moved_away_from_a_ready_case_moves_its_clock_or_says_what_is_missing():
    second = {**REPORT, "title": "Second report", "received_at": "2026-11-12T10:00:00-08:00"}
    case = waiting_case(UR, REPORT, second)
    move(case=case, event=Event.RECORDS_COMPLETE, actor=COORDINATOR, now=NOW)
    first, later = case.documents.filter(kind="medical_report").order_by("received_at")
    for document, day in ((first, dt.date(2026, 11, 12)), (later, dt.date(2026, 11, 12))):
        document.withdrawn_at, document.withdrawn_why = NOW, "moved"
        document.save()
        assert case.deadlines.get(clock="determination").trigger_on == day
    assert REPORTS in case.events.get(kind="record.incomplete").sentence


def test_the_button_says_since_when_the_file_is_complete_and_is_the_only_primary_one():
    case = waiting_case(UR, REPORT)
    first = possible_events(case=case, actor=COORDINATOR)[0]
    assert (first.event, first.primary) == (Event.RECORDS_COMPLETE, True)
    assert first.note == "Complete since Nov 9, 2026: Progress report. The determination clock starts there."
    bare = possible_events(case=waiting_case(UR), actor=COORDINATOR)
    assert not any(one.primary for one in bare)


@pytest.mark.parametrize(("state", "after"), [("in_review", False), ("quality_check", False), ("served", True)])
def test_a_record_that_comes_late_is_filed_and_flagged(state, after):
    case = make_case(state=state)
    case.documents.create(position=9, title="Late report", kind="medical_report", received_at=NOW)
    late = LateRecord.objects.get()
    assert (late.after_determination, late.at, late.case) == (after, NOW, case)
    assert case.events.filter(kind="record.late").count() == 1
    cut = case.documents.create(position=10, title="Part", kind="medical_report", cut_from=late.document)
    assert not LateRecord.objects.filter(document=cut).exists()


def test_a_record_in_time_is_not_flagged():
    case = make_case(state="ready")
    case.documents.create(position=9, title="Report", kind="medical_report", received_at=NOW)
    assert not LateRecord.objects.exists()
