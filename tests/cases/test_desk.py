from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AccessLog, Act
from cases.models import Case, CaseTask, CaseTrouble, Deadline, DeskHandover, SavedFilter
from cases.services.desk.queues import TABS
from common.days import california_date
from tests.accounts.people import make_person, signed_in
from tests.cases.pages import browser
from tests.factories.cases import NOW, make_case, put_in_state

pytestmark = pytest.mark.django_db

#: Session, user, the session's list of sign-ins (5), roles; all counts in one; coordinators and administrators to
#: filter by; the keys of the page and its rows; the access log; who has them with which date (2); saved lists.
QUERIES = 17


def fill(tab, rows, user):
    """Put `rows` cases into a queue, beside one another on the same worker."""
    states = {
        "records_overdue": "records",
        "ready": "ready",
        "ended": "served",
        "eligibility": "eligibility",
        "authorize": "served",
    }
    facts = {
        "mine": {"owner": user},
        "records_overdue": {"next_due_clock": "records_mail", "next_due_at": NOW - dt.timedelta(days=400)},
        "soon": {"next_due_at": NOW - dt.timedelta(days=400)},
        "expedited": {"priority": "expedited"},
    }.get(tab, {})
    first = Case.objects.first() or make_case()
    begin = Case.objects.count()
    made = Case.objects.bulk_create(
        Case(number=f"CM25-{begin + n:07d}", worker=first.worker, claim=first.claim, created_at=NOW, **facts)
        for n in range(rows)
    )
    for case in made:
        put_in_state(case, states.get(tab, "received"))
    if tab == "authorize":
        Deadline.objects.bulk_create(
            Deadline(case=case, clock="authorize", first_clock="authorize", trigger_on=NOW.date(), due_on=NOW.date(),
                     due_at=NOW, started_at=NOW)
            for case in made
        )  # fmt: skip
    if tab == "stuck":
        CaseTrouble.objects.bulk_create(
            CaseTrouble(case=case, check_key="test", sentence="Nobody holds it.", found_at=NOW) for case in made
        )


@pytest.mark.parametrize("tab", [tab.key for tab in TABS])
def test_each_queue_asks_the_same_number_of_questions(tab, django_assert_num_queries):
    user = make_person("coordinator")
    client, there = signed_in(user), 0
    template = make_case(state="withdrawn")
    Case.objects.filter(pk=template.pk).update(imported=True)
    client.get("/cases/")
    for rows in (1, 3, 30):
        fill(tab, rows - there, user)
        there = rows
        with django_assert_num_queries(QUERIES):
            response = client.get(f"/cases/?tab={tab}")
        assert len(response.context["rows"]) == rows


def test_a_served_case_is_to_be_authorized_from_its_due_moment_until_that_is_noted():
    now, day = timezone.now(), dt.timedelta(days=1)
    late, waiting, done, ready = (make_case(state=state) for state in ("served", "served", "served", "ready"))
    for case, due, clock in ((late, now - day, "reimburse"), (waiting, now + day, "authorize"),
                             (done, now - day, "authorize"), (ready, now - day, "authorize"),
                             (waiting, now - day, "appeal")):  # fmt: skip
        case.deadlines.create(clock=clock, first_clock=clock, trigger_on=NOW.date(), due_on=due.date(), due_at=due,
                              started_at=NOW, met_at=now if case == done else None)  # fmt: skip
    client = browser("coordinator")
    page = client.get("/cases/?tab=authorize")
    assert [row["case"] for row in page.context["rows"]] == [late]
    assert "Call the claims administrator" in page.content.decode()
    assert {"label": "Served, to be authorized", "count": 1}.items() <= next(
        one for one in page.context["tabs"] if one["key"] == "authorize"
    ).items()
    client.post("/cases/take/", {"tab": "authorize"})
    late.refresh_from_db()
    assert late.owner is None


