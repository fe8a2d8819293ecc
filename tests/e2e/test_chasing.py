"""Nothing arrives: the scheduler was down, chasers go out all the same, a call is noted, the evidence is printed."""

from __future__ import annotations

import datetime as dt

import pypdfium2 as pdfium
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Chaser, ChaserStep, ContactNote, Notice
from common.days import california_date
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.cases.test_chasing_pages import owing_case
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, send, shoot, sign_in
from tests.factories.cases import make_case
from tests.support.processes import SiteProcesses, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)]
ADDRESS = {"line1": "400 Capitol Mall", "city": "Sacramento", "state": "CA", "zip": "95814"}


def look(page: Page, name: str) -> None:
    shoot(page, name)
    shoot(page, name, dark=True)
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_nothing_arrives_and_the_chasers_go_out_although_the_scheduler_was_down(
    live_server, page, site_processes: SiteProcesses
):
    load_own_wording(now=timezone.now())
    ago = california_date(timezone.now()) - dt.timedelta(days=3)  # the reminder and the first chaser were missed
    late = [owing_case(due=ago.isoformat(), address=ADDRESS) for _ in range(2)]
    old = owing_case(due="2025-12-19")
    old.documents.create(
        position=9, title="Report", kind="medical_report", from_role="claims_administrator",
        received_at=dt.datetime(2025, 12, 23, 17, tzinfo=dt.UTC),
    )  # fmt: skip
    site_processes.worker(wait=False, IMR_CHASE_SECONDS="1")
    site_processes.scheduler(IMR_CHASE_SECONDS="1")
    wait_for(Chaser.objects.exists, what="a chaser to go out", seconds=120)
    chaser = Chaser.objects.get()
    assert ChaserStep.objects.filter(case__in=late, rung="chaser_1", skipped=False).count() == 2
    assert ChaserStep.objects.filter(case__in=late, rung="reminder", skipped=True).count() == 2
    notice = Notice.objects.get(pk=chaser.notice_id)
    assert notice.state != "held", notice.held_because
    assert {row["case_number"] for row in notice.facts["cases"]} == {case.number for case in late}

    sign_in(page, make_person("coordinator", name="Cora Coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/chasing/")
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("rowheader", name="1 to 5 days")).to_be_visible()
    look(page, "ageing")
    page.get_by_role("link", name="Golden Claims Services", exact=True).click()
    expect(page.get_by_role("heading", name="Golden Claims Services")).to_be_visible()
    page.get_by_label("Who was it?").fill("Gina Ortiz")
    page.get_by_label("What was said?").fill("The copy service has the records.")
    page.get_by_label("What was promised?").fill("All reports")
    page.get_by_label("By when?").fill(f"{timezone.now() + dt.timedelta(days=4):%m/%d/%Y}")
    send(page, "Note the call")
    expect(page.get_by_text("is noted on 2 cases")).to_be_visible()
    look(page, "call-sheet")
    assert ContactNote.objects.get().cases.count() == 2

    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence as PDF").click()
    pdf = download.value.path()
    shoot_pdf(pdf)
    words = words_of(pdf)
    for said in ("Late records: Golden Claims Services", *(case.number for case in late), "12/23/2025", "$2,000"):
        assert said in words, said

    page.goto(f"{live_server.url}/cases/{late[0].number}/records/")
    expect(page.get_by_role("heading", name="Required records")).to_be_visible()
    page.locator("details.change summary").first.click()
    look(page, "checklist")


def test_the_pages_about_records_with_nothing_and_with_long_names(live_server, page):
    sign_in(page, make_person("medical_director", "coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/chasing/")
    expect(page.get_by_text("No records are waited for")).to_be_visible()
    shoot(page, "ageing-empty")
    owing_case(administrator="The Consolidated Self-Insured Schools and Cities Joint Powers Authority of Kern")
    for due in ("2026-11-01", "2026-09-01", "2025-12-01"):
        owing_case(due=due, administrator=f"Administrator {due}")
    determined = make_case(state="served")
    determined.documents.create(position=9, title="Late report", kind="medical_report", received_at=timezone.now())
    for name, path in (("ageing-many", ""), ("late-records", "late/")):
        page.goto(f"{live_server.url}/cases/chasing/{path}")
        look(page, name)


def words_of(path) -> str:
    document = pdfium.PdfDocument(path)
    try:
        return " ".join(" ".join(one.get_textpage().get_text_bounded().split()) for one in document)
    finally:
        document.close()


def shoot_pdf(path) -> None:
    from tests.e2e.browser import shots_folder

    document = pdfium.PdfDocument(path)
    try:
        document[0].render(scale=1.4).to_pil().save(shots_folder() / "penalty-evidence.png")
    finally:
        document.close()
