"""The clocks of a case in the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.services import deadlines
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, send, shoot, sign_in
from tests.factories.cases import COORDINATOR, make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_clock_is_read_stopped_and_runs_again(live_server, page):
    case, now = make_case(state="ready"), timezone.now()
    started = {"case": case, "actor": COORDINATOR, "now": now}
    deadlines.start(clock="records_mail", trigger=now.date() - dt.timedelta(days=20), **started)
    deadlines.start_determination(
        trigger=now - dt.timedelta(days=2),
        because="Completed by “Progress report of the treating physician”.",
        **started,
    )
    deadlines.start(clock="noarfi", trigger=now - dt.timedelta(days=30), **started)
    deadlines.meet(clock="noarfi", **started)
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/{case.number}/deadlines/")
    page.get_by_text("How this date was worked out").nth(1).click()
    expect(page.get_by_text("Completed by “Progress report of the treating physician”.")).to_be_visible()
    page.get_by_text("History of this clock").nth(1).click()
    axe_everywhere(page)
    for size, name in ((NARROW, "narrow"), (WIDE, "wide")):
        page.set_viewport_size(size)
        fits(page)
        shoot(page, f"deadlines-{name}")
    shoot(page, "deadlines", dark=True)
    page.locator("a[href$='/extend/']").click()
    expect(page.get_by_text("The rules allow 3 more days in all")).to_be_visible()
    shoot(page, "deadline-extend")
    axe_everywhere(page)
    page.get_by_role("link", name="Leave it as it is").click()
    page.locator("a[href$='/stop/']").click()
    page.get_by_label("Why?").fill("The court asked to wait")
    send(page, "Stop the clock")
    expect(page.get_by_text("No date while it is stopped").first).to_be_visible()
    page.locator("a[href$='/restart/']").click()
    expect(page.get_by_text("With what was left")).to_be_visible()
    shoot(page, "deadline-restart")
