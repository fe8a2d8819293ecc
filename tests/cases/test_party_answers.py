"""The answer of a party that was asked goes to all other parties, once."""

from __future__ import annotations

import datetime as dt
import io
import threading

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from cases.models import Case, Notice, PartyAnswer
from cases.services.access_codes import printed
from cases.services.moving import move_record
from cases.services.notices import cancel
from cases.services.notices.batches import confirm, make_batch
from cases.services.notices.printing import piece_of
from cases.services.notices.trouble import came_back, reach_again
from cases.services.party_answers import mark_answer, open_requests, preview_answer
from cases.services.party_requests import ask_party
from cases.services.records import attach_document
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from tests.accounts.people import make_person
from tests.cases.notices.support import STAFF, parties, reachable_case, run_jobs, seal, with_wording
from tests.cases.test_desk import signed_in
from tests.factories.cases import NOW, a_pdf

DAY = dt.timedelta(days=1)
QUESTION = "Was an MRI of the lumbar spine done after the injury? Send the report."


def asked_case(**changes) -> tuple[Case, Notice]:
    """The physician is served electronically and was asked; the others get paper, but for the administrator."""
    with_wording()
    reach = parties(requesting_physician={"serve_by": "electronic", "email": "okafor@spine.example"})
    case = reachable_case(state="records", parties=reach, **changes)
    doctor = case.parties.get(role="requesting_physician")
    return case, seal(ask_party(case=case, party=doctor, questions=[QUESTION], actor=STAFF, now=NOW))


def answer_of(case: Case, *, now=NOW + DAY, title="MRI of the lumbar spine", pages=2):
    return attach_document(
        case=case, content=a_pdf(pages), title=title, kind="imaging", from_role="requesting_physician",
        actor=STAFF, now=now,
    )  # fmt: skip


@pytest.mark.django_db
def test_nothing_is_an_answer_without_an_open_request_a_record_of_the_case_and_the_right():
    case, request = asked_case()
    record = answer_of(case)
    with pytest.raises(RightRefusal):
        mark_answer(request=request, document=record, actor=Actor("x", frozenset({"auditor"})), now=NOW + DAY)
    other = reachable_case(state="records", external_id="other")
    stray = answer_of(other)
    early = case.documents.create(position=90, title="Old", kind="other", pages=1, received_at=NOW - 3 * DAY,
                                  file=record.file)  # fmt: skip
    listed = case.documents.create(position=91, title="Listed", kind="other", received_at=NOW + DAY)
    for wrong, said in ((stray, "record of this case"), (early, "before the request"), (listed, "listed only")):
        with pytest.raises(InputRefusal, match=said) as refused:
            mark_answer(request=request, document=wrong, actor=STAFF, now=NOW + DAY)
        assert "document" in refused.value.fields
    doctor = case.parties.get(role="requesting_physician")
    unserved = ask_party(case=case, party=doctor, questions=["Anything else?"], actor=STAFF, now=NOW)
    with pytest.raises(StateRefusal, match="has not reached"):
        mark_answer(request=unserved, document=record, actor=STAFF, now=NOW + DAY)
    receipt = Notice.objects.create(kind="receipt", case=case, jurisdiction="california", held_because="x",
                                    issued_at=NOW, issued_by="x")  # fmt: skip
    with pytest.raises(InputRefusal, match="asks no party"):
        mark_answer(request=receipt, document=record, actor=STAFF, now=NOW + DAY)
    assert not PartyAnswer.objects.exists()
    assert open_requests(case) == [request]