def test_the_list_of_a_day_holds_ended_cases_too_and_nothing_in_it_is_taken():
    made = [make_case(state=state) for state in ("received", "served", "withdrawn")]
    client = browser("coordinator")
    day = california_date(made[0].application.received_at).isoformat()
    page = client.get(f"/cases/?tab=received&received={day}")
    assert {row["case"] for row in page.context["rows"]} == set(made)
    assert "All received" not in [one["label"] for one in client.get("/cases/?tab=open").context["tabs"]]


def test_the_list_is_for_those_who_may_read_cases():
    assert browser("reviewer").get("/cases/").status_code == 403
    assert browser("reviewer").post("/cases/search/", {"q": "Ana"}).status_code == 403
    assert browser("auditor").get("/cases/").status_code == 200


def test_each_tab_holds_its_cases_and_says_how_many():
    user = make_person("coordinator")
    for tab in ("received", "eligibility", "deferred", "records", "served", "ready", "in_review"):
        make_case(state=tab)
    mine = make_case()
    Case.objects.filter(pk=mine.pk).update(owner=user)
    client = signed_in(user)
    counts = {tab["label"]: tab["count"] for tab in client.get("/cases/").context["tabs"]}
    counts.pop("Unmatched", None)  # there once the page of unmatched files is
    assert counts == {
        "Mine": 1, "My tasks": 0, "Unassigned": 6, "Eligibility": 4, "Records overdue": 0, "Due in 3 days": 0,
        "Expedited": 0, "Ready": 1, "Stuck": 0, "Served, to be authorized": 0, "All open": 7, "Ended": 1,
    }  # fmt: skip
    states = [row["case"].state for row in client.get("/cases/?tab=eligibility").context["rows"]]
    assert sorted(states) == ["deferred", "eligibility", "received", "received"]


def test_past_determinations_stand_in_no_queue_but_are_found():
    from cases.services.intake import take_in_past
    from tests.factories.cases import COORDINATOR, NOW

    past = take_in_past(row={"case_number": "CM13-0000001", "items": [{"service": "MRI"}]}, actor=COORDINATOR, now=NOW)
    client = browser("coordinator")
    assert client.get("/cases/?tab=ended").context["rows"] == []
    assert client.post("/cases/search/", {"q": "CM13"}).context["rows"][0]["case"] == past


def test_overdue_comes_first_then_the_next_target():
    client, day = browser("coordinator"), dt.timedelta(days=1)
    overdue, late_target, tomorrow, none = (make_case() for _ in range(4))
    dates = {
        overdue: (NOW - 400 * day, dt.date(2026, 11, 30)),
        late_target: (NOW + 4000 * day, dt.date(2020, 1, 1)),
        tomorrow: (NOW + 4000 * day, dt.date(2036, 1, 2)),
        none: (None, None),
    }
    for case, (due, target) in dates.items():
        Case.objects.filter(pk=case.pk).update(next_due_at=due, next_due_clock="determination", next_target_on=target)
    rows = client.get("/cases/?tab=open").context["rows"]
    assert [row["case"] for row in rows] == [overdue, late_target, tomorrow, none]
    assert rows[1]["next_date"] == dt.date(2020, 1, 1)


def test_filters_narrow_and_a_wrong_one_is_ignored_in_words():
    user = make_person("coordinator")
    ana, other = make_case(priority="expedited", state="ready"), make_case()
    Case.objects.filter(pk=ana.pk).update(owner=user)
    administrator = ana.parties.get(role="claims_administrator").organization
    elsewhere = make_case(parties=[{"role": "claims_administrator", "organization": "Elsewhere Claims"}])
    client = signed_in(user)

    def found(query):
        return {row["case"] for row in client.get(f"/cases/?tab=open&{query}").context["rows"]}

    assert found("priority=expedited") == {ana}
    assert found("owner=me") == found(f"owner={user.pk}") == found("state=ready") == {ana}
    assert found("owner=nobody") == {other, elsewhere}
    assert found(f"administrator={administrator.pk}") == {ana, other}
    assert found("older=90") == set()
    assert found("older=15") == {ana, other, elsewhere}
    assert client.get("/cases/?tab=open&state=nowhere").status_code == 200


