from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from accounts.models import AccessLog, Act, User
from accounts.services import people
from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal, StateRefusal
from tests.accounts.people import actor, make_person, signed_in

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)


def test_only_those_who_manage_people_change_roles():
    person = make_person("reviewer")
    for role in ("coordinator", "auditor", "medical_director", "quality_reviewer", "guideline_editor", "reviewer"):
        with pytest.raises(RightRefusal):
            people.set_roles(actor=actor(make_person(role)), user_id=person.pk, roles=["coordinator"], now=NOW)
    assert User.objects.get(pk=person.pk).role_names == {"reviewer"}


def test_nobody_changes_their_own_account():
    boss = make_person("administrator")
    make_person("administrator")
    for operation in (people.deactivate, people.end_sessions, people.reactivate):
        with pytest.raises(RightRefusal):
            operation(actor=actor(boss), user_id=boss.pk, now=NOW)
    with pytest.raises(RightRefusal):
        people.set_roles(actor=actor(boss), user_id=boss.pk, roles=["auditor"], now=NOW)


def test_an_unknown_role_and_no_role_are_refused():
    boss, person = make_person("administrator"), make_person("reviewer")
    for roles in (["king"], []):
        with pytest.raises(InputRefusal):
            people.set_roles(actor=actor(boss), user_id=person.pk, roles=roles, now=NOW)


def test_changed_roles_end_the_sessions_and_stand_in_the_log():
    boss, person = make_person("administrator"), make_person("reviewer")
    browser = signed_in(person)
    people.set_roles(actor=actor(boss), user_id=person.pk, roles=["coordinator", "auditor"], now=NOW)
    assert User.objects.get(pk=person.pk).role_names == {"coordinator", "auditor"}
    line = AccessLog.objects.of_act(Act.ROLE_CHANGED).get()
    assert (line.actor_name, line.target_key) == (boss.email, f"user:{person.pk}")
    assert line.detail == "Expert reviewer → Coordinator, Auditor"
    assert not _is_signed_in(browser)


def test_the_same_roles_again_change_nothing_and_end_nothing():
    boss, person = make_person("administrator"), make_person("reviewer")
    browser = signed_in(person)
    people.set_roles(actor=actor(boss), user_id=person.pk, roles=["reviewer"], now=NOW)
    assert not AccessLog.objects.of_act(Act.ROLE_CHANGED).exists()
    assert _is_signed_in(browser)


def test_only_editors_of_guidelines_enter_the_admin_site():
    boss, person = make_person("administrator"), make_person("reviewer")
    assert not person.is_staff
    assert people.set_roles(actor=actor(boss), user_id=person.pk, roles=["guideline_editor"], now=NOW).is_staff
    assert not people.set_roles(actor=actor(boss), user_id=person.pk, roles=["reviewer"], now=NOW).is_staff


def test_closing_an_account_ends_every_session_at_once():
    boss, person = make_person("administrator"), make_person("coordinator")
    first, second = signed_in(person), signed_in(person)
    people.deactivate(actor=actor(boss), user_id=person.pk, now=NOW)
    assert not _is_signed_in(first)
    assert not _is_signed_in(second)
    with pytest.raises(StateRefusal):
        people.deactivate(actor=actor(boss), user_id=person.pk, now=NOW)
    assert people.reactivate(actor=actor(boss), user_id=person.pk, now=NOW).is_active
    assert not _is_signed_in(first)


def test_the_last_administrator_stays():
    boss, other = make_person("administrator"), make_person("administrator")
    people.deactivate(actor=actor(boss), user_id=other.pk, now=NOW)
    helper = actor(make_person("administrator"))
    people.deactivate(actor=helper, user_id=boss.pk, now=NOW)
    with pytest.raises(StateRefusal):
        people.deactivate(actor=Actor.system("test"), user_id=helper.user_id, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_close_each_other_at_once():
    first, second = make_person("administrator"), make_person("administrator")
    actors = [(actor(first), second.pk), (actor(second), first.pk)]
    results: list[str] = []
    barrier = threading.Barrier(2)

    def close(who, whom):
        barrier.wait()
        try:
            people.deactivate(actor=who, user_id=whom, now=NOW)
            results.append("closed")
        except Refusal as refusal:
            results.append(refusal.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=pair) for pair in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["closed", "people.actor_closed"]
    assert User.objects.filter(is_active=True).count() == 1


def _is_signed_in(browser) -> bool:
    from django.contrib.auth import get_user
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = browser.session
    return get_user(request).is_authenticated


@pytest.mark.parametrize("act", ["roles", "close", "reopen", "end-sessions", "factor-reset"])
@pytest.mark.parametrize("user_id", [999999, 10**30])
def test_an_account_that_is_not_there_is_not_found(act, user_id):
    facts = {"roles": ["auditor"], "reason": "Lost the telephone yesterday evening."}
    assert signed_in(make_person("administrator")).post(f"/people/{user_id}/{act}/", facts).status_code == 404
