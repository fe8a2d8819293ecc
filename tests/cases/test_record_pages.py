"""Records on the case page: what came, search with page hits, one page with its text and picture."""

from __future__ import annotations

import pytest

from accounts.models import AccessLog, User
from cases.models import Arrival
from tests.accounts.people import make_person, signed_in
from tests.cases.test_arrivals import arrive
from tests.cases.test_page_text import file_with, read_everything
from tests.factories.cases import make_case
from tests.factories.files import text_pdf
from tests.factories.reviews import hold_case

pytestmark = pytest.mark.django_db


def test_the_records_tab_tells_what_came_and_how_far_it_is_read_and_asks_again_until_it_is():
    case, browser = make_case(state="records"), signed_in(make_person("coordinator"))
    arrive(text_pdf("one"), name="late.pdf", case=case)
    arrive(b"MZ", name="bad.exe", case=case)
    page = browser.get(f"/cases/{case.number}/records/").content.decode()
    assert "late.pdf" in page
    assert "waiting to be read" in page
    assert "is a program" in page
    assert "every 3s" in page
    read_everything()
    lines = AccessLog.objects.filter(target_key=case.number).count()
    part = browser.get(f"/cases/{case.number}/arrivals/").content.decode()
    assert "every 3s" not in part
    assert AccessLog.objects.filter(target_key=case.number).count() == lines
    assert signed_in(make_person("reviewer")).get(f"/cases/{case.number}/arrivals/").status_code == 403


def test_an_arrival_is_taken_out_again():
    case, browser = make_case(state="records"), signed_in(make_person("coordinator"))
    arrival = arrive(text_pdf("one"), case=case)
    url = f"/cases/{case.number}/arrivals/{arrival.pk}/take-out/"
    assert browser.get(url).status_code == 405
    assert signed_in(make_person("auditor")).post(url).status_code == 403
    assert browser.post(url).status_code == 302
    assert Arrival.objects.get().state == "unmatched"


def test_the_search_of_a_case_shows_pages_and_keeps_words_out_of_addresses_and_logs():
    case, document = file_with(text_pdf("nothing", "lumbar stenosis"))
    read_everything()
    browser = signed_in(make_person("coordinator"))
    url = f"/cases/{case.number}/records/search/"
    assert browser.get(url).status_code == 405
    for headers in ({}, {"HX-Request": "true"}):
        page = browser.post(url, {"text": "stenosis"}, headers=headers).content.decode()
        assert "lumbar <mark>stenosis</mark>" in page
        assert f"/cases/{case.number}/records/{document.pk}/pages/2/" in page
        assert ("<html" in page) == (not headers)
    assert "No page holds" in browser.post(url, {"text": "absent"}).content.decode()
    assert not AccessLog.objects.filter(detail__icontains="stenosis").exists()
    assert signed_in(make_person("reviewer")).post(url, {"text": "x"}).status_code == 403


def test_a_page_is_shown_with_its_text_and_picture_and_only_pages_of_the_record():
    case, document = file_with(text_pdf("first words", "second words", "third"))
    type(document).objects.filter(pk=document.pk).update(first_page=1, last_page=2, pages=2)
    read_everything()
    browser = signed_in(make_person("coordinator"))
    base = f"/cases/{case.number}/records/{document.pk}/pages"
    page = browser.get(f"{base}/2/").content.decode()
    assert "second words" in page
    assert f"{base}/1/" in page
    assert f"{base}/3/" not in page
    assert browser.get(f"{base}/2/900/").headers["Content-Type"] == "image/webp"
    for place in (0, 3):
        assert browser.get(f"{base}/{place}/").status_code == 404
        assert browser.get(f"{base}/{place}/160/").status_code == 404
    assert signed_in(make_person("reviewer")).get(f"{base}/1/900/").status_code == 403


def test_the_lists_ask_the_same_number_of_questions_for_1_3_and_30_rows(django_assert_num_queries):
    browser, case = signed_in(make_person("coordinator")), make_case(state="records")
    counts = set()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(f"/cases/{case.number}/arrivals/")
    for rows in (1, 2, 27):
        for number in range(rows):
            Arrival.objects.create(
                door="staff", name=f"{rows}-{number}.pdf", sent=_stored(), sha256="0" * 64, size=1, case=case,
                state="checking", received_at="2026-11-23T10:00Z",
            )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get(f"/cases/{case.number}/arrivals/")
        counts.add(len(asked))
    assert len(counts) == 1


def _stored():
    from common.services import files

    return files.store(b"x", content_type="application/octet-stream")


def test_a_reviewer_searches_own_cases_only_and_gets_the_page_as_a_part():
    case, actor = hold_case()
    _, document = file_with(text_pdf("pain", "stenosis"), case)
    read_everything()
    own, stranger = signed_in(User.objects.get(pk=actor.user_id)), signed_in(make_person("reviewer"))
    url, part = f"/cases/{case.number}/records/search/", {"HX-Request": "true"}
    assert stranger.post(url, {"text": "stenosis", "pane": "1"}, headers=part).status_code == 403
    assert AccessLog.objects.filter(target_key=case.number, act="refused").exists()
    hits = own.post(url, {"text": "stenosis", "pane": "1"}, headers=part).content.decode()
    page = f"/cases/{case.number}/records/{document.pk}/pages/2/"
    assert f'hx-get="{page}"' in hits
    assert "<mark>stenosis</mark>" in hits
    assert stranger.get(page, headers=part).status_code == 403
    shown = own.get(page, headers=part).content.decode()
    assert "<html" not in shown
    assert f"{document.title}, page 2" in shown
    assert AccessLog.objects.filter(target_key=case.number, detail__endswith="page 2", user=actor.user_id).exists()
    assert "file-search" in own.get(f"/reviews/{case.number}/review/").content.decode()