def test_a_list_is_saved_under_a_name_without_what_it_must_not_hold():
    client = browser("coordinator")
    client.post("/cases/lists/", {"name": "Expedited, mine", "query": "tab=open&priority=expedited&q=Lopez&page=3"})
    saved = SavedFilter.objects.get()
    assert saved.query == "tab=open&priority=expedited"
    browser("coordinator").post(f"/cases/lists/{saved.pk}/forget/")
    assert SavedFilter.objects.count() == 1
    client.post(f"/cases/lists/{saved.pk}/forget/")
    assert SavedFilter.objects.count() == 0


def test_a_search_looks_for_every_word_in_number_worker_claim_and_physician():
    wanted = make_case(worker={"first_name": "Mary Ann", "last_name": "Quiñones"}, claim={"claim_number": "X-991"})
    make_case(worker={"last_name": "Lopez"}, parties=[
        {"role": "requesting_physician", "person": {"first_name": "Ida", "last_name": "Brandt", "npi": "1000000012"}},
    ])  # fmt: skip
    client = browser("coordinator")
    assert client.post("/cases/search/", {"q": "brandt lopez"}).context["rows"][0]["case"].worker.last_name == "Lopez"
    assert len(client.post("/cases/search/", {"q": "okafor"}).context["rows"]) == 1
    for text in ("quiñones", "Ann Quiñ", "x-99", "991 mary", "qu"):
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
    page = browser("coordinator").get("/cases/?tab=ready").content
    assert b"A case comes here when its records are complete" in page


def test_the_export_is_safe_for_spreadsheets_and_logged_case_by_case():
    case = make_case(worker={"first_name": "=HYPERLINK(1)", "last_name": "Lopez"}, state="ready")
    make_case()
    client = browser("coordinator")
    answer = client.post("/cases/export/?tab=ready")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Disposition"].startswith('attachment; filename="cases-')
    assert len(lines) == 2
    assert f"{case.number},Ready for a reviewer,Standard,'=HYPERLINK(1) Lopez" in lines[1]
    assert AccessLog.objects.of_act(Act.EXPORTED).filter(target_key=case.number).count() == 1
    assert AccessLog.objects.of_act(Act.EXPORTED).count() == 2
    assert browser("reviewer").post("/cases/export/").status_code == 403


def test_a_bulk_act_says_first_what_it_skips_and_why():
    user = make_person("coordinator")
    ready, over = make_case(state="ready"), make_case(state="withdrawn")
    client, chosen = signed_in(user), {"act": "assign", "chosen": [ready.number, over.number]}
    assert browser("auditor").post("/cases/bulk/", chosen).status_code == 403
    assert client.post("/cases/bulk/", {"act": "assign"}).status_code == 409
    seen = client.post("/cases/bulk/", chosen).context["seen"]
    assert (seen.taken, seen.skipped) == ([ready], [(over, "It has ended.")])
    assert Case.objects.get(pk=ready.pk).owner is None
    assert client.post("/cases/bulk/", {**chosen, "confirmed": "1", "owner": "77777"}).status_code == 422
    client.post("/cases/bulk/", {**chosen, "confirmed": "1", "owner": user.pk})
    assert Case.objects.get(pk=ready.pk).owner == user
    assert Case.objects.get(pk=over.pk).owner is None


def test_a_task_for_many_is_set_for_all_or_none():
    cases, client = [make_case(), make_case()], browser("coordinator")
    user = make_person("coordinator")
    post = {
        "act": "task",
        "chosen": [case.number for case in cases],
        "confirmed": "1",
        "what": "Call",
        "owner": user.pk,
    }
    assert client.post("/cases/bulk/", {**post, "remind": "never"}).status_code == 422
    assert CaseTask.objects.count() == 0
    client.post("/cases/bulk/", {**post, "remind": "tomorrow"})
    assert CaseTask.objects.filter(owner=user).count() == 2


