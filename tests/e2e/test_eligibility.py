"""Eligibility in the browser: unsigned and ineligible, cured inside the window, eligible. And the parties' status."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from common.days import CALIFORNIA, california_date
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, send, shoot, sign_in
from tests.factories.application_forms import imr_form
from tests.factories.cases import make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits_everywhere(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def unsigned_case() -> Case:
    """An unsigned application, received three days ago, ten days after the service of the decision."""
    now = timezone.now()
    today = california_date(now)
    received = dt.datetime.combine(today - dt.timedelta(days=3), dt.time(10), CALIFORNIA)
    return make_case(
        state="eligibility",
        now=now,
        application={"signed": False, "received_at": received.isoformat()},
        utilization_review={
            "decision_date": (today - dt.timedelta(days=14)).isoformat(),
            "served_date": (today - dt.timedelta(days=13)).isoformat(),
            "rfa_date": (today - dt.timedelta(days=20)).isoformat(),
        },
        documents=[{"title": "UR decision", "kind": "utilization_review_decision"}],
    )


def test_ineligible_cured_inside_the_window_and_eligible(live_server, page):
    load_own_wording(now=timezone.now())
    case = unsigned_case()
    sign_in(page, make_person("coordinator", name="Cora Coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/{case.number}/eligibility/")
    expect(page.get_by_role("heading", name="Eligibility check")).to_be_visible()
    shoot(page, "eligibility-check")
    axe_everywhere(page)
    fits_everywhere(page)
    page.get_by_role("link", name="Find ineligible").click()
    expect(page.get_by_label("Not signed by the worker")).to_be_checked()
    expect(page.get_by_text("Notice “")).to_be_visible()
    shoot(page, "eligibility-ineligible")
    axe_everywhere(page)
    send(page, "Find ineligible")
    expect(page.get_by_text("Find ineligible: done.")).to_be_visible()
    expect(page.get_by_role("button", name="Take the finding back")).to_be_visible()
    page.goto(f"{live_server.url}/cases/{case.number}/letters/")
    told = page.get_by_role("row").filter(has_text="Application ineligible")  # how to cure it, and until when
    expect(told).not_to_contain_text("Held")
    page.get_by_role("link", name="Take up again").click()
    page.get_by_label("What was missing has come").check()
    page.get_by_label("Not signed by the worker").check()
    page.get_by_label("Or a new PDF").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": imr_form()}
    )
    page.get_by_label("Day on which it came").fill(timezone.now().astimezone(CALIFORNIA).strftime("%m/%d/%Y"))
    shoot(page, "eligibility-cure")
    axe_everywhere(page)
    send(page, "Take up again: cured or appeal granted")
    expect(page.get_by_text("done. The case is now in the state “Eligibility check”")).to_be_visible()
    send(page, "Find eligible")
    expect(page.get_by_text("done. The case is now in the state “Collecting records”")).to_be_visible()
    page.goto(f"{live_server.url}/cases/{case.number}/eligibility/")
    expect(page.get_by_text("Cured inside the window")).to_be_visible()
    shoot(page, "eligibility-decided")
    shoot(page, "eligibility-decided", dark=True)
    page.goto(f"{live_server.url}/cases/{case.number}/records/")
    expect(page.get_by_role("link", name=re.compile("Open.*Cure of an application"))).to_be_visible()
    assert Case.objects.get().state == "records"


def test_a_party_sees_where_the_case_stands(live_server, page):
    cache.clear()
    case = unsigned_case()
    page.goto(f"{live_server.url}/status/")
    shoot(page, "status-form")
    axe_everywhere(page)
    fits_everywhere(page)
    page.get_by_label("Case number").fill(case.number)
    page.get_by_label("Birth date of the injured worker").fill("3/9/71")
    page.get_by_label("ZIP code").fill("11111")
    send(page, "See the status")
    expect(page.get_by_text("These three do not belong together.").first).to_be_visible()
    shoot(page, "status-wrong")
    axe_everywhere(page)
    page.get_by_label("ZIP code").fill("93701")
    send(page, "See the status")
    expect(page.get_by_text("We are checking whether the request can be reviewed.")).to_be_visible()
    assert case.number not in page.url
    shoot(page, "status-shown")
    shoot(page, "status-shown", dark=True)
    axe_everywhere(page)
    fits_everywhere(page)
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", name="¿Dónde está mi solicitud?")).to_be_visible()
    axe_everywhere(page)
