"""Nothing arrives: the scheduler was down, chasers go out all the same, a call is noted, the evidence is printed."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import OutgoingMail
from cases.models import Case, Chaser, ChaserStep, ContactNote, Deadline, Notice, NoticeCopy
from common.days import CALIFORNIA
from common.models import Heartbeat
from imr_site.health.readings import SCHEDULER_SIGN
from letters.services.wording import load_own_wording
from tests.accounts.people import make_person
from tests.cases.notices.support import parties, reachable_case
from tests.cases.test_chasing_pages import owing_case
from tests.e2e.browser import NARROW, WIDE, Walk, axe_everywhere, fits, shoot, sign_in
from tests.factories.cases import make_case
from tests.support.processes import SiteProcesses, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def look(page: Page, name: str) -> None:
    shoot(page, name)
    shoot(page, name, dark=True)
    axe_everywhere(page)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        fits(page)


GOLDEN, BAY = "Golden Claims Services", "Bay Adjusters"
EVERY_SECOND = {"IMR_CHASE_SECONDS": "1"}
FIRST_ASKED = dt.datetime(2025, 11, 21, 10, tzinfo=CALIFORNIA)
ASKED = dt.datetime(2025, 11, 24, 10, tzinfo=CALIFORNIA)
#: Twelve days from Nov 21 end on Wednesday, Dec 3; from Nov 24 on a Saturday, so that Monday, Dec 8 counts.
FIRST_DUE, DUE = dt.date(2025, 12, 3), dt.date(2025, 12, 8)
EVE = dt.datetime(2025, 12, 7, 9, tzinfo=CALIFORNIA)
DOWN = dt.datetime(2025, 12, 10, 12, tzinfo=CALIFORNIA)
BACK = dt.datetime(2025, 12, 11, 9, tzinfo=CALIFORNIA)
UR = {
    "title": "UR decision", "kind": "utilization_review_decision", "date": "2025-10-20",
    "received_at": "2025-11-03T10:00:00-08:00",
}  # fmt: skip
REPORT = {
    "title": "Progress report", "kind": "medical_report", "date": "2025-10-12",
    "received_at": "2025-11-03T10:00:00-08:00",
}  # fmt: skip


def test_nothing_arrives_and_the_chasers_go_out_although_the_scheduler_was_down_for_two_days(
    live_server, page, site_processes: SiteProcesses
):
    """Days of 2025 in which the site, the worker and the scheduler live; on two of them there is no scheduler."""
    load_own_wording(now=FIRST_ASKED)
    desk = Walk(page, live_server.url, "chasing")
    coordinator = make_person("coordinator", name="Cora Coordinator")
    first, second, third = asked_case(GOLDEN), asked_case(GOLDEN), asked_case(GOLDEN)
    bay, whole = asked_case(BAY), asked_case(GOLDEN, documents=[UR, REPORT])
    with site_processes.day(FIRST_ASKED):
        desk.as_person(coordinator)
        records_are_asked(desk, site_processes, first, due=FIRST_DUE)
    with site_processes.day(ASKED):
        desk.as_person(coordinator)
        records_are_asked(desk, site_processes, second, third, bay, whole, due=DUE)
    with site_processes.day(EVE):
        the_reminders_go_out(site_processes, [first, second, third], bay)
    with site_processes.day(DOWN):
        desk.as_person(coordinator)
        the_site_says_that_the_scheduler_is_down(desk)
    with site_processes.day(BACK):
        desk.as_person(coordinator)
        notice = the_missed_chasers_go_out_once(site_processes, [first, second, third], bay)
        the_chaser_is_seen(desk, notice, second)
        a_call_is_noted(desk)
        the_evidence_is_printed(desk, first, second, third)
    assert not desk.faults, "\n\n".join(desk.faults)


def asked_case(administrator: str, **changes: Any) -> Case:
    """A case in its eligibility check whose administrator is served electronically."""
    facts: dict[str, Any] = {
        "parties": parties(claims_administrator={"organization": administrator}),
        "application": {"received_at": "2025-11-03T10:00:00-08:00"},
        "utilization_review": {
            "decision_date": "2025-10-20", "served_date": "2025-10-21", "rfa_date": "2025-10-14",
        },
        "documents": [UR],
    }  # fmt: skip
    return reachable_case(now=FIRST_ASKED, **{**facts, **changes})


def records_are_asked(desk: Walk, site_processes: SiteProcesses, *cases: Case, due: dt.date) -> None:
    """Found eligible on the screen; the worker seals and sends the notice, and its service starts the clock."""
    site_processes.worker(wait=False)
    for case in cases:
        desk.go(f"/cases/{case.number}/")
        desk.press("Find eligible")
    clocks = Deadline.objects.filter(clock="records_electronic", case__in=cases)
    wait_for(lambda: clocks.count() == len(cases), what="the notices to be sent", seconds=90)
    assert set(clocks.values_list("due_on", flat=True)) == {due}


def the_reminders_go_out(site_processes: SiteProcesses, golden: list[Case], bay: Case) -> None:
    """The day before: one letter to each administrator."""
    site_processes.worker(wait=False)
    site_processes.scheduler(**EVERY_SECOND)
    wait_for(lambda: Chaser.objects.count() == 2, what="the reminders", seconds=60)
    wait_for(served_chasers(2), what="the reminders to be sent", seconds=60)
    assert rungs_of(EVE) == {
        (golden[0].pk, "reminder", True), (golden[0].pk, "chaser_1", False), (golden[1].pk, "reminder", False),
        (golden[2].pk, "reminder", False), (bay.pk, "reminder", False),
    }  # fmt: skip


def the_site_says_that_the_scheduler_is_down(desk: Walk) -> None:
    """The due date has passed, and the day of the first chaser; nothing went out, and the health page says why."""
    assert Chaser.objects.count() == 2
    desk.go("/health/status/")
    expect(desk.page.get_by_role("row").filter(has_text="Scheduler").get_by_text("Trouble")).to_be_visible()
    desk.look("scheduler-down")
    answer = desk.page.request.get(f"{desk.address}/health")
    assert (answer.status, "scheduler" in answer.json()["problems"]) == (503, True)


def the_missed_chasers_go_out_once(site_processes: SiteProcesses, golden: list[Case], bay: Case) -> Notice:
    """Two schedulers come back at once: each administrator gets one letter about all its cases, none is lost."""
    site_processes.worker(wait=False)
    for _ in range(2):
        site_processes.scheduler(wait=False, **EVERY_SECOND)
    wait_for(lambda: Chaser.objects.filter(day=BACK.date()).count() == 2, what="the missed chasers", seconds=60)
    wait_for(served_chasers(4), what="the missed chasers to be sent", seconds=60)
    sweeps_go_on()
    assert sorted(Chaser.objects.values_list("name", "day")) == [
        (BAY, EVE.date()), (BAY, BACK.date()), (GOLDEN, EVE.date()), (GOLDEN, BACK.date()),
    ]  # fmt: skip
    assert rungs_of(BACK) == {
        (golden[0].pk, "chaser_2", False), (golden[1].pk, "chaser_1", False), (golden[2].pk, "chaser_1", False),
        (bay.pk, "chaser_1", False),
    }  # fmt: skip
    notices = Notice.objects.filter(kind="chaser", issued_at__gte=BACK)
    assert notices.count() == 2
    notice = notices.get(organization__name=GOLDEN)
    assert {row["case_number"] for row in notice.facts["cases"]} == {case.number for case in golden}
    chased = list(NoticeCopy.objects.filter(notice__kind="chaser").values_list("pk", flat=True))
    assert len(chased) == OutgoingMail.objects.filter(about__copy__in=chased).exclude(sent_at=None).count() == 4
    return notice


def served_chasers(count: int) -> Callable[[], bool]:
    return lambda: NoticeCopy.objects.filter(notice__kind="chaser").exclude(served_on=None).count() == count


def rungs_of(day: dt.datetime) -> set[tuple[int, str, bool]]:
    """Case, rung, whether it was skipped: what was put down on a day, each once."""
    steps = list(ChaserStep.objects.filter(chaser__day=day.date()).values_list("case", "rung", "skipped"))
    assert len(steps) == len(set(steps))
    return set(steps)


def sweeps_go_on() -> None:
    """Three more turns of the scheduler, each of which would send again what it took for unsent."""
    later = timezone.now() + dt.timedelta(seconds=3)
    wait_for(lambda: Heartbeat.objects.filter(name=SCHEDULER_SIGN, at__gt=later).exists(), what="three more turns")


def the_chaser_is_seen(desk: Walk, notice: Notice, case: Case) -> None:
    page = desk.page
    desk.go(f"/cases/{case.number}/letters/")
    page.get_by_role("link", name=notice.reference).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Missing records")
    expect(page.get_by_text("Dec 11, 2025").first).to_be_visible()
    desk.look("notice")
    desk.go(f"/cases/{case.number}/history/")
    expect(page.get_by_text("First chaser for Golden Claims Services")).to_be_visible()


def a_call_is_noted(desk: Walk) -> None:
    page = desk.page
    desk.go("/cases/chasing/")
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("rowheader", name="1 to 5 days")).to_be_visible()
    desk.look("ageing")
    desk.follow("Golden Claims Services")
    expect(page.get_by_role("heading", name="Golden Claims Services")).to_be_visible()
    expect(page.get_by_text("3 cases waiting, 3 overdue. Penalties so far: $7,000.")).to_be_visible()
    page.get_by_label("Who was it?").fill("Gina Ortiz")
    page.get_by_label("What was said?").fill("The copy service has the records.")
    page.get_by_label("What was promised?").fill("All reports")
    page.get_by_label("By when?").fill("12/15/2025")
    desk.press("Note the call")
    expect(page.get_by_text("is noted on 3 cases")).to_be_visible()
    desk.look("call-sheet")
    assert ContactNote.objects.get().cases.count() == 3


def the_evidence_is_printed(desk: Walk, first: Case, second: Case, third: Case) -> None:
    """Both forms name every late case with its days and dollars, and the sum."""
    page = desk.page
    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence as PDF").click()
    shoot_pdf(download.value.path())
    words = words_of(download.value.path())
    for said in (
        "Late records: Golden Claims Services", first.number, second.number, third.number, "12/03/2025",
        "12/08/2025", "$4,000", "$1,500", "$7,000", "Not received",
        "As of 12/11/2025", "8, counted from the day after the due date to the day of this report",
        "3, counted from the day after the due date to the day of this report", "11/24/2025, electronically",
        "accepted by the mail server for imr@golden.example",
    ):  # fmt: skip
        assert said in words, said
    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence as CSV").click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    sums = [(row["case"], row["days late of the case"], row["penalty of the case in dollars"]) for row in rows]
    assert [one for one in sums if one[1]] == [
        (first.number, "8", "4000"), (second.number, "3", "1500"), (third.number, "3", "1500"),
    ]  # fmt: skip
    assert {row["received on"] for row in rows if row["record asked"].startswith("Reports of the")} == {"not received"}
    desk.go(f"/cases/{second.number}/records/")
    expect(page.get_by_role("heading", name="Required records")).to_be_visible()
    page.locator("details.change summary").first.click()
    desk.look("checklist")


def test_the_pages_about_records_with_nothing_and_with_long_names(live_server, page):
    sign_in(page, make_person("medical_director", "coordinator"), live_server.url)
    page.goto(f"{live_server.url}/cases/chasing/")
    expect(page.get_by_text("No records are waited for")).to_be_visible()
    shoot(page, "ageing-empty")
    owing_case(administrator="The Consolidated Self-Insured Schools and Cities Joint Powers Authority of Kern")
    for due in ("2026-11-01", "2026-09-01", "2025-12-01"):
        owing_case(due=due, administrator=f"Administrator {due}")
    determined = make_case(state="served")
    determined.documents.create(position=9, title="Late report", kind="medical_report", received_at=timezone.now())
    for name, path in (("ageing-many", ""), ("late-records", "late/")):
        page.goto(f"{live_server.url}/cases/chasing/{path}")
        look(page, name)


def words_of(path) -> str:
    document = pdfium.PdfDocument(path)
    try:
        return " ".join(" ".join(one.get_textpage().get_text_bounded().split()) for one in document)
    finally:
        document.close()


def shoot_pdf(path) -> None:
    from tests.e2e.browser import shots_folder

    document = pdfium.PdfDocument(path)
    try:
        document[0].render(scale=1.4).to_pil().save(shots_folder() / "penalty-evidence.png")
    finally:
        document.close()