@pytest.mark.django_db
def test_the_answer_goes_to_everybody_but_the_one_who_gave_it_and_meets_the_clock():
    case, request = asked_case()
    record = answer_of(case)
    clock = case.deadlines.get(clock="more_records")
    now = NOW + 2 * DAY
    assert preview_answer(request=request, document=record, actor=STAFF, now=now).startswith(b"%PDF")
    assert not PartyAnswer.objects.exists()
    answer = mark_answer(request=request, document=record, actor=STAFF, now=now)
    clock.refresh_from_db()
    assert clock.met_at == record.received_at
    notice = seal(answer.notice, now=now)
    assert set(notice.copies.values_list("role", flat=True)) == {"claims_administrator", "worker", "worker_attorney"}
    assert not notice.copies.filter(answers=True).exists()
    facts, lists = notice.frozen.content["facts"], notice.frozen.content["lists"]
    assert (facts["request"], facts["asked_on"]) == (request.reference, "2026-11-23")
    assert lists == {
        "answer": [{"document": "MRI of the lumbar spine", "pages": "2 pages"}],
        "questions": [{"question": QUESTION}],
    }
    said = case.events.get(kind="party.answered").sentence
    assert "MRI of the lumbar spine" in said
    assert f"the request of Nov 23 ({request.reference})" in said
    assert open_requests(case) == []
    with pytest.raises(StateRefusal, match="answered already"):
        mark_answer(request=request, document=answer_of(case, title="Later"), actor=STAFF, now=now)


@pytest.mark.django_db
def test_who_gave_the_answer_gets_no_copy_under_another_part_and_the_worker_may_be_asked():
    with_wording()
    same = parties()[2] | {"role": "representative"}
    case = reachable_case(state="records", parties=[*parties(), same])
    lawyer = case.parties.get(role="worker_attorney")
    for asked, left in (
        (lawyer, {"claims_administrator", "worker", "requesting_physician"}),
        (None, {"claims_administrator", "worker_attorney", "requesting_physician"}),
    ):
        request = seal(ask_party(case=case, party=asked, questions=[QUESTION], actor=STAFF, now=NOW))
        confirm(batch_id=make_batch_now(NOW).pk, handed_at=NOW, carrier="USPS", actor=STAFF, now=NOW)
        answer = mark_answer(request=request, document=answer_of(case), actor=STAFF, now=NOW + DAY)
        assert set(answer.notice.copies.values_list("role", flat=True)) == left


def make_batch_now(now):
    batch = make_batch(actor=STAFF, now=now)
    run_jobs(now=now)
    batch.refresh_from_db()
    return batch


@pytest.mark.django_db
def test_the_record_lies_behind_the_notice_on_paper_and_beside_it_at_the_door(client):
    case, request = asked_case()
    answer = mark_answer(request=request, document=answer_of(case, pages=3), actor=STAFF, now=NOW + DAY)
    notice = seal(answer.notice, now=NOW + DAY)
    batch = make_batch_now(NOW + DAY)
    paper = batch.copies.filter(notice=notice).first()
    assert paper.sheets == 1 + notice.pages + 3
    with pikepdf.open(io.BytesIO(piece_of(paper))) as piece:
        assert len(piece.pages) == paper.sheets
    cover = pypdfium2.PdfDocument(piece_of(paper))
    assert f"Pages enclosed: {notice.pages + 3}" in cover[0].get_textpage().get_text_bounded()
    cover.close()
    mailed = notice.copies.get(role="claims_administrator")
    with time_machine.travel(NOW + DAY):
        url = reverse("notice_door:enclosed", args=[mailed.pk])
        assert client.get(url).status_code == 302
        client.post(reverse("notice_door:door"), {"code": printed(mailed.code)})
        assert url in client.get(reverse("notice_door:papers")).content.decode()
        assert b"".join(client.get(url)).startswith(b"%PDF")
        assert client.get(reverse("notice_door:enclosed", args=[paper.pk])).status_code == 409
        request_copy = request.copies.get(role="claims_administrator")
        client.post(reverse("notice_door:door"), {"code": printed(request_copy.code)})
        assert client.get(reverse("notice_door:enclosed", args=[request_copy.pk])).status_code == 409


@pytest.mark.django_db
def test_a_request_sent_once_more_after_its_answer_starts_no_clock():
    case, request = asked_case()
    mark_answer(request=request, document=answer_of(case), actor=STAFF, now=NOW + DAY)
    copy = request.copies.get(answers=True)
    came_back(copy_id=copy.pk, because="The mailbox was full.", actor=STAFF, now=NOW + DAY)
    reach_again(copy_id=copy.pk, method="electronic", actor=STAFF, now=NOW + DAY)
    run_jobs(now=NOW + 2 * DAY)
    assert not case.deadlines.open().filter(about=request.reference).exists()


