from __future__ import annotations

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.test import RequestFactory

from accounts.models import AccessLog, Act
from accounts.services.access_log import note_access, without_secret
from tests.accounts.people import actor, make_person, signed_in

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)


def test_lines_are_neither_changed_nor_taken_away():
    line = note_access(act=Act.VIEWED, now=NOW, target="Case CM26-0000012", target_key="CM26-0000012")
    with pytest.raises(ProgrammingError), transaction.atomic():
        AccessLog.objects.update(target="nothing")
    with pytest.raises(ProgrammingError), transaction.atomic():
        line.delete()


def test_a_line_says_who_what_when_and_from_where():
    person = make_person("coordinator")
    request = RequestFactory().get(
        "/cases/CM26-0000012/?q=secret", headers={"User-Agent": "B" * 300}, REMOTE_ADDR="2001:db8::1"
    )
    request.user = person
    line = note_access(act=Act.VIEWED, now=NOW, request=request, target="Case CM26-0000012", target_key="CM26-0000012")
    line.refresh_from_db()
    assert (line.actor_name, line.user_id, line.act, line.at) == (person.email, person.pk, "viewed", NOW)
    assert (line.ip, line.path, len(line.user_agent)) == ("2001:db8::1", "/cases/CM26-0000012/", 255)


def test_an_unreadable_address_is_left_out():
    request = RequestFactory().get("/", REMOTE_ADDR="")
    assert note_access(act=Act.VIEWED, now=NOW, request=request).ip is None


def test_a_command_is_named_without_an_account():
    line = note_access(act=Act.EXPORTED, now=NOW, actor=actor(make_person("auditor")).system("backup"))
    assert (line.actor_name, line.user_id, line.ip) == ("backup", None, None)


@pytest.mark.parametrize(
    "path", ["/people/join/abc/", "/accounts/password/reset/key/1-abc/", "/accounts/confirm-email/MQ:abc/"]
)
def test_tokens_in_addresses_are_not_written_down(path):
    assert "abc" not in without_secret(path)
    assert without_secret("/people/join/") == "/people/join/"


def test_the_auditor_narrows_the_log():
    person = make_person("coordinator", email="dana@example.org")
    for act, day, key in (("viewed", 20, "CM26-0000012"), ("downloaded", 21, "CM26-0000012"), ("viewed", 22, "CM26-9")):
        note_access(
            act=act, now=dt.datetime(2026, 11, day, 20, tzinfo=dt.UTC), actor=actor(person), target=f"Case {key}",
            target_key=key,
        )  # fmt: skip
    browser = signed_in(make_person("auditor"))

    def shown(query: str) -> int:
        return len(browser.get(f"/people/access-log/?{query}").context["page"].object_list)

    assert shown("who=dana") == 3
    assert shown("who=dana&act=viewed") == 2
    assert shown("about=CM26-0000012") == 2
    assert shown("who=dana&first=11/21/2026") == 2
    assert shown("who=dana&last=11/21/26") == 2
    assert shown("who=dana&first=11/21/26&last=11/21/26") == 1
    assert shown("who=nobody") == 0
    assert b"is not a date" in browser.get("/people/access-log/?first=nonsense").content


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_log_asks_the_database_the_same_for_any_length(rows, django_assert_num_queries):
    browser = signed_in(make_person("auditor"))
    browser.get("/people/access-log/")
    for _ in range(rows):
        note_access(act=Act.VIEWED, now=NOW, actor=actor(make_person("coordinator", factor=False)), target="Case")
    with django_assert_num_queries(11):
        assert browser.get("/people/access-log/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_people_list_asks_the_database_the_same_for_any_length(rows, django_assert_num_queries):
    browser = signed_in(make_person("administrator"))
    browser.get("/people/")
    for _ in range(rows):
        make_person("coordinator", "auditor")
    with django_assert_num_queries(14):
        assert browser.get("/people/").status_code == 200
