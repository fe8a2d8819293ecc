from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, connections

from cases.models import Case, CaseEvent, CasePair, Document
from cases.services import deadlines, joining
from cases.services.access import may_see
from cases.services.case_import import import_file
from cases.services.duplicates import filing_of, find_alike, find_certain
from cases.services.record_requests import lay_out
from cases.workflow import State
from common.actor import Actor
from common.errors import Refusal, RightRefusal, RuleRefusal, StateRefusal
from tests.accounts.people import make_person
from tests.cases.pages import browser, intake_post
from tests.factories.cases import COORDINATOR, FACTORY, NOW, an_item, exchange_row, make_case, put_in_state

pytestmark = pytest.mark.django_db

TOMAS = {"first_name": "Tomás", "last_name": "Berríos", "birth_date": "1958-12-01"}
CLAIM = {"claim_number": "WC 0012-345", "injury_date": "2025-02-03"}


def import_rows(path, *rows):
    import json

    (path / "feed.json").write_text(json.dumps(rows))
    return [one.as_dict() for one in import_file(path=path / "feed.json", actor=FACTORY, now=NOW)]


# --- finding -------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_of_the_database_while_too_little_is_known(django_assert_num_queries):
    from cases.rules.duplicates import Filing

    with django_assert_num_queries(0):
        assert find_alike(Filing(last_name="Berríos", claim_number="WC1")) == []


@pytest.mark.parametrize("count", [1, 3, 30])
def test_likely_duplicates_are_found_in_three_statements(django_assert_num_queries, count):
    cases = [make_case(worker=TOMAS) for _ in range(count)]
    filing = filing_of(Case.objects.with_facts().get(pk=cases[0].pk))
    with django_assert_num_queries(3):
        found = find_alike(filing)
    assert len(found) == min(count, 5)


def test_a_feed_reports_a_certain_duplicate_with_the_earlier_number_and_keeps_its_content(tmp_path):
    first = exchange_row(claim=CLAIM, worker=TOMAS)
    again = exchange_row(claim={**CLAIM, "claim_number": "wc0012345"}, worker={**TOMAS, "first_name": "T."})
    other = exchange_row(claim=CLAIM, worker=TOMAS, utilization_review={"decision_date": "2026-10-16"})
    results = import_rows(tmp_path, first, again, other)
    assert [one["status"] for one in results] == ["accepted", "duplicate", "accepted"]
    assert results[1]["case"] == results[0]["case"]
    assert "certain duplicate" in results[1]["reason"]
    assert Case.objects.count() == 2
    kept = CaseEvent.objects.get(kind="filed_again")
    assert (kept.case.number, kept.facts["filing"]["external_id"]) == (results[0]["case"], again["external_id"])
    assert [one["status"] for one in import_rows(tmp_path, again)] == ["duplicate"]
    assert CaseEvent.objects.filter(kind="filed_again").count() == 1
    pair = CasePair.objects.get()
    assert (pair.kind, pair.later.number) == ("likely", results[2]["case"])


def test_an_application_that_may_cure_an_ineligible_one_is_taken_in(tmp_path):
    before = make_case(claim=CLAIM)
    put_in_state(before, State.INELIGIBLE)
    assert [one["status"] for one in import_rows(tmp_path, exchange_row(claim=CLAIM))] == ["accepted"]
    assert CasePair.objects.get().kind == "certain"


def test_a_duplicate_of_a_joined_case_names_the_case_that_holds_its_file():
    first, second = make_case(claim=CLAIM), make_case(claim=CLAIM)
    joining.merge(case=second, other=first, actor=COORDINATOR, now=NOW)
    assert find_certain(filing_of(Case.objects.with_facts().get(pk=second.pk))) == first


# --- merging -------------------------------------------------------------------------------------------------------


def test_only_coordinators_decide_about_duplicates():
    first, second = make_case(), make_case()
    for act in (joining.merge, joining.consolidate, joining.relate, joining.tell_apart, joining.undo):
        with pytest.raises(RightRefusal):
            act(case=first, other=second, actor=Actor(name="a", roles=frozenset({"auditor"})), now=NOW)
    assert not CasePair.objects.exclude(decision="open").exists()


