"""Looking up within the review, by keyboard alone, until the letter is sealed."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.models import User
from cases.models import Case
from common.actor import Actor
from guidelines.models import KeptSection, Publication, Section, SectionLimit, SectionNote
from letters.models import FrozenDocument
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from reviews.models import ConfirmedSequence, LookUp
from reviews.services.determination import letter_of
from reviews.services.quality import approve
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, draw, fits, shoot, sign_in
from tests.factories.cases import NOW, an_item
from tests.factories.library import published_edition
from tests.factories.reviews import RATIONALE, hold_case, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@transaction.atomic
def a_library() -> Section:
    """One guide with an edition that ended long ago and one without end, and a guide of another body part."""
    guide = Publication.objects.create(name="Low Back Guide", topics=["physical therapy"], body_parts=["low back"])
    old = published_edition(publication=guide, year=2009, effective_from="2009-01-01", effective_to="2015-12-31")
    new = published_edition(publication=guide, year=2016, effective_from="2016-01-01", pages=200)
    for edition in (old, new):
        section = Section.objects.create(
            edition=edition, heading="Physical therapy", pages="98-99", topics=["physical therapy", "PT"],
            body_parts=["low back"],
        )  # fmt: skip
        SectionLimit.objects.create(section=section, unit="visits", minimum=9, maximum=10, weeks=8)
    knee = Publication.objects.create(name="Knee Guide", body_parts=["knee"])
    other = published_edition(publication=knee, year=2016, effective_from="2016-01-01")
    Section.objects.create(edition=other, heading="Acupuncture", topics=["acupuncture"], body_parts=["knee"])
    return section


def held() -> tuple[Case, User]:
    case, actor = hold_case(
        items=[an_item("Physical therapy 9 visits, lumbar spine"), an_item("Physical therapy evaluation, lumbar spine")]
    )
    return case, User.objects.get(pk=actor.user_id)


def tab_to(page: Page, selector: str) -> None:
    """By keyboard alone: Tab until the element has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def cite_by_suggestion(page: Page) -> None:
    tab_to(page, "#id_clinical_case_summary")
    page.keyboard.type("The worker has low back pain after lifting a crate.")
    tab_to(page, "[name=item-1-decision]")
    page.keyboard.press("Space")
    tab_to(page, "[name=item-1-had_before]")
    page.keyboard.type("7")
    tab_to(page, "#picker-1")
    expect(page.locator("#picker-hits-1 [data-hit]").first).to_contain_text("Physical therapy")
    expect(page.locator("#picker-hits-1")).to_contain_text("Suggested from the words of the item")
    page.keyboard.press("Enter")
    expect(page.locator("[name=item-1-citation-0-publication]")).to_have_value("Low Back Guide")
    expect(page.locator("[name=item-1-citation-0-year]")).to_have_value("2016")
    checks = page.locator("#item-1 [data-checks]")
    expect(checks).to_contain_text("7 had + 9 asked = 16, limit 9-10 visits in 8 weeks: 6 above")
    expect(checks).to_contain_text("Standard A: only the MTUS is cited.")


def see_a_warning(page: Page) -> None:
    page.keyboard.type("acupuncture")
    other = page.locator("#picker-hits-1 [data-hit][data-publication='Knee Guide']")
    expect(other.first).to_contain_text("Knee Guide treats of knee; the item concerns low back.")
    expect(page.locator("#item-1 [data-sequence-text]")).to_have_value(
        re.compile(r"“acupuncture” \(1 found\); cited Low Back Guide")
    )
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        draw(page.locator("#item-1"), f"in-review-item-{size['width']}")
        fits(page)
    shoot(page, "in-review-warnings", dark=True)
    axe_everywhere(page)


def confirm_and_copy(page: Page) -> None:
    expect(page.locator("#item-1 [data-sequence]")).to_contain_text("Confirm it, or change it first.")
    tab_to(page, "#item-1 [data-confirm-sequence=copy]")
    page.keyboard.press("Enter")
    expect(page.locator("#item-1 [data-sequence]")).to_contain_text("Copied to item 2.")
    expect(page.locator("#item-2 [data-sequence]")).to_contain_text("copied from another item")
    tab_to(page, "[name=item-1-rationale]")
    page.keyboard.type(RATIONALE)


def pin_and_cite(page: Page) -> None:
    tab_to(page, "[name=item-2-decision]")
    page.keyboard.press("Space")
    tab_to(page, "#picker-2")
    expect(page.locator("#picker-hits-2 [data-hit]").first).to_contain_text("Physical therapy")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    expect(page.locator("#picker-hits-2 [data-pinned]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#picker-2")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name=item-2-citation-0-publication]")).to_have_value("Low Back Guide")
    tab_to(page, "[name=item-2-rationale]")
    page.keyboard.type("One evaluation before the visits is reasonable.")


def test_a_case_is_reviewed_by_keyboard_alone_until_its_letter_is_sealed(live_server, page):
    load_own_wording(now=NOW)
    section = a_library()
    case, user = held()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    cite_by_suggestion(page)
    see_a_warning(page)
    confirm_and_copy(page)
    pin_and_cite(page)
    expect(page.locator("[data-save-state]")).to_contain_text("Saved at")
    assert page.evaluate("() => JSON.stringify([localStorage, sessionStorage])").count("therapy") == 0
    tab_to(page, "button[formaction]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("is submitted for the quality check")).to_be_visible()

    assert KeptSection.objects.get(reader=user, pinned_at__isnull=False).section == section
    determination = approve(case=Case.objects.get(), actor=Actor.of(make_user("quality_reviewer")), now=NOW)
    assert seal_letter(letter_id=letter_of(determination).pk, now=NOW).is_sealed
    items = FrozenDocument.objects.get(kind="determination").content["items"]
    assert [item["search_sequence"] for item in items] == [
        one.text for one in ConfirmedSequence.objects.order_by("item_review__item__position")
    ]
    assert [item["standard"] for item in items] == ["A", "A"]
    assert {row.by for row in LookUp.objects.all()} == {user}


def test_a_note_is_kept_for_its_writer_and_a_search_that_found_nothing_is_recorded(live_server, page):
    section = a_library()
    case, user = held()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    page.locator("#picker-1").focus()
    page.locator("#picker-hits-1 details summary").first.click()
    page.locator("#picker-hits-1 [data-note]").first.fill("Fades to home exercise.")
    page.locator("#picker-hits-1 [data-keep-note]").first.click()
    expect(page.locator("#picker-hits-1 [data-note-state]").first).to_contain_text("Only you see it.")
    assert SectionNote.objects.get().section == section
    page.locator("#picker-1").press_sequentially("xyloprim")
    expect(page.locator("#picker-hits-1")).to_contain_text("that nothing was found is recorded")
    expect(page.locator("#item-1 [data-sequence-text]")).to_have_value(
        "1. MTUS: searched for “xyloprim” (nothing found); read Low Back Guide (2016), Physical therapy.\n"
        "2. current ACOEM or ODG: no look-up recorded.\n"
        "3. other nationally recognized guidelines: no look-up recorded.\n"
        "4. peer-reviewed studies: no look-up recorded."
    )
