"""Offers on a telephone: nothing scrolls sideways, and every control is large enough for a thumb."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, axe, draw, fits, sign_in
from tests.factories.assignments import make_offer
from tests.factories.cases import an_item, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = {"first_name": "Maximiliana Alexandrina", "last_name": "Featherstonehaugh von Hohenstein und Waldburg"}

#: Controls of the page below 44 px (a box to tick and a link of a heading or row: below 24), with what they measure.
#: A link within a sentence is as high as its line (WCAG 2.5.8).
_TOO_SMALL = """() => ["a[href]", "button", "input", "select", "textarea", "summary"]
  .flatMap((kind) => [...document.querySelectorAll(`main ${kind}`)])
  .filter((it) => it.type !== "hidden" && it.checkVisibility())
  .filter((it) => it.tagName !== "A" || (it.closest("p") ?? it).textContent.trim() === it.textContent.trim())
  .map((it) => {
    const box = it.getBoundingClientRect();
    const ticked = ["radio", "checkbox"].includes(it.type);
    const whole = ticked ? it.closest(".form-check").getBoundingClientRect() : box;
    const row = it.closest("th, h1, h2, .messages, .error-summary");
    return { what: it.outerHTML.slice(0, 120), own: [box.width, box.height], whole: [whole.width, whole.height],
             least: row ? 24 : 44 };
  })
  .filter((it) => Math.min(...it.own) < 23.9 || Math.min(...it.whole) < it.least - 0.1)
  .map((it) => `${it.own} of ${it.whole}: ${it.what}`)"""


def look(page: Page, name: str) -> None:
    draw(page, f"offers-{name}-390", full_page=True)
    fits(page)
    axe(page)
    small = page.evaluate(_TOO_SMALL)
    assert not small, f"too small on {page.url}:\n" + "\n".join(small)


def test_offers_are_answered_on_a_telephone(live_server, page: Page):
    now, user = timezone.now(), make_person("reviewer")
    own = make_reviewer(user=user, **LONG)
    items = [an_item(body_part="lumbar spine"), an_item("Home exercise kit for the lumbar spine")]
    offers = []
    for name in ("Ana", "Maria de los Ángeles Esperanza"):
        case = make_case(
            state="ready", now=now, items=items, worker={"first_name": name, "last_name": "Fernández-Villanueva"}
        )
        offers.append(make_offer(case=case, reviewer=own, now=now)[0])
    sign_in(page, user, live_server.url)
    page.set_viewport_size(NARROW)
    pages = {
        "desk": "", "answer": "offers/answer/", "one": f"offers/{offers[0].pk}/",
        "decline": f"offers/{offers[0].pk}/decline/", "earnings": "earnings/",
    }  # fmt: skip
    for name, address in pages.items():
        page.goto(f"{live_server.url}/reviews/{address}")
        look(page, name)
    page.goto(f"{live_server.url}/reviews/offers/answer/")
    for answer in page.get_by_label("None", exact=True).all()[:2]:
        answer.check()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign and accept").click()
    look(page, "answer-errors")
    summary = page.locator("[data-error-summary]").inner_text()
    assert "Esperanza" not in summary  # that case was left empty: it is decided later, and nothing is missing in it
