"""Ageing, call sheets, evidence and the list of the medical director: who may, what they say, how much they ask."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pypdfium2 as pdfium
import pytest
import time_machine

from accounts.models import AccessLog
from cases.models import Case, CaseTask, ContactNote, LateRecord, Party
from cases.services.ageing import ageing
from cases.services.penalty_evidence import as_csv, evidence
from cases.services.record_requests import asked, lay_out
from common.errors import InputRefusal
from tests.cases.pages import browser
from tests.factories.cases import NOW, make_case

pytestmark = pytest.mark.django_db

UR = {
    "title": "UR decision", "kind": "utilization_review_decision", "date": "2025-06-01",
    "received_at": "2025-06-02T10:00:00-07:00",
}  # fmt: skip
TODAY = "2026-11-23T18:00Z"


def owing_case(
    *, due="2026-11-20", administrator="Golden Claims Services", adjuster="Gina Ortiz", address=None, **changes
) -> Case:
    """A case that waits for the treating physician's reports, due on a day."""
    first, last = adjuster.split()
    party = {
        "role": "claims_administrator", "organization": administrator,
        "person": {"first_name": first, "last_name": last}, **({"address": address} if address else {}),
    }  # fmt: skip
    case = make_case(state="records", documents=[UR], parties=[party], **changes)
    lay_out(case=case, now=NOW)
    last_moment = dt.datetime.fromisoformat(f"{due}T23:59:59-08:00")
    asked_at = last_moment - dt.timedelta(days=15)
    asked(case=case, asked_at=asked_at, due_at=last_moment, due_why=f"15 calendar days, last day {due}.")
    return case


def owing_of(case) -> str:
    return f"o{case.parties.get(role='claims_administrator').organization_id}"


@pytest.fixture
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


def test_who_may_not_read_cases_sees_no_chasing(today):
    owing = owing_of(owing_case())
    for address in ("", "late/", f"{owing}/", f"{owing}/evidence.csv"):
        assert browser("reviewer").get(f"/cases/chasing/{address}").status_code == 403
        assert browser("auditor").get(f"/cases/chasing/{address}").status_code == 200
    assert browser("auditor").post(f"/cases/chasing/{owing}/phone/", {"phone": "1"}).status_code == 403


#: Session, user, sign-ins, roles; what came late, the rows, the access log.
AGEING_QUERIES = 11


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_ageing_list_asks_the_same_number_of_questions(rows, today, django_assert_num_queries):
    for number in range(rows):
        owing_case(administrator=f"Administrator {number}")
    client = browser("coordinator")
    client.get("/cases/chasing/")
    with django_assert_num_queries(AGEING_QUERIES):
        response = client.get("/cases/chasing/")
    assert len(response.context["page"]) == rows


CALL_SHEET_QUERIES = 13


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_call_sheet_asks_the_same_number_of_questions(rows, today, django_assert_num_queries):
    cases = [owing_case() for _ in range(rows)]
    client = browser("coordinator")
    address = f"/cases/chasing/{owing_of(cases[0])}/"
    client.get(address)
    with django_assert_num_queries(CALL_SHEET_QUERIES):
        response = client.get(address)
    assert sum(len(one.lines) for one in response.context["sheet"]) == rows


def test_ageing_sums_by_administrator_and_by_age_right_to_the_day(today):
    owing_case(due="2026-11-23")
    owing_case(due="2026-11-22")
    owing_case(due="2025-11-20")
    owing_case(due="2025-12-31", administrator="Acme Adjusters")
    found = ageing(now=dt.datetime(2026, 11, 24, 7, 59, tzinfo=dt.UTC))  # still Nov 23 in California
    golden, acme = found.lines
    assert (golden.name, golden.cases, golden.overdue, golden.oldest, golden.dollars, golden.without_rule) == (
        "Golden Claims Services", 3, 2, 368, 5000, 1,
    )  # fmt: skip
    assert (acme.overdue, acme.oldest, acme.dollars) == (1, 327, 5000)
    assert [count for _, count in found.bands] == [1, 1, 0, 0, 0, 2]


