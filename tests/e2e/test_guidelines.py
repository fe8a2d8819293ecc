"""Looking a guideline up by keyboard alone, and the admin site under its own policy."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from guidelines.models import Section
from guidelines.services.library import load_library
from tests.accounts.people import make_person
from tests.e2e.browser import axe, axe_everywhere, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(live_server, page):
    load_library()
    sign_in(page, make_person("guideline_editor"), live_server.url)
    return page


def test_a_guideline_is_found_and_opened_without_the_mouse(editor, live_server):
    page = editor
    page.goto(f"{live_server.url}/guidelines/?on=2016-12-19")
    page.keyboard.press("/")
    page.keyboard.type("gabapentn", delay=20)
    first = page.locator("[data-hit]").first
    expect(first).to_have_text("Gabapentin (Neurontin)")
    axe_everywhere(page)
    shoot(page, "guidelines-hits")
    page.locator("input[type=search]").focus()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/guidelines/browse/\d+/#section-\d+$"))
    axe_everywhere(page)


def test_library_and_desk_read_well(editor, live_server):
    for name in ("browse", "desk"):
        editor.goto(f"{live_server.url}/guidelines/{name}/")
        axe_everywhere(editor)
        shoot(editor, f"guidelines-{name}")


def test_a_topic_added_in_the_admin_site_is_found_at_once(editor, live_server):
    page = editor
    section = Section.objects.get(heading="Biofeedback")
    page.goto(f"{live_server.url}/admin/guidelines/section/{section.pk}/change/")
    page.locator("#id_topics").fill("biofeedback\nheart rhythm training")
    shoot(page, "guidelines-admin")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"/admin/guidelines/section/$"))
    page.goto(f"{live_server.url}/guidelines/?q=heart+rhythm+training&on=2016-12-19")
    expect(page.locator("[data-hit]").first).to_have_text("Biofeedback")
    axe(page)
