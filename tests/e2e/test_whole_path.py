"""The whole path as people walk it, with a real worker: from the typed application to the downloaded, sealed letter."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Case
from cases.services.record_marks import waive
from common.actor import Actor
from guidelines.services.library import load_library
from letters.services.verification import verify_pdf
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.e2e.browser import Walk, follow
from tests.factories.cases import COORDINATOR, a_pdf
from tests.factories.reviewers import make_reviewer
from tests.support.processes import SiteProcesses, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)]

RATIONALE = (
    "The worker had six visits of physical therapy with a clear gain in movement. The guideline supports nine to ten "
    "visits for this condition. The remaining visits are medically necessary."
)


def enter_case(walk: Walk, report: Path) -> str:
    page = walk.page
    walk.go("/cases/new/")
    for name, typed in {
        "application-received_on": "11/2/26", "worker-first_name": "Ana", "worker-last_name": "Quiñones",
        "worker-birth_date": "3/9/71", "claim-claim_number": "CL-77", "claim-injury_date": "Feb 3, 2025",
        "utilization_review-decision_date": "2026-10-20", "utilization_review-served_date": "10/21/26",
        "parties-0-organization": "Golden Claims Services",
        "items-0-service": "Physical therapy, 6 visits, lumbar spine",
    }.items():  # fmt: skip
        page.locator(f"[name={name}]").fill(typed)
    page.get_by_label("Denied").check()
    page.get_by_role("button", name="Add a party").click()
    physician = "parties-1"
    page.locator(f"[name={physician}-role]").select_option("requesting_physician")
    for name, typed in (("first_name", "Peter"), ("last_name", "Okafor"), ("organization", "Fresno Spine Group")):
        page.locator(f"[name={physician}-{name}]").fill(typed)
    for name in ("signed", "ur_decision_attached"):
        page.locator(f"[name=application-{name}][value=yes]").check()
    page.locator("[name=documents-0-file]").set_input_files(report)
    page.locator("[name=documents-0-title]").fill("Progress report")
    page.locator("[name=documents-0-kind]").select_option("medical_report")
    walk.look("intake")
    walk.press("Take in the application")
    expect(page).to_have_url(re.compile(r"/cases/CM26-\d{7}/$"))
    return Case.objects.get().number


def make_ready(walk: Walk, number: str) -> None:
    for verb in ("Open the eligibility check", "Find eligible", "Records are complete"):
        if verb == "Records are complete":
            waive_what_is_missing(number)
        walk.go(f"/cases/{number}/")
        walk.look(verb.split()[0].lower())
        walk.press(verb)
    case = Case.objects.get(number=number)
    assert case.state == "ready"
    assert case.documents.get().pages == 3
    assert case.assigned_on is not None


def waive_what_is_missing(number: str) -> None:
    """The typed application brings a report alone; the checklist has a test of its own."""
    for request in Case.objects.get(number=number).record_requests.outstanding().holding_up():
        waive(request=request, reason="Seen with the application", actor=COORDINATOR, now=timezone.now())


def offer(walk: Walk, number: str, surname: str) -> None:
    walk.go(f"/reviews/cases/{number}/candidates/")
    walk.look("candidates")
    walk.page.get_by_role("button", name=re.compile(f"Offer to .*{surname}")).click()
    expect(walk.page.get_by_text("is offered to")).to_be_visible()


def accept(walk: Walk, name: str) -> None:
    page = walk.page
    walk.go("/reviews/")
    walk.look("offers")
    page.get_by_role("link", name=re.compile("Answer")).click()
    walk.press("Sign and accept")
    walk.look("statement-refused")
    for line in page.locator("input[type=radio][value=none]").all():
        line.check()
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_label("Signature: type your name").fill(name)
    walk.press("Sign and accept")


def review(walk: Walk, number: str) -> None:
    page = walk.page
    walk.go(f"/reviews/{number}/review/")
    page.locator("[name=clinical_case_summary]").fill("The worker hurt the low back lifting a crate.")
    page.locator("[name=item-1-decision][value=overturned]").check()
    page.locator("[name=item-1-standard]").select_option("A")
    page.locator("[name=item-1-rationale]").fill(RATIONALE)
    page.get_by_label("Look up a guideline").press_sequentially("physical therapy")
    expect(page.locator("[data-picker] button[data-publication]").first).to_be_visible()
    walk.look("picker")
    page.get_by_label("Look up a guideline").press("Enter")
    expect(page.locator("[name=item-1-citation-0-publication]")).not_to_have_value("")
    walk.look("review")
    walk.press("Submit the review")
    expect(page.get_by_text("is submitted for the quality check")).to_be_visible()


def everything_inside(content: bytes) -> bytes:
    """The file's bytes, with every stream of it unpacked: what could be searched for a name."""
    import io

    found = [content]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                try:
                    found.append(one.read_bytes())
                except (pikepdf.PdfError, zlib.error):
                    found.append(one.read_raw_bytes())
            else:
                found.append(repr(one).encode())
    return b"\n".join(found)


def test_from_the_application_to_the_letter(live_server, page, site_processes: SiteProcesses, tmp_path):
    load_library(actor=Actor.system("test"))
    load_own_wording(now=timezone.now())
    (tmp_path / "report.pdf").write_bytes(a_pdf(3))
    coordinator, checker = make_person("coordinator"), make_person("quality_reviewer")
    expert = make_reviewer(user=make_person("reviewer"), first_name="Imogen", last_name="Featherstonehaugh")
    site_processes.worker()
    walk = Walk(page, live_server.url, "path")

    walk.as_person(coordinator)
    number = enter_case(walk, tmp_path / "report.pdf")
    make_ready(walk, number)
    offer(walk, number, expert.last_name)

    walk.as_person(expert.user)
    accept(walk, f"{expert.first_name} {expert.last_name}")
    review(walk, number)

    walk.as_person(checker)
    walk.go("/reviews/quality/")
    follow(page, number)
    walk.look("quality")
    walk.press("Approve the determination")
    expect(page.locator("#letter-state")).to_contain_text("Sealed and verified", timeout=60_000)
    walk.look("sealed")
    case = Case.objects.get(number=number)
    wait_for(lambda: Case.objects.get(pk=case.pk).state == "determined", what="the case to be determined")

    walk.as_person(coordinator)
    walk.go("/letters/")
    walk.look("letters")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download|Open|PDF", re.IGNORECASE)).first.click()
    assert download.value.suggested_filename == f"{number}.pdf"
    content = Path(download.value.path()).read_bytes()
    assert verify_pdf(content).good
    inside = everything_inside(content)
    license_number = expert.licenses.get().number
    for secret in (expert.first_name, expert.last_name, expert.npi, expert.email, license_number, expert.user.email):
        for spelled in (secret.encode(), secret.encode("utf-16-be"), secret.encode().hex().encode()):
            assert spelled.lower() not in inside.lower(), secret
    walk.go(f"/cases/{number}/history/")
    walk.look("history")
    assert not walk.faults, "\n\n".join(walk.faults)