def test_a_case_that_got_its_record_or_left_the_records_stage_is_not_aged(today):
    here, gone = owing_case(), owing_case()
    here.documents.create(position=9, title="Report", kind="medical_report", received_at=NOW)
    Case.objects.filter(pk=gone.pk).update(state="withdrawn")
    assert ageing(now=NOW).lines == ()


def test_one_call_is_noted_on_many_cases_and_its_promise_comes_back_as_a_reminder(today):
    cases = [owing_case(due="2026-11-20"), owing_case(due="2026-11-18"), owing_case()]
    client = browser("coordinator")
    address = f"/cases/chasing/{owing_of(cases[0])}/"
    chosen = [cases[0].number, cases[1].number]
    call = {"with_whom": "Gina Ortiz", "said": "Records are with the copy service.", "promised": "All reports"}
    refused = client.post(address, {**call, "promised_by": "11/20/26", "chosen": chosen})
    assert refused.status_code == 422
    assert b"The promised day is past" in refused.content
    assert client.post(address, {**call, "chosen": []}).status_code == 422
    assert not ContactNote.objects.exists()
    assert client.post(address, {**call, "promised_by": "11/30/26", "chosen": chosen}).status_code == 302
    note = ContactNote.objects.get()
    assert {case.number for case in note.cases.all()} == set(chosen)
    task = CaseTask.objects.get()
    assert (task.case, task.remind_on) == (cases[1], dt.date(2026, 11, 30))
    assert f"{cases[1].number} and 1 more: All reports" in task.what
    assert b"Promised by Nov 30, 2026: All reports" in client.get(address).content


def test_the_sheet_is_parted_by_adjuster_and_keeps_the_number_noted_for_one(today):
    mine, other = owing_case(), owing_case(adjuster="Noah Weber")
    client = browser("coordinator")
    address = f"/cases/chasing/{owing_of(mine)}/"
    assert client.post(f"{address}phone/", {"adjuster": "Gina Ortiz", "phone": "(559) 555-0100"}).status_code == 302
    sheet = client.get(address).context["sheet"]
    assert [(one.name, one.phone, len(one.lines)) for one in sheet] == [
        ("Gina Ortiz", "(559) 555-0100", 1), ("Noah Weber", "", 1),
    ]  # fmt: skip
    assert Party.objects.get(case=other).phone == ""
    assert client.post(f"{address}phone/", {"adjuster": "Gina Ortiz", "phone": " "}).status_code == 409


def test_an_administrator_that_there_is_not_is_refused_in_words(today):
    client = browser("coordinator")
    for owing in ("nobody", "o", "o1x", "o99999999999999999999"):
        assert client.get(f"/cases/chasing/{owing}/").status_code == 409, owing
    assert b"Nothing is owed" in client.get("/cases/chasing/o999999/").content
    assert client.get("/cases/chasing/o1/evidence.docx").status_code == 404


