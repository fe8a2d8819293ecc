"""A guideline editor brings a new edition: an error is told and corrected, a second person publishes, days decide."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from guidelines.models import Edition, Publication, Section, SectionLimit
from tests.accounts.people import make_person
from tests.e2e.browser import axe_everywhere, follow, send, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def former():
    publication = Publication.objects.create(name="Neck Care", issuer="DWC", aliases=["Neck Guide"])
    edition = Edition.objects.create(
        publication=publication, year=2016, effective_from=dt.date(2016, 7, 28), pages=120, source="8 CCR 9792.24.2"
    )
    top = Section.objects.create(edition=edition, heading="Exercise", pages="98-99", topics=["physical therapy", "PT"])
    SectionLimit.objects.create(section=top, condition="strain", unit="visits", minimum=9, maximum=10, weeks=8)
    Section.objects.create(
        edition=edition, heading="Traction", parent=top, position=1, pages="100", summary="Own words."
    )
    Section.objects.create(edition=edition, heading="Acupuncture", position=2, pages="101-104", topics=["needling"])
    return edition


def test_a_new_edition_is_copied_corrected_compared_and_published_by_a_second_person(page, live_server, former):
    first, second = make_person("guideline_editor"), make_person("guideline_editor")
    home = live_server.url
    sign_in(page, first, home)
    draft = begun(page, home, former)
    one_error(page)
    looked_at(page, home, draft)
    sign_in(page, second, home)
    page.goto(draft)
    send(page, "Publish")
    expect(page.get_by_text("Neck Care, 2036 is published.")).to_be_visible()
    shoot(page, "library-published")
    page.goto(f"{home}/guidelines/?q=acupuncture&on=2036-03-01")
    expect(page.locator(".hit").first).to_contain_text("2016")
    page.goto(f"{home}/guidelines/?q=acupuncture&on=2036-03-02")
    expect(page.locator(".hit").first).to_contain_text("2036")
    page.goto(f"{home}/admin/guidelines/edition/")
    shoot(page, "library-admin-editions")


def begun(page, home, former):
    """The draft of 2036, copied from 2016; its address."""
    page.goto(f"{home}/guidelines/browse/{former.publication_id}/")
    shoot(page, "library-publication-editor")
    axe_everywhere(page)
    follow(page, "New edition from 2016")
    page.locator("#id_year").fill("2036")
    page.locator("#id_effective_from").fill("2036-03-02")
    page.locator("#id_pages").fill("110")
    page.locator("#id_note").fill("Adopted by order of January 2036.")
    shoot(page, "library-admin-edition-add")
    send(page, "Save")
    expect(page).to_have_url(re.compile(r"/guidelines/drafts/\d+/$"))
    expect(page.get_by_text("The edition of 2016 ends on Mar 1, 2036")).to_be_visible()
    axe_everywhere(page)
    shoot(page, "library-draft-fresh")
    return page.url


def one_error(page):
    """A page outside the edition is refused beside its field, typed words stay, and the right one is taken."""
    follow(page, "Sections")
    shoot(page, "library-admin-sections")
    follow(page, "Acupuncture")
    page.locator("#id_pages").fill("474")
    page.locator("#id_topics").fill("needling\ndry needling")
    page.locator("#id_limits").fill("up to 24 visits in 8 weeks")
    send(page, "Save")
    expect(page.get_by_text("The edition has 110 pages; page 474 lies outside.").first).to_be_visible()
    shoot(page, "library-admin-section-refused")
    expect(page.locator("#id_topics")).to_have_value("needling\ndry needling")
    page.locator("#id_pages").fill("105-108")
    send(page, "Save")
    expect(page).to_have_url(re.compile(r"/admin/guidelines/section/"))


def looked_at(page, home, draft):
    """Compared, previewed, tried out, its history read; found by no search."""
    page.goto(draft)
    expect(page.get_by_role("row", name=re.compile("Pages, Words for look-up, What it says"))).to_be_visible()
    expect(page.get_by_text("An editor who wrote nothing in it publishes it.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    axe_everywhere(page)
    shoot(page, "library-draft-compared")
    follow(page, "As a reviewer sees it")
    axe_everywhere(page)
    shoot(page, "library-draft-preview")
    page.goto(f"{draft}changes/")
    expect(page.get_by_role("heading", name="Moved hits")).to_be_visible()
    axe_everywhere(page)
    shoot(page, "library-draft-what-changes")
    page.goto(draft)
    follow(page, "History")
    axe_everywhere(page)
    shoot(page, "library-draft-history")
    page.goto(f"{home}/guidelines/drafts/")
    axe_everywhere(page)
    shoot(page, "library-drafts")
    page.goto(f"{home}/guidelines/?q=dry+needling&on=2036-03-02")
    expect(page.get_by_text("dry needling")).to_have_count(0)


def test_two_editors_of_one_section_choose_what_stays(page, live_server, former):
    sign_in(page, make_person("guideline_editor"), live_server.url)
    page.goto(f"{live_server.url}/guidelines/browse/{former.publication_id}/")
    send(page, "Correct the edition of 2016")
    section = Section.every.get(edition__state="draft", heading="Exercise")
    page.goto(f"{live_server.url}/admin/guidelines/section/{section.pk}/change/")
    page.locator("#id_heading").fill("My heading")
    page.locator("#id_topics").fill("physical therapy\nPT\nmine")
    other = page.context.browser.new_context()
    desk = other.new_page()
    sign_in(desk, make_person("guideline_editor"), live_server.url)
    desk.goto(f"{live_server.url}/admin/guidelines/section/{section.pk}/change/")
    desk.locator("#id_heading").fill("Their heading")
    desk.locator("#id_topics").fill("physical therapy\nPT\ntheirs")
    send(desk, "Save")
    other.close()
    send(page, "Save")
    expect(page.get_by_role("heading", name="Somebody else saved this section while you were typing")).to_be_visible()
    shoot(page, "library-admin-merge")
    page.get_by_label("Theirs: Their heading").check()
    send(page, "Save")
    expect(page).to_have_url(re.compile(r"/admin/guidelines/section/(\?.*)?$"))
    section.refresh_from_db()
    assert (section.heading, section.topics) == ("Their heading", ["physical therapy", "PT", "theirs", "mine"])
