"""The desk in the browser: keyboard through a list, bulk acts with their preview, the next case, a desk handed over."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from cases.services.desk.dashboard import refresh_figures
from tests.accounts.people import make_person
from tests.e2e.browser import NARROW, WIDE, axe, axe_everywhere, fits, send, shoot, sign_in
from tests.factories.cases import make_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = {"first_name": "Maria de los Ángeles Esperanza", "last_name": "Fernández-Villanueva de la Cruz y Soto"}


def fits_everywhere(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


def test_a_coordinator_works_through_the_queue(live_server, page):
    cora = make_person("coordinator", name="Cora Coordinator")
    ben = make_person("coordinator", name="Benjamin Fitzgerald-Montgomery of the Second Floor Desk")
    now = timezone.now()
    cases = [
        make_case(worker=LONG, state="records"),
        make_case(state="eligibility", priority="expedited"),
        make_case(state="ready"),
        make_case(state="withdrawn"),
    ]
    Case.objects.filter(pk=cases[0].pk).update(
        next_due_at=now - dt.timedelta(days=4),
        next_due_clock="records_mail",
        next_target_on=dt.date(2017, 2, 9),
        owner=ben,
    )
    Case.objects.filter(pk=cases[1].pk).update(next_due_at=now + dt.timedelta(days=30), next_target_on=now.date())
    sign_in(page, cora, live_server.url)

    # An empty queue, then the list by keyboard: j and x choose, Enter opens.
    page.goto(f"{live_server.url}/cases/?tab=mine")
    shoot(page, "desk-empty")
    page.goto(f"{live_server.url}/cases/?tab=open")
    shoot(page, "desk-open")
    shoot(page, "desk-open", dark=True)
    axe_everywhere(page)
    fits_everywhere(page)
    expect(page.locator("table.list tbody tr").first).to_contain_text(cases[0].number)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-chosen-count]")).to_have_text("2 chosen")
    shoot(page, "desk-chosen")

    # The preview says what will be done and what is skipped.
    page.goto(f"{live_server.url}/cases/?tab=ended")
    page.goto(f"{live_server.url}/cases/?tab=open")
    page.get_by_label("Choose all rows").check()
    send(page, "Hand to…")
    expect(page.get_by_role("heading", name="3 cases")).to_be_visible()
    page.get_by_label("Who holds the cases from now on?").select_option(label=str(cora))
    shoot(page, "desk-bulk")
    axe_everywhere(page)
    fits_everywhere(page)
    send(page, "Hand over 3 cases")
    expect(page.get_by_text("3 cases handed to Cora Coordinator.")).to_be_visible()
    assert Case.objects.filter(owner=cora).count() == 3
    shoot(page, "desk-handed")
    axe(page)

    # A whole desk goes to a colleague and comes back with one click.
    page.goto(f"{live_server.url}/cases/hand-over/")
    page.get_by_label("Who takes it?").select_option(label=str(ben))
    send(page, "Hand the desk over")
    expect(page.get_by_text("3 cases and 0 tasks")).to_be_visible()
    shoot(page, "desk-hand-over")
    axe_everywhere(page)
    fits_everywhere(page)
    send(page, "Take back")
    expect(page.get_by_text("3 cases are with Cora Coordinator again.")).to_be_visible()

    # The next case that nobody holds.
    fresh = make_case()
    page.goto(f"{live_server.url}/cases/?tab=unassigned")
    send(page, "Take the next case")
    expect(page.get_by_text(f"Case {fresh.number} is yours.")).to_be_visible()


def test_notes_tasks_and_the_dashboard(live_server, page):
    cora, case = make_person("coordinator", name="Cora Coordinator"), make_case(worker=LONG)
    Case.objects.filter(pk=make_case(state="ready").pk).update(next_due_at=timezone.now() - dt.timedelta(days=2))
    refresh_figures(now=timezone.now())
    sign_in(page, cora, live_server.url)
    page.goto(f"{live_server.url}/cases/{case.number}/notes/")
    page.get_by_text("Set a task", exact=True).first.click()
    page.get_by_label("What is to be done?").fill("Ask the adjuster for the MRI of June")
    page.get_by_label("When should it come up?").fill("in 0 days")
    send(page, "Set the task")
    expect(page.get_by_text("Task set.")).to_be_visible()
    page.get_by_label("Note for colleagues").fill("Prefers a call before noon.")
    send(page, "Keep the note")
    expect(page.get_by_text("Prefers a call before noon.")).to_be_visible()
    shoot(page, "desk-notes")
    axe(page)
    fits_everywhere(page)
    page.goto(f"{live_server.url}/cases/tasks/")
    expect(page.get_by_role("cell", name="Ask the adjuster for the MRI of June", exact=True)).to_be_visible()
    shoot(page, "desk-tasks")
    axe(page)
    page.goto(f"{live_server.url}/cases/dashboard/")
    shoot(page, "dashboard")
    shoot(page, "dashboard", dark=True)
    axe_everywhere(page)
    fits_everywhere(page)
    page.get_by_role("link", name="Ready for a reviewer").first.click()
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    page.goto(f"{live_server.url}/cases/{case.number}/explain/")
    shoot(page, "desk-explain")
    axe(page)
    fits_everywhere(page)
