"""HTML in the library reaches the picker, the preview and the sealed letter as words; nothing of it runs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.models import User
from cases.models import Case
from common.actor import Actor
from guidelines.models import Publication, Section
from guidelines.services.drafts import start_correction
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from reviews.services.determination import letter_of
from reviews.services.quality import approve
from tests.accounts.people import make_person
from tests.e2e.browser import send, sign_in
from tests.factories.cases import NOW, an_item
from tests.factories.library import published_edition
from tests.factories.reviews import RATIONALE, hold_case, make_user
from tests.letters.conftest import pdf_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BAD = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture
@transaction.atomic
def section():
    guide = Publication.objects.create(name="Low Back Guide", body_parts=["low back"])
    edition = published_edition(publication=guide, year=2016, effective_from=dt.date(2016, 1, 1))
    return Section.objects.create(
        edition=edition, heading=f"Therapy {BAD}", topics=["physical therapy", BAD], summary=f"Own words. {BAD}"
    )


def test_html_of_the_library_is_words_in_picker_preview_and_letter(live_server, page, section):
    load_own_wording(now=NOW)
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    case, actor = hold_case(items=[an_item("Physical therapy 9 visits, lumbar spine")])
    sign_in(page, User.objects.get(pk=actor.user_id), live_server.url)
    page.goto(f"{live_server.url}/reviews/{case.number}/review/")
    page.locator("[name=clinical_case_summary]").fill("The worker has low back pain after lifting a crate.")
    page.locator("[name=item-1-decision][value=upheld]").check()
    page.locator("[name=item-1-rationale]").fill(RATIONALE)
    page.locator("#picker-1").focus()
    first = page.locator("#picker-hits-1 [data-hit]").first
    expect(first).to_contain_text(BAD)
    page.locator("#picker-hits-1 details summary").first.click()
    expect(page.locator("#picker-hits-1")).to_contain_text(f"Own words. {BAD}")
    page.locator("#picker-1").press("Enter")
    expect(page.locator("#item-1 [data-checks]")).to_contain_text(BAD)
    assert page.locator("img[src=x]").count() == 0
    send(page, "Submit the review")
    determination = approve(
        case=Case.objects.get(pk=case.pk), actor=Actor.of(make_user("quality_reviewer")), now=NOW
    )  # fmt: skip
    letter = seal_letter(letter_id=letter_of(determination).pk, now=NOW)
    editor = make_person("guideline_editor")
    sign_in(page, editor, live_server.url)
    draft = start_correction(edition_id=section.edition_id, actor=Actor.of(editor))
    page.goto(f"{live_server.url}/guidelines/drafts/{draft.pk}/preview/")
    expect(page.locator("main")).to_contain_text(f"Own words. {BAD}")
    sign_in(page, make_person("coordinator"), live_server.url)
    said = " ".join(pdf_text(page.request.get(f"{live_server.url}/letters/{letter.pk}/download/").body()).split())
    assert "".join(BAD.split()) in "".join(said.split())
    assert ran == []
