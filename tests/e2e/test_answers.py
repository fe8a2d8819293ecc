"""An answer sent on from the case, served cases to be authorized, and the bar of somebody with two roles."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Notice
from cases.services.party_requests import ask_party
from cases.services.records import attach_document
from tests.accounts.people import make_person
from tests.cases.notices.support import STAFF, parties, reachable_case, seal, with_wording
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, send, shoot, sign_in
from tests.factories.cases import a_pdf, make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looks_right(page: Page, name: str) -> None:
    shoot(page, name)
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_an_answer_is_sent_on_and_every_link_of_two_roles_is_in_sight(live_server, page):
    with_wording()
    now = timezone.now()
    reach = parties(requesting_physician={"serve_by": "electronic", "email": "okafor@spine.example"})
    case = reachable_case(state="records", parties=reach)
    doctor = case.parties.get(role="requesting_physician")
    question = "Was an MRI of the lumbar spine done after the injury? Send the report."
    request = seal(ask_party(case=case, party=doctor, questions=[question], actor=STAFF, now=now), now=now)
    attach_document(case=case, content=a_pdf(2), title="MRI of the lumbar spine", kind="imaging",
                    from_role="requesting_physician", actor=STAFF, now=now)  # fmt: skip
    served, late = make_case(state="served"), now - dt.timedelta(days=2)
    served.deadlines.create(clock="authorize", first_clock="authorize", trigger_on=late.date(), due_on=late.date(),
                            due_at=late, started_at=now)  # fmt: skip
    sign_in(page, make_person("coordinator", "medical_director", name="Cora Coordinator"), live_server.url)

    page.goto(f"{live_server.url}/cases/?tab=authorize")
    expect(page.get_by_role("link", name=served.number)).to_be_visible()
    looks_right(page, "desk-to-authorize")
    links = page.locator(".topbar-nav a")
    edge = page.locator(".topbar-nav").bounding_box()
    for at in range(links.count()):
        box = links.nth(at).bounding_box()
        assert box["x"] + box["width"] <= edge["x"] + edge["width"] + 1, links.nth(at).inner_text()
        assert box["y"] + box["height"] <= edge["y"] + edge["height"] + 1

    page.goto(f"{live_server.url}/cases/{case.number}/letters/")
    looks_right(page, "letters-request")
    page.get_by_role("link", name="The answer is here").click()
    expect(page.get_by_role("heading", name="This answers the request")).to_be_visible()
    looks_right(page, "answer-form")
    page.get_by_label("Which record is the answer?").select_option(index=1)
    send(page, "Send the answer on")
    notice = Notice.objects.get(kind="party_answer")
    assert notice.sends_on.request == request
    page.goto(f"{live_server.url}/cases/{case.number}/letters/")
    expect(page.get_by_text("Answered by")).to_be_visible()
    looks_right(page, "letters-answered")
