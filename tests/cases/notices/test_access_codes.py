"""Codes for people without an account."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from django.db import connection

from cases.models import AccessCode, AccessCodeTry
from cases.services import access_codes
from cases.services.access_codes import DOWNLOAD, UPLOAD, find, make, make_row, printed
from common.errors import StateRefusal
from tests.factories.cases import NOW, make_case

pytestmark = pytest.mark.django_db


def test_a_code_opens_what_it_was_made_for_however_it_is_typed():
    case = make_case()
    code = make(purposes={UPLOAD}, case=case, role="claims_administrator", because="records", now=NOW)
    with pytest.raises(StateRefusal) as refused:
        find(code=code, now=NOW, purpose=DOWNLOAD)
    assert refused.value.rule == "access_code.unknown"
    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
        found = find(code=typed, now=NOW, purpose=UPLOAD)
        assert (found.case_id, found.role) == (case.pk, "claims_administrator")


def test_a_code_is_printed_in_groups_of_signs_that_nobody_confuses():
    code = make(purposes={UPLOAD}, now=NOW)
    assert re.fullmatch(r"[CDFHJKMNPRTWXY34679]{4}(-[CDFHJKMNPRTWXY34679]{4}){2}", code)
    assert not set(access_codes.ALPHABET) & set("0OQ1IL2Z5S8B6GUVAE") - {"6"}


def test_the_database_alone_gives_no_code_away_and_the_site_prints_it_again(settings):
    row = make_row(purposes={DOWNLOAD}, now=NOW)
    code = printed(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_accesscode::text FROM cases_accesscode WHERE id = %s", [row.pk])
        kept = cursor.fetchone()[0]
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert printed(AccessCode.objects.get(pk=row.pk)) == code
    settings.SECRET_KEY = "another key"
    assert printed(row) != code
    with pytest.raises(StateRefusal):
        find(code=code, now=NOW)


def test_old_withdrawn_and_used_up_codes_open_nothing_in_the_same_words():
    old = make(purposes={UPLOAD}, now=NOW - dt.timedelta(days=200))
    gone = make_row(purposes={UPLOAD}, now=NOW)
    access_codes.withdraw(gone, now=NOW)
    once = make_row(purposes={UPLOAD}, now=NOW, max_uses=1)
    assert find(code=printed(once), now=NOW) == once
    access_codes.note_use(once, now=NOW)
    said = set()
    for code in (old, printed(gone), printed(once), "CCCC-CCCC-CCCC", ""):
        with pytest.raises(StateRefusal) as refused:
            find(code=code, now=NOW)
        said.add(refused.value.message)
    assert len(said) == 1


def test_tries_are_limited_by_address_and_good_codes_are_never_counted():
    code = make(purposes={UPLOAD}, now=NOW)
    for _ in range(30):
        find(code=code, now=NOW, address="203.0.113.9")
    for _ in range(access_codes.TRIES_OF_ADDRESS):
        with pytest.raises(StateRefusal, match="opens nothing"):
            find(code="CCCC-CCCC-CCCC", now=NOW, address="203.0.113.9")
    with pytest.raises(StateRefusal) as refused:
        find(code=code, now=NOW, address="203.0.113.9")
    assert refused.value.rule == "access_code.tries"
    assert find(code=code, now=NOW, address="203.0.113.10")
    assert find(code=code, now=NOW + dt.timedelta(hours=1, seconds=1), address="203.0.113.9")


def test_tries_are_limited_in_all(monkeypatch):
    monkeypatch.setattr(access_codes, "TRIES_IN_ALL", 5)
    code = make(purposes={UPLOAD}, now=NOW)
    for number in range(5):
        with pytest.raises(StateRefusal, match="opens nothing"):
            find(code="CCCC-CCCC-CCCC", now=NOW, address=f"203.0.113.{number}")
    with pytest.raises(StateRefusal, match="Too many"):
        find(code=code, now=NOW, address="198.51.100.1")
    assert access_codes.forget_old_tries(now=NOW + dt.timedelta(days=2)) == 5


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_get_no_more_tries_than_one_after_the_other():
    said: list[str] = []

    def guess(number: int) -> None:
        try:
            find(code=f"CCCC-CCCC-{number:04d}", now=NOW, address="203.0.113.9")
        except StateRefusal as refusal:
            said.append(refusal.rule)
        finally:
            connection.close()

    for _ in range(2):
        threads = [threading.Thread(target=guess, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said.count("access_code.unknown") <= access_codes.TRIES_OF_ADDRESS
    assert AccessCodeTry.objects.count() <= access_codes.TRIES_OF_ADDRESS
