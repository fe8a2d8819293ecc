"""The picker of the review with the library as it ships, and the drug list, by keyboard and to look at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from guidelines.models import KeptSection, Publication
from guidelines.services.formulary import load_formulary
from guidelines.services.library import load_library
from letters.services.wording import load_own_wording
from reviews.models import LookUp
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, draw, fits, sign_in
from tests.e2e.test_look_up_in_review import tab_to
from tests.factories.cases import NOW, an_item
from tests.factories.library import published_edition
from tests.factories.reviews import hold_case
from tests.support.processes import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(live_server, page):
    load_library()
    load_formulary()
    load_own_wording(now=NOW)
    case, actor = hold_case(
        items=[an_item("Physical therapy 9 visits, lumbar spine"), an_item("Norco 10/325mg #60", formulary=True)],
        diagnoses=[{"text": "Lumbar radiculopathy", "icd10": "M54.16"}],
    )
    sign_in(page, User.objects.get(pk=actor.user_id), live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    return page


def picture(page: Page, selector: str, name: str) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
        draw(page.locator(selector), f"{name}-{size['width']}")


def down_to_a_section(page: Page, hits: Locator, here: int) -> str:
    """From the hit at `here` (-1: the field) by ↓ to the next that is a section; its key."""
    ids = hits.locator("[data-hit]").evaluate_all("(all) => all.map((one) => one.dataset.sectionId)")
    place = next(number for number, key in enumerate(ids) if key and number > here)
    for _ in range(place - here):
        page.keyboard.press("ArrowDown")
    expect(hits.locator("[data-hit]").nth(place)).to_be_focused()
    return str(ids[place])


def test_a_publication_as_a_whole_is_not_pinned_and_says_so(live_server, page):
    guide = Publication.objects.create(name="Low Back Guide", topics=["physical therapy"], body_parts=["low back"])
    published_edition(publication=guide, year=2016, effective_from="2016-01-01")
    case, actor = hold_case(items=[an_item("Physical therapy 9 visits, lumbar spine")])
    sign_in(page, User.objects.get(pk=actor.user_id), live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    tab_to(page, "#picker-1")
    expect(page.locator("#picker-hits-1 [data-hit]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    expect(page.locator("#live")).to_have_text("A publication as a whole is not pinned; choose a section of it")
    assert not KeptSection.objects.exists()


def test_the_picker_is_walked_by_keyboard_alone(opened):
    page, hits = opened, opened.locator("#picker-hits-1")
    tab_to(page, "#picker-1")
    expect(hits).to_contain_text("Suggested from the words of the item")
    section = down_to_a_section(page, hits, -1)
    page.keyboard.press("Shift+P")
    expect(hits).to_contain_text("Pinned by you")
    expect(hits.locator(f"[data-hit][data-section-id='{section}']").first).to_be_focused()
    assert str(KeptSection.objects.get(pinned_at__isnull=False).section_id) == section
    page.keyboard.press("Enter")
    expect(page.locator("[name=item-1-citation-0-section_id]")).to_have_value(section)
    page.keyboard.press("Escape")
    expect(page.locator("#picker-1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(hits).to_be_empty()
    page.keyboard.press("ArrowDown")
    expect(hits).to_contain_text("Pinned by you")
    page.keyboard.type("acupuncture")
    expect(hits).to_contain_text("found for “acupuncture”")
    expect(hits).not_to_contain_text("Pinned by you")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#picker-1")).to_be_focused()
    cited = down_to_a_section(page, hits, -1)
    page.keyboard.press("Enter")
    expect(page.locator("[name=item-1-citation-1-section_id]")).to_have_value(cited)
    wait_for(lambda: LookUp.objects.filter(kind="cited").count() == 2, what="both citations to be saved")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(hits).to_be_empty()
    expect(page.locator("#picker-1")).to_have_value("")
    page.keyboard.press("ArrowDown")
    expect(hits).to_contain_text("Used by you a short while ago")
    expect(hits.locator(f"[data-hit][data-section-id='{cited}']").last).to_be_visible()
    picture(page, "#item-1", "picker-many")
    axe_everywhere(page)


def test_the_drug_list_works_fills_out_by_keyboard(opened):
    page, drug = opened, opened.locator("#item-2 [data-drug]")
    expect(drug).to_contain_text("MTUS drug list")
    picture(page, "#item-2 [data-drug]", "drug")
    for fill, steps in (("special", ()), ("perioperative", (("surgery", "11/20/2026"),))):
        if not page.locator("#drug-2-on").is_visible():
            tab_to(page, "#item-2 .drug-fill > summary")
            page.keyboard.press("Enter")
        tab_to(page, "#drug-2-fill")
        page.keyboard.type(fill)
        for name, typed in (*steps, ("supply", "4")):
            tab_to(page, f"#drug-2-{name}")
            page.keyboard.press("Control+a")
            page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page.locator("#item-2 [data-ask-drug]")).to_be_focused()
        expect(page.locator("#drug-2-fill")).to_have_value(fill)
        picture(page, "#item-2 [data-drug]", f"drug-{fill}")
        axe_everywhere(page)
