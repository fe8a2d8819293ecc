from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AccessLog, Act, FactorReset, OutgoingMail
from accounts.roles import ROLES
from accounts.services import factor_resets
from common.actor import Actor
from common.errors import InputRefusal, Refusal, RightRefusal, StateRefusal
from tests.accounts.people import actor, factors, make_person, signed_in

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
REASON = "Telephone stolen; called back on the number on file."


def ask(boss, person, reason=REASON) -> FactorReset:
    return factor_resets.request_reset(actor=actor(boss), user_id=person.pk, reason=reason, now=NOW)


def decide(boss, reset, approve=True) -> FactorReset:
    return factor_resets.decide_reset(actor=actor(boss), reset_id=reset.pk, approve=approve, now=NOW)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_other_roles_neither_ask_nor_decide(role):
    person = make_person("auditor")
    with pytest.raises(RightRefusal):
        ask(make_person(role), person)
    reset = ask(make_person("administrator"), person)
    with pytest.raises(RightRefusal):
        decide(make_person(role), reset)
    assert factors(person) == ["totp"]


def test_a_command_cannot_be_the_second_person():
    reset = ask(make_person("administrator"), make_person("auditor"))
    with pytest.raises(RightRefusal):
        factor_resets.decide_reset(actor=Actor.system("test"), reset_id=reset.pk, approve=True, now=NOW)


def test_nobody_asks_for_themselves():
    boss = make_person("administrator")
    with pytest.raises(RightRefusal):
        ask(boss, boss)


def test_a_short_reason_a_missing_factor_and_a_second_request_are_refused():
    boss, person = make_person("administrator"), make_person("auditor")
    with pytest.raises(InputRefusal):
        ask(boss, person, "lost it")
    with pytest.raises(StateRefusal):
        ask(boss, make_person("auditor", factor=False))
    ask(boss, person)
    with pytest.raises(StateRefusal):
        ask(make_person("administrator"), person)


def test_who_asked_and_who_it_is_about_cannot_decide():
    boss, person = make_person("administrator"), make_person("administrator")
    reset = ask(boss, person)
    for somebody in (boss, person):
        with pytest.raises(RightRefusal):
            decide(somebody, reset)
    assert factors(person) == ["totp"]


def test_the_database_itself_refuses_the_same_person_twice():
    boss, person = make_person("administrator"), make_person("auditor")
    reset = ask(boss, person)
    for somebody in (boss, person):
        with pytest.raises(IntegrityError), transaction.atomic():
            FactorReset.objects.filter(pk=reset.pk).update(decided_by=somebody, decided_at=NOW, approved=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.create(person=boss, requested_by=boss, requested_at=NOW, reason=REASON)


def test_approval_takes_the_factors_ends_the_sessions_and_tells_the_person():
    boss, second, person = make_person("administrator"), make_person("administrator"), make_person("auditor")
    browser = signed_in(person)
    decide(second, ask(boss, person))
    assert factors(person) == []
    assert browser.get("/people/session/").json()["person"] is None
    assert list(OutgoingMail.objects.values_list("kind", "to")) == [
        ("reset_requested", person.email),
        ("factors_reset", person.email),
    ]
    acts = AccessLog.objects.filter(target_key=f"user:{person.pk}").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["reset_requested", "reset_approved", "factor_removed"]
    assert signed_in(person).get("/").url == "/people/enrol/"


def test_a_declined_reset_takes_nothing_and_is_final():
    boss, second, person = make_person("administrator"), make_person("administrator"), make_person("auditor")
    reset = decide(second, ask(boss, person), approve=False)
    assert factors(person) == ["totp"]
    assert AccessLog.objects.of_act(Act.RESET_DECLINED).exists()
    with pytest.raises(StateRefusal):
        decide(make_person("administrator"), reset)
    assert ask(boss, person).pk != reset.pk


@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_once_are_one():
    boss, person = make_person("administrator"), make_person("auditor")
    reset = ask(boss, person)
    deciders = [(actor(make_person("administrator")), True), (actor(make_person("administrator")), False)]
    results: list[str] = []
    barrier = threading.Barrier(2)

    def run(who, approve):
        barrier.wait()
        try:
            factor_resets.decide_reset(actor=who, reset_id=reset.pk, approve=approve, now=NOW)
            results.append("decided")
        except Refusal as refusal:
            results.append(refusal.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=decider) for decider in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["decided", "reset.decided"]


def test_in_the_browser_the_second_person_gets_the_buttons_and_the_first_does_not():
    boss, second, person = make_person("administrator"), make_person("administrator"), make_person("auditor")
    first = signed_in(boss)
    assert b"at least 20" in first.post(f"/people/{person.pk}/factor-reset/", {"reason": "lost"}).content
    first.post(f"/people/{person.pk}/factor-reset/", {"reason": REASON})
    reset = FactorReset.objects.get()
    assert b"Approve as second person" not in first.get(f"/people/{person.pk}/").content
    assert first.post(f"/people/factor-resets/{reset.pk}/", {"decision": "approve"}).status_code == 403
    other = signed_in(second)
    assert b"Approve as second person" in other.get(f"/people/{person.pk}/").content
    assert b"lost second factor" in other.get("/people/").content
    assert other.post(f"/people/factor-resets/{reset.pk}/", {"decision": "approve"}).url == "/people/"
    assert factors(person) == []
