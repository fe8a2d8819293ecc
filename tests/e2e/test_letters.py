from __future__ import annotations

import pytest

from common.models import OutboxJob
from letters.models import Letter
from letters.models.letter import SEAL_JOB
from letters.services.ordering import freeze, order_letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.e2e.browser import axe_everywhere, fits, shoot, sign_in
from tests.letters.conftest import DOCUMENT, NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def order(version: int, number: str = "CM16-0000042") -> Letter:
    content = {**DOCUMENT, "version": version, "case_number": number}
    return order_letter(frozen=freeze(content=content, now=NOW), key=number, version=version, now=NOW, to_worker=False)


def hold(letter: Letter) -> None:
    error = "LetterNotGood: The seal does not cover the entire file: something was added after sealing. " * 3
    OutboxJob.objects.filter(kind=SEAL_JOB, key=str(letter.pk)).update(held_at=NOW, last_error=error, attempts=6)


def test_the_letters_page_shows_each_state_and_lets_staff_try_again(live_server, page):
    load_own_wording(now=NOW)
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/letters/")
    page.get_by_text("No letters yet").wait_for()
    shoot(page, "letters-empty")

    seal_letter(letter_id=order(1).pk, now=NOW)
    order(2)
    hold(order(1, "CM16-0000043"))
    page.reload()
    axe_everywhere(page)
    fits(page)
    shoot(page, "letters")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "CM16-0000042.pdf"

    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Letter CM16-0000043 is tried again.").wait_for()
    assert not Letter.objects.held().exists()
