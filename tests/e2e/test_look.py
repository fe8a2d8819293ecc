"""Every component and page shape in the browser: axe, both widths, both themes, the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SHAPES = {"parts": "/look/", "list": "/look/list/", "case": "/look/case/", "workspace": "/look/workspace/"}


@pytest.fixture
def site(live_server, settings) -> str:
    settings.DEMO = True
    return live_server.url


@pytest.mark.parametrize("name", SHAPES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(site: str, page: Page, name: str) -> None:
    page.goto(site + SHAPES[name])
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    shoot(page, f"look-{name}")
    shoot(page, f"look-{name}", dark=True)


def test_a_page_that_is_not_there_says_so(site: str, page: Page) -> None:
    page.goto(f"{site}/nothing/")
    axe_everywhere(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    shoot(page, "look-404")
