"""The panel's pages by keyboard alone: board, batch, offers, "give me work", recusal, leaving. No click anywhere."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from common.models import OutboxJob
from common.services import outbox
from reviews.models import Assignment, OfferList, ProposalRun, ProposedPair
from tests.accounts.people import make_person
from tests.e2e.browser import sign_in
from tests.e2e.keys import Keys
from tests.factories.assignments import accept_offer, make_offer
from tests.factories.cases import make_case
from tests.factories.reviewers import make_reviewer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def ready_cases(count: int) -> list[Case]:
    names = ("Ada", "Bea", "Cleo", "Dora", "Eva")
    return [
        make_case(state="ready", now=timezone.now(), worker={"first_name": names[at], "last_name": "Marchetti"})
        for at in range(count)
    ]


def do_jobs() -> None:
    for job in OutboxJob.objects.filter(kind__startswith="reviews.", done_at=None).order_by("pk"):
        assert outbox.run(job.pk, now=timezone.now())


def compare_two(keys: Keys) -> None:
    """On the board: the first two rows, chosen and laid side by side."""
    for key in ("j", "x", "j", "x"):
        keys.press(key)
    expect(keys.page.locator("[data-chosen-count]")).to_have_text("2 chosen")
    keys.press("b")
    expect(keys.page.get_by_role("button", name="Compare, or offer in turn")).to_be_focused()
    keys.press_through("Enter")


def test_a_coordinator_finds_the_board_compares_and_offers(live_server, page: Page):
    first, second = ready_cases(2)
    for first_name in ("Ines", "Maximiliana"):
        make_reviewer(first_name=first_name, last_name="Okafor-Lindqvist", user=make_person("reviewer"))
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/")
    keys = Keys(page)
    keys.begins()
    keys.tab_to("link", re.compile("^Ready"))
    keys.press_through()
    keys.press("j")
    opened = str(page.evaluate("() => document.activeElement.textContent")).strip()
    assert opened in (first.number, second.number)
    keys.press_through()
    keys.tab_to("link", "Choose a reviewer")
    keys.press_through()
    keys.begins()

    compare_two(keys)
    expect(page.get_by_role("heading", name="Compare for")).to_be_visible()
    earlier = keys.tab_to("link", re.compile("^Earlier")).inner_text()
    keys.press_through()
    moved = page.locator("tbody tr").first
    expect(moved).to_contain_text(earlier.split(": ")[1])
    page.keyboard.press("Tab")  # whoever is moved up stays under the cursor
    expect(moved.get_by_role("link").first).to_be_focused()
    keys.tab_to("link", "Back to all candidates")
    keys.press_through()
    keys.tab_to("button", re.compile("^Offer to Ines"))
    keys.press_through()
    expect(page.get_by_text(f"Case {opened} is offered to Ines Okafor-Lindqvist, MD.")).to_be_visible()
    assert Assignment.objects.live().get().case.number == opened

    other = second if opened == first.number else first
    page.goto(f"{live_server.url}/reviews/cases/{other.number}/candidates/")
    compare_two(keys)
    keys.tab_to("button", "Offer in this order")
    keys.press_through()
    expect(page.get_by_text("Asked now")).to_be_visible()
    assert OfferList.objects.get().entries.count() == 2
    keys.begins()


def test_the_focus_stays_where_the_server_draws_a_part_of_the_page_anew(live_server, page: Page):
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/new/")
    keys = Keys(page)
    keys.skip()
    keys.tab_to("button", "Remove diagnosis 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Put it back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove diagnosis 1")).to_be_focused()


def test_a_batch_is_proposed_changed_deployed_and_undone(live_server, page: Page):
    ready_cases(3)
    for first_name in ("Ines", "Maximiliana"):
        make_reviewer(first_name=first_name, last_name="Okafor-Lindqvist", user=make_person("reviewer"))
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/batch/")
    keys = Keys(page)
    keys.skip()
    keys.tab_to("checkbox", re.compile("^Offers that nobody has answered"))
    keys.tab_to("button", "Propose now")
    keys.press_through()

    follow_the_work(keys)
    run = ProposalRun.objects.get()
    change_a_pair(keys, run)
    look_at_the_parts(keys)
    deploy_and_undo(keys)


def follow_the_work(keys: Keys) -> None:
    """The page follows the work by itself; whoever stands on a control of it stands there still."""
    page = keys.page
    waited = keys.tab_to_one_of(page.locator("main").get_by_role("link", name="Batch assignment"), "the way back")
    do_jobs()
    page.get_by_role("link", name="Deploy").wait_for()
    expect(waited).to_be_focused()


def change_a_pair(keys: Keys, run: ProposalRun) -> None:
    """After each act the focus is in the row again: locked, taken out, put back, given to the alternate."""
    page = keys.page
    pair = run.pairs.filter(place=0).order_by("case__priority", "case__number")[0]
    row = page.locator(f"#case-{pair.case_id}")
    keys.tab_to("button", re.compile(f"^Lock {pair.case.number}"))
    keys.press_through()
    expect(row.get_by_text("Locked")).to_be_visible()
    expect(row.get_by_role("button", name=re.compile("^Unlock"))).to_be_focused()
    keys.tab_to("button", re.compile(f"^Take out {pair.case.number}"))
    keys.press_through()
    expect(row.get_by_role("button", name=re.compile("^Put back"))).to_be_focused()
    keys.press_through()
    keys.tab_to_one_of(row.locator("details.alternates summary"), "the alternates", back=True)
    keys.press("Enter")
    keys.tab_to("button", re.compile(f"^Choose .* for {pair.case.number}"))
    keys.press_through()
    expect(page.get_by_text("is proposed for")).to_be_visible()
    chosen = ProposedPair.objects.get(run=run, place=0, case=pair.case)
    assert (chosen.reviewer == pair.reviewer, chosen.locked) == (False, True)


def look_at_the_parts(keys: Keys) -> None:
    page = keys.page
    keys.tab_to("link", re.compile("^Without a reviewer"), back=True)
    keys.press_through()
    keys.tab_to("link", "Load")
    keys.press_through()
    keys.tab_to_one_of(page.get_by_text("Show as a table"), "the table of the chart")
    keys.press("Enter")
    expect(page.get_by_role("columnheader", name="At most")).to_be_visible()


def deploy_and_undo(keys: Keys) -> None:
    page = keys.page
    keys.tab_to("link", "Deploy", back=True)
    keys.press_through()
    keys.skip()
    keys.tab_to("button", "Deploy")
    keys.press_through()
    page.get_by_text("Offering").wait_for()
    do_jobs()
    page.get_by_text("3 offered").wait_for()
    assert Assignment.objects.live().count() == 3
    keys.tab_to("link", "Undo")
    keys.press_through()
    keys.tab_to("button", "Undo the run")
    keys.press_through()
    do_jobs()
    page.get_by_text("3 taken back").wait_for()
    assert not Assignment.objects.live().exists()


def answer_parties(keys: Keys, assignment: Assignment, key: str) -> None:
    """In the statement of one offer: the cursor stops once at each party; Space says "none", the arrow the other."""
    sheet = keys.page.locator(f"section[aria-labelledby='case-{assignment.pk}']")
    for group in sheet.locator("fieldset fieldset, .radio-group, [role=radiogroup]").all():
        keys.tab_to_one_of(group.get_by_role("radio"), "the next party")
        keys.press(key)
        if key == "ArrowDown":
            return


def test_a_reviewer_declines_answers_gives_back_and_asks_for_work(live_server, page: Page):
    user = make_person("reviewer")
    own = make_reviewer(user=user, first_name="Ines", last_name="Okafor-Lindqvist")
    declined, known, *taken = ready_cases(4)
    now = timezone.now()
    offers = {case.pk: make_offer(case=case, reviewer=own, now=now)[0] for case in (declined, known, *taken)}
    sign_in(page, user, live_server.url)
    page.goto(f"{live_server.url}/reviews/")
    keys = Keys(page)
    keys.skip()

    decline_one(keys, declined)
    answer_three(keys, offers[known.pk], [offers[case.pk] for case in taken])
    said = {case.pk: Assignment.objects.get(pk=offers[case.pk].pk) for case in (declined, known, *taken)}
    assert (said[declined.pk].decline_reason, said[known.pk].decline_reason) == ("scope", "conflict")
    assert all(said[case.pk].accepted_at for case in taken)
    give_one_back(keys, taken[0])
    given_back = Assignment.objects.get(pk=offers[taken[0].pk].pk)
    assert (given_back.status, given_back.handover_note) == ("recused", "The MRI report is missing.")
    ask_for_one(keys)


def decline_one(keys: Keys, case: Case) -> None:
    keys.tab_to("link", f"Decline the offer of {case.number}")
    keys.press_through()
    keys.tab_to("radio", "I have a conflict of interest")
    keys.press("ArrowDown")
    expect(keys.page.get_by_label("Outside my field")).to_be_checked()
    keys.tab_to("button", "Decline the offer")
    keys.press_through()


def answer_three(keys: Keys, known: Assignment, taken: list[Assignment]) -> None:
    """One is known, the others are not; a signature that is missing is mended by way of the summary on top."""
    page = keys.page
    keys.tab_to("link", "Answer all 3 on one page")
    keys.press_through()
    answer_parties(keys, known, "ArrowDown")
    for offer in taken:
        answer_parties(keys, offer, "Space")
    keys.tab_to("button", "Sign and accept")
    keys.press_through()
    keys.tab_to("link", re.compile("^Signature"))
    keys.press("Enter")
    expect(page.get_by_label("Signature: type your name")).to_be_focused()
    page.keyboard.type("Ines Okafor-Lindqvist")
    keys.tab_to("checkbox", re.compile("^My pay"), back=True)
    keys.press("Space")
    keys.tab_to("checkbox", re.compile("^I know the condition"), back=True)
    keys.press("Space")
    keys.tab_to("checkbox", re.compile("^My licence"), back=True)
    keys.press("Space")
    keys.tab_to("button", "Sign and accept")
    keys.press_through()
    expect(page.get_by_text("is yours").first).to_be_visible()


def give_one_back(keys: Keys, case: Case) -> None:
    keys.tab_to("link", f"Give back case {case.number}")
    keys.press_through()
    keys.write("Why", "The physician was my teacher.")
    keys.write(re.compile("^What the staff should know"), "The MRI report is missing.")
    keys.tab_to("button", "Give the case back")
    keys.press_through()


def ask_for_one(keys: Keys) -> None:
    make_case(state="ready", now=timezone.now(), worker={"first_name": "Flora"})
    keys.write("How many", "1", role="spinbutton")
    keys.press_through("Enter")
    expect(keys.page.get_by_role("heading", name="Answer 1 offer")).to_be_visible()
    keys.begins()
    keys.tab_to("link", "Decide later")
    keys.press_through()
    assert Assignment.objects.live().filter(origin=Assignment.Origin.ASKED).count() == 1


def test_a_reviewer_who_leaves_is_taken_off_when_every_case_is_handed_over(live_server, page: Page):
    now = timezone.now()
    leaver = make_reviewer(user=make_person("reviewer"), first_name="Ines", last_name="Okafor-Lindqvist")
    heirs = [make_reviewer(), make_reviewer()]
    (case,) = ready_cases(1)
    accept_offer(*make_offer(case=case, reviewer=leaver, now=now), now=now)
    sign_in(page, make_person("coordinator"), live_server.url)
    page.goto(f"{live_server.url}/reviews/panel/")
    keys = Keys(page)
    keys.skip()
    keys.tab_to("link", "Ines Okafor-Lindqvist, MD")
    keys.press_through()
    keys.tab_to("link", "Leaves the panel")
    keys.press_through()
    keys.write(re.compile("^Last day on the panel"), f"{now + dt.timedelta(days=30):%m/%d/%Y}")
    keys.tab_to("button", "Keep this day")
    keys.press_through()
    keys.tab_to("link", f"Hand over case {case.number}")
    keys.press_through()
    keys.tab_to_one_of(page.get_by_role("radio"), "who is to have it")
    keys.press("ArrowDown")
    keys.write("Why", "Leaves the panel")
    keys.tab_to("button", "Hand over")
    keys.press_through()
    expect(page.get_by_text("No work is left")).to_be_visible()
    keys.tab_to("button", "Take off the panel")
    keys.press_through()
    expect(page.get_by_text("off the panel").first).to_be_visible()
    leaver.refresh_from_db()
    assert leaver.active is False
    assert Assignment.objects.live().get().reviewer in heirs
