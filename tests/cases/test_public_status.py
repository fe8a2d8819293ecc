"""The public status page: wrong data tells nothing, right data tells stage, what is missing and the next date only."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog
from cases.rules.public_status import STAGES, steps
from cases.services import eligibility_decisions as decisions
from cases.services.eligibility_questions import ask
from cases.services.intake import take_in_past
from cases.services.public_status import wording
from cases.services.workflow import move
from cases.workflow import Event, State
from common.actor import Actor
from tests.factories.cases import COORDINATOR, NOW, exchange_row, make_case

URL = "/status/"
RIGHT = {"birth_date": "3/9/1971", "zip": "93701"}


@pytest.fixture(autouse=True)
def tries_counted_anew():
    cache.clear()


def look(number: str, browser: Client | None = None, **changed):
    return (browser or Client()).post(URL, {"number": number, **RIGHT, **changed})


@pytest.mark.django_db
def test_whatever_is_wrong_the_words_and_the_work_are_the_same():
    case = make_case()
    nameless = make_case(worker={"birth_date": "1971-03-10"})
    past = take_in_past(row=exchange_row(case_number="CM13-0000001"), actor=Actor.system("test"), now=NOW)
    wrong = [
        ("CM26-9999999", {}), (case.number, {"birth_date": "3/9/1972"}), (case.number, {"zip": "93702"}),
        (nameless.number, {}), (past.number, {}), ("Robert'); DROP", {}),
    ]  # fmt: skip
    answers, work = [], []
    for number, changed in wrong:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = look(number, **changed)
        answers.append((answer.status_code, tuple(answer.context["form"].non_field_errors())))
        work.append([query["sql"].split()[0] for query in seen.captured_queries])
    assert set(answers) == {(422, (wording()["en"]["wrong"],))}
    assert all(one == work[0] for one in work), work
    assert len(work[0]) == 2  # the look-up, the line of the access log


@pytest.mark.django_db
def test_the_status_holds_no_names_and_nothing_medical():
    case = make_case(state="in_review")
    answer = look(case.number.lower())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert wording()["en"]["states"]["in_review"] in page
    for secret in ("Alvarado", "Ana", "Okafor", "Golden Claims", "Physical therapy", "Lumbar", "CL-0"):
        assert secret not in page, secret


@pytest.mark.django_db
def test_nothing_stands_in_an_address_or_is_kept():
    case = make_case()
    assert wording()["en"]["states"]["received"] not in Client().get(
        URL, {"number": case.number, "birth_date": "3/9/1971", "zip": "93701"}
    ).content.decode()  # fmt: skip
    answer = look(case.number)
    assert (answer.status_code, answer.request["QUERY_STRING"]) == (200, "")
    assert "no-store" in answer["Cache-Control"]
    assert Client(enforce_csrf_checks=True).post(URL, {"number": case.number, **RIGHT}).status_code == 403


@pytest.mark.django_db
def test_every_look_is_in_the_access_log():
    case = make_case()
    look(case.number)
    look(case.number, zip="11111")
    noted = AccessLog.objects.filter(target_key=case.number).order_by("pk").values_list("act", "detail", "actor_name")
    assert list(noted) == [("viewed", "status page", ""), ("refused", "status page", "")]


@pytest.mark.django_db
def test_tries_are_counted_by_case_and_by_address():
    case = make_case()
    for number in (case.number, "CM26-9999999"):
        codes = [look(number, Client(REMOTE_ADDR=f"10.0.0.{place}"), zip="11111").status_code for place in range(13)]
        assert codes == [422] * 12 + [429]
    stubborn = Client(REMOTE_ADDR="10.9.9.9")
    codes = [look(f"CM26-9{place:06d}", stubborn, zip="11111").status_code for place in range(41)]
    assert codes == [422] * 40 + [429]
    assert look(case.number, Client(REMOTE_ADDR="10.9.9.9")).status_code == 429


@pytest.mark.django_db
def test_while_tries_cannot_be_counted_the_page_is_shut(settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    answer = look(make_case().number)
    assert answer.status_code == 503
    assert wording()["en"]["shut"] in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "typed"), [("zip", "9370"), ("birth_date", "last spring"), ("number", "")])
def test_what_cannot_be_meant_is_said_beside_its_field(field, typed):
    answer = Client().post(URL, {"number": "CM26-0000001", **RIGHT, field: typed})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not AccessLog.objects.filter(detail="status page").exists()


@pytest.mark.django_db
def test_an_ineligible_application_says_why_and_until_when_it_can_be_cured():
    case = make_case(state="eligibility", application={"signed": False})
    ask(case=case, party=None, reason="unsigned", question="Who signed?", actor=COORDINATOR, now=NOW)
    page = look(case.number).content.decode()
    assert wording()["en"]["answer_due"].format(who=wording()["en"]["roles"]["worker"]) in page
    decisions.find_ineligible(case=case, reasons=["unsigned"], actor=COORDINATOR, now=NOW)
    page = look(case.number).content.decode()
    assert wording()["en"]["reasons"]["unsigned"] in page
    assert "You can fix this until November 25, 2026." in page


@pytest.mark.django_db
def test_missing_records_are_named_by_kind_with_who_owes_them():
    case = make_case(state="eligibility", documents=[{"title": "UR", "kind": "utilization_review_decision"}])
    move(case=case, event=Event.FIND_ELIGIBLE, actor=COORDINATOR, now=NOW)
    page = look(case.number).content.decode()
    assert wording()["en"]["states"]["records"] in page
    words = wording()["en"]
    assert words["from_whom"].format(who=words["roles"]["claims_administrator"]) in page


@pytest.mark.django_db
def test_spanish_says_the_same_in_its_own_dates():
    case = make_case(state="eligibility", application={"signed": False})
    decisions.find_ineligible(case=case, reasons=["unsigned"], actor=COORDINATOR, now=NOW)
    page = Client().post(f"{URL}?lang=es", {"number": case.number, **RIGHT}).content.decode()
    assert 'lang="es"' in page
    assert "25 de noviembre de 2026" in page


def test_every_language_has_words_for_every_state_and_step():
    def keys(table) -> set[str]:
        return {f"{name}.{key}" for name, one in table.items() if isinstance(one, dict) for key in one} | set(table)

    english, *others = wording().values()
    assert set(english["states"]) == set(State.values)
    assert tuple(english["stages"]) == STAGES
    assert others
    for other in others:
        assert keys(other) == keys(english)


@pytest.mark.parametrize(
    ("state", "reached", "present"),
    [
        ("received", "received", "received"),
        ("quality_check", "received", "review"),
        ("withdrawn", "records", "records"),
    ],
)
def test_the_steps_show_where_a_case_is_or_ended(state, reached, present):
    assert next(name for name, kind in steps(state, reached) if kind == "present") == present


def test_a_served_case_has_passed_every_step():
    assert {kind for _, kind in steps("served", "received")} == {"passed"}
