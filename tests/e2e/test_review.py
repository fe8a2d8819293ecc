"""The reviewer's workspace and the quality check in the browser: autosave, citations, gaps, return, approval."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cases.models import Case
from common.actor import Actor
from guidelines.services.library import load_library
from letters.services.wording import load_own_wording
from reviews.models import Review
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, follow, shoot, sign_in
from tests.factories.cases import NOW, a_citation, an_item
from tests.factories.reviews import RATIONALE, hold_case, make_user, submitted_case
from tests.support.processes import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits_everywhere(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def held() -> tuple[Case, User]:
    case, actor = hold_case(
        items=[
            an_item("Physical therapy 2 times a week for 6 weeks, lumbar spine", body_part="lumbar spine", side="left",
                    quantity="12 visits", original_request="Physical therapy, 18 visits",
                    authorized_by_claims_administrator="6 visits", claims_administrator_guidelines=[a_citation()]),
            an_item("Re-evaluation after therapy", depends_on=1),
        ]
    )  # fmt: skip
    return case, User.objects.get(pk=actor.user_id)


def test_a_review_is_written_kept_by_itself_and_submitted(live_server, page):
    case, user = held()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    shoot(page, "review-empty")
    axe_everywhere(page)
    fits_everywhere(page)
    page.get_by_role("button", name="Submit the review").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[data-error-summary]")).to_contain_text("Cite at least one guideline or source for item 1.")
    shoot(page, "review-gaps")
    axe_everywhere(page)

    page.locator("[name=clinical_case_summary]").fill("The worker has low back pain after lifting a crate.")
    for number in (1, 2):
        page.locator(f"[name=item-{number}-decision][value=upheld]").check()
        page.locator(f"[name=item-{number}-standard]").select_option("A")
        page.locator(f"[name=item-{number}-rationale]").fill(RATIONALE)
    page.get_by_role("button", name="Add a citation by hand").first.click()
    expect(page.locator("[name=item-1-citation-0-publication]")).to_be_focused()
    page.keyboard.type("Chronic Pain Medical Treatment")
    page.locator("[name=item-1-citation-0-year]").fill("2016")
    page.locator("[name=item-1-citation-0-sections]").fill("Physical medicine treatment")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved at", timeout=15_000)
    kept = Review.objects.get()
    assert kept.clinical_case_summary.startswith("The worker")
    shoot(page, "review-written")
    shoot(page, "review-written", dark=True)
    axe_everywhere(page)
    page.reload()
    assert page.locator("[name=item-1-citation-0-publication]").input_value() == "Chronic Pain Medical Treatment"
    page.get_by_role("button", name="Submit the review").click()
    expect(page.get_by_text("is submitted for the quality check")).to_be_visible()
    case.refresh_from_db()
    assert case.state == "quality_check"


@pytest.mark.parametrize("button", ["Save draft", "Submit the review"])
def test_a_form_sent_while_a_save_is_under_way_is_no_other_windows(live_server, page, button):
    case, user = held()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    under_way = []  # kept by the server already, while the page has no answer yet
    save_url = page.locator("[data-review-form]").get_attribute("data-save-url")
    page.route(
        f"**{save_url}", lambda route: route.continue_() if under_way else under_way.append((route, route.fetch()))
    )
    summary = page.locator("[name=clinical_case_summary]")
    summary.fill("The worker has low back pain")
    wait_for(lambda: page.title() and under_way, what="the save to be under way")
    assert Review.objects.get().clinical_case_summary == "The worker has low back pain"
    summary.press_sequentially(" after lifting a crate.")
    route, answer = under_way[0]
    with page.expect_navigation():
        with page.expect_response("**/people/session/"):  # the form is sent once the session is known to go on
            page.get_by_role("button", name=button).click(no_wait_after=True)
        page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
        route.fulfill(response=answer)
    expect(page.get_by_text("another window")).to_have_count(0)
    assert Review.objects.get().clinical_case_summary == "The worker has low back pain after lifting a crate."


def test_text_survives_a_session_that_ended_meanwhile(live_server, page):
    case, user = held()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    page.context.clear_cookies()
    page.locator("[name=clinical_case_summary]").fill("Typed while signed out.")
    expect(page.locator("[data-save-state]")).to_contain_text("sign in again", timeout=15_000)
    sign_in(page, user, live_server.url)
    expect(page.locator("[data-save-state]")).to_contain_text("Saved at", timeout=30_000)
    assert Review.objects.get().clinical_case_summary == "Typed while signed out."


def test_the_quality_check_returns_and_approves(live_server, page):
    load_own_wording(now=NOW)
    case, _ = submitted_case()
    sign_in(page, make_user("quality_reviewer"), live_server.url)
    page.goto(f"{live_server.url}/reviews/quality/")
    shoot(page, "quality-queue")
    axe_everywhere(page)
    fits_everywhere(page)
    follow(page, case.number)
    shoot(page, "quality-check")
    axe_everywhere(page)
    fits_everywhere(page)
    page.get_by_role("button", name="Return with reasons").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what the reviewer is to change.")
    page.get_by_role("button", name="Approve the determination").click()
    expect(page.locator("#letter-state")).to_contain_text("Being sealed")
    shoot(page, "quality-approved")
    axe_everywhere(page)


def test_a_guideline_is_looked_up_and_put_in_with_enter(live_server, page):
    load_library(actor=Actor.system("test"))
    case, user = held()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    look_up = page.get_by_label("Look up a guideline").first
    look_up.press_sequentially("physical therapy")
    expect(page.locator("#picker-hits-1")).to_contain_text("found for “physical therapy”")
    first = page.locator("[data-picker] button[data-publication]").first
    publication, section = first.get_attribute("data-publication"), first.get_attribute("data-section")
    first_id = first.get_attribute("data-section-id")
    look_up.press("Enter")
    expect(page.locator("[name=item-1-citation-0-publication]")).to_have_value(publication)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    citation = Review.objects.get().items.first().citations.get()
    assert (citation.publication, citation.sections) == (publication, [section] if section else [])
    assert str(citation.section_id_in_library or "") == first_id
