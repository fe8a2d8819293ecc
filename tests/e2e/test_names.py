"""The desk of names by keys: the same, different, parent, undo; looked at wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cases.models import OrganizationPair
from cases.services.organizations import find_or_add
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, shoot, sign_in
from tests.factories.cases import make_case
from tests.factories.reviewers import make_organization, make_reviewer
from tests.reviews.test_people_desk import a_case, a_reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, key):
    """A key that sends a form: the answer is there when this returns."""
    expect(page.locator("body[data-keys=heard]")).to_be_attached()
    with page.expect_navigation():
        page.keyboard.press(key)


def names_to_decide():
    make_organization("Larkmoor Claims Management Services, Inc.", kind="administrator")
    make_organization("Quillfeather Mutual Casualty Company", kind="carrier")
    make_case(parties=[{"role": "claims_administrator", "organization": "Larkmoor Claims Mgmt Svcs of Fresno"}])
    make_reviewer(affiliations=[{"organization": "Quilfeather Mutual", "role": "consultant"}])
    find_or_add(["Larkmoor Select Provider Network"], source="typed in case CM26-0000042")


def test_names_are_decided_by_keys_and_undone(live_server, page):
    names_to_decide()
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/names/")
    waiting = OrganizationPair.objects.open().count()
    shoot(page, "names")
    page.locator(".names summary").first.click()
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    press(page, "1")
    expect(page.get_by_text("Decided last:")).to_contain_text("the same")
    assert OrganizationPair.objects.filter(decision="same").count() == 1
    press(page, "z")
    assert OrganizationPair.objects.open().count() == waiting
    press(page, "2")
    expect(page.get_by_text("Decided last:")).to_contain_text("different")
    page.keyboard.press("j")
    press(page, "3")
    expect(page.get_by_text("Decided last:")).to_contain_text("the first is the parent")
    page.goto(f"{live_server.url}/reviews/names/?shown=decided")
    shoot(page, "names-decided")
    axe_everywhere(page)
    page.goto(f"{live_server.url}/reviews/names/{OrganizationPair.objects.get(decision='first_is_parent').pk}/")
    shoot(page, "names-pair")
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_people_are_decided_by_keys_and_undone(live_server, page):
    a_case()
    a_reviewer()
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/names/people/")
    expect(page.get_by_role("row", name="Pete Okafro")).to_be_visible()
    shoot(page, "people")
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    press(page, "2")
    expect(page.get_by_text("Decided last:")).to_contain_text("different")
    press(page, "z")
    expect(page.get_by_role("row", name="Pete Okafro")).to_be_visible()
    page.goto(f"{live_server.url}/reviews/names/people/?shown=decided")
    axe_everywhere(page)
