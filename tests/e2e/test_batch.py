"""A batch assignment in the browser: propose, look, change, deploy, undo; by keyboard where it is shorter."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, ProposalRun
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe_everywhere, fits, follow, shoot, sign_in
from tests.factories.cases import an_item, make_case
from tests.factories.reviewers import make_reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


def look(page, name):
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)
    shoot(page, name)


def do_jobs():
    for job in OutboxJob.objects.filter(kind__startswith="reviews.", done_at=None).order_by("pk"):
        assert outbox.run(job.pk, now=timezone.now())


def a_caseload():
    """Nine cases for five people: one expedited, two nobody is there for, one worker with two cases."""
    filed = {"application": {"received_at": (timezone.now() - 8 * DAY).isoformat()}}
    for number, name in enumerate(("Ada", "Bea", "Cleo", "Dora", "Dora", "Eva")):
        make_case(
            state="ready", worker={"first_name": name, "last_name": "Marchetti", "birth_date": "1980-01-02"}, **filed,
            priority="expedited" if number == 1 else "standard",
        )  # fmt: skip
    for tooth in (3, 14):
        make_case(
            state="ready", items=[an_item(f"Root canal therapy, tooth {tooth}")], **filed,
            worker={"first_name": "Tooth", "last_name": chr(90 - tooth), "birth_date": "1980-01-02"},
        )  # fmt: skip
    make_reviewer(first_name="Ines", last_name="Okafor-Lindqvist", expertise=["lumbar spine"], capacity_open_cases=3)
    make_reviewer(
        first_name="Maximiliana Alexandrina", last_name="Featherstonehaugh von Hohenstein", capacity_open_cases=2
    )
    make_reviewer(licenses=[{"state": "TX"}])
    make_reviewer(certifications=[{"specialty": "Dentistry"}], active=False)


def test_a_batch_is_proposed_changed_deployed_and_undone(live_server, page):
    a_caseload()
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/batch/")
    look(page, "proposals-none")
    page.get_by_role("button", name="Propose now").press("Enter")
    page.get_by_text("This page follows by itself.").wait_for()
    shoot(page, "proposal-waiting")
    do_jobs()
    page.get_by_role("link", name="Deploy").wait_for()
    look(page, "proposal")
    run = ProposalRun.objects.get()
    pair = run.pairs.filter(place=0).order_by("case__priority", "case__number").first()
    page.get_by_role("button", name=f"Lock {pair.case.number}").press("Enter")
    page.get_by_text("stays with").wait_for()
    page.locator("details.alternates summary").first.press("Enter")
    page.locator("details.score summary").first.press("Enter")
    look(page, "proposal-open")
    page.get_by_role("link", name="Without a reviewer").click()
    page.get_by_text("specialty").first.wait_for()
    look(page, "proposal-unplaced")
    page.get_by_role("link", name="Load", exact=True).click()
    page.locator("svg.load-chart").wait_for()
    page.get_by_text("Show as a table").press("Enter")
    look(page, "proposal-load")
    page.get_by_role("button", name="Solve again").click()
    page.get_by_text("This page follows by itself.").wait_for()
    do_jobs()
    follow(page, "Deploy")
    look(page, "proposal-deploy")
    page.get_by_role("button", name="Deploy").press("Enter")
    page.get_by_text("Offering").wait_for()
    shoot(page, "proposal-offering")
    do_jobs()
    page.get_by_text("6 offered").wait_for()
    assert Assignment.objects.live().count() == 6
    look(page, "proposal-deployed")
    follow(page, "Undo")
    look(page, "proposal-undo")
    page.get_by_role("button", name="Undo the run").press("Enter")
    page.get_by_text("Taking back").wait_for()
    do_jobs()
    page.get_by_text("6 taken back").wait_for()
    assert not Assignment.objects.live().exists()
    page.goto(f"{live_server.url}/reviews/batch/")
    look(page, "proposals")
