"""The case desk in the browser: list, intake form with rows added, case page; axe under the real content policy."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, shoot, sign_in
from tests.factories.cases import a_pdf, an_item, make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits_everywhere(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_the_list_of_cases(live_server, page):
    sign_in(page, make_person("coordinator", name="Cora Coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/")
    shoot(page, "cases-empty")
    axe_everywhere(page)
    make_case(
        worker={"first_name": "Maria de los Ángeles Esperanza", "last_name": "Fernández-Villanueva de la Cruz y Soto"}
    )
    make_case(state="eligibility", priority="expedited")
    make_case(state="records")
    make_case(state="in_review")
    page.reload()
    shoot(page, "cases-list")
    shoot(page, "cases-list", dark=True)
    axe_everywhere(page)
    fits_everywhere(page)
    page.keyboard.press("/")
    page.keyboard.type("fernández")
    page.keyboard.press("Enter")
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    assert "fern" not in page.url
    shoot(page, "cases-search")
    axe_everywhere(page)


def test_a_case_page_and_its_tabs(live_server, page):
    items = [
        an_item("Lumbar epidural steroid injection at L4-5", side="left", original_request="3 injections",
                authorized_by_claims_administrator="1 injection"),
        an_item("Fluoroscopic guidance", depends_on=1),
    ]  # fmt: skip
    case = make_case(state="eligibility", items=items, application={"signed": None})
    sign_in(page, make_person("coordinator"), live_server.url)
    for tab in (
        "",
        "items/",
        "parties/",
        "records/",
        "letters/",
        "history/",
        "act/find_ineligible/",
        "records/add/",
        "correct/",
    ):
        answer = page.goto(f"{live_server.url}/cases/{case.number}/{tab}")
        assert answer is not None
        assert answer.status == 200, tab
        shoot(page, f"case-{tab.replace('/', '-') or 'summary-'}".rstrip("-"))
        axe_everywhere(page)
        fits_everywhere(page)


def test_taking_a_case_in(live_server, page, tmp_path):
    (tmp_path / "report.pdf").write_bytes(a_pdf(3))
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/new/")
    shoot(page, "intake-empty")
    axe_everywhere(page)
    fits_everywhere(page)
    page.get_by_label("First name").first.fill("Ana")
    page.get_by_label("Treatment in dispute").fill("MRI of the lumbar spine")
    page.get_by_role("button", name="Add an item").click()
    expect(page.locator("[name=items-1-service]")).to_be_focused()
    page.keyboard.type("Contrast for the MRI")
    page.locator("[name=items-1-depends_on]").fill("1")
    page.get_by_role("button", name="Add a citation to item 1").click()
    page.locator("[name=items-0-citations-0-publication]").fill("Low Back Complaints")
    page.locator("[name=documents-0-file]").set_input_files(tmp_path / "report.pdf")
    page.locator("[name=documents-0-title]").fill("Progress report")
    page.locator("[name=documents-0-kind]").select_option("medical_report")
    page.get_by_role("button", name="Take in the application").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_text("report.pdf, 3 pages, is kept")).to_be_visible()
    assert page.locator("[name=items-1-service]").input_value() == "Contrast for the MRI"
    shoot(page, "intake-errors")
    axe_everywhere(page)
    fits_everywhere(page)
    page.locator("[data-error-summary] a", has_text="Last name").click()
    page.keyboard.type("Quiñones")
    for name, typed in {
        "application-received_on": "11/2/26", "worker-birth_date": "3/9/71", "claim-claim_number": "CL-77",
        "claim-injury_date": "Feb 3, 2025", "utilization_review-decision_date": "2026-10-20",
        "parties-0-organization": "Golden Claims Services",
    }.items():  # fmt: skip
        page.locator(f"[name={name}]").fill(typed)
    page.get_by_label("Denied").check()
    page.get_by_role("button", name="Take in the application").click()
    expect(page).to_have_url(re.compile(r"/cases/CM26-0000001/$"))
    shoot(page, "intake-done")
    case = Case.objects.get()
    assert (case.items.count(), case.documents.get().pages, case.parties.count()) == (2, 3, 1)
