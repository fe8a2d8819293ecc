"""A guideline editor brings a new edition: an error is told and corrected, a second person publishes, days decide.

A determination sealed the day before keeps the edition that it cited; a review of the next day gets the new one.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.models import User
from cases.models import Case
from common.actor import Actor
from common.days import CALIFORNIA
from common.models import OutboxJob
from common.services import outbox
from guidelines.models import Publication, PublishingTrial, Section, SectionLimit
from guidelines.services import trials, what_changes
from guidelines.services.drafts import start_correction
from guidelines.services.upkeep import progress
from letters.models import FrozenDocument, Letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from reviews.services.determination import letter_of
from reviews.services.quality import approve
from tests.accounts.people import make_person
from tests.e2e.browser import axe_everywhere, follow, send, shoot, sign_in
from tests.factories.cases import an_item
from tests.factories.library import published_edition
from tests.factories.reviews import RATIONALE, hold_case, make_user
from tests.letters.conftest import pdf_text
from tests.support.processes import SiteProcesses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

YESTERDAY, TODAY, TOMORROW = (dt.datetime(2026, 12, day, 10, tzinfo=CALIFORNIA) for day in (1, 2, 3))


@pytest.fixture
@transaction.atomic
def former():
    publication = Publication.objects.create(name="Neck Care", issuer="DWC", aliases=["Neck Guide"])
    edition = published_edition(
        publication=publication, year=2016, effective_from=dt.date(2016, 7, 28), pages=120, source="8 CCR 9792.24.2"
    )
    top = Section.objects.create(edition=edition, heading="Exercise", pages="98-99", topics=["physical therapy", "PT"])
    SectionLimit.objects.create(section=top, condition="strain", unit="visits", minimum=9, maximum=10, weeks=8)
    Section.objects.create(
        edition=edition, heading="Traction", parent=top, position=1, pages="100", summary="Own words."
    )
    Section.objects.create(edition=edition, heading="Acupuncture", position=2, pages="101-104", topics=["needling"])
    return edition


def test_a_new_edition_is_published_by_a_second_person_and_days_decide_which_one_a_letter_cites(
    page, live_server, former, site_processes: SiteProcesses
):
    home = live_server.url
    first, second = make_person("guideline_editor"), make_person("guideline_editor")
    old, new = (
        hold_case(items=[an_item("Physical therapy 6 visits, neck", body_part="neck")], now=YESTERDAY) for _ in range(2)
    )
    with site_processes.day(YESTERDAY):
        load_own_wording(now=YESTERDAY)
        before = determined(page, home, old, year="2016", printed="98-99")
    with site_processes.day(TODAY):
        sign_in(page, first, home)
        draft = begun(page, home, former)
        one_error(page)
        looked_at(page, home, draft)
        sign_in(page, second, home)
        page.goto(draft)
        send(page, "Publish")
        expect(page.get_by_text("Neck Care, 2026 is published.")).to_be_visible()
        shoot(page, "library-published")
        found_by_day(page, home)
        still_the_old_one(page, home, old[0], before)
    with site_processes.day(TOMORROW):
        still_the_old_one(page, home, old[0], before)
        after = determined(page, home, new, year="2026", printed="104-105")
        assert "2016" not in cited_in(letter_text(page, home, after))


def found_by_day(page, home):
    page.goto(f"{home}/guidelines/?q=acupuncture&on=2026-12-02")
    expect(page.locator(".hit").first).to_contain_text("2016")
    page.goto(f"{home}/guidelines/?q=acupuncture&on=2026-12-03")
    expect(page.locator(".hit").first).to_contain_text("2026")
    page.goto(f"{home}/admin/guidelines/edition/")
    shoot(page, "library-admin-editions")


def determined(page, home, held: tuple[Case, Actor], *, year: str, printed: str) -> Letter:
    """The case reviewed by its first suggestion, approved and sealed; the letter cites that edition and those pages."""
    case, actor = held
    now = dt.datetime.now(dt.UTC)
    sign_in(page, User.objects.get(pk=actor.user_id), home)
    page.goto(f"{home}/reviews/{case.number}/review/")
    page.locator("[name=clinical_case_summary]").fill("The worker has neck pain after lifting a crate.")
    page.locator("[name=item-1-decision][value=upheld]").check()
    page.locator("[name=item-1-rationale]").fill(RATIONALE)
    page.locator("#picker-1").focus()
    first = page.locator("#picker-hits-1 [data-hit]").first
    expect(first).to_contain_text("Exercise")
    expect(first).to_contain_text(year)
    page.locator("#picker-1").press("Enter")
    expect(page.locator("[name=item-1-citation-0-year]")).to_have_value(year)
    shoot(page, f"library-cited-{year}")
    send(page, "Submit the review")
    expect(page.get_by_text("is submitted for the quality check")).to_be_visible()
    determination = approve(case=Case.objects.get(pk=case.pk), actor=Actor.of(make_user("quality_reviewer")), now=now)
    letter = seal_letter(letter_id=letter_of(determination).pk, now=now)
    cited = cited_in(letter_text(page, home, letter))
    assert year in cited
    assert printed in cited
    return letter


def letter_text(page, home, letter: Letter) -> str:
    """What the sealed letter says, as the desk downloads it today."""
    sign_in(page, make_person("coordinator"), home)
    answer = page.request.get(f"{home}/letters/{letter.pk}/download/")
    assert answer.ok
    return " ".join(pdf_text(answer.body()).split())


def cited_in(text: str) -> str:
    """The lines of a letter that name the guide."""
    return " ".join(re.findall(r"Neck Care.{0,120}", text))


def still_the_old_one(page, home, case: Case, letter: Letter) -> None:
    """What was decided yesterday says what it said: the sealed letter, and what its determination keeps."""
    cited = cited_in(letter_text(page, home, letter))
    assert "2016" in cited
    assert "98-99" in cited
    assert "2026" not in cited
    documents = [one.content for one in FrozenDocument.objects.filter(kind="determination")]
    kept = next(one for one in documents if one["case_number"] == case.number)
    assert [one["year"] for one in kept["items"][0]["reviewer_guidelines"]] == [2016]


def begun(page, home, former):
    """The draft of 2026, copied from 2016; its address."""
    page.goto(f"{home}/guidelines/browse/{former.publication_id}/")
    shoot(page, "library-publication-editor")
    axe_everywhere(page)
    follow(page, "New edition from 2016")
    page.locator("#id_year").fill("2026")
    page.locator("#id_effective_from").fill("2026-12-03")
    page.locator("#id_pages").fill("110")
    page.locator("#id_note").fill("Adopted by order of November 2026.")
    shoot(page, "library-admin-edition-add")
    send(page, "Save")
    expect(page).to_have_url(re.compile(r"/guidelines/drafts/\d+/$"))
    expect(page.get_by_text("The edition of 2016 ends on Dec 2, 2026")).to_be_visible()
    axe_everywhere(page)
    shoot(page, "library-draft-fresh")
    return page.url


def one_error(page):
    """A page outside the edition is refused beside its field, typed words stay, and the right one is taken."""
    follow(page, "Sections")
    shoot(page, "library-admin-sections")
    follow(page, "Exercise")
    page.locator("#id_pages").fill("474")
    page.locator("#id_topics").fill("physical therapy\nPT\nhome exercise")
    page.locator("#id_limits").fill("up to 24 visits in 8 weeks")
    send(page, "Save")
    expect(page.get_by_text("The edition has 110 pages; page 474 lies outside.").first).to_be_visible()
    shoot(page, "library-admin-section-refused")
    expect(page.locator("#id_topics")).to_have_value("physical therapy\nPT\nhome exercise")
    page.locator("#id_pages").fill("104-105")
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
    page.goto(f"{home}/guidelines/?q=home+exercise&on=2026-12-03")
    expect(page.get_by_text("home exercise")).to_have_count(0)


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


def test_many_requests_are_searched_in_the_background_and_the_page_shows_how_far(
    page, live_server, former, monkeypatch
):
    items = [what_changes.RecentItem(text) for text in ("traction", "acupuncture", "yoga")]
    monkeypatch.setattr(what_changes, "_recent", [lambda _number: items * 10])
    editor = make_person("guideline_editor")
    sign_in(page, editor, live_server.url)
    draft = start_correction(edition_id=former.pk, actor=Actor.of(editor))
    Section.every.filter(edition=draft, heading="Exercise").update(topics=["yoga"])
    page.goto(f"{live_server.url}/guidelines/drafts/{draft.pk}/changes/")
    expect(page.get_by_text("The last 30 reviewed requests are searched twice")).to_be_visible()
    axe_everywhere(page)
    shoot(page, "library-what-changes-offered")
    send(page, "Search them")
    expect(page.get_by_text("The requests are searched in the background")).to_be_visible()
    progress.tell(f"trial-{PublishingTrial.objects.get().pk}", 23, 60)
    expect(page.get_by_text("23 of 60")).to_be_visible()
    shoot(page, "library-what-changes-working")
    assert outbox.run(OutboxJob.objects.get(kind=trials.TRIAL).pk, now=dt.datetime.now(dt.UTC))
    expect(page.get_by_role("heading", name="Moved hits")).to_be_visible()
    expect(page.get_by_role("rowheader", name="yoga").first).to_be_visible()
    axe_everywhere(page)
    shoot(page, "library-what-changes-done")
