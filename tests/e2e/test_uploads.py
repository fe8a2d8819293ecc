"""Records in the browser: sent in pieces over a line that breaks, dropped by staff, searched and leafed through."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from cases.models import Arrival
from cases.services import access_codes, outside
from cases.services.arrival_checks import check
from cases.services.outside import Missing
from common.services import files
from tests.accounts.people import make_person
from tests.cases.test_page_text import read_everything
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, send, shoot, sign_in
from tests.factories.cases import make_case
from tests.factories.files import new_pdf, saved, text_pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIECE = 256 * 1024


@pytest.fixture(autouse=True)
def _small_pieces(settings):
    settings.UPLOAD_PIECE_BYTES = PIECE
    cache.clear()


def fits_everywhere(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def heavy_pdf() -> bytes:
    """About a megabyte, so that it goes in several pieces."""
    pdf = new_pdf(["Lumbar stenosis at L4-5", "Second page"])
    pdf.Root.Weight = pdf.make_stream(bytes(range(256)) * 4096)
    return saved(pdf, compress_streams=False)


def as_file(content: bytes, name: str) -> dict:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def judge() -> None:
    """The worker's part."""
    with transaction.atomic():
        for arrival in Arrival.objects.filter(state="checking"):
            check(arrival_id=arrival.pk)
        read_everything()


def test_a_party_sends_records_over_a_line_that_breaks(live_server, page, monkeypatch):
    case = make_case(state="records")
    due = timezone.localdate() + dt.timedelta(days=3)
    monkeypatch.setattr(outside, "_MISSING", [lambda code: [Missing(case.number, "Reports of six months", due)]])
    code = access_codes.make(purposes={"upload"}, case=case, now=timezone.now())
    page.goto(f"{live_server.url}/records/")
    axe_everywhere(page)
    fits_everywhere(page)
    shoot(page, "outside-door")
    page.get_by_label("Code of your notice").fill(code.lower())
    send(page, "Go on")
    expect(page.get_by_role("heading", level=1)).to_contain_text(case.number)
    shoot(page, "outside-empty")

    pieces: list[str] = []

    def cut_the_third(route: Route) -> None:
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
            if len(pieces) == 3:
                route.abort("connectionreset")
                return
        route.continue_()

    page.route("**/records/uploads/*/", cut_the_third)
    content = heavy_pdf()
    page.locator("#upload-files").set_input_files(
        [as_file(content, "Records of a very long name that goes on and on for sixty letters.pdf"),
         {"name": "program.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}]
    )  # fmt: skip
    rows = page.locator(".upload-row")
    expect(rows.nth(1)).to_contain_text("is not taken")
    expect(rows.nth(0)).to_contain_text("is here")
    assert pieces[:4] == ["0", str(PIECE), str(2 * PIECE), str(2 * PIECE)]  # gone on where it stopped
    arrival = Arrival.objects.get()
    assert files.read(arrival.sent) == content
    expect(page.locator("#sent")).to_contain_text("Being checked")
    judge()
    expect(page.locator("#sent")).to_contain_text("1 file received, 2 pages")
    axe_everywhere(page)
    fits_everywhere(page)
    shoot(page, "outside-sent")
    shoot(page, "outside-sent", dark=True)
    stored = page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")
    assert [word for word in (case.number, code, "sixty letters", "tus::") if word in stored] == []
    assert case.worker.last_name not in page.content()


def test_staff_add_files_to_a_case_search_them_and_leaf_through_the_pages(live_server, page):
    case = make_case(state="records")
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/{case.number}/records/add/")
    page.get_by_label("Kind of record").first.select_option("medical_report")
    page.locator("#upload-files").set_input_files(
        [as_file(text_pdf(f"Report {n}", "Lumbar stenosis"), f"r{n}.pdf") for n in (1, 2)]
    )
    expect(page.locator("[data-upload-total]")).to_contain_text("2 of 2 files are here")
    judge()
    expect(page.locator("#arrivals")).to_contain_text("Filed")
    axe_everywhere(page)
    fits_everywhere(page)
    shoot(page, "add-records")
    page.goto(f"{live_server.url}/cases/{case.number}/records/")
    page.get_by_label("Search the pages of this case").fill("stenosis")
    page.keyboard.press("Enter")
    expect(page.locator("#page-hits")).to_contain_text("2 pages with")
    assert "stenosis" not in page.url
    axe_everywhere(page)
    fits_everywhere(page)
    shoot(page, "records-search")
    page.get_by_role("link", name="r1.pdf, page 2").click()
    expect(page.locator(".page-text")).to_have_text("Lumbar stenosis")
    expect(page.locator("body[data-keys=heard]")).to_be_attached()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".page-text")).to_have_text("Report 1")
    expect(page.locator(".page-view img")).to_have_js_property("complete", True)
    axe_everywhere(page)
    fits_everywhere(page)
    shoot(page, "record-page")


def test_staff_drop_files_for_many_cases(live_server, page):
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/drop/")
    dropped = page.evaluate_handle(
        """() => { const all = new DataTransfer();
        for (const n of [1, 2, 3, 4, 5]) all.items.add(new File(["%PDF-1.4 torn"], `CM26-000000${n}.pdf`));
        return all; }"""
    )
    page.dispatch_event("[data-drop-zone]", "drop", {"dataTransfer": dropped})
    expect(page.locator("[data-upload-total]")).to_contain_text("5 of 5 files are here")
    judge()
    expect(page.locator("#arrivals")).to_contain_text("damaged PDF")
    axe_everywhere(page)
    fits_everywhere(page)
    shoot(page, "drop")
