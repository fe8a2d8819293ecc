"""A notice from the finding to the carrier, in the browser, with a real worker: sealed, printed, confirmed, served."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Deadline, Notice, PrintBatch
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.cases.notices.support import reachable_case
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, send, shoot, sign_in
from tests.support.processes import SiteProcesses, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def look(page: Page, name: str) -> None:
    shoot(page, name)
    shoot(page, name, dark=True)
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_a_notice_goes_from_the_finding_to_the_carrier(live_server, page, site_processes: SiteProcesses):
    load_own_wording(now=timezone.now())
    case = reachable_case()
    site_processes.worker()
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/{case.number}/")
    send(page, "Find eligible")
    wait_for(
        lambda: Notice.objects.filter(kind="noarfi", letter__file__isnull=False, copies__state="sent").exists(),
        what="the notice to be sealed and its mail to be sent",
        seconds=90,
    )
    assert Deadline.objects.filter(case=case, clock="records_electronic").exists()  # the administrator has its mail

    page.goto(f"{live_server.url}/cases/{case.number}/letters/")
    look(page, "notices-case")
    page.goto(f"{live_server.url}/cases/notices/?tab=to_print")
    look(page, "notices-outbox")
    send(page, "Make a print batch")
    wait_for(lambda: PrintBatch.objects.filter(file__isnull=False).exists(), what="the batch to be printed", seconds=90)
    page.reload()
    look(page, "notices-batch")
    with page.expect_download() as download:
        page.get_by_role("link", name="Manifest").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.get_by_label("Carrier").fill("USPS")
    send(page, "Confirm the hand-over")
    expect(page.get_by_text(re.compile("mailed", re.IGNORECASE)).first).to_be_visible()
    notice = Notice.objects.get(kind="noarfi")
    assert not notice.copies.filter(served_on=None).exists()
    page.goto(f"{live_server.url}/cases/notices/{notice.pk}/")
    look(page, "notices-one")
