"""A case with two reviewers in the browser: approval on file, both accept and decide, the letter says how."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from cases.models import Case
from common.services import files
from letters.models import Letter
from letters.services.sealing import seal_letter
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.e2e.browser import Walk
from tests.factories.cases import a_pdf, an_item, make_case
from tests.factories.reviewers import make_reviewer
from tests.letters.conftest import pdf_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)
ITEMS = ("Physical therapy, 6 visits, lumbar spine", "Home exercise kit for the lumbar spine")


def put_approval_on_file(walk: Walk, number: str, paper: Path) -> None:
    page = walk.page
    walk.go(f"/reviews/cases/{number}/candidates/")
    page.get_by_text("More than one reviewer").click()
    walk.follow("Put an approval on file")
    walk.press("Put it on file")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    walk.look("approval-refused")
    page.get_by_label("Who signed for the Administrative Director").fill("A. Director")
    page.get_by_label("Approved on").fill(f"{timezone.localdate() - DAY:%m/%d/%Y}")
    page.get_by_label("How it came").fill("Letter")
    page.locator("[name=document]").set_input_files(paper)
    walk.press("Put it on file")
    expect(page.get_by_text("The approval is on file")).to_be_visible()
    walk.look("board-approved")


def offer(walk: Walk, number: str, surname: str) -> None:
    walk.go(f"/reviews/cases/{number}/candidates/")
    with walk.page.expect_navigation():
        walk.page.get_by_role("button", name=re.compile(f"Offer to .*{surname}")).click()
    expect(walk.page.get_by_text("is offered to")).to_be_visible()


def accept(walk: Walk, name: str) -> None:
    page = walk.page
    walk.go("/reviews/")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("Answer the offer")).click()
    for line in page.locator("input[type=radio][value=none]").all():
        line.check()
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_label("Signature: type your name").fill(name)
    walk.press("Sign and accept")


def write_review(walk: Walk, number: str, decisions: tuple[str, str], words: str) -> None:
    page = walk.page
    walk.go(f"/reviews/{number}/review/")
    expect(page.get_by_text("You are one of 2 reviewers")).to_be_visible()
    walk.look(f"review-{words.split(maxsplit=1)[0].lower()}")
    page.locator("[name=clinical_case_summary]").fill(f"{words} the worker has low back pain.")
    for at, decision in enumerate(decisions, start=1):
        page.locator(f"[name=item-{at}-decision][value={decision}]").check()
        page.locator(f"[name=item-{at}-standard]").select_option("A")
        page.locator(f"[name=item-{at}-rationale]").fill(f"{words} item {at} is decided so.")
        page.get_by_role("button", name="Add a citation by hand").nth(at - 1).click()
        page.locator(f"[name=item-{at}-citation-0-publication]").fill("Chronic Pain Medical Treatment")
    walk.press("Submit the review")
    expect(page.get_by_text("is submitted for the quality check")).to_be_visible()


def test_two_reviewers_decide_differently_and_the_letter_gives_the_treatment(live_server, page, tmp_path):
    load_own_wording(now=timezone.now())
    paper = tmp_path / "approval.pdf"
    paper.write_bytes(a_pdf())
    case = make_case(
        state="ready", items=[an_item(ITEMS[0]), an_item(ITEMS[1])],
        application={"received_at": (timezone.now() - 8 * DAY).isoformat()},
        utilization_review={"decision_date": (timezone.now() - 20 * DAY).date().isoformat(), "served_date": None},
    )  # fmt: skip
    coordinator, checker = make_person("coordinator"), make_person("quality_reviewer")
    people: list[tuple[User, str, tuple[str, str]]] = []
    for first, last, decisions in (
        ("Ines", "Okafor-Lindqvist", ("upheld", "upheld")),
        ("Maximiliana", "Featherstonehaugh", ("overturned", "upheld")),
    ):
        user = make_person("reviewer")
        make_reviewer(user=user, first_name=first, last_name=last)
        people.append((user, f"{first} {last}", decisions))
    walk = Walk(page, live_server.url, "second")

    walk.as_person(coordinator)
    put_approval_on_file(walk, case.number, paper)
    offer(walk, case.number, "Okafor-Lindqvist")
    offer(walk, case.number, "Featherstonehaugh")
    walk.look("board-both")
    for user, name, _ in people:
        walk.as_person(user)
        accept(walk, name)
    for (user, name, decisions), words in zip(people, ("First,", "Second,"), strict=True):
        walk.as_person(user)
        write_review(walk, case.number, decisions, words)
        walk.go(f"/reviews/{case.number}/review/")
        walk.look("submitted")
        assert not any(other.split()[1] in page.content() for _, other, _ in people if other != name)
    case = Case.objects.get(pk=case.pk)
    assert case.state == "quality_check"

    walk.as_person(checker)
    walk.go(f"/reviews/quality/{case.number}/")
    expect(page.get_by_text("The reviewers are evenly divided, 1 to 1")).to_be_visible()
    walk.look("quality")
    walk.press("Approve the determination")
    expect(page.locator("#letter-state")).to_contain_text("Being sealed")
    letter = seal_letter(letter_id=Letter.objects.get().pk, now=timezone.now())
    said = " ".join(pdf_text(files.read(letter.file)).split())
    assert f"{ITEMS[0]}: Overturned" in said
    assert f"{ITEMS[1]}: Upheld" in said
    assert "evenly divided" in said
    assert "Second, item 1 is decided so." in said
    assert "First, item 1" not in said
    assert not any(name.split()[1] in said for _, name, _ in people)
    walk.as_person(coordinator)
    walk.go(f"/cases/{case.number}/")
    walk.look("case-page")
    assert walk.faults == []