@pytest.mark.django_db
def test_a_wrong_mark_is_mended_by_giving_its_notice_up():
    case, request = asked_case()
    wrong = mark_answer(request=request, document=answer_of(case, title="Wrong"), actor=STAFF, now=NOW + DAY)
    cancel(notice_id=wrong.notice.pk, because="The wrong record.", actor=STAFF, now=NOW + DAY)
    assert open_requests(case) == [request]
    right = mark_answer(request=request, document=answer_of(case, title="Right"), actor=STAFF, now=NOW + DAY)
    assert (right.pk, right.document.title) == (wrong.pk, "Right")


@pytest.mark.django_db
def test_a_served_case_sends_no_answer_on():
    case, request = asked_case()
    record = answer_of(case)
    Case.objects.filter(pk=case.pk).update(imported=True)
    with pytest.raises(StateRefusal, match="too late"):
        mark_answer(request=request, document=record, actor=STAFF, now=NOW + DAY)


@pytest.mark.django_db(transaction=True)
def test_two_who_mark_at_once_send_one_notice():
    case, request = asked_case()
    records = [answer_of(case, title=f"Answer {number}") for number in range(3)]
    gate, done, told, wrong = threading.Barrier(3), [], [], []

    def run(record):
        try:
            gate.wait()
            done.append(mark_answer(request=request, document=record, actor=STAFF, now=NOW + DAY))
        except StateRefusal as refusal:
            told.append(refusal.rule)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[record]) for record in records]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    assert (len(done), told) == (1, ["answer.answered"] * 2)
    assert Notice.objects.filter(kind="party_answer").count() == 1


@pytest.mark.django_db
def test_a_coordinator_previews_and_sends_the_answer_from_the_letters_of_the_case():
    case, request = asked_case()
    staff, url = signed_in(make_person("coordinator")), reverse("cases:send_answer", args=[case.number, request.pk])
    letters = reverse("cases:tab", args=[case.number, "letters"])
    assert url in staff.get(letters).content.decode()
    assert signed_in(make_person("auditor")).get(url).status_code == 403
    assert "No record has come" in staff.get(url).content.decode()
    record = answer_of(case)
    assert staff.post(url, {"document": ""}).status_code == 422
    assert staff.post(url, {"document": 10**9}).status_code == 422
    seen = staff.post(url, {"document": record.pk, "preview": "1"})
    assert seen["Content-Type"] == "application/pdf"
    assert not PartyAnswer.objects.exists()
    sent = staff.post(url, {"document": record.pk})
    notice = Notice.objects.get(kind="party_answer")
    assert sent["Location"] == reverse("cases:notice", args=[notice.pk])
    page = staff.get(letters).content.decode()
    assert url not in page
    assert f'sent on with <a href="{sent["Location"]}">{notice.reference}</a>' in page
    assert "Nothing waits for an answer here" in staff.get(url).content.decode()
    assert staff.post(url, {"document": record.pk}).status_code == 422


@pytest.mark.django_db
def test_an_answer_that_lay_in_the_wrong_case_is_not_sent_on_and_the_request_is_open_again():
    case, request = asked_case()
    stray = answer_of(case)
    answer = mark_answer(request=request, document=stray, actor=STAFF, now=NOW + DAY)
    notice = seal(answer.notice, now=NOW + DAY)
    gone = notice.copies.get(state="sent")
    move_record(document=stray, to=None, why="It is another patient's", actor=STAFF, now=NOW + 2 * DAY)
    states = dict(notice.copies.values_list("pk", "state"))
    assert states.pop(gone.pk) == "sent"
    assert set(states.values()) == {"cancelled"}
    said = case.events.get(kind="party.answer_withdrawn").sentence
    assert f"to be called back: {gone.name}" in said
    assert open_requests(case) == []  # somebody has it: staff settle that first

    other, asked = asked_case(external_id="second")
    lost = answer_of(other)
    mark_answer(request=asked, document=lost, actor=STAFF, now=NOW + DAY)
    move_record(document=lost, to=None, why="It is another patient's", actor=STAFF, now=NOW + 2 * DAY)
    assert open_requests(other) == [asked]
    right = answer_of(other, title="The right report", now=NOW + 2 * DAY)
    assert mark_answer(request=asked, document=right, actor=STAFF, now=NOW + 2 * DAY).document == right
