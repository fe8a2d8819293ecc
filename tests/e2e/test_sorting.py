"""Sorting a bundle and putting files with their cases, by keys and by pointer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cases.models import BundleAct, Document
from cases.services.bundles import proposing
from cases.services.moving import move_record
from tests.accounts.people import make_person
from tests.cases.test_bundle_rules import GOES_ON, REPORT, SCAN
from tests.cases.test_bundles import a_filed
from tests.cases.test_matching import a_file
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, shoot, sign_in
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits_everywhere(page):
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_a_bundle_is_sorted_by_keys_alone(live_server, page):
    pages = [REPORT, GOES_ON, SCAN] + [SCAN.replace("11/02", f"{1 + n % 12}/{1 + n % 27}") for n in range(297)]
    document = a_filed(pages)
    bundle = proposing.propose_for(document=document, now=NOW)
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/{document.case.number}/records/{document.pk}/sort/")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    expect(page.locator("#sort-said")).to_have_text("A record begins on page 2.")
    expect(page.locator('[data-sheet="2"]')).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("#sort-said")).to_contain_text("Undone")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("[")
    expect(page.locator("#sort-said")).to_have_text("The record begins on page 2 now.")
    page.keyboard.press("n")
    page.keyboard.type("MRI of the low back")
    page.keyboard.press("Enter")
    expect(page.locator("#sort-said")).to_have_text("Named: MRI of the low back.")
    shoot_top(page, "sorting")
    axe_everywhere(page)
    fits_everywhere(page)
    page.keyboard.press("a")
    expect(page.get_by_role("status").get_by_text("Filed:").or_(page.get_by_text("Filed:")).first).to_be_visible()
    assert Document.objects.filter(cut_from=document).count() == len(bundle.parts)
    expect(page.get_by_text("Accepted").first).to_be_visible()
    expect(page.locator("body[data-keys=heard]")).to_be_attached()
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Accept all")).to_be_visible()
    assert Document.objects.filter(cut_from=document).count() == 0
    assert BundleAct.objects.filter(undone_at=None).count() == 2


def shoot_top(page, name):
    """The strip of three hundred pages is too long for one picture: its window, at both widths."""
    from tests.e2e.browser import draw

    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        page.evaluate("() => window.scrollTo(0, 0)")
        page.wait_for_function("() => [...document.images].slice(0, 3).every((one) => one.complete)")
        draw(page, f"{name}-{size['width']}")


def test_files_are_put_with_their_cases_by_one_key(live_server, page):
    case = make_case()
    for n in range(3):
        waiting = a_file(name=f"Records {n}.pdf", folder="box 3")
        waiting.suggestions.create(case=case, place=1, score=78 - n, why="name, birth date")
        waiting.suggestions.create(case=make_case(), place=2, score=45, why="name alike (80 %)")
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/unmatched/")
    shoot(page, "unmatched")
    axe_everywhere(page)
    fits_everywhere(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator("#match-said")).to_contain_text("“Records 1.pdf” filed with")
    expect(page.locator("tr[data-arrival]")).to_have_count(2)
    page.keyboard.press("z")
    expect(page.locator("#match-said")).to_contain_text("waits again")
    expect(page.locator("tr[data-arrival]")).to_have_count(3)
    page.keyboard.press("0")
    page.keyboard.type("Alvarado")
    expect(page.get_by_role("button", name=case.number).last).to_be_visible()


def test_pages_in_the_wrong_case_and_the_incident(live_server, page):
    document, other = a_filed([REPORT, GOES_ON, SCAN]), make_case()
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/{document.case.number}/records/{document.pk}/wrong-case/")
    shoot(page, "wrong-case")
    axe_everywhere(page)
    fits_everywhere(page)
    incident = move_record(
        document=document, to=other, why="These pages are of another worker.", actor=COORDINATOR, now=NOW
    )
    sign_in(page, make_person("medical_director"), live_server.url)
    for place in ("", f"{incident.pk}/"):
        page.goto(f"{live_server.url}/cases/incidents/{place}")
        shoot(page, f"incidents{place.strip('/')}")
        axe_everywhere(page)
        fits_everywhere(page)
