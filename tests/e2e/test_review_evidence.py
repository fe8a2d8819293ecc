"""Search outside the library and evidence weighed by keyboard in the review; the quality reviewer reads both."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.models import User
from cases.models import Case
from guidelines.models import Publication, Section, SectionLimit
from letters.services.wording import load_own_wording
from reviews.models import LookUp, Weighing
from reviews.services.review import CitationDraft
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, draw, fits, shoot, sign_in
from tests.e2e.test_look_up_in_review import tab_to
from tests.factories.cases import NOW, a_citation, an_item
from tests.factories.library import published_edition
from tests.factories.reviews import fill_in, hold_case, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ODG = CitationDraft(basis="Non-MTUS", publication="Official Disability Guidelines", sections=("Low back",))


def held() -> tuple[Case, User]:
    """Two items that cite a guide of another body part whose edition has ended, and the ODG against it."""
    load_own_wording(now=NOW)
    guide = Publication.objects.create(name="Knee Guide", body_parts=["knee"])
    with transaction.atomic():
        edition = published_edition(
            publication=guide, year=2009, effective_from="2009-01-01", effective_to="2015-12-31", pages=120
        )
        section = Section.objects.create(
            edition=edition, heading="Physical therapy", pages="98-99", topics=["physical therapy"],
            strength_of_evidence="2",
        )  # fmt: skip
        SectionLimit.objects.create(section=section, unit="visits", minimum=9, maximum=10, weeks=8)
    case, actor = hold_case(
        items=[
            an_item("Physical therapy 9 visits, lumbar spine", claims_administrator_guidelines=[a_citation()]),
            an_item("Physical therapy 12 visits, lumbar spine"),
        ]
    )
    knee = CitationDraft(
        basis="MTUS", publication="Knee Guide", year=2009, sections=("Physical therapy",), pages="110",
        section_id=section.pk,
    )  # fmt: skip
    fill_in(
        case=case, actor=actor, citations=(knee, ODG), had_before=7, standard="C",
        why_not_higher="The MTUS has no recommendation for a third course of therapy, and no trial looked at one.",
    )  # fmt: skip
    return case, User.objects.get(pk=actor.user_id)


def fits_everywhere(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def picture(page: Page, name: str) -> None:
    """The first item alone: a pane that scrolls by itself does not stand on a picture of the page as a whole."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        draw(page.locator("#item-1"), f"{name}-{size['width']}")


def tell_a_step(page: Page) -> None:
    part = page.locator("#item-1 [data-sequence]")
    tab_to(page, "#item-1 [data-outside] > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#outside-1-source")
    page.keyboard.type("ODG by MCG")
    tab_to(page, "#outside-1-place")
    page.keyboard.type("https://www.mcg.com/odg/")
    tab_to(page, "[data-add-outside=copy]")
    page.keyboard.press("Enter")
    expect(page.locator("#outside-1-gave")).to_be_focused()
    expect(part).to_contain_text("Say what it gave, or that nothing was found.")
    picture(page, "in-review-outside")
    axe_everywhere(page)
    page.keyboard.type("Up to 10 visits for a sprain.")
    tab_to(page, "[data-add-outside=copy]")
    page.keyboard.press("Enter")
    expect(part).to_contain_text("also for item 2")
    expect(part.locator("[data-sequence-text]")).to_have_value(
        re.compile(r"2\. current ACOEM or ODG: looked in ODG by MCG .*: Up to 10 visits for a sprain; cited Official")
    )
    expect(page.locator("#item-2 [data-sequence]")).to_contain_text("ODG by MCG")


def weigh(page: Page) -> None:
    part = page.locator("#item-1 [data-weighing]")
    tab_to(page, "#item-1 [data-weigh=disagree]")
    page.keyboard.press("Enter")
    expect(part).to_contain_text("Is it a systematic review of randomized trials?")
    tab_to(page, "#item-1 [data-weigh=held]")
    page.keyboard.press("Enter")
    expect(part).to_contain_text("Level 2, non-randomized cohort")
    tab_to(page, "#item-1 [data-weigh=no]")
    page.keyboard.press("Enter")
    expect(part).to_contain_text("Is it a trial that formed its groups by chance?")
    expect(part.locator("li").nth(1).locator("[data-weigh=yes]")).to_be_focused()
    picture(page, "in-review-weighing")
    axe_everywhere(page)
    page.keyboard.press("Enter")
    expect(part).to_contain_text("Is its risk of bias low")
    page.keyboard.press("Enter")
    expect(part).to_contain_text("By the evidence Official Disability Guidelines, Low back prevails")
    tab_to(page, "#item-1 [data-weigh-line]")
    page.keyboard.press("Enter")
    expect(page.locator("[name=item-1-rationale]")).to_have_value(
        re.compile(r"supports\.\n\nStrength of evidence \(8 CCR 9792\.25\.1\): Official Disability")
    )


def test_what_the_reviewer_tells_of_search_and_evidence_stands_before_the_quality_reviewer(live_server, page):
    case, user = held()
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    tell_a_step(page)
    weigh(page)
    tab_to(page, "#item-1 [data-confirm-sequence=copy]")
    page.keyboard.press("Enter")
    expect(page.locator("#item-2 [data-sequence]")).to_contain_text("copied from another item")
    picture(page, "in-review-evidence")
    axe_everywhere(page)
    fits_everywhere(page)
    expect(page.locator("[data-save-state]")).to_contain_text("Saved at")
    with page.expect_navigation():
        page.get_by_role("button", name="Submit the review").click()
    expect(page.get_by_text("is submitted for the quality check")).to_be_visible()
    assert LookUp.objects.filter(kind="outside").count() == 2
    assert Weighing.objects.first().disagree

    page.context.clear_cookies()
    sign_in(page, make_user("quality_reviewer"), live_server.url)
    page.goto(f"{live_server.url}/reviews/quality/{case.number}/")
    first = page.get_by_role("region", name="Item 1: Physical therapy 9 visits, lumbar spine")
    for words in (
        "The edition of 2009 is not in force", "Pages 110 are cited", "Knee Guide treats of knee",
        "7 had + 9 asked = 16, limit 9-10 visits in 8 weeks: 6 above", "no trial looked at one",
        "looked in ODG by MCG", "Official Disability Guidelines, Low back: level 1b",
    ):  # fmt: skip
        expect(first).to_contain_text(words)
    shoot(page, "quality-evidence")
    shoot(page, "quality-evidence", dark=True)
    axe_everywhere(page)
    fits_everywhere(page)
