"""What runs on every page: keyboard, menus, themes, dates, the guard of typed text, the divider of panes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import axe, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def site(live_server, settings) -> str:
    settings.DEMO = True
    return live_server.url


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(site: str, page: Page) -> None:
    page.goto(f"{site}/look/list/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_slash_searches_and_escape_leaves_the_field(site: str, page: Page) -> None:
    page.goto(f"{site}/look/list/")
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("j/?")
    expect(page.get_by_label("Search")).to_have_value("j/?")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Search")).not_to_be_focused()


def test_rows_are_walked_by_j_and_k_and_opened_by_enter(site: str, page: Page) -> None:
    page.goto(f"{site}/look/list/")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="CM13-0000000")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/look/case/")


def test_g_and_a_letter_lead_to_a_desk(site: str, page: Page) -> None:
    page.goto(f"{site}/look/case/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/look/")


def test_the_question_mark_opens_the_help_and_escape_closes_it(site: str, page: Page) -> None:
    page.goto(f"{site}/look/case/")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard")
    expect(help_).to_be_visible()
    axe(page)
    shoot(page, "frame-keyboard-help")
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()


def test_a_menu_closes_by_escape_and_gives_the_focus_back(site: str, page: Page) -> None:
    page.goto(f"{site}/look/case/")
    page.locator("details.menu > summary").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    axe(page)
    shoot(page, "frame-menu")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Sign in")).to_be_hidden()
    expect(page.locator("details.menu > summary")).to_be_focused()


def test_the_theme_follows_the_system_until_one_is_chosen_and_is_remembered(site: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/look/case/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


def test_the_theme_is_chosen_without_scripts_too(site: str, browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/look/case/")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.url.endswith("/look/case/")
    context.close()


@pytest.mark.parametrize(
    ("typed", "understood"),
    [("8/12/13", "Monday, Aug 12, 2013"), ("Aug 12, 2013", "Monday, Aug 12, 2013"), ("2/30/13", "Not a date yet")],
)
def test_a_date_shows_what_was_understood(site: str, page: Page, typed: str, understood: str) -> None:
    page.goto(f"{site}/look/workspace/")
    page.get_by_label("Date of injury").fill(typed)
    expect(page.locator("#id_injured_on_understood")).to_have_text(understood)


def test_the_error_summary_has_the_focus_and_its_links_go_into_the_fields(site: str, page: Page) -> None:
    page.goto(f"{site}/look/")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Priority: Choose one.").click()
    expect(page.locator("#err_priority_0")).to_be_focused()


def test_leaving_typed_text_is_asked_about(site: str, page: Page) -> None:
    page.goto(f"{site}/look/workspace/")
    page.get_by_label("Note to the file").press_sequentially("Seen by")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Desk").click()
    page.wait_for_url("**/look/")
    assert asked == ["beforeunload"]


def test_leaving_an_untouched_form_is_not_asked_about(site: str, page: Page) -> None:
    page.goto(f"{site}/look/workspace/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Desk").click()
    page.wait_for_url("**/look/")
    assert asked == []


def test_the_divider_moves_by_keys_and_by_dragging(site: str, page: Page) -> None:
    page.goto(f"{site}/look/workspace/")
    divider = page.get_by_role("separator", name="Width of the case file")
    divider.focus()
    page.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "55")
    before = page.locator(".pane-file").bounding_box()["width"]
    box = divider.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(400, box["y"] + 100)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "30")
    assert page.locator(".pane-file").bounding_box()["width"] < before


def test_chosen_rows_bring_up_the_bulk_bar_with_their_count(site: str, page: Page) -> None:
    page.goto(f"{site}/look/list/")
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()
    page.get_by_label("Choose CM13-0000003").check()
    expect(page.locator("[data-chosen-count]")).to_have_text("1 chosen")
    page.get_by_label("Choose all rows").check()
    expect(page.locator("[data-chosen-count]")).to_have_text("12 chosen")
    axe(page)
    shoot(page, "frame-bulk-bar")
