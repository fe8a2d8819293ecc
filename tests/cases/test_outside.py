"""The door for parties without an account: what a code opens, and what it does not."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AccessLog, Act
from cases.models import AccessCode, Arrival
from cases.services import access_codes, outside
from cases.services.arrival_checks import check
from cases.services.outside import Missing
from tests.cases.test_uploads import TUS, describe, patch
from tests.factories.cases import make_case
from tests.factories.files import text_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rates():
    from django.core.cache import cache

    cache.clear()


def code_for(case=None, **facts) -> str:
    return access_codes.make(purposes={"upload"}, case=case, now=timezone.now(), **facts)


def come_in(code: str) -> Client:
    browser = Client()
    answer = browser.post("/records/", {"code": code})
    assert answer.status_code == 302, answer.content
    return browser


def send(browser, content=b"", name="report.pdf", **facts):
    headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": describe(filename=name, **facts)}
    begun = browser.post("/records/uploads/", content_type="application/octet-stream", headers=headers)
    if begun.status_code == 201:
        assert patch(browser, begun.headers["Location"], 0, content).status_code == 204
        for arrival in Arrival.objects.filter(state="checking"):
            check(arrival_id=arrival.pk)
    return begun


def test_without_a_code_the_door_stays_shut_and_a_wrong_code_is_told_and_noted():
    browser = Client()
    for path in ("files/", "files/sent/", "files/receipt.pdf", "uploads/"):
        assert browser.get(f"/records/{path}").status_code == 302
    answer = browser.post("/records/", {"code": "CDFH-JKMN-PRTW"})
    assert answer.status_code == 422
    assert b"opens nothing" in answer.content
    assert AccessLog.objects.of_act(Act.SIGN_IN_FAILED).exists()
    download_only = access_codes.make(purposes={"download"}, now=timezone.now())
    assert browser.post("/records/", {"code": download_only}).status_code == 422


def test_guessing_is_stopped(settings):
    browser = Client()
    answers = [browser.post("/records/", {"code": f"CDFH-JKMN-PRT{sign}"}).status_code for sign in "3" * 25]
    assert 429 in answers


def test_a_code_sends_records_to_its_case_and_shows_what_it_sent_what_is_missing_and_no_name(monkeypatch):
    case = make_case(state="records", worker={"first_name": "Xaver", "last_name": "Quixote"})
    due = dt.date(2026, 12, 1)
    monkeypatch.setattr(outside, "_MISSING", [lambda code: [Missing(case.number, "Progress reports", due)]])
    browser = come_in(code_for(case, role="claims_administrator").lower().replace("-", " "))
    page = browser.get("/records/files/").content.decode()
    assert case.number in page
    assert "Progress reports" in page
    assert send(browser, text_pdf("one", "two")).status_code == 201
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.case, arrival.door) == ("linked", case, "outsider")
    assert arrival.access_code == AccessCode.objects.get()
    page = browser.get("/records/files/").content.decode()
    assert "1 file received, 2 pages" in page
    assert "report.pdf" in page
    for name in ("Xaver", "Quixote", "Okafor", "Golden Claims"):
        assert name not in page


def test_a_refused_file_is_explained_to_its_sender_and_is_no_part_of_the_sum():
    case = make_case(state="records")
    browser = come_in(code_for(case))
    send(browser, b"MZ program")
    page = browser.get("/records/files/sent/").content.decode()
    assert "a program" in page
    assert "0 files received, 0 pages" in page


def test_others_see_nothing_of_it_and_another_case_is_refused():
    case, other = make_case(state="records"), make_case(state="records")
    browser = come_in(code_for(case))
    refused = send(browser, b"%PDF", case=other.number)
    assert (refused.status_code, refused.content.decode()) == (403, f"Your code does not open case {other.number}.")
    send(browser, text_pdf("mine"))
    neighbour = come_in(code_for(other))
    assert "report.pdf" not in neighbour.get("/records/files/").content.decode()
    upload = Arrival.objects.get().upload
    assert neighbour.head(f"/records/uploads/{upload.token}/", headers=TUS).status_code == 404


def test_a_code_for_many_cases_sends_to_one_that_is_missing_something_or_leaves_it_to_be_matched(monkeypatch):
    case = make_case(state="records")
    monkeypatch.setattr(outside, "_MISSING", [lambda code: [Missing(case.number, "Progress reports")]])
    browser = come_in(code_for())
    assert f'<option value="{case.number}"' in browser.get("/records/files/").content.decode()
    send(browser, text_pdf("one"), case=case.number)
    send(browser, text_pdf("two"))
    assert list(Arrival.objects.order_by("pk").values_list("state", "case")) == [
        ("linked", case.pk), ("unmatched", None),
    ]  # fmt: skip


def test_a_withdrawn_code_ends_the_visit_and_so_does_leaving():
    case = make_case(state="records")
    browser = come_in(code_for(case))
    access_codes.withdraw(AccessCode.objects.get(), now=timezone.now())
    assert browser.get("/records/files/").status_code == 302
    browser = come_in(code_for(case))
    browser.post("/records/leave/")
    assert browser.get("/records/files/").status_code == 302


def test_the_receipt_says_each_file_its_pages_and_its_hash():
    case = make_case(state="records")
    browser = come_in(code_for(case))
    send(browser, text_pdf("one", "two"), name="<img src=x>.pdf")
    answer = browser.get("/records/files/receipt.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    import pypdfium2

    with pypdfium2.PdfDocument(io.BytesIO(answer.content)) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert case.number in text
    assert "1 file received, 2 pages" in text
    assert "<img src=x>.pdf" in text


def test_sending_needs_the_token_of_the_page():
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/records/", {"code": "x"}).status_code == 403
    assert browser.post("/records/uploads/", headers=TUS).status_code == 403