@pytest.mark.parametrize("state", [State.READY, State.IN_REVIEW, State.DETERMINED, State.CLOSED, State.DEFERRED])
def test_an_application_that_has_gone_too_far_is_not_closed(state):
    first, second = make_case(state=state), make_case(state=state)
    with pytest.raises(StateRefusal, match="can no longer be joined"):
        joining.merge(case=second, other=first, actor=COORDINATOR, now=NOW)
    assert {case.state for case in Case.objects.all()} == {state}


@pytest.mark.parametrize("state", [State.INELIGIBLE, State.WITHDRAWN])
def test_an_application_is_not_merged_into_a_case_that_it_may_cure(state):
    first, second = make_case(state=state), make_case()
    with pytest.raises(StateRefusal, match="cure or renew"):
        joining.merge(case=second, other=first, actor=COORDINATOR, now=NOW)


@pytest.mark.parametrize("state", [State.RECEIVED, State.ELIGIBILITY, State.RECORDS])
def test_the_later_application_is_closed_and_its_documents_are_visible_from_both(state):
    later = make_case(state=state, application={"received_at": "2026-11-05T09:00:00-08:00"})
    earlier = make_case()  # received on Nov 2, though taken in afterwards
    before = list(later.documents.values_list("pk", "title", "file"))
    pair = joining.merge(case=earlier, other=later, actor=COORDINATOR, now=NOW)
    later.refresh_from_db()
    assert (pair.earlier, pair.later) == (earlier, later)
    assert (later.state, earlier.state) == (State.CONSOLIDATED, State.RECEIVED)
    assert list(later.documents.values_list("pk", "title", "file")) == before
    assert earlier.documents.count() == 4
    assert later.events.get(kind="moved.duplicate").facts["into"] == earlier.number
    for case in (earlier, later):
        assert case.events.filter(kind="pair.merged").count() == 1
    joining.undo(case=later, other=earlier, actor=COORDINATOR, now=NOW)
    later.refresh_from_db()
    assert later.state == (State.RECORDS if state == State.RECORDS else State.ELIGIBILITY)
    assert earlier.documents.count() == 2
    assert Document.everything.filter(case=earlier, withdrawn_why="undone").count() == 2
    assert CasePair.objects.get().decision == "open"


@pytest.mark.parametrize("join", [joining.merge, joining.consolidate])
def test_a_joined_application_has_no_clock_and_gets_its_clocks_back_when_that_is_undone(join):
    earlier, later = make_case(state="eligibility"), make_case(state="eligibility")
    deadlines.start(case=later, clock="eligibility_answer", trigger=NOW, about="question:1", actor=COORDINATOR, now=NOW)
    later.refresh_from_db()
    before = standing(later)
    assert None not in before[:2]
    join(case=later, other=earlier, actor=COORDINATOR, now=NOW + dt.timedelta(hours=1))
    later.refresh_from_db()
    assert standing(later) == (None, None, [], [])
    joining.undo(case=later, other=earlier, actor=COORDINATOR, now=NOW + dt.timedelta(days=1))
    later.refresh_from_db()
    assert standing(later) == before


def standing(case):
    """Next dates, open clocks and open targets of a case."""
    return (
        case.next_due_at,
        case.next_target_on,
        list(case.deadlines.open().values_list("clock", "about", "due_at")),
        sorted(case.targets.filter(done_at=None, ended_at=None).values_list("key", "due_on")),
    )


def test_who_comes_second_hears_the_day_in_california():
    first, second = make_case(), make_case()
    evening = dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC)  # five in the afternoon of Nov 29 in California
    joining.merge(case=second, other=first, actor=COORDINATOR, now=evening)
    with pytest.raises(StateRefusal, match="on Nov 29, 2026"):
        joining.merge(case=second, other=first, actor=COORDINATOR, now=evening)


def test_what_was_told_apart_is_remembered_and_not_flagged_again():
    first = make_case(claim=CLAIM)
    second = make_case(claim=CLAIM)
    joining.tell_apart(case=first, other=second, actor=COORDINATOR, now=NOW)
    with pytest.raises(StateRefusal, match=r"coordinator@example\.org decided"):
        joining.tell_apart(case=second, other=first, actor=COORDINATOR, now=NOW)
    joining.relate(case=second, other=first, actor=COORDINATOR, now=NOW)
    assert CasePair.objects.get().decision == "related"


