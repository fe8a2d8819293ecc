from __future__ import annotations

import datetime as dt

import pytest

from cases.models import Case
from tests.cases.pages import browser
from tests.factories.cases import make_case, put_in_state

pytestmark = pytest.mark.django_db

#: Session, user, the session's list of sign-ins (5), roles; counting the rows, the access log, counts by state,
#: the rows, and who has them with which date (2).
QUERIES = 14


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_list_asks_the_same_number_of_questions(rows, django_assert_num_queries):
    for _ in range(rows):
        make_case()
    client = browser("coordinator")
    client.get("/cases/")
    with django_assert_num_queries(QUERIES):
        response = client.get("/cases/")
    assert len(response.context["rows"]) == rows


def test_the_list_is_for_those_who_may_read_cases():
    assert browser("reviewer").get("/cases/").status_code == 403
    assert browser("reviewer").post("/cases/search/", {"q": "Ana"}).status_code == 403
    assert browser("auditor").get("/cases/").status_code == 200


def test_each_tab_holds_its_states_and_says_how_many():
    for state in ("received", "eligibility", "deferred", "records", "served"):
        make_case(state=state)
    client = browser("coordinator")
    counts = {tab["label"]: tab["count"] for tab in client.get("/cases/").context["tabs"]}
    assert (counts["All open"], counts["Eligibility"], counts["Records"], counts["Ended"]) == (4, 2, 1, 1)
    states = [row["case"].state for row in client.get("/cases/?tab=eligibility").context["rows"]]
    assert sorted(states) == ["deferred", "eligibility"]


def test_past_determinations_stand_in_no_queue_but_are_found():
    from cases.services.intake import take_in_past
    from tests.factories.cases import COORDINATOR, NOW

    past = take_in_past(row={"case_number": "CM13-0000001", "items": [{"service": "MRI"}]}, actor=COORDINATOR, now=NOW)
    client = browser("coordinator")
    assert client.get("/cases/?tab=ended").context["rows"] == []
    assert client.post("/cases/search/", {"q": "CM13"}).context["rows"][0]["case"] == past


def test_what_burns_comes_first():
    late = make_case(application={"received_at": "2026-10-26T09:00:00-07:00"})
    new = make_case(application={"received_at": "2026-11-20T09:00:00-08:00"})
    expedited = make_case(priority="expedited", application={"received_at": "2026-11-20T09:00:00-08:00"})
    rows = browser("coordinator").get("/cases/").context["rows"]
    assert [row["case"] for row in rows] == [late, expedited, new]
    assert rows[0]["next_date"] == dt.date(2026, 10, 27)
    only = browser("coordinator").get("/cases/?priority=expedited").context["rows"]
    assert [row["case"] for row in only] == [expedited]


def test_a_search_looks_for_every_word_in_number_worker_and_claim():
    wanted = make_case(worker={"first_name": "Mary Ann", "last_name": "Quiñones"}, claim={"claim_number": "X-991"})
    make_case(worker={"last_name": "Lopez"})
    client = browser("coordinator")
    for text in ("quiñones", "Ann Quiñ", "x-99", "991 mary"):
        assert [row["case"] for row in client.post("/cases/search/", {"q": text}).context["rows"]] == [wanted], text
    assert client.post("/cases/search/", {"q": wanted.number.lower()})["Location"] == f"/cases/{wanted.number}/"
    assert client.post("/cases/search/", {"q": "nobody"}).context["rows"] == []
    assert client.post("/cases/search/", {"q": " "})["Location"] == "/cases/"


def test_a_long_list_comes_in_pages():
    first = make_case()
    Case.objects.bulk_create(
        Case(number=f"CM25-{n:07d}", worker=first.worker, claim=first.claim, created_at=first.created_at)
        for n in range(60)
    )
    client = browser("coordinator")
    assert len(client.get("/cases/").context["rows"]) == 50
    assert len(client.get("/cases/?page=2").context["rows"]) == 11


def test_an_empty_list_says_what_belongs_there():
    assert b"A case comes here when it is found eligible." in browser("coordinator").get("/cases/?tab=records").content
    put_in_state(make_case(), "records")