def test_taking_the_next_case_gives_the_one_that_burns_most():
    user = make_person("coordinator")
    client = signed_in(user)
    assert client.post("/cases/take/")["Location"] == "/cases/?tab=unassigned"
    later, first = make_case(), make_case()
    Case.objects.filter(pk=first.pk).update(next_target_on=dt.date(2020, 1, 1))
    assert client.post("/cases/take/", {"tab": "unassigned"})["Location"] == f"/cases/{first.number}/"
    assert client.post("/cases/take/", {"tab": "eligibility"})["Location"] == f"/cases/{later.number}/"
    assert Case.objects.filter(owner=user).count() == 2
    assert browser("auditor").post("/cases/take/").status_code == 403


def test_the_others_who_have_a_case_open_are_named_to_staff_only():
    case, client = make_case(), signed_in(make_person("coordinator", name="Cora"))
    assert client.post(f"/cases/{case.number}/here/").context["others"] == []
    other = signed_in(make_person("coordinator", name="Ben"))
    assert other.get(f"/cases/{case.number}/").context["others"] == ["Cora"]
    assert client.post(f"/cases/{case.number}/here/").context["others"] == ["Ben"]
    assert browser("reviewer").post(f"/cases/{case.number}/here/").status_code == 403


def test_notes_calls_and_tasks_stand_on_the_case_and_the_task_on_the_desk():
    case, user = make_case(), make_person("coordinator")
    client = signed_in(user)
    page = f"/cases/{case.number}/notes/"
    assert client.post(page, {"form": "task", "what": "", "owner": user.pk}).status_code == 422
    client.post(page, {"form": "task", "what": "Ask for the MRI", "remind": "", "owner": user.pk})
    client.post(page, {"form": "note", "text": "Prefers a call before noon."})
    client.post(page, {"form": "contact", "way": "phone", "with_whom": "Ms. Reyes", "said": "Will send it."})
    promise = {"way": "phone", "with_whom": "Mr. Cho", "said": "Is on it.", "promised": "The MRI", "form": "contact"}
    past, today = timezone.now() - dt.timedelta(days=3), california_date(timezone.now())
    assert client.post(page, {**promise, "promised_by": f"{past:%m/%d/%Y}"}).status_code == 422
    client.post(page, {**promise, "promised_by": f"{today:%m/%d/%Y}"})
    reminder = CaseTask.objects.get(what__startswith="Promised by Mr. Cho")
    assert (reminder.owner, reminder.remind_on) == (user, today)
    reminder.delete()
    text = client.get(page).content.decode()
    assert all(words in text for words in ("Ask for the MRI", "before noon", "Phone with Ms. Reyes"))
    desk = client.get("/cases/tasks/")
    assert desk.context["tasks"][0].what == "Ask for the MRI"
    assert {tab["label"]: tab["count"] for tab in desk.context["tabs"]}["My tasks"] == 1
    client.post(f"/cases/tasks/{CaseTask.objects.get().pk}/", {"from": "tasks"})
    assert client.get("/cases/tasks/").context["tasks"] == []
    assert browser("auditor").get(page).status_code == 200
    assert browser("auditor").post(page, {"form": "note", "text": "x"}).status_code == 422


def test_a_desk_is_handed_over_and_taken_back_on_its_page():
    ana, ben, case = make_person("coordinator"), make_person("coordinator"), make_case()
    Case.objects.filter(pk=case.pk).update(owner=ana)
    client = signed_in(ana)
    assert client.post("/cases/hand-over/", {"giver": ana.pk, "taker": ana.pk}).status_code == 422
    client.post("/cases/hand-over/", {"giver": ana.pk, "taker": ben.pk})
    assert Case.objects.get(pk=case.pk).owner == ben
    client.post(f"/cases/hand-over/{DeskHandover.objects.get().pk}/undo/")
    assert Case.objects.get(pk=case.pk).owner == ana