def test_evidence_says_what_was_asked_when_due_when_received_and_counts_the_days(today):
    late, never, in_time = owing_case(due="2025-12-19"), owing_case(due="2025-12-30"), owing_case(due="2026-11-20")
    late.documents.create(
        position=9, title="Report", kind="medical_report", from_role="claims_administrator",
        received_at=dt.datetime(2025, 12, 23, 17, tzinfo=dt.UTC),
    )  # fmt: skip
    in_time.documents.create(
        position=9, title="Report", kind="medical_report", received_at=dt.datetime(2026, 11, 21, 7, tzinfo=dt.UTC)
    )  # 11 in the evening of Nov 20 in California
    found = evidence(owing=owing_of(late), now=NOW)
    assert [(one.number, one.late, one.dollars) for one in found.failures] == [
        (late.number, 4, 2000), (never.number, 328, 5000),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    reports = [row for row in rows if row["record asked"].startswith("Reports of the treating")]
    assert [row["received on"] for row in reports] == ["2025-12-23", "not received"]
    assert (reports[0]["due on"], reports[0]["served on"], reports[0]["received from"]) == (
        "2025-12-19", "2025-12-04", "Claims administrator",
    )  # fmt: skip
    assert reports[0]["how the due date was worked out"] == "15 calendar days, last day 2025-12-19."
    assert sum(int(row["penalty of the case in dollars"] or 0) for row in rows) == found.dollars == 7000


def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_plain_text(today):
    case = owing_case(administrator="=HYPERLINK(0)", due="2025-12-30")
    rows = list(csv.DictReader(io.StringIO(as_csv(evidence(owing=owing_of(case), now=NOW)))))
    assert rows[0]["administrator"] == "'=HYPERLINK(0)"


def test_evidence_of_nothing_is_refused_and_an_export_is_noted(today):
    case = owing_case(due="2026-12-20")
    with pytest.raises(InputRefusal, match="nothing to show"):
        evidence(owing=owing_of(case), now=NOW)
    late = owing_case(due="2025-12-30")
    response = browser("coordinator").get(f"/cases/chasing/{owing_of(late)}/evidence.csv")
    assert response["Content-Disposition"] == (
        f'attachment; filename="penalty-evidence-{owing_of(late)}-2026-11-23.csv"'
    )
    noted = AccessLog.objects.get(act="exported")
    assert (noted.target, late.number in noted.detail) == ("Penalty evidence: Golden Claims Services", True)


def test_the_medical_director_looks_at_what_came_after_the_determination(today):
    case = make_case(state="served")
    case.documents.create(position=9, title="Late report", kind="medical_report", received_at=NOW)
    late = LateRecord.objects.get()
    address = f"/cases/{case.number}/late/{late.pk}/seen/"
    assert browser("coordinator").post(address).status_code == 403
    director = browser("medical_director")
    assert b"Not looked at" in director.get("/cases/chasing/late/").content
    assert director.post(address, {"note": "No change."}).status_code == 302
    assert b"No change." in director.get("/cases/chasing/late/").content
    assert director.post(address).status_code == 409


def test_the_records_tab_shows_the_checklist_and_takes_what_people_say(today):
    case = owing_case()
    client = browser("coordinator")
    address = f"/cases/{case.number}/records/"
    page = client.get(address).content.decode()
    assert page.index("Required records") < page.index("UR decision</th>")
    assert "Overdue" in page
    request = case.record_requests.get(key="treating_reports")
    ur = case.documents.get()
    act = f"/cases/{case.number}/required/{request.pk}/"
    assert client.post(f"{act}nonsense/").status_code == 404
    assert client.post(f"{act}covers/", {"document": "x"}).status_code == 404
    assert client.post(f"{act}covers/", {"document": ur.pk}).status_code == 302
    assert "by hand" in client.get(address).content.decode()
    client.post(f"{act}unmark/", {"document": ur.pk})
    assert client.post(f"{act}waive/", {"reason": ""}).status_code == 409
    client.post(f"{act}waive/", {"reason": "Worker changed physicians"})
    assert "Worker changed physicians" in client.get(address).content.decode()
    client.post(f"{act}unwaive/")
    client.post(f"/cases/{case.number}/required/name/", {"label": "EMG of 05/01/2026"})
    assert "EMG of 05/01/2026" in client.get(address).content.decode()
    assert "<summary>Change" not in browser("auditor").get(address).content.decode()


def test_the_evidence_as_pdf_says_the_same_to_the_day(today):
    late = owing_case(due="2025-12-19")
    late.documents.create(
        position=9, title="Report", kind="medical_report", received_at=dt.datetime(2025, 12, 23, 17, tzinfo=dt.UTC)
    )
    response = browser("coordinator").get(f"/cases/chasing/{owing_of(late)}/evidence.pdf")
    assert response["Content-Type"] == "application/pdf"
    text = " ".join(words_of(response.content).split())
    for said in (
        "Late records: Golden Claims Services", late.number, "12/19/2025", "12/23/2025", "$2,000",
        "4, counted from the day after the due date to 12/23/2025", "$500 a day, at most $5,000",
        "15 calendar days, last day 2025-12-19.", "Reports of the treating physician, last 6 months",
    ):  # fmt: skip
        assert said in text, said


def words_of(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
