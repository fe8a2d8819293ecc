"""The reviewer searches the case file beside the review, by keys alone, and leaves nothing typed behind."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.models import AccessLog, User
from cases.services.records import attach_document
from tests.cases.test_page_text import read_everything
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, shoot, sign_in
from tests.factories.cases import COORDINATOR, NOW
from tests.factories.files import text_pdf
from tests.factories.reviews import hold_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DRAWN = 901  # pixels: US Letter at the least whole scale that is 900 wide
TITLE = "Agreed medical evaluation with addendum of the orthopedic spine surgeon and all exhibits"


def test_a_reviewer_finds_a_word_opens_its_page_and_goes_on_writing(live_server, page):
    case, actor = hold_case()
    words = ["Nothing of interest.", "The MRI shows central stenosis at L4-5.", "Severe stenosis, surgery discussed."]
    attach_document(case=case, content=text_pdf(*words), title=TITLE, kind="medical_report", actor=COORDINATOR, now=NOW)
    with transaction.atomic():
        read_everything()
    sign_in(page, User.objects.get(pk=actor.user_id), live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    page.locator("[name=clinical_case_summary]").fill("The worker has low back pain.")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved at")
    page.locator("[name=clinical_case_summary]").press("Escape")

    page.keyboard.press("/")
    expect(page.locator("#file-search")).to_be_focused()
    page.keyboard.type("fracture")
    page.keyboard.press("Enter")
    expect(page.locator("#page-hits")).to_contain_text("No page holds “fracture”.")
    page.locator("#file-search").fill("stenosis")
    page.keyboard.press("Enter")
    expect(page.locator("#page-hits")).to_contain_text("2 pages with “stenosis”")
    expect(page.locator("#page-hits mark").first).to_have_text("stenosis")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    number = 3 if "page 3" in page.locator("[data-hit]:focus").inner_text() else 2
    page.keyboard.press("Enter")
    expect(page.locator("#file-page-title")).to_have_text(f"{TITLE}, page {number}")
    expect(page.locator("#file-page-title")).to_be_focused()
    expect(page.locator(".file-page img")).to_have_js_property("naturalWidth", DRAWN)
    step, other = ("Page before", number - 1) if number == 3 else ("Next page", number + 1)
    page.get_by_role("link", name=step).press("Enter")
    expect(page.locator("#file-page-title")).to_have_text(f"{TITLE}, page {other}")
    expect(page.locator(".file-page img")).to_have_js_property("naturalWidth", DRAWN)
    assert page.url.endswith("/review/")
    assert page.locator("[name=clinical_case_summary]").input_value() == "The worker has low back pain."
    shoot(page, "case-file-search")
    shoot(page, "case-file-search", dark=True)
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    noted = set(AccessLog.objects.filter(target_key=case.number, user=actor.user_id).values_list("detail", flat=True))
    assert {"search of the records", f"record {case.documents.last().pk}, page {other}"} <= noted
