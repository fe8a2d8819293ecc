from __future__ import annotations

import pytest
from django.test import Client

from accounts import desks
from accounts.services import demo
from common.errors import RuleRefusal
from tests.accounts.people import make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_desks(monkeypatch):
    monkeypatch.setattr(desks, "_DESKS", {})
    monkeypatch.setattr(desks, "_LINKS", {})
    desks.register_desk("auditor", "accounts:access_log", "Audit")
    desks.register_desk("administrator", "accounts:people", "People")
    desks.register_link("view_history", "Access log", "accounts:access_log", "Accounts", key="l")
    desks.register_link("manage_people", "People", "accounts:people", "Accounts")


def test_unknown_roles_and_rights_cannot_be_registered():
    with pytest.raises(ValueError, match="role"):
        desks.register_desk("king", "home", "Throne")
    with pytest.raises(ValueError, match="right"):
        desks.register_link("rule", "Throne", "home")


def test_a_stranger_is_sent_to_sign_in():
    assert Client().get("/").url == "/accounts/login/?next=/"


def test_each_role_comes_to_its_own_desk(own_desks):
    assert signed_in(make_person("auditor")).get("/").url == "/people/access-log/"
    assert signed_in(make_person("administrator")).get("/").url == "/people/"


def test_a_role_without_a_desk_gets_a_plain_page(own_desks):
    answer = signed_in(make_person("reviewer", name="Robin")).get("/")
    assert b"Robin" in answer.content
    assert b"expert reviewer" in answer.content


def test_somebody_with_several_roles_switches_between_desks(own_desks):
    browser = signed_in(make_person("auditor", "administrator"))
    page = browser.get("/")
    assert b"Which desk today?" in page.content
    assert browser.get("/people/desk/").status_code == 405
    browser.post("/people/desk/", {"role": "administrator"})
    assert browser.get("/").url == "/people/"
    assert b"Change desk" in browser.get("/people/").content
    assert b"Which desk today?" in browser.get("/?choose").content
    browser.post("/people/desk/", {"role": "reviewer"})
    assert browser.get("/").url == "/people/"


def test_navigation_lists_what_the_rights_open_and_where_one_is(own_desks):
    page = signed_in(make_person("auditor", "administrator")).get("/people/access-log/")
    entries = list(page.context["navigation"])
    assert [(entry["label"], entry["active"], entry["key"]) for entry in entries] == [
        ("Access log", True, "l"),
        ("People", False, ""),
    ]
    page = signed_in(make_person("auditor")).get("/people/access-log/")
    assert [entry["label"] for entry in page.context["navigation"]] == ["Access log"]


def test_sample_accounts_are_refused_outside_the_demo(settings):
    settings.DEMO = False
    with pytest.raises(RuleRefusal):
        demo.make_demo_accounts()


def test_the_demo_has_every_role_and_signs_in_with_the_password_alone(settings):
    settings.DEMO, settings.REQUIRE_FACTOR = True, False
    people = demo.make_demo_accounts()
    assert [person.pk for person in people] == [person.pk for person in demo.make_demo_accounts()]
    assert {role for person in people for role in person.role_names} == set(desks.ROLES)
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": "administrator@demo.example", "password": demo.DEMO_PASSWORD})
    assert answer.url == "/"
    assert browser.get("/people/").status_code == 200
