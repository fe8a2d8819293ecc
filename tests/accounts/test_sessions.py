from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import AccessLog, Act
from accounts.services.sessions import end_all_sessions
from tests.accounts.people import make_person, signed_in

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)


def at(minutes: float):
    return time_machine.travel(START + dt.timedelta(minutes=minutes), tick=False)


def test_half_an_hour_without_an_act_ends_the_session():
    person = make_person("administrator")
    with at(0):
        browser = signed_in(person)
        assert browser.get("/people/").status_code == 200
    with at(29):
        assert browser.get("/people/").status_code == 200
    with at(58):
        assert browser.get("/people/").status_code == 200
    with at(88):
        assert browser.get("/people/").url == "/accounts/login/?next=/people/"
        assert b"signed out because nothing had happened" in browser.get("/accounts/login/").content
    assert AccessLog.objects.of_act(Act.TIMED_OUT).get().user_id == person.pk


def test_twelve_hours_end_it_in_any_case():
    with at(0):
        browser = signed_in(make_person("administrator"))
        browser.get("/people/")
    for minute in range(20, 12 * 60, 20):
        with at(minute):
            assert browser.get("/people/").status_code == 200
    with at(12 * 60):
        assert browser.get("/people/").status_code == 302


def test_what_a_page_asks_by_itself_keeps_nothing_alive():
    with at(0):
        browser = signed_in(make_person("administrator"))
        browser.get("/people/")
    with at(29):
        state = browser.get("/people/session/", headers={"X-Background": "1"}).json()
        assert state["seconds"] == 60
        assert browser.get("/people/", headers={"X-Background": "1"}).status_code == 200
    with at(31):
        assert browser.get("/people/session/", headers={"X-Background": "1"}).json()["person"] is None


def test_staying_signed_in_starts_the_half_hour_anew():
    with at(0):
        browser = signed_in(make_person("administrator"))
        browser.get("/people/")
    with at(29):
        assert browser.get("/people/session/stay/").status_code == 405
        assert browser.post("/people/session/stay/").json()["seconds"] == 30 * 60
    with at(58):
        assert browser.get("/people/").status_code == 200


def test_a_part_of_a_page_after_the_end_gets_a_clear_answer():
    with at(0):
        browser = signed_in(make_person("administrator"))
        browser.get("/people/")
    with at(31):
        answer = browser.post("/people/5/roles/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert b"What you typed is still on the page" in answer.content


def test_ended_sessions_leave_no_row_and_a_stolen_cookie_opens_nothing():
    person = make_person("administrator")
    browser = signed_in(person)
    browser.get("/people/")
    stolen = browser.session.session_key
    end_all_sessions(person)
    assert not Session.objects.filter(session_key=stolen).exists()
    thief = Client()
    thief.cookies["session"] = stolen
    assert thief.get("/people/").status_code == 302


def test_the_cookie_is_not_for_scripts_and_pages_are_not_kept():
    answer = Client().get("/accounts/login/")
    assert answer.headers["Cache-Control"] == "no-store" or "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies["csrf"]["httponly"]
