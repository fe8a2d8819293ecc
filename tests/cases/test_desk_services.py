"""Who holds a case, notes, calls about many cases, tasks with a day, desks handed over and taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.models import Case, CaseTask
from cases.rules.reminders import read_day
from cases.services.desk.notes import add_note, log_contact
from cases.services.desk.owners import assign, hand_over, undo_hand_over
from cases.services.desk.tasks import finish_task, reopen_task, set_task
from cases.services.workflow import move
from cases.workflow import Event
from common.errors import InputRefusal, RightRefusal, StateRefusal
from tests.accounts.people import actor, make_person
from tests.factories.cases import COORDINATOR, NOW, make_case

MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("thu", dt.date(2026, 11, 26)),
        ("Thursday", dt.date(2026, 11, 26)),
        ("mon", dt.date(2026, 11, 30)),
        ("next monday", dt.date(2026, 11, 30)),
        ("today", MONDAY),
        ("tomorrow", dt.date(2026, 11, 24)),
        ("in 3 days", dt.date(2026, 11, 26)),
        ("2 weeks", dt.date(2026, 12, 7)),
        ("next week", dt.date(2026, 11, 30)),
        ("11/30", dt.date(2026, 11, 30)),
        ("1/4", dt.date(2027, 1, 4)),
        ("Nov 30", dt.date(2026, 11, 30)),
        ("2/29", dt.date(2028, 2, 29)),
        ("11/30/26", dt.date(2026, 11, 30)),
        ("soon", None),
        ("2/30", None),
        ("th", None),
        ("", None),
    ],
)
def test_a_day_is_understood_as_people_say_it(typed, day):
    assert read_day(typed, today=MONDAY) == day


@pytest.mark.django_db
def test_a_case_is_held_by_a_coordinator_and_nobody_else():
    case, auditor, ana = make_case(), make_person("auditor"), make_person("coordinator")
    with pytest.raises(InputRefusal, match="no coordinator"):
        assign(case=case, to=auditor, actor=COORDINATOR, now=NOW)
    with pytest.raises(RightRefusal):
        assign(case=case, to=ana, actor=actor(auditor), now=NOW)
    with pytest.raises(StateRefusal, match="has ended"):
        assign(case=make_case(state="withdrawn"), to=ana, actor=COORDINATOR, now=NOW)
    assign(case=case, to=ana, actor=COORDINATOR, now=NOW)
    assign(case=case, to=ana, actor=COORDINATOR, now=NOW)
    assert [event.sentence for event in case.events.filter(kind="owner")] == [f"Held by {ana} now."]
    assert Case.objects.get(pk=case.pk).owner == ana


@pytest.mark.django_db
def test_the_moment_of_entering_a_state_is_kept():
    case = make_case()
    assert case.stage_since == NOW
    later = NOW + dt.timedelta(hours=2)
    move(case=case, event=Event.OPEN, actor=COORDINATOR, now=later)
    assert Case.objects.get(pk=case.pk).stage_since == later


@pytest.mark.django_db
def test_one_call_is_logged_for_many_cases_with_its_promise():
    cases = [make_case(), make_case()]
    with pytest.raises(InputRefusal) as refused:
        log_contact(
            cases=cases, way="phone", with_whom="Ms. Reyes", said="Records late.", promised_by=MONDAY,
            actor=COORDINATOR, now=NOW,
        )  # fmt: skip
    assert "promised" in refused.value.fields
    note = log_contact(
        cases=cases, way="phone", with_whom="Ms. Reyes", said="Records late.", promised="All reports",
        promised_by=MONDAY, actor=COORDINATOR, now=NOW,
    )  # fmt: skip
    for case in cases:
        line = case.events.get(kind="contact")
        assert line.sentence == "Phone with Ms. Reyes. Promised by Nov 23: All reports"
        assert case.contact_notes.get() == note


@pytest.mark.django_db
def test_a_note_is_never_empty_and_stands_on_the_timeline():
    case = make_case()
    with pytest.raises(InputRefusal):
        add_note(case=case, text="  ", actor=COORDINATOR, now=NOW)
    add_note(case=case, text="The fax number has changed.", actor=COORDINATOR, now=NOW)
    assert case.events.get(kind="note").facts["note"] == "The fax number has changed."


@pytest.mark.django_db
def test_a_task_comes_up_on_its_day_and_is_ticked_off_once():
    case, ana = make_case(), make_person("coordinator")
    for wrong in ("whenever", "11/20/26"):
        with pytest.raises(InputRefusal) as refused:
            set_task(case=case, what="Ask again", remind=wrong, owner=ana, actor=COORDINATOR, now=NOW)
        assert "remind" in refused.value.fields
    task = set_task(case=case, what="Ask again", remind="thu", owner=ana, actor=COORDINATOR, now=NOW)
    assert task.remind_on == dt.date(2026, 11, 26)
    assert list(CaseTask.objects.due(MONDAY)) == []
    assert list(CaseTask.objects.due(dt.date(2026, 11, 26))) == [task]
    finish_task(task=task, actor=COORDINATOR, now=NOW)
    finish_task(task=task, actor=COORDINATOR, now=NOW)
    assert case.events.filter(kind="task.done").count() == 1
    assert reopen_task(task=task, actor=COORDINATOR, now=NOW).done_at is None


@pytest.mark.django_db
def test_a_desk_is_handed_over_whole_and_what_stayed_put_comes_back():
    ana, ben, cleo = (make_person("coordinator") for _ in range(3))
    with pytest.raises(InputRefusal, match="nothing to hand over"):
        hand_over(giver=ana, taker=ben, actor=actor(ana), now=NOW)
    cases = [make_case() for _ in range(3)]
    for case in cases:
        assign(case=case, to=ana, actor=COORDINATOR, now=NOW)
    task = set_task(case=cases[0], what="Call", remind="", owner=ana, actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal, match="somebody else"):
        hand_over(giver=ana, taker=ana, actor=actor(ana), now=NOW)
    handover = hand_over(giver=ana, taker=ben, actor=actor(ana), now=NOW)
    task.refresh_from_db()
    assert (Case.objects.filter(owner=ben).count(), task.owner) == (3, ben)
    assign(case=cases[0], to=cleo, actor=COORDINATOR, now=NOW)
    assert undo_hand_over(handover=handover, actor=actor(ana), now=NOW) == (2, 1)
    task.refresh_from_db()
    assert (Case.objects.filter(owner=ana).count(), task.owner) == (2, ana)
    with pytest.raises(StateRefusal):
        undo_hand_over(handover=handover, actor=actor(ana), now=NOW)