def test_an_application_is_joined_once_and_never_in_a_chain():
    first, second, third = make_case(), make_case(), make_case()
    joining.merge(case=second, other=first, actor=COORDINATOR, now=NOW)
    with pytest.raises(StateRefusal, match=f"part of case {first.number}"):
        joining.merge(case=third, other=second, actor=COORDINATOR, now=NOW)
    fourth = make_case(application={"received_at": "2026-10-30T09:00:00-08:00"})
    with pytest.raises(StateRefusal, match="Undo that first"):
        joining.merge(case=first, other=fourth, actor=COORDINATOR, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_merge_the_same_pair_one_wins_and_the_other_is_told():
    first, second = make_case(), make_case()
    start, said = threading.Barrier(2), []

    def decide(name: str, one: Case, other: Case) -> None:
        try:
            start.wait()
            actor = Actor(name=name, roles=frozenset({"coordinator"}))
            joining.merge(case=one, other=other, actor=actor, now=NOW)
            said.append((name, "won"))
        except Refusal as refusal:
            said.append((name, refusal.message))
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=("cora@example.org", first, second)),
        threading.Thread(target=decide, args=("dan@example.org", second, first)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = next(name for name, word in said if word == "won")
    told = next(word for name, word in said if name != winner)
    assert winner in told
    assert CasePair.objects.get().decided_by == winner
    assert first.documents.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_feeds_with_the_same_application_at_once_one_is_the_duplicate(tmp_path):
    start, found = threading.Barrier(2), []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()

    def run(name: str) -> None:
        try:
            start.wait()
            found.extend(import_rows(tmp_path / name, exchange_row(claim=CLAIM, external_id=name)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["status"] for one in found) == ["accepted", "duplicate"]
    assert Case.objects.count() == 1


# --- consolidation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"worker": {"birth_date": "1971-03-10"}}, "the worker is not"),
        ({"claim": {"injury_date": "2025-02-04"}}, "the date of injury is not"),
        (
            {"parties": [{"role": "employer", "organization": "Valley Orchards Inc."}]},
            "the requesting physician is not",
        ),
        (
            {"worker": {"last_name": "Ruiz"}, "claim": {"injury_date": "2024-01-01"}},
            "the worker and the date of injury",
        ),
    ],
)
def test_consolidation_is_refused_with_the_fact_that_differs(changes, named):
    first, second = make_case(state=State.ELIGIBILITY), make_case(state=State.ELIGIBILITY, **changes)
    with pytest.raises(RuleRefusal, match=named):
        joining.consolidate(case=second, other=first, actor=COORDINATOR, now=NOW)


def test_only_eligible_cases_are_consolidated():
    first = make_case(state=State.ELIGIBILITY, application={"signed": False})
    second = make_case(state=State.ELIGIBILITY)
    with pytest.raises(RuleRefusal, match="unsigned"):
        joining.consolidate(case=second, other=first, actor=COORDINATOR, now=NOW)
    third = make_case(state=State.READY)
    with pytest.raises(StateRefusal, match="only while its eligibility"):
        joining.consolidate(case=second, other=third, actor=COORDINATOR, now=NOW)


def test_consolidation_joins_items_and_is_undone_while_nothing_went_out():
    first = make_case(state=State.RECORDS)
    items = [an_item("MRI of the left knee"), an_item("Contrast", depends_on=1)]
    second = make_case(state=State.RECORDS, items=items)
    joining.consolidate(case=second, other=first, actor=COORDINATOR, now=NOW)
    joined = list(first.items.all())
    assert [item.service for item in joined][1:] == ["MRI of the left knee", "Contrast"]
    assert joined[2].depends_on == joined[1]
    assert second.items.count() == 2
    joining.undo(case=first, other=second, actor=COORDINATOR, now=NOW)
    second.refresh_from_db()
    assert (first.items.count(), second.items.count(), second.state) == (1, 2, State.RECORDS)
    joining.consolidate(case=second, other=first, actor=COORDINATOR, now=NOW)
    put_in_state(first, State.READY)
    with pytest.raises(StateRefusal, match="cannot be taken apart"):
        joining.undo(case=first, other=second, actor=COORDINATOR, now=NOW)


