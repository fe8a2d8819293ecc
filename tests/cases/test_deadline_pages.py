from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from cases.models import Deadline, HolidayOverride
from cases.services import deadlines
from tests.cases.pages import browser
from tests.factories.cases import COORDINATOR, NOW, make_case

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def deadline() -> Deadline:
    case = make_case(state="ready")
    return deadlines.start(
        case=case, clock="determination", trigger=dt.date(2026, 11, 20), actor=COORDINATOR, now=NOW,
        because="Completed by “Progress report”, received Fri, Nov 20, 2026.",
    )  # fmt: skip


def path(deadline: Deadline, act: str) -> str:
    return f"/cases/{deadline.case.number}/deadlines/{deadline.pk}/{act}/"


@pytest.mark.parametrize("act", ["stop", "restart", "extend"])
def test_only_who_decides_cases_acts_on_clocks(deadline, act):
    for role in ("auditor", "reviewer", "medical_director"):
        client = browser(role)
        assert client.get(path(deadline, act)).status_code == client.post(path(deadline, act)).status_code == 403
    assert deadline.events.count() == 1


def test_the_tab_shows_the_derivation_the_targets_and_the_history(deadline):
    deadlines.stop(deadline=deadline, because="The court asked to wait", actor=COORDINATOR, now=NOW)
    deadlines.restart(deadline=deadline, because="It ruled", actor=COORDINATOR, now=NOW + DAY)
    page = browser("auditor").get(f"/cases/{deadline.case.number}/deadlines/").content.decode()
    for words in (
        "How this date was worked out", "Completed by “Progress report”, received Fri, Nov 20, 2026.",
        "Stopped on Mon, Nov 23, 2026 with 28 calendar days left: The court asked to wait.",
        "no date → Tue, Dec 22, 2026", "Review submitted", "For the review organization.",
    ):  # fmt: skip
        assert words in page, words
    assert "Stop it" not in page


@pytest.mark.parametrize("clocks", [1, 3, 9])
def test_the_tab_asks_the_same_number_of_questions(clocks, django_assert_max_num_queries):
    case = make_case(state="records")
    for number in range(clocks):
        deadlines.start(
            case=case, clock="more_records", about=f"question {number}", trigger=dt.date(2026, 11, 20),
            actor=COORDINATOR, now=NOW,
        )  # fmt: skip
    client = browser("coordinator")
    client.get(f"/cases/{case.number}/deadlines/")
    with django_assert_max_num_queries(45):
        page = client.get(f"/cases/{case.number}/deadlines/")
    assert len(page.context["running"]) == clocks
    assert [one["name"] for one in page.context["clocks"]] == ["Further records asked for"] * clocks


def test_a_case_without_clocks_says_how_they_come():
    page = browser("coordinator").get(f"/cases/{make_case().number}/deadlines/").content.decode()
    assert "No legal clock is running" in page
    assert "Eligibility decided" in page


def test_a_clock_is_stopped_by_its_page_and_runs_again(deadline):
    client = browser("coordinator")
    page = client.get(path(deadline, "stop")).content.decode()
    assert "The due date, Mon, Dec 21, 2026, falls away until the clock runs again." in page
    assert "Its internal targets wait too: 5." in page
    assert client.post(path(deadline, "stop"), {"because": ""}).status_code == 422
    assert client.post(path(deadline, "stop"), {"because": "The court asked to wait"}).status_code == 302
    assert Deadline.objects.get().due is None
    assert "is stopped already" in client.get(path(deadline, "stop")).content.decode()
    page = client.get(path(deadline, "restart")).content.decode()
    assert "With what was left (from today: due Mon, Dec 21, 2026)" in page
    assert "Anew, with its whole length (from today: due Wed, Dec 23, 2026)" in page
    before = {"because": "It ruled", "how": "left", "on": "11/20/26"}
    refused = client.post(path(deadline, "restart"), before)
    assert refused.context["form"].errors["on"] == ["It cannot run again from a day before it was stopped."]
    client.post(path(deadline, "restart"), {"because": "It ruled", "how": "fresh"})
    assert Deadline.objects.get().due == dt.date(2026, 12, 23)


def test_an_extension_shows_each_day_and_takes_its_approval(deadline):
    client = browser("coordinator")
    page = client.get(path(deadline, "extend")).content.decode()
    assert [f"{words}: due" in page for words in ("1 day", "2 days", "3 days", "4 days")] == [True, True, True, False]
    typed = {"days": "3", "approval": "AD, record 9", "approved_on": "11/30/26"}
    assert client.post(path(deadline, "extend"), typed).context["form"].errors["approved_on"] == [
        "The approval cannot lie in the future."
    ]
    client.post(path(deadline, "extend"), {**typed, "approved_on": "11/20/26"})
    assert Deadline.objects.get().due == dt.date(2026, 12, 24)
    assert "used up" in client.get(path(deadline, "extend")).content.decode()
    assert client.post(path(deadline, "extend"), typed).status_code == 200
    assert Deadline.objects.get().events.filter(kind="extended").count() == 1


def test_a_clock_of_another_case_or_an_unknown_act_is_not_found(deadline):
    client, other = browser("coordinator"), make_case()
    assert client.get(f"/cases/{other.number}/deadlines/{deadline.pk}/stop/").status_code == 404
    assert client.get(path(deadline, "wind")).status_code == 404


def test_a_holiday_is_declared_in_the_admin_site_and_only_by_who_may():
    add = "/admin/cases/holidayoverride/add/"
    typed = {
        "jurisdiction": "california", "calendar": "lunar", "day": "2026-12-21", "kind": "closed", "name": "Mourning",
        "source": "Order N-1-26",
    }  # fmt: skip
    assert browser("guideline_editor").get(add).status_code == 403
    client = browser("administrator")
    assert "has no calendar" in client.post(add, typed).content.decode()
    assert HolidayOverride.objects.count() == 0
    assert client.post(add, {**typed, "calendar": "office"}).status_code == 302
    assert HolidayOverride.objects.get().name == "Mourning"
    assert client.get("/admin/cases/holidayoverride/").status_code == 200
    assert client.get("/admin/guidelines/publication/").status_code == 403
