from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models import AccessLog, Act, BreakGlass, OutgoingMail
from accounts.roles import ROLES
from accounts.services import break_glass
from accounts.signals import break_glass_opening
from common.errors import InputRefusal, RightRefusal, RuleRefusal, StateRefusal
from tests.accounts.people import actor, make_person, signed_in

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)
CASE = "CM26-0000012"
REASON = "The hospital asks tonight and nobody can be reached."


def open_case(who, **changes) -> BreakGlass:
    return break_glass.open_break_glass(actor=actor(who), **{"case_key": CASE, "reason": REASON, "now": NOW, **changes})


def judge(who, row, verdict="justified", note=""):
    return break_glass.review_break_glass(actor=actor(who), row_id=row.pk, verdict=verdict, note=note, now=NOW)


@pytest.mark.parametrize("role", [role for role, rights in ROLES.items() if "break_glass" not in rights])
def test_roles_without_the_right_open_nothing(role):
    person = make_person(role)
    with pytest.raises(RightRefusal):
        open_case(person)
    assert not break_glass.has_break_glass(user=person, case_key=CASE, now=NOW)


@pytest.mark.parametrize(
    "changes", [{"reason": "short"}, {"case_key": ""}, {"case_key": "all of them"}, {"case_key": "%"}]
)
def test_a_short_reason_and_what_is_no_case_number_are_refused(changes):
    with pytest.raises(InputRefusal):
        open_case(make_person("quality_reviewer"), **changes)
    assert not BreakGlass.objects.exists()


def test_the_cases_room_may_refuse():
    def refuse(**kwargs):
        raise RuleRefusal("case.unknown", "There is no such case.")

    break_glass_opening.connect(refuse)
    try:
        with pytest.raises(RuleRefusal):
            open_case(make_person("quality_reviewer"))
    finally:
        break_glass_opening.disconnect(refuse)
    assert not BreakGlass.objects.exists()


def test_it_opens_one_case_to_one_person_for_an_hour_and_alerts_every_administrator():
    first, second = make_person("administrator"), make_person("administrator")
    make_person("administrator", is_active=False)
    person = make_person("quality_reviewer")
    open_case(person)
    may = break_glass.has_break_glass
    assert may(user=person, case_key=CASE, now=NOW)
    assert may(user=person, case_key=CASE, now=NOW + dt.timedelta(minutes=59))
    assert not may(user=person, case_key=CASE, now=NOW + dt.timedelta(minutes=60))
    assert not may(user=person, case_key="CM26-0000013", now=NOW)
    assert not may(user=first, case_key=CASE, now=NOW)
    person.is_active = False
    assert not may(user=person, case_key=CASE, now=NOW)
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == [first.email, second.email]
    assert REASON not in str(list(OutgoingMail.objects.values_list("about", flat=True)))  # may speak of health
    assert AccessLog.objects.of_act(Act.BREAK_GLASS_OPENED).get().target_key == CASE


def test_opened_again_while_open_is_the_same_access():
    person = make_person("quality_reviewer")
    assert open_case(person).pk == open_case(person, now=NOW + dt.timedelta(minutes=5)).pk
    assert open_case(person, now=NOW + dt.timedelta(minutes=61)).pk != BreakGlass.objects.earliest("opened_at").pk


def test_it_is_judged_once_by_another_person_who_may():
    boss = make_person("administrator")
    row = open_case(boss)
    with pytest.raises(RightRefusal):
        judge(boss, row)
    with pytest.raises(RightRefusal):
        judge(make_person("auditor"), row)
    director = make_person("medical_director")
    for verdict, note in (("fine", ""), ("not_justified", " ")):
        with pytest.raises(InputRefusal):
            judge(director, row, verdict, note)
    judge(director, row)
    with pytest.raises(StateRefusal):
        judge(make_person("administrator"), row)


def test_the_database_keeps_the_facts():
    person = make_person("quality_reviewer")
    row = open_case(person)
    for change in ({"reason": "something nicer"}, {"expires_at": NOW + dt.timedelta(days=9)}, {"case_key": "CM26-1"}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            BreakGlass.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=row.pk).update(reviewed_by=person, reviewed_at=NOW, verdict="justified")


def test_in_the_browser_it_is_opened_listed_and_judged():
    browser = signed_in(make_person("quality_reviewer", name="Quinn"))
    assert b"at least 20" in browser.post("/people/emergency/", {"case_key": CASE, "reason": "now"}).content
    assert browser.post("/people/emergency/", {"case_key": CASE.lower(), "reason": REASON}).url == "/people/emergency/"
    assert b"is open to you until" in browser.get("/people/emergency/").content
    row = BreakGlass.objects.get()
    assert row.case_key == CASE
    director = signed_in(make_person("medical_director"))
    assert b"Quinn" in director.get("/people/emergency/all/").content
    page = director.post(f"/people/emergency/{row.pk}/", {"verdict": "not_justified"})
    assert b"Say what was wrong" in page.content
    director.post(f"/people/emergency/{row.pk}/", {"verdict": "justified"})
    assert b"Justified" in director.get("/people/emergency/all/?shown=judged").content
    assert b"Justified" in director.get(f"/people/emergency/{row.pk}/").content
