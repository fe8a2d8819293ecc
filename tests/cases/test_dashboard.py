"""The dashboard's figures, the nightly check, and the page that explains a case."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AccessLog
from cases.models import Case, CaseTrouble, DeskFigures
from cases.rules.charts import columns, rows_of_bars
from cases.services.desk.dashboard import dashboard, refresh_figures
from cases.services.desk.integrity import check_all
from cases.services.workflow import move
from cases.workflow import Event
from tests.accounts.people import make_person, signed_in
from tests.cases.pages import browser
from tests.cases.test_chasing_pages import owing_case
from tests.factories.cases import COORDINATOR, NOW, make_case

DAY = dt.timedelta(days=1)


def test_the_longest_bar_fills_the_room_and_nothing_is_no_bar():
    bars = rows_of_bars([10, 5, 0], left=100, right=300)
    assert [(bar.x, bar.width) for bar in bars] == [(100, 200), (100, 100), (100, 0)]
    assert columns([], width=100, height=50) == []
    assert [bar.height for bar in columns([0, 4], width=100, height=50)] == [0, 50]


@pytest.mark.django_db
def test_the_funnel_counts_cases_and_says_when_its_days_were_worked_out():
    case = make_case(now=NOW - 10 * DAY)
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=NOW - 6 * DAY)
    make_case(state="records")
    before = dashboard(now=NOW)
    assert before.figures_of is None
    assert refresh_figures(now=NOW) == {"received": 4.0}
    found = {stage.state.value: stage for stage in dashboard(now=NOW).funnel}
    assert (found["eligibility"].count, found["records"].count, found["ready"].count) == (1, 1, 0)
    assert found["eligibility"].so_far == pytest.approx(6)
    assert found["received"].passed == 4.0
    assert dashboard(now=NOW).figures_of == NOW == DeskFigures.objects.get().made_at


@pytest.mark.django_db
def test_the_dashboard_asks_the_same_number_of_questions(django_assert_num_queries):
    client, there = browser("coordinator"), 0
    client.get("/cases/dashboard/")
    for rows in (1, 3, 30):
        for _ in range(rows - there):
            now = timezone.now()
            make_case(now=now, application={"received_at": (now - DAY).isoformat()})
        there = rows
        with django_assert_num_queries(15):
            page = client.get("/cases/dashboard/")
        assert page.context["waiting"] == page.context["arrived"] == rows
    assert b"?tab=open&amp;state=received" in page.content
    assert b"?tab=received&amp;received=" in page.content
    assert browser("reviewer").get("/cases/dashboard/").status_code == 403


@pytest.mark.django_db
def test_the_nightly_check_finds_what_nobody_moves_and_forgets_what_is_mended():
    person = browser("coordinator")
    lying, fresh = make_case(now=NOW - 3 * DAY), make_case()
    undated = make_case(now=NOW - DAY)
    Case.objects.filter(pk=undated.pk).update(next_target_on=None, next_due_at=None)
    found = check_all(now=NOW)
    assert (found["unheld"], found["undated"], found["unmoved"]) == (1, 1, 0)
    check_all(now=NOW)
    assert CaseTrouble.objects.count() == 2
    rows = person.get("/cases/?tab=stuck").context["rows"]
    assert {row["case"] for row in rows} == {lying, undated}
    assert fresh not in {row["case"] for row in rows}
    move(case=lying, event=Event.OPEN, actor=COORDINATOR, now=NOW)
    check_all(now=NOW)
    assert lying.troubles.get().gone_at == NOW


@pytest.mark.django_db
def test_a_case_is_explained_on_one_page_and_by_the_command():
    case = make_case()
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=NOW)
    client = browser("auditor")
    client.get(f"/cases/{case.number}/")
    page = client.get(f"/cases/{case.number}/explain/")
    kinds = {one["line"].kind for one in page.context["lines"]}
    assert {"event", "clock", "view"} <= kinds or {"event", "view"} <= kinds
    only = client.get(f"/cases/{case.number}/explain/?kind=event").context["lines"]
    assert {one["line"].kind for one in only} == {"event"}
    assert browser("reviewer").get(f"/cases/{case.number}/explain/").status_code == 403
    out = StringIO()
    call_command("explain", case.number, json=True, stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["case"] == case.number
    assert any(line["facts"] == ["moved.open", "received → eligibility"] for line in answer["results"])
    with pytest.raises(CommandError, match="no case"):
        call_command("explain", "CM99-0000001")
    assert AccessLog.objects.filter(target_key=case.number, detail="explain").count() >= 3


@pytest.mark.django_db
def test_the_history_says_who_looked():
    case = make_case()
    browser("coordinator").get(f"/cases/{case.number}/records/")
    page = browser("auditor").get(f"/cases/{case.number}/history/").content.decode()
    assert "Who looked" in page
    assert "records" in page


@pytest.mark.django_db
def test_missed_clocks_are_counted_by_reason_and_every_bar_opens_its_list():
    now = timezone.now()
    user = make_person("coordinator")
    waiting, unheld, reviewed = (make_case(state=one) for one in ("ready", "eligibility", "in_review"))
    owed, in_time = owing_case(due="2026-11-20"), make_case(state="records")
    Case.objects.exclude(pk=in_time.pk).update(next_due_at=now - DAY)
    Case.objects.filter(pk=in_time.pk).update(next_due_at=now + DAY)
    Case.objects.exclude(pk=unheld.pk).update(owner=user)
    client = signed_in(user)
    page = client.get("/cases/dashboard/")
    assert {reason.key: count for reason, count in page.context["found"].reasons} == {
        "records": 1, "no_reviewer": 1, "unheld": 1, "reviewer": 1
    }  # fmt: skip
    held = {"records": owed, "unheld": unheld, "reviewer": reviewed}
    for row in page.context["reasons"]["rows"]:
        listed = [one["case"] for one in client.get(row["url"]).context["rows"]]
        assert len(listed) == row["count"]
        key = row["url"].rpartition("=")[2]
        assert listed == [held.get(key, waiting)]


@pytest.mark.django_db
def test_a_day_of_arrivals_opens_the_cases_of_that_california_day():
    now = timezone.now()
    case = make_case(application={"received_at": (now - DAY).isoformat()}, now=now)
    make_case(application={"received_at": (now - 3 * DAY).isoformat()}, now=now)
    client = browser("coordinator")
    rows = [row for row in client.get("/cases/dashboard/").context["arrivals"]["rows"] if row["count"]]
    assert [row["case"] for row in client.get(rows[-1]["url"]).context["rows"]] == [case]
    assert client.get("/cases/?tab=open&received=nonsense").status_code == 200