def test_records_that_came_with_a_joined_case_leave_the_checklist_with_it():
    report = {"title": "Progress report", "kind": "medical_report", "date": "2026-10-01", "pages": 3}
    first = make_case(state=State.RECORDS, documents=[])
    lay_out(case=first, now=NOW)
    second = make_case(state=State.RECORDS, documents=[report])
    wanted = first.record_requests.filter(key="treating_reports")
    assert wanted.get().document is None
    joining.consolidate(case=second, other=first, actor=COORDINATOR, now=NOW)
    assert wanted.get().document.title == "Progress report"
    joining.undo(case=first, other=second, actor=COORDINATOR, now=NOW)
    assert wanted.get().document is None


# --- pages ---------------------------------------------------------------------------------------------------------


def test_the_panel_beside_the_form_is_for_those_who_take_in():
    assert browser("auditor").post("/cases/new/alike/", {}).status_code == 403
    assert browser("coordinator").post("/cases/new/alike/", {}).content == b""


def test_while_typing_earlier_applications_stand_beside_the_form_with_what_differs():
    case = make_case(
        worker={"first_name": "Ana", "last_name": "Quinones", "birth_date": "1971-09-03"},
        claim={"claim_number": "CL77"},
    )
    content = browser("coordinator").post("/cases/new/alike/", intake_post()).content.decode()
    assert case.number in content
    assert "Likely duplicate" in content
    assert content.count("differs") >= 2
    broken = intake_post(**{"worker-birth_date": "soon", "claim-injury_date": "\x00"})
    assert browser("coordinator").post("/cases/new/alike/", broken).status_code == 200


@pytest.mark.parametrize("count", [1, 3, 5])
def test_the_page_of_alike_cases_asks_a_constant_number_of_statements(django_assert_max_num_queries, count):
    case = make_case()
    for _ in range(count):
        make_case()
    client = browser("coordinator")
    client.get(f"/cases/{case.number}/alike/")
    with django_assert_max_num_queries(35 + count):  # one line of the access log for each case shown
        content = client.get(f"/cases/{case.number}/alike/").content.decode()
    assert content.count("Merge as a duplicate") == count


def test_a_pair_is_decided_and_undone_from_the_page():
    first, second = make_case(claim=CLAIM), make_case(claim=CLAIM)
    auditor, client = browser("auditor"), browser("coordinator")
    page = f"/cases/{second.number}/alike/"
    assert "Merge as" not in auditor.get(page).content.decode()
    assert auditor.post(f"{page}{first.number}/merge/").status_code == 403
    assert client.post(f"{page}{first.number}/burn/").status_code == 404
    assert "Certain duplicate" in client.get(f"/cases/{second.number}/").content.decode()
    assert client.post(f"{page}{first.number}/merge/").status_code == 302
    told = client.post(f"{page}{first.number}/merge/")
    assert told.status_code == 422
    assert "Undo that first" in told.content.decode()
    assert f"Records filed with {second.number}" in client.get(f"/cases/{first.number}/records/").content.decode()
    assert f"Records filed with {first.number}" in client.get(f"/cases/{second.number}/records/").content.decode()
    assert client.post(f"{page}{first.number}/undo/").status_code == 302
    assert "There is no case CM99-1" in client.get(f"{page}?with=cm99-1").content.decode()


def test_whoever_may_see_a_case_sees_what_was_joined_to_it(monkeypatch):
    from cases.services import access

    first, second = make_case(), make_case()
    reader = make_person("reviewer")
    monkeypatch.setattr(access, "_SIGHTS", [*access._SIGHTS, lambda _user, case, _now: case.pk == first.pk])
    assert not may_see(reader, second, NOW)
    joining.merge(case=first, other=second, actor=COORDINATOR, now=NOW)
    second.refresh_from_db()
    assert may_see(reader, second, NOW)


def test_the_index_on_folded_claims_is_used():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM cases_claim WHERE REGEXP_REPLACE(UPPER(claim_number), '[^A-Z0-9]', '', 'g') = 'X' "
            "AND injury_date = '2025-02-03'"
        )
        assert "claim_key_injury" in str(cursor.fetchall())
