from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import AccessLog, Act
from common.models import OutboxJob
from letters.models import Letter
from letters.services.ordering import SEAL_JOB
from letters.services.sealing import seal_letter
from tests.accounts.people import make_person, signed_in
from tests.letters.conftest import NOW

pytestmark = pytest.mark.django_db


def hold(letter: Letter, error: str = "RenderingError: no glyph") -> None:
    OutboxJob.objects.filter(kind=SEAL_JOB, key=str(letter.pk)).update(held_at=NOW, last_error=error, attempts=6)


@pytest.mark.parametrize("role", ["reviewer", "quality_reviewer", "guideline_editor", "administrator"])
def test_the_letters_are_shut_to_those_who_may_not_see_them(role, order, document):
    letter = seal_letter(letter_id=order(document).pk, now=NOW)
    client = signed_in(make_person(role))
    assert client.get(reverse("letters:desk")).status_code == 403
    assert client.get(reverse("letters:download", args=[letter.pk])).status_code == 403
    assert client.post(reverse("letters:retry", args=[letter.pk])).status_code == 403


def test_nothing_is_tried_again_by_opening_a_link_or_by_the_auditor(order, document):
    letter = order(document)
    hold(letter)
    assert signed_in(make_person("coordinator")).get(reverse("letters:retry", args=[letter.pk])).status_code == 405
    auditor = signed_in(make_person("auditor"))
    assert auditor.post(reverse("letters:retry", args=[letter.pk])).status_code == 403
    assert "Try again" not in auditor.get(reverse("letters:desk")).content.decode()
    assert Letter.objects.held().get() == letter


def test_a_letter_that_is_sealed_or_waits_is_not_tried_again(order, document):
    client = signed_in(make_person("coordinator"))
    waiting = order(document)
    sealed = seal_letter(letter_id=order({**document, "version": 2}).pk, now=NOW)
    for letter, words in ((waiting, "is not held"), (sealed, "is sealed already")):
        answer = client.post(reverse("letters:retry", args=[letter.pk]), follow=True)
        assert words in answer.content.decode()


def test_an_unsealed_letter_cannot_be_downloaded(order, document):
    client = signed_in(make_person("coordinator"))
    assert client.get(reverse("letters:download", args=[order(document).pk])).status_code == 404


def test_a_held_letter_shows_its_error_and_can_be_released(order, document):
    letter = order(document)
    hold(letter, "RenderingError: <b>no glyph</b>")
    client = signed_in(make_person("coordinator"))
    page = client.get(reverse("letters:desk"), {"state": "held"}).content.decode()
    assert "&lt;b&gt;no glyph&lt;/b&gt;" in page
    answer = client.post(reverse("letters:retry", args=[letter.pk]), follow=True)
    assert "is tried again" in answer.content.decode()
    assert not Letter.objects.held().exists()


@pytest.mark.parametrize("role", ["coordinator", "auditor", "medical_director"])
def test_the_sealed_letter_downloads_under_its_case_number_and_is_logged(role, order, document):
    letter = seal_letter(letter_id=order(document).pk, now=NOW)
    answer = signed_in(make_person(role)).get(reverse("letters:download", args=[letter.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{document["case_number"]}.pdf"'
    assert hashlib.sha256(answer.content).hexdigest() == letter.pdf_sha256
    assert AccessLog.objects.get(act=Act.DOWNLOADED).target_key == document["case_number"]


def test_a_damaged_file_is_not_handed_out(order, document):
    letter = seal_letter(letter_id=order(document).pk, now=NOW)
    path = Path(default_storage.path(letter.file.path))
    path.write_bytes(path.read_bytes()[:-1])
    answer = signed_in(make_person("coordinator")).get(reverse("letters:download", args=[letter.pk]))
    assert answer.status_code != 200
    assert "no longer matches its hash" in answer.content.decode()


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_list_asks_the_same_number_of_questions_however_many_letters_there_are(
    number, order, document, django_assert_num_queries
):
    for version in range(1, number + 1):
        letter = order({**document, "version": version})
        if version % 3 == 0:
            hold(letter)
    client = signed_in(make_person("coordinator"))
    client.get(reverse("letters:desk"))
    with django_assert_num_queries(LIST_QUERIES):
        answer = client.get(reverse("letters:desk"))
    assert answer.content.decode().count("case-number") == number


def test_the_list_is_filtered_by_state_and_number_and_says_what_belongs_there(order, document):
    client = signed_in(make_person("coordinator"))
    assert "No letters yet" in client.get(reverse("letters:desk")).content.decode()
    order(document)
    order({**document, "case_number": "CM16-0000043"})
    found = client.get(reverse("letters:desk"), {"q": "0043", "state": "waiting"}).content.decode()
    assert "CM16-0000043" in found
    assert "CM16-0000042" not in found
    assert "No letter fits" in client.get(reverse("letters:desk"), {"state": "held"}).content.decode()


LIST_QUERIES = 14  # session, person and rights, then tabs, page, count and jobs
