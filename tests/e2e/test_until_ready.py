"""From the day's scanned mail to a case that a reviewer can have, as people and the worker do it: no step by the test.

Two applications in one scan; one was filed before; the other is eligible, its notice is mailed, the administrator sends
the records with the code of the printed notice over a line that breaks, and a word is found on their pictures.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from cases.models import Arrival, BundleProposal, Case, Deadline, Notice, PrintBatch, Reading, ScannedApplication
from common.days import california_date
from common.services import files
from letters.services.verification import verify_pdf
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.cases.notices.support import parties
from tests.e2e.browser import Walk
from tests.factories.application_forms import imr_form, pages_of, scanned, stack
from tests.factories.cases import an_item, make_case
from tests.factories.claim_records import WORD, scanned_records
from tests.support.processes import SiteProcesses, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PIECE = 16 * 1024


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(settings, "UPLOAD_PIECE_BYTES", PIECE)
    cache.clear()


@pytest.fixture
def outsider(browser: Browser, browser_context_args) -> Iterator[Page]:
    """A browser of somebody else, without an account."""
    with browser.new_context(**browser_context_args) as context:
        yield context.new_page()


def test_from_the_scanned_mail_to_a_case_that_is_ready(
    live_server, page, outsider, site_processes: SiteProcesses, tmp_path
):
    load_own_wording(now=timezone.now())
    decided = california_date(timezone.now()) - dt.timedelta(days=9)
    earlier = filed_before(decided)
    site_processes.worker()
    desk = Walk(page, live_server.url, "ready")
    desk.as_person(make_person("coordinator", name="Cora Coordinator"))

    scan_the_mail(desk, decided, tmp_path / "mail.pdf")
    number = take_in_the_new_one(desk)
    take_in_the_duplicate(desk, earlier)
    find_eligible(desk, number)
    letter = mail_the_notice(desk, number)
    send_the_records(Walk(outsider, live_server.url, "ready-outside"), letter, number, decided)
    find_the_word(desk, number)
    make_ready(desk, number)
    assert not desk.faults, "\n\n".join(desk.faults)


def filed_before(decided: dt.date) -> Case:
    """An application that is on file already; from its parties the directory knows three addresses."""
    return make_case(
        worker={"first_name": "Benito", "last_name": "Salazar", "birth_date": "1968-07-21"},
        claim={"claim_number": "WC-2024-009130", "injury_date": "2024-11-18"},
        utilization_review={
            "decision_date": f"{decided}", "served_date": f"{decided}",
            "rfa_date": f"{decided - dt.timedelta(days=6)}",
        },
        application={"received_at": (timezone.now() - dt.timedelta(days=2)).isoformat()},
        items=[an_item("MRI of the lumbar spine"), an_item("Physical therapy, 12 visits")],
        parties=parties(claims_administrator={"serve_by": "mail"}),
        now=timezone.now(),
    )  # fmt: skip


def scan_the_mail(desk: Walk, decided: dt.date, mail: Path) -> None:
    """Cover sheets from the site before each of two forms, all of it through the scanner, put in as one file."""
    page = desk.page
    desk.go("/cases/arrivals/")
    page.get_by_label("How many cover sheets").fill("2")
    sheets = desk.fetch(page.get_by_role("button", name="Make cover sheets"))
    first, second = pages_of(sheets)
    mail.write_bytes(
        scanned(
            stack(
                first, imr_form(date_of_ur_determination_letter=f"{decided:%m/%d/%Y}"),
                second, imr_form(
                    employee_name="Benito Salazar", date_of_birth="07/21/1968", claim_number="WC-2024-009130",
                    date_of_injury="11/18/2024", date_of_ur_determination_letter=f"{decided:%m/%d/%Y}",
                    employee_signature="Benito Salazar",
                ),
            ),
            dpi=150,
        )
    )  # fmt: skip
    page.get_by_label("Scan", exact=True).set_input_files(mail)
    desk.press("Put the scan in")
    wait_for(
        lambda: ScannedApplication.objects.exclude(read_at=None).count() == 2, what="both forms to be read", seconds=120
    )
    expect(page.get_by_role("link", name=re.compile("^Take in page"))).to_have_count(2)
    expect(page.get_by_text("To be taken in")).to_be_visible()
    desk.look("arrivals")


def take_in_the_new_one(desk: Walk) -> str:
    """The form was read off its picture; names from the directory bring address and way of service."""
    page = desk.page
    page.get_by_role("link", name="Take in page 2").click()
    expect(page.locator("[name=claim-claim_number]")).to_have_value("WC-2025-004417")
    for field, on_the_scan in {
        "line1": "12 Orchard Lane", "city": "Fresno", "state": "CA", "zip": "93701", "last_name": "Quinones",
    }.items():  # fmt: skip
        page.locator(f"[name=worker-{field}]").fill(on_the_scan)  # typed, where the reading left it empty
    for row in range(3):
        complete_from_directory(page, row)
    expect(page.locator("[name=parties-0-line1]")).to_have_value("400 Harbor Way")
    page.get_by_role("group", name="Is the UR decision attached?").get_by_label("Yes").check()
    desk.look("intake")
    page.get_by_role("button", name="Take in the application").click()
    expect(page).to_have_url(re.compile(r"/cases/CM\d\d-\d{7}/$"))
    return page.url.split("/")[-2]


def complete_from_directory(page: Page, row: int) -> None:
    name = page.locator(f"[name=parties-{row}-organization]")
    known = name.input_value()
    name.press("End")
    name.press("Backspace")
    entry = page.get_by_role("option", name=re.compile(re.escape(known[:10]))).first
    expect(entry).to_be_visible()
    entry.click()
    expect(page.locator(f"[name=parties-{row}-zip]")).to_have_value(re.compile(r"^9\d{4}$"))


def take_in_the_duplicate(desk: Walk, earlier: Case) -> None:
    """The desk says so while it is looked at; it is decided side by side."""
    page = desk.page
    desk.go("/cases/arrivals/")
    page.get_by_role("link", name="Take in page 4").click()
    expect(page.locator("[data-alike]").get_by_text("Certain duplicate")).to_be_visible()
    desk.look("intake-duplicate")
    page.get_by_role("group", name="Is the UR decision attached?").get_by_label("Yes").check()
    page.get_by_role("button", name="Take in the application").click()
    expect(page).to_have_url(re.compile(r"/cases/CM\d\d-\d{7}/$"))
    number = page.url.split("/")[-2]
    desk.follow("Compare side by side")
    desk.look("side-by-side")
    with page.expect_navigation():
        page.get_by_role("button", name=f"Merge as a duplicate with {earlier.number}").click()
    expect(page.get_by_text(f"closed as a duplicate of case {earlier.number}")).to_be_visible()
    assert Case.objects.get(number=number).state == "consolidated"
    desk.look("merged")


def find_eligible(desk: Walk, number: str) -> None:
    desk.go(f"/cases/{number}/")
    desk.look("case")
    desk.press("Open the eligibility check")
    desk.look("eligibility")
    desk.press("Find eligible")
    expect(desk.page.get_by_text("done. The case is now in the state “Collecting records”")).to_be_visible()


def mail_the_notice(desk: Walk, number: str) -> tuple[str, str]:
    """Printed, handed to the carrier, confirmed: then it is served. Returns what the administrator reads on it."""
    page = desk.page
    wait_for(
        lambda: Notice.objects.filter(kind="noarfi", case__number=number, letter__file__isnull=False).exists(),
        what="the notice to be sealed", seconds=90,
    )  # fmt: skip
    notice = Notice.objects.get(kind="noarfi", case__number=number)
    desk.go("/cases/notices/?tab=to_print")
    desk.look("to-print")
    desk.press("Make a print batch")
    wait_for(lambda: PrintBatch.objects.filter(file__isnull=False).exists(), what="the batch to be printed", seconds=90)
    page.reload()
    desk.look("batch")
    piece = page.get_by_role("row").filter(has_text=notice.reference).filter(has_text="Golden Claims Services")
    address, code = address_and_code(desk.fetch(piece.get_by_role("link", name=re.compile("^Piece"))), number)
    assert not notice.copies.exclude(served_on=None).exists()  # printed is not mailed
    assert not Deadline.objects.filter(case__number=number, clock="records_mail").exists()
    with page.expect_download() as download:
        page.get_by_role("link", name="Manifest").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.get_by_label("Carrier").fill("USPS")
    desk.press("Confirm the hand-over")
    expect(page.get_by_text(re.compile("mailed", re.IGNORECASE)).first).to_be_visible()
    today = california_date(timezone.now())
    served = {copy.name: (copy.served_on, copy.problem) for copy in notice.copies.all()}
    assert set(served.values()) == {(today, "")}, served
    assert Deadline.objects.get(case__number=number, clock="records_mail").trigger_on == today
    desk.go(f"/cases/notices/{notice.pk}/")
    desk.look("notice")
    desk.go(f"/cases/{number}/letters/")
    desk.look("letters")
    desk.go(f"/cases/{number}/deadlines/")
    expect(page.get_by_text("Records, notice mailed").first).to_be_visible()
    desk.look("deadlines")
    return address, code


def address_and_code(piece: bytes, number: str) -> tuple[str, str]:
    """The path of the address and the code that stand on the printed piece, as its recipient reads them."""
    document = pypdfium2.PdfDocument(piece)
    try:
        words = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()
    assert number in " ".join(words)
    (code,) = set(re.findall(r"\b(?:[A-Z0-9]{4}-){2}[A-Z0-9]{4}\b", words[0]))
    (path,) = re.findall(rf"Open {re.escape(settings.SITE_URL)}(/\S+) and type the code", words[0])
    return path, code


def send_the_records(walk: Walk, letter: tuple[str, str], number: str, decided: dt.date) -> None:
    """By somebody without an account, who has the printed notice; in pieces, and the connection is cut once."""
    page, (address, code) = walk.page, letter
    walk.go(address)
    walk.look("door")
    page.get_by_label("Code", exact=True).fill(code.lower().replace("-", " "))
    walk.press("Open")
    walk.look("notice")
    assert verify_pdf(walk.fetch(page.get_by_role("link", name=re.compile("Notice of assignment")))).good
    walk.follow("Send records or an answer")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.get_by_text("Reports of the treating physician")).to_be_visible()
    walk.look("missing")
    pieces: list[str] = []

    def cut_the_second(route: Route) -> None:
        if route.request.method == "PATCH":
            pieces.append(route.request.headers["upload-offset"])
            if len(pieces) == 2:
                route.abort("connectionreset")
                return
        route.continue_()

    page.route("**/records/uploads/*/", cut_the_second)
    content = scanned_records(seen=f"{decided - dt.timedelta(days=20):%m/%d/%Y}")
    assert len(content) > 3 * PIECE
    page.locator("#upload-files").set_input_files(
        {"name": "Records of the claim.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    expect(page.locator(".upload-row").first).to_contain_text("is here")
    assert pieces[:3] == ["0", str(PIECE), str(PIECE)]  # gone on where it stopped
    expect(page.locator("#sent")).to_contain_text("1 file received, 3 pages", timeout=90_000)
    assert files.read(Arrival.objects.get(door="outsider").sent) == content
    wait_for(
        lambda: Reading.objects.filter(done_at__isnull=False).count() >= 2, what="the pages to be read", seconds=120
    )
    page.reload()
    walk.look("sent")
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt as PDF").click()
    assert download.value.suggested_filename == "receipt.pdf"
    assert not walk.faults, "\n\n".join(walk.faults)


def find_the_word(desk: Walk, number: str) -> None:
    page = desk.page
    desk.go(f"/cases/{number}/records/")
    page.get_by_label("Search the pages of this case").fill(WORD)
    page.keyboard.press("Enter")
    expect(page.locator("#page-hits")).to_contain_text(f"1 page with “{WORD}”")
    expect(page.locator("#page-hits")).to_contain_text("read from the picture")
    desk.look("found")
    page.get_by_role("link", name="Records of the claim.pdf, page 2").click()
    expect(page.locator(".page-text")).to_contain_text(WORD)
    expect(page.locator(".page-view img")).to_have_js_property("complete", True)
    desk.look("found-page")


def make_ready(desk: Walk, number: str) -> None:
    """The worker has proposed where each record begins and what it is: accepted, they make the file whole."""
    page = desk.page
    wait_for(
        BundleProposal.objects.filter(document__case__number=number).exists,
        what="the bundle to be proposed",
        seconds=60,
    )
    desk.go(f"/cases/{number}/records/")
    desk.follow("Sort Records of the claim.pdf")
    expect(page.locator("body[data-keys=heard]")).to_be_attached()
    page.wait_for_function("() => [...document.images].every((one) => one.complete)")
    desk.look("sorting")
    page.keyboard.press("a")
    expect(page.get_by_text("Accepted").first).to_be_visible()
    desk.go(f"/cases/{number}/records/")
    expect(page.get_by_text("Complete since").first).to_be_visible()
    desk.look("complete")
    desk.press("Records are complete")
    expect(page.get_by_text("done. The case is now in the state “Ready")).to_be_visible()
    desk.look("ready")
    case = Case.objects.get(number=number)
    assert case.state == "ready"
    started = case.deadlines.open().get(clock="determination")
    assert started.trigger_on == california_date(Arrival.objects.get(door="outsider").received_at)
