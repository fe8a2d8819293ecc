"""The outbox page, one notice, a batch, and the door for codes."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AccessLog
from cases.models import Notice, NoticeCopy, PrintBatch
from cases.services.access_codes import printed
from cases.services.notices import issue
from cases.services.notices.batches import make_batch
from cases.services.notices.catching_up import catch_up
from cases.services.notices.outbox_page import alarm
from cases.services.workflow import move
from cases.workflow import Event
from common.actor import Actor
from common.errors import StateRefusal
from tests.accounts.people import make_person, signed_in
from tests.cases.notices.support import STAFF, parties, reachable_case, run_jobs, seal, with_wording
from tests.factories.cases import NOW

pytestmark = pytest.mark.django_db


def a_notice(**changes) -> Notice:
    with_wording()
    case = reachable_case(**changes)
    move(case=case, event=Event.FIND_ELIGIBLE, actor=STAFF, now=NOW)
    return seal(Notice.objects.get(case=case, kind="noarfi"))


def test_the_outbox_shows_what_is_to_be_done_and_makes_a_batch_that_is_confirmed():
    coordinator, watcher = make_person("coordinator"), make_person("auditor")
    notice = a_notice(parties=parties(worker_attorney={"address": {}}))
    to_print = reverse("cases:outbox") + "?tab=to_print"
    with time_machine.travel(NOW + dt.timedelta(hours=1)):  # a day later an alarm speaks of batches too
        assert b"Make a print batch" not in signed_in(watcher).get(to_print).content
        assert b"Make a print batch" in signed_in(coordinator).get(to_print).content
    staff, auditor = signed_in(coordinator), signed_in(watcher)
    assert signed_in(make_person("reviewer")).get(reverse("cases:outbox")).status_code == 403
    held = staff.get(reverse("cases:outbox"))
    assert b"no complete postal address" in held.content
    assert auditor.post(reverse("cases:make_batch")).status_code == 403
    answer = staff.post(reverse("cases:make_batch"))
    run_jobs()
    batch = PrintBatch.objects.get()
    assert answer.url == reverse("cases:batch", args=[batch.pk])
    page = staff.get(answer.url).content.decode()
    assert "Confirm the hand-over" in page
    assert notice.reference in page
    rows = list(csv.DictReader(io.StringIO(staff.get(reverse("cases:manifest", args=[batch.pk])).content.decode())))
    assert [row["piece"] for row in rows] == ["1", "2", "3"]
    assert staff.get(reverse("cases:batch_file", args=[batch.pk])).content.startswith(b"%PDF")
    assert staff.get(reverse("cases:piece_file", args=[batch.pk, 2])).content.startswith(b"%PDF")
    url = reverse("cases:confirm_batch", args=[batch.pk])
    assert staff.post(url, {"carrier": "USPS", "day": "nonsense", "hour": "9", "what": "all"}).status_code == 422
    assert staff.post(url, {"carrier": "USPS", "day": "1/1/2031", "hour": "9:00", "what": "all"}).status_code == 422
    PrintBatch.objects.filter(pk=batch.pk).update(made_at=NOW)
    good = {"carrier": "USPS", "day": "11/23/2026", "hour": "10:30", "what": "chosen", "pieces": ["1", "2"]}
    batch.refresh_from_db()
    answer = staff.post(url, good)
    assert answer.status_code == 302
    assert batch.copies.filter(state="mailed").count() == 2
    printed = AccessLog.objects.filter(act="printed")
    assert printed.filter(target__startswith="Print batch").count() == 2
    assert printed.filter(target_key=notice.case.number).count() == 2  # whoever looks at the case's own log finds it


def test_a_notice_page_offers_what_each_copy_needs():
    staff = signed_in(make_person("coordinator"))
    notice = a_notice()
    page = staff.get(reverse("cases:notice", args=[notice.pk])).content.decode()
    assert "It bounced" in page
    assert "imr@golden.example" in page
    sent = notice.copies.get(state="sent")
    url = reverse("cases:copy_act", args=[sent.pk, "came-back"])
    staff.post(url, {"because": "Mailbox full"})
    staff.post(reverse("cases:copy_act", args=[sent.pk, "reach-again"]), {"method": "mail"})
    assert NoticeCopy.objects.get(replaces=sent).state == "to_print"
    assert staff.post(reverse("cases:copy_act", args=[sent.pk, "burn"])).status_code == 404
    assert staff.get(reverse("cases:notice_file", args=[notice.pk])).content.startswith(b"%PDF")
    tab = staff.get(reverse("cases:tab", args=[notice.case.number, "letters"])).content.decode()
    assert notice.reference in tab


def test_a_preview_is_the_notice_as_it_would_go_out_and_leaves_nothing_behind():
    with_wording()
    case = reachable_case()
    staff = signed_in(make_person("coordinator"))
    answer = staff.get(reverse("cases:preview_notice", args=[case.number, "noarfi"]))
    assert answer.content.startswith(b"%PDF")
    assert not Notice.objects.exclude(kind="receipt").exists()


def test_the_door_opens_a_notice_with_its_code_alone_and_notes_who_read_it(client):
    notice = a_notice()
    copy = notice.copies.get(state="sent")
    door, papers = reverse("notice_door:door"), reverse("notice_door:papers")
    with time_machine.travel(NOW + dt.timedelta(hours=1)):
        assert client.get(papers).url == door
        assert client.post(door, {"code": "CCCC-CCCC-CCCC"}).status_code == 422
        assert client.post(door, {"code": printed(copy.code).lower()}).url == papers
        assert notice.reference in client.get(papers).content.decode()
        assert client.get(reverse("notice_door:download", args=[copy.pk])).content.startswith(b"%PDF")
        other = notice.copies.get(role="worker")
        assert client.get(reverse("notice_door:download", args=[other.pk])).status_code == 409
        copy.refresh_from_db()
        assert (copy.opens, copy.opened_at is not None) == (1, True)
        assert AccessLog.objects.filter(act="downloaded", target_key=notice.case.number).count() == 1
        client.post(reverse("notice_door:leave"))
        assert client.get(papers).url == door


def test_a_finding_that_nobody_was_told_of_is_taken_back_with_its_notice():
    with_wording()
    case = reachable_case(parties=parties(claims_administrator={"serve_by": "mail"}))
    move(case=case, event=Event.FIND_ELIGIBLE, actor=STAFF, now=NOW)
    notice = seal(Notice.objects.get(case=case, kind="noarfi"))
    move(case=case, event=Event.TAKE_BACK, actor=STAFF, now=NOW)
    assert set(notice.copies.values_list("state", flat=True)) == {"cancelled"}
    told = a_notice()
    with pytest.raises(StateRefusal, match="cannot be taken back"):
        move(case=told.case, event=Event.TAKE_BACK, actor=STAFF, now=NOW)


def test_paper_past_its_cut_off_alarms_and_what_was_held_is_written_by_the_next_run():
    system = Actor.system("notices")
    case = reachable_case()
    notice = issue(kind="receipt", case=case, actor=STAFF, now=NOW)
    assert notice.state == "held"
    with_wording()
    assert catch_up(actor=system, now=NOW).written == 1
    seal(Notice.objects.get(pk=notice.pk))
    assert not alarm(now=NOW)
    assert alarm(now=NOW + dt.timedelta(days=2)).copies > 0
    make_batch(actor=STAFF, now=NOW)
    assert alarm(now=NOW + dt.timedelta(hours=7)).batches == 1


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_outbox_takes_the_same_statements_for_any_number_of_rows(number, django_assert_num_queries):
    case = reachable_case()
    staff = signed_in(make_person("coordinator"))
    notices = [issue(kind="receipt", case=case, actor=STAFF, now=NOW) for _ in range(number)]
    NoticeCopy.objects.bulk_create(
        NoticeCopy(notice=one, position=1, name="Somebody", method="mail", state="to_print") for one in notices
    )
    staff.get(reverse("cases:outbox"))
    with django_assert_num_queries(OUTBOX_STATEMENTS):
        staff.get(reverse("cases:outbox") + "?tab=to_print")


OUTBOX_STATEMENTS = 16
