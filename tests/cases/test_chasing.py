"""The chaser: one notice a day to each administrator about all its cases, once, whatever the scheduler missed."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from cases.models import Case, Chaser, ChaserStep, Notice
from cases.rules.chasing import Rung
from cases.services import chasing
from cases.services.call_sheets import call_sheet
from cases.services.record_requests import asked as renew
from cases.services.record_requests import lay_out
from common.actor import Actor
from tests.cases.test_chasing_pages import owing_case, owing_of
from tests.factories.cases import NOW

pytestmark = pytest.mark.django_db
ROBOT = Actor.system("chaser of records")


def sweep(day: str, hour: int = 20):
    """A sweep at noon (or so) in California."""
    moment = dt.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
    return chasing.sweep(actor=ROBOT, now=moment)


def sent(found) -> list[tuple[str, str]]:
    return [(chaser.name, chaser.rung) for chaser in found.chasers]


def table(chaser) -> list[dict]:
    return Notice.objects.get(pk=chaser.notice_id).facts["cases"]


def test_a_ladder_is_climbed_day_by_day_and_ends_in_a_call_with_evidence():
    case = owing_case(due="2026-11-20")
    days = {f"2026-11-{day}": sent(sweep(f"2026-11-{day}")) for day in range(18, 31)}
    days |= {f"2026-12-0{day}": sent(sweep(f"2026-12-0{day}")) for day in range(1, 5)}
    golden = "Golden Claims Services"
    assert {day: found for day, found in days.items() if found} == {
        "2026-11-19": [(golden, "reminder")],
        "2026-11-21": [(golden, "chaser_1")],
        "2026-11-25": [(golden, "chaser_2")],
        "2026-11-30": [(golden, "chaser_3")],
        "2026-12-01": [(golden, "evidence")],
    }
    assert Notice.objects.filter(kind="chaser").count() == 4  # the last rung is a call
    assert Chaser.objects.get(rung="evidence").notice_id is None
    assert case.events.filter(kind="record.chased").count() == 5


def test_after_two_days_without_a_scheduler_the_highest_due_rung_is_sent_and_the_missed_are_put_down():
    case = owing_case(due="2026-11-20")
    assert sent(sweep("2026-11-18")) == []
    found = sweep("2026-11-21")  # nothing ran on the 19th and 20th
    assert sent(found) == [("Golden Claims Services", "chaser_1")]
    steps = {step.rung: step.skipped for step in ChaserStep.objects.filter(case=case)}
    assert steps == {"reminder": True, "chaser_1": False}
    assert "reminder skipped" in case.events.get(kind="record.chased").sentence
    assert sent(sweep("2026-11-21", hour=23)) == []


def ask_again(case, *, asked, due):
    asked_at = dt.datetime.fromisoformat(f"{asked}T12:00:00-08:00")
    due_at = dt.datetime.fromisoformat(f"{due}T23:59:59-08:00")
    renew(case=case, asked_at=asked_at, due_at=due_at, due_why="Asked anew.")


def test_records_asked_for_again_are_chased_by_a_ladder_of_their_own():
    case = owing_case(due="2026-11-20")
    golden = "Golden Claims Services"
    for day in ("2026-11-19", "2026-11-21", "2026-11-25", "2026-11-30", "2026-12-01"):
        sweep(day)
    ask_again(case, asked="2026-12-01", due="2026-12-16")
    assert sent(sweep("2026-12-02")) == []
    assert call_sheet(owing=owing_of(case), now=NOW)[0].lines[0].rung == ""  # the old ladder asks for no call
    assert sent(sweep("2026-12-15")) == [(golden, "reminder")]
    assert sent(sweep("2026-12-15", hour=23)) == []
    assert call_sheet(owing=owing_of(case), now=NOW)[0].lines[0].rung == "Reminder"
    found = sweep("2026-12-22")  # nothing ran for a week
    assert sent(found) == [(golden, "chaser_2")]
    assert list(found.chasers[0].steps.order_by("pk").values_list("rung", "skipped")) == [
        ("chaser_1", True), ("chaser_2", False),
    ]  # fmt: skip
    assert [step.rung for step in ChaserStep.objects.filter(case=case, skipped=False).order_by("chaser__day")] == [
        "reminder", "chaser_1", "chaser_2", "chaser_3", "evidence", "reminder", "chaser_2",
    ]  # fmt: skip


def test_a_due_date_that_moves_without_a_new_request_starts_no_ladder_anew():
    case = owing_case(due="2026-11-20")
    sweep("2026-11-19")
    sweep("2026-11-21")
    ask_again(case, asked="2026-11-05", due="2026-11-21")
    assert sent(sweep("2026-11-22")) == []
    assert sent(sweep("2026-11-26")) == [("Golden Claims Services", "chaser_2")]


def test_a_request_renewed_while_no_scheduler_ran_is_chased_from_its_own_dates():
    case = owing_case(due="2026-11-20")
    sweep("2026-11-19")
    ask_again(case, asked="2026-11-25", due="2026-12-10")
    assert sent(sweep("2026-11-26")) == []
    assert sent(sweep("2026-12-25")) == [("Golden Claims Services", "evidence")]
    assert ChaserStep.objects.filter(case=case, skipped=True).count() == 4


def test_one_chaser_a_day_speaks_of_all_cases_of_the_administrator_and_of_no_other():
    overdue, waiting = owing_case(due="2026-11-20"), owing_case(due="2026-12-03")
    other = owing_case(due="2026-11-20", administrator="Acme Adjusters")
    got = owing_case(due="2026-11-20")
    got.documents.create(position=9, title="Report", kind="medical_report", received_at=NOW)
    chasers = {chaser.name: chaser for chaser in sweep("2026-11-21").chasers}
    assert [row["case_number"] for row in table(chasers["Golden Claims Services"])] == [overdue.number, waiting.number]
    assert [row["case_number"] for row in table(chasers["Acme Adjusters"])] == [other.number]
    assert table(chasers["Acme Adjusters"])[0]["missing"] == "Reports of the treating physician, last 6 months"
    assert {step.case for step in ChaserStep.objects.filter(chaser=chasers["Golden Claims Services"])} == {overdue}


def test_a_case_that_becomes_due_after_the_chaser_of_the_day_waits_for_the_next_day():
    owing_case(due="2026-11-20")
    sweep("2026-11-21", hour=17)
    late = owing_case(due="2026-11-20")
    assert sent(sweep("2026-11-21", hour=22)) == []
    assert sent(sweep("2026-11-22")) == [("Golden Claims Services", "chaser_1")]
    assert ChaserStep.objects.filter(case=late, skipped=False).count() == 1


def test_an_administrator_that_fails_leaves_the_others_alone_and_is_tried_again(monkeypatch, caplog):
    owing_case(due="2026-11-20")
    bad = owing_of(owing_case(due="2026-11-20", administrator="Acme Adjusters"))
    real = chasing.issue

    def issue(**facts):
        if facts["organization"].name == "Acme Adjusters":
            raise RuntimeError("the notice broke")
        return real(**facts)

    monkeypatch.setattr(chasing, "issue", issue)
    found = sweep("2026-11-21")
    assert (sent(found), found.failed) == ([("Golden Claims Services", "chaser_1")], (bad,))
    assert not Chaser.objects.filter(owing=bad).exists()
    monkeypatch.undo()
    assert sent(sweep("2026-11-21", hour=21)) == [("Acme Adjusters", "chaser_1")]


def test_the_sweep_lays_out_a_checklist_that_is_missing_and_asks_no_more_for_many_cases(django_assert_max_num_queries):
    from tests.factories.cases import make_case

    bare = make_case(state="records")
    sweep("2026-11-21")
    assert bare.record_requests.exists()
    with django_assert_max_num_queries(5):
        sweep("2026-11-21")


def test_a_rung_without_notice_asks_for_a_call_on_the_sheet():
    case = owing_case(due="2026-11-20")
    sweep("2026-12-01")
    line = call_sheet(owing=owing_of(case), now=NOW)[0].lines[0]
    assert (line.rung, line.call_due) == ("Penalty evidence and call", True)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_once():
    numbers = [owing_case(due="2026-11-20", administrator=name).number for name in ("Acme", "Bolt", "Acme", "Crest")]
    gate, found, wrong = threading.Barrier(3), [], []

    def run():
        try:
            gate.wait()
            found.append(sweep("2026-11-21"))
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    assert sorted(name for one in found for name, _ in sent(one)) == ["Acme", "Bolt", "Crest"]
    assert Notice.objects.filter(kind="chaser").count() == 3
    assert ChaserStep.objects.filter(rung="chaser_1", case__number__in=numbers).count() == 4


def test_the_ladder_is_the_jurisdictions():
    case = owing_case(due="2026-11-20")
    lay_out(case=case, now=NOW)
    ladder = chasing.ladder_of(chasing.owed_by(owing_of(case))[0])
    assert [(rung.key, rung.days) for rung in ladder] == [
        ("reminder", -1), ("chaser_1", 1), ("chaser_2", 5), ("chaser_3", 10), ("evidence", 11),
    ]  # fmt: skip
    assert ladder[-1] == Rung("evidence", "Penalty evidence and call", 11, notice=False, call=True, evidence=True)
    assert Case.objects.get(pk=case.pk).state == "records"
