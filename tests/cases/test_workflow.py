from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from accounts.roles import ROLES
from cases.models import Case, Claim, Worker
from cases.services import workflow as door
from cases.workflow import MOVES, STATE_MOVES, Event, State, find_move
from common.actor import Actor
from common.errors import RightRefusal, StateRefusal

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def make_case(number: str = "CM26-0000001", **facts) -> Case:
    return Case.objects.create(
        number=number, worker=Worker.objects.create(), claim=Claim.objects.create(), created_at=NOW, **facts
    )


def put_in_state(case: Case, state: str) -> Case:
    """Walk the table to a state by raw updates, as the trigger allows."""
    seen = {str(case.state): [str(case.state)]}
    queue = [str(case.state)]
    while queue:
        here = queue.pop(0)
        for source, target in STATE_MOVES:
            if source == here and target not in seen:
                seen[target] = [*seen[here], target]
                queue.append(target)
    for step in seen[state][1:]:
        Case.objects.filter(pk=case.pk).update(state=step)
    case.refresh_from_db()
    return case


@pytest.mark.django_db
@pytest.mark.parametrize(("imported", "state"), [(False, "closed"), (False, "records"), (True, "received")])
def test_a_case_is_not_born_in_another_state(imported, state):
    with pytest.raises(DatabaseError, match="born"), transaction.atomic():
        make_case(imported=imported, state=state)


@pytest.mark.django_db
def test_the_database_refuses_every_change_of_state_that_the_table_lacks():
    allowed = set(STATE_MOVES)
    for number, source in enumerate(State.values):
        case = put_in_state(make_case(f"CM26-{number:07d}"), source)
        for target in State.values:
            if target == source or (source, target) in allowed:
                continue
            with pytest.raises(DatabaseError), transaction.atomic():
                Case.objects.filter(pk=case.pk).update(state=target)


@pytest.mark.django_db
def test_the_whole_matrix_of_state_event_and_role(monkeypatch):
    monkeypatch.setattr(
        door, "GUARDS", dict.fromkeys({name for row in MOVES for name in row.guards}, lambda _case: None)
    )
    for number, state in enumerate(State.values):
        case = put_in_state(make_case(f"CM26-{number:07d}"), state)
        for event in Event:
            row = find_move(state, event)
            for role in ROLES:
                actor = Actor(name=role, roles=frozenset({role}))
                if row is None:
                    with pytest.raises(StateRefusal):
                        door.check_move(case=case, event=event, actor=actor)
                elif role not in row.roles:
                    with pytest.raises(RightRefusal):
                        door.check_move(case=case, event=event, actor=actor)
                else:
                    assert door.check_move(case=case, event=event, actor=actor) == row.target


@pytest.mark.django_db
def test_a_move_writes_state_version_and_timeline():
    case = make_case()
    moved = door.move(case=case, event=Event.OPEN, actor=Actor("c@x", frozenset({"coordinator"})), now=NOW)
    case.refresh_from_db()
    assert (case.state, case.version) == ("eligibility", 2) == (moved.state, moved.version)
    assert [line.facts["to"] for line in case.events.all()] == ["eligibility"]


@pytest.mark.django_db
def test_the_timeline_cannot_be_changed():
    case = make_case()
    line = door.record(case=case, kind="note", sentence="x", actor=Actor.system("test"), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        line.delete()
    line.sentence = "y"
    with pytest.raises(DatabaseError), transaction.atomic():
        line.save()


def test_the_page_about_the_workflow_is_drawn_from_the_table():
    from pathlib import Path

    from cases.rules.workflow_page import workflow_page

    page = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"
    assert page.read_text(encoding="utf-8") == workflow_page(), "run bin/manage workflow_page --write"


@pytest.fixture
def followers(monkeypatch):
    """The followers of this test alone."""
    monkeypatch.setattr(door, "FOLLOWERS", {})


@pytest.mark.django_db
def test_a_follower_that_refuses_undoes_the_move(followers):
    @door.follow(Event.OPEN)
    def refuse(moved: door.Moved) -> None:
        raise StateRefusal("test.follower", f"Case {moved.case.number} cannot be followed.")

    case = make_case()
    with pytest.raises(StateRefusal, match="cannot be followed"):
        door.move(case=case, event=Event.OPEN, actor=Actor.system("test"), now=NOW)
    case.refresh_from_db()
    assert case.state == State.RECEIVED
    assert not case.events.exists()


@pytest.mark.django_db
def test_followers_come_in_their_order_and_see_the_moved_case(followers):
    said: list[tuple[str, str, str]] = []

    @door.follow(Event.OPEN)
    def notices(moved: door.Moved) -> None:
        said.append(("notices", moved.before, moved.case.state))

    @door.follow(Event.OPEN, order=10)
    def clocks(moved: door.Moved) -> None:
        said.append(("clocks", moved.before, moved.case.state))

    door.move(case=make_case(), event=Event.OPEN, actor=Actor.system("test"), now=NOW)
    assert said == [("clocks", "received", "eligibility"), ("notices", "received", "eligibility")]
