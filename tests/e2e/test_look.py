"""Every component and page shape in the browser: axe, both widths, both themes, the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import axe, axe_everywhere, fits, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SHAPES = {
    "parts": "/look/",
    "list": "/look/list/",
    "case": "/look/case/",
    "form": "/look/form/",
    "workspace": "/look/workspace/",
    "refusal": "/look/refusal/",
}
WIDTHS = (320, 390, 600, 768, 1024, 1280)  # 320: a wide window at 400 per cent (WCAG 1.4.10)


@pytest.fixture
def site(live_server, settings) -> str:
    settings.DEMO = True
    return live_server.url


@pytest.mark.parametrize("name", SHAPES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(site: str, page: Page, name: str) -> None:
    page.goto(site + SHAPES[name])
    axe_everywhere(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        fits(page)
    shoot(page, f"look-{name}")
    shoot(page, f"look-{name}", dark=True)


def test_a_page_that_is_not_there_says_so(site: str, page: Page) -> None:
    page.goto(f"{site}/nothing/")
    axe_everywhere(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    shoot(page, "look-404")


def test_axe_is_asked_in_earnest(site: str, page: Page) -> None:
    page.goto(f"{site}/look/list/")
    page.evaluate("() => { document.querySelector('main').append(document.createElement('img')); }")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
    assert page.evaluate("() => document.scripts.length") > 0
