"""Asking for records in bulk, and taking a bulk handover back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from cases.models import BulkHandover, Case, Chaser, Notice
from cases.services import chasing, chasing_by_hand
from cases.services.desk.bulk import perform, preview
from cases.services.desk.bulk_handovers import take_back
from cases.services.desk.owners import assign
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from tests.accounts.people import make_person
from tests.cases.notices.support import with_wording
from tests.cases.test_chasing_pages import owing_case
from tests.cases.test_desk import signed_in
from tests.factories.cases import NOW, make_case

pytestmark = pytest.mark.django_db
STAFF = Actor(name="coordinator@example.org", roles=frozenset({"coordinator"}))
ROBOT = Actor.system("chase_records")
NOON = dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC)


def asked_for(*cases: Case, now: dt.datetime = NOON):
    return preview(key="ask_records", numbers=[case.number for case in cases], actor=STAFF, now=now)


def test_who_cannot_be_asked_is_left_out_with_the_reason():
    with_wording()
    owes, complete, early = owing_case(due="2026-11-30"), owing_case(due="2026-11-30"), make_case(state="eligibility")
    complete.documents.create(position=9, title="Report", kind="medical_report", received_at=NOW)
    unasked = owing_case(due="2026-11-30")
    unasked.record_requests.update(asked_at=None, due_at=None)
    seen = asked_for(owes, complete, early, unasked)
    assert seen.taken == [owes]
    assert dict(seen.skipped) == {
        complete: "No required record is missing.",
        early: "Its records are not being collected.",
        unasked: "The notice of assignment is not served yet: it asks for the records first.",
    }
    assert list(seen.effects) == [
        "One notice to Golden Claims Services, about 1 case: every case that it owes records for."
    ]
    with pytest.raises(RightRefusal):
        preview(key="ask_records", numbers=[owes.number], actor=Actor("a", frozenset({"auditor"})), now=NOON)


def test_each_administrator_gets_one_notice_a_day_by_hand_or_by_the_ladder():
    with_wording()
    first, second = owing_case(due="2026-11-30"), owing_case(due="2026-12-03")
    other = owing_case(due="2026-11-30", administrator="Acme Adjusters")
    numbers = [first.number, other.number]
    done = perform(key="ask_records", numbers=numbers, facts={}, actor=STAFF, now=NOON)
    assert done.taken == [first, other]
    golden, acme = Chaser.objects.get(name="Golden Claims Services"), Chaser.objects.get(name="Acme Adjusters")
    assert {golden.rung, acme.rung} == {chasing_by_hand.RUNG}
    rows = Notice.objects.get(pk=golden.notice_id).facts["cases"]
    assert [row["case_number"] for row in rows] == [first.number, second.number]
    assert first.events.get(kind="record.chased").sentence.startswith("Reminder by hand for Golden Claims Services.")
    assert not second.events.filter(kind="record.chased").exists()
    with pytest.raises(InputRefusal, match="Nothing is left"):
        perform(key="ask_records", numbers=numbers, facts={}, actor=STAFF, now=NOON)
    assert asked_for(first).skipped == [(first, "Golden Claims Services was reminded today.")]
    assert Notice.objects.filter(kind="chaser").count() == 2
    assert chasing.sweep(actor=ROBOT, now=NOON + dt.timedelta(days=6)).chasers != ()  # the ladder goes on


def test_a_rung_that_is_due_is_climbed_by_hand_and_a_rung_of_calls_does_not_stand_in_the_way():
    with_wording()
    late = owing_case(due="2026-11-20")
    perform(key="ask_records", numbers=[late.number], facts={}, actor=STAFF, now=NOON)
    assert Chaser.objects.get().rung == "chaser_1"
    assert late.events.filter(kind="record.chased").count() == 1
    called = owing_case(due="2026-11-10", administrator="Acme Adjusters")
    chasing.sweep(actor=ROBOT, now=NOON)
    chaser = Chaser.objects.get(name="Acme Adjusters")
    assert (chaser.rung, chaser.notice_id) == ("evidence", None)
    perform(key="ask_records", numbers=[called.number], facts={}, actor=STAFF, now=NOON)
    assert Chaser.objects.get(name="Acme Adjusters").notice_id is not None


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_preview_asks_the_same_number_of_questions(rows, django_assert_num_queries):
    cases = [owing_case(due="2026-11-30") for _ in range(rows)]
    asked_for(*cases)
    with django_assert_num_queries(5):
        assert len(asked_for(*cases).taken) == rows


def test_a_bulk_handover_is_taken_back_where_it_still_stands():
    ana, ben = make_person("coordinator"), make_person("coordinator")
    kept, moved, ended, free = (make_case() for _ in range(4))
    Case.objects.filter(pk__in=[kept.pk, moved.pk, ended.pk]).update(owner=ana)
    client = signed_in(ana)
    chosen = [case.number for case in (kept, moved, ended, free)]
    answer = client.post("/cases/bulk/", {"act": "assign", "chosen": chosen, "confirmed": "1", "owner": ben.pk})
    handover = BulkHandover.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "4 cases handed to" in page
    assert f"/cases/bulk/{handover.pk}/undo/" in page
    assign(case=moved, to=ana, actor=STAFF, now=timezone.now())
    Case.objects.filter(pk=ended.pk).update(state="eligibility")
    Case.objects.filter(pk=ended.pk).update(state="withdrawn")
    auditor = signed_in(make_person("auditor"))
    assert auditor.post(f"/cases/bulk/{handover.pk}/undo/").status_code == 403
    client.post(f"/cases/bulk/{handover.pk}/undo/")
    holders = dict(Case.objects.values_list("pk", "owner"))
    assert holders == {kept.pk: ana.pk, moved.pk: ana.pk, ended.pk: ben.pk, free.pk: None}
    assert kept.events.filter(kind="owner").count() == 2
    with pytest.raises(StateRefusal, match="taken back already"):
        take_back(handover=handover, actor=STAFF, now=NOW)
    assert b"Take back" not in client.get(answer["Location"]).content


def test_nobody_who_left_gets_cases_back():
    ana, ben, case = make_person("coordinator"), make_person("coordinator"), make_case()
    Case.objects.filter(pk=case.pk).update(owner=ana)
    done = perform(key="assign", numbers=[case.number], facts={"owner": ben}, actor=STAFF, now=NOW)
    ana.is_active = False
    ana.save()
    handover = BulkHandover.objects.get(pk=done.handover)
    assert take_back(handover=handover, actor=STAFF, now=NOW) == (0, 1)
    assert Case.objects.get(pk=case.pk).owner == ben
