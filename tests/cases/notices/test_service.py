"""Paper and mail on their way: batches, hand-over, clocks, what comes back."""

from __future__ import annotations

import datetime as dt
import io
import threading
from zoneinfo import ZoneInfo

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import AccessCode, Case, Notice, NoticeCopy, PrintBatch
from cases.rules.notices import cut_off, pieces_that_fit, route_of
from cases.services.eligibility_questions import ask, follow_clocks
from cases.services.notices import outbox_page
from cases.services.notices.batches import confirm, make_batch, take_out
from cases.services.notices.printing import piece_of, window_lines
from cases.services.notices.trouble import came_back, let_be, reach_again
from cases.services.workflow import move
from cases.workflow import Event
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.services import files
from letters.services.rendering import RenderingError
from tests.cases.notices.support import ADDRESS, STAFF, parties, reachable_case, run_jobs, seal, with_wording
from tests.factories.cases import NOW

LATER = NOW + dt.timedelta(hours=2)
POINTS = 72


def a_sealed_notice(**changes) -> Notice:
    with_wording()
    case = reachable_case(**changes)
    move(case=case, event=Event.FIND_ELIGIBLE, actor=STAFF, now=NOW)
    return seal(Notice.objects.get(case=case, kind="noarfi"))


def a_batch(now: dt.datetime = NOW, **options) -> PrintBatch:
    batch = make_batch(actor=STAFF, now=now, **options)
    run_jobs(now=now)
    return PrintBatch.objects.get(pk=batch.pk)


@pytest.mark.django_db
def test_a_batch_holds_as_many_pages_as_it_may_and_says_which_piece_is_where():
    with pytest.raises(StateRefusal, match="Nothing waits"):
        make_batch(actor=STAFF, now=NOW)
    with pytest.raises(RightRefusal):
        make_batch(actor=Actor("x", frozenset({"auditor"})), now=NOW)
    notice = a_sealed_notice()
    each = notice.pages + 1
    batch = a_batch(limit=2 * each + 1)
    assert batch.state == "to_print"
    with pikepdf.open(io.BytesIO(files.read(batch.file))) as pdf:
        assert len(pdf.pages) == batch.pages == 2 * each
    copies = list(batch.copies.order_by("piece"))
    assert [(copy.piece, copy.first_page, copy.sheets) for copy in copies] == [(1, 1, each), (2, each + 1, each)]
    assert {copy.state for copy in copies} == {"printed"}
    assert NoticeCopy.objects.filter(state="to_print").count() == 2
    with pikepdf.open(io.BytesIO(piece_of(copies[1]))) as pdf:
        assert len(pdf.pages) == each


@pytest.mark.django_db
def test_the_cover_says_the_last_day_of_the_code_as_a_day_of_california():
    a_sealed_notice()
    evening = dt.datetime(2027, 5, 22, 3, tzinfo=dt.UTC)  # eight in the evening of May 21 there
    AccessCode.objects.update(expires_at=evening)
    pdf = pypdfium2.PdfDocument(files.read(a_batch().file))
    try:
        assert "until 05/21/2027" in " ".join(pdf[0].get_textpage().get_text_bounded().split())
    finally:
        pdf.close()


@pytest.mark.django_db
def test_the_address_stands_in_the_window_of_the_envelope_alone_and_the_code_leads_back():
    """A #10 envelope: what shows however the folded letter slides, and what shows when it slides furthest."""
    notice = a_sealed_notice()
    batch = a_batch()
    pdf = pypdfium2.PdfDocument(files.read(batch.file))
    try:
        for copy in batch.copies.order_by("piece"):
            page = pdf[copy.first_page - 1]
            text = page.get_textpage()
            in_sight, round_it = set(), []
            for index in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(index)
                x0, x1 = left / POINTS, right / POINTS
                y0, y1 = 11 - top / POINTS, 11 - bottom / POINTS
                words = text.get_text_bounded(left, bottom, right, top)
                if x0 >= 0.875 and x1 <= 4.375 and y0 >= 2.5 and y1 <= 3.167:
                    in_sight.add(words.strip())
                elif y1 > 2.04 and y0 < 3.625:
                    round_it.append(words)
            shown = " ".join(sorted(in_sight))
            for line in copy.lines:
                assert line in shown
            assert copy.name.split(",")[0] in shown
            assert round_it == []
            picture = page.render(scale=3).to_pil()
            codes = zxingcpp.read_barcodes(picture)
            assert [route_of(code.text) for code in codes] == [copy.route]
            text.close()
            page.close()
    finally:
        pdf.close()
    assert notice.pages


@pytest.mark.django_db
def test_printed_is_not_mailed_and_the_hand_over_serves_and_moves_the_clocks():
    notice = a_sealed_notice(parties=parties(claims_administrator={"serve_by": "mail"}))
    case = notice.case
    batch = a_batch()
    assert not notice.copies.served().exists()
    assert not case.deadlines.filter(clock="records_mail").exists()
    with pytest.raises(InputRefusal, match="future"):
        confirm(batch_id=batch.pk, handed_at=LATER, carrier="USPS", actor=STAFF, now=NOW)
    with pytest.raises(InputRefusal, match="before the batch"):
        confirm(batch_id=batch.pk, handed_at=NOW - dt.timedelta(days=1), carrier="USPS", actor=STAFF, now=LATER)
    with pytest.raises(InputRefusal, match="who took"):
        confirm(batch_id=batch.pk, handed_at=NOW, carrier=" ", actor=STAFF, now=LATER)
    batch = confirm(batch_id=batch.pk, handed_at=LATER, carrier="USPS", actor=STAFF, now=LATER)
    assert batch.state == "confirmed"
    first = notice.copies.get(role="claims_administrator")
    assert (first.state, first.served_on, first.served_at) == ("mailed", dt.date(2026, 11, 23), LATER)
    assert "Handed to USPS" in first.proof
    records = case.deadlines.get(clock="records_mail")
    assert (records.trigger_on, records.due_on) == (dt.date(2026, 11, 23), dt.date(2026, 12, 8))
    assert case.deadlines.get(clock="noarfi").met_at == LATER


@pytest.mark.django_db
def test_electronic_service_starts_the_electronic_clock_on_the_day_of_sending():
    notice = a_sealed_notice()
    assert notice.case.deadlines.get(clock="records_electronic").due_on == dt.date(2026, 12, 7)
    assert notice.case.deadlines.get(clock="noarfi").met_at is None  # the others' paper is not out


@pytest.mark.django_db
def test_a_mailed_question_is_answered_within_five_business_days_of_its_receipt():
    with_wording()
    case = reachable_case(parties=parties(claims_administrator={"serve_by": "mail"}))
    administrator = case.parties.get(role="claims_administrator")
    question = ask(case=case, party=administrator, reason="unsigned", question="Who signed?", actor=STAFF, now=NOW)
    seal(Notice.objects.get(case=case, kind="eligibility_question"))
    confirm(batch_id=a_batch().pk, handed_at=LATER, carrier="USPS", actor=STAFF, now=LATER)
    clock = case.deadlines.get(clock="eligibility_answer")
    assert clock.due_on == dt.date(2026, 12, 4)  # received on Saturday, Nov 28
    assert "counts as received 5 days later, on Sat, Nov 28, 2026" in " ".join(clock.derivation)
    follow_clocks(case)
    question.refresh_from_db()
    assert (question.due_on, question.served) == (clock.due_on, True)


@pytest.mark.django_db
def test_made_expedited_the_records_are_due_a_day_after_the_notice_of_it_was_received():
    notice = a_sealed_notice()
    case = move(case=notice.case, event=Event.EXPEDITE, actor=STAFF, now=LATER)
    [first] = case.deadlines.open().filter(clock="records_expedited")
    assert (first.first_clock, first.due) == ("records_electronic", LATER + dt.timedelta(days=1))
    sent = LATER + dt.timedelta(hours=1)
    seal(Notice.objects.get(case=case, kind="expedited"), now=sent)
    [second] = case.deadlines.open().filter(clock="records_expedited")
    assert (second.first_clock, second.due_at - second.trigger_at) == ("records_expedited", dt.timedelta(days=1))
    assert second.due_at > first.due_at
    first.refresh_from_db()
    assert first.ended_at is not None
    assert {one.due_at for one in case.record_requests.all()} == {second.due_at}


@pytest.mark.django_db
def test_an_expedited_case_gets_hours_from_the_moment_of_sending():
    notice = a_sealed_notice(priority="expedited")
    clock = notice.case.deadlines.get(clock="records_expedited")
    sent = notice.copies.get(role="claims_administrator").served_at
    assert clock.due_at == sent + dt.timedelta(hours=24)


@pytest.mark.django_db
def test_pieces_are_confirmed_one_by_one_and_a_spoiled_one_is_printed_again():
    notice = a_sealed_notice()
    batch = a_batch()
    confirm(batch_id=batch.pk, handed_at=NOW, carrier="USPS", pieces=[1, 2], actor=STAFF, now=LATER)
    with pytest.raises(StateRefusal, match="settled already or not in it: 2, 9"):
        confirm(batch_id=batch.pk, handed_at=NOW, carrier="USPS", pieces=[2, 9], actor=STAFF, now=LATER)
    with pytest.raises(StateRefusal, match="settled already"):
        take_out(batch_id=batch.pk, piece=1, because="jam", actor=STAFF, now=LATER)
    spoiled = take_out(batch_id=batch.pk, piece=3, because="Paper jam", actor=STAFF, now=LATER)
    assert spoiled.state == "to_print"
    assert PrintBatch.objects.get(pk=batch.pk).state == "to_print"
    confirm(batch_id=batch.pk, handed_at=LATER, carrier="USPS", actor=STAFF, now=LATER)
    assert PrintBatch.objects.get(pk=batch.pk).state == "confirmed"
    again = a_batch(now=LATER)
    assert [copy.pk for copy in again.copies.all()] == [spoiled.pk]
    assert notice.copies.filter(state="mailed").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_the_same_batch_serve_it_once():
    notice = a_sealed_notice(parties=parties(claims_administrator={"serve_by": "mail"}))
    batch = a_batch()
    said: list[str] = []

    def hand_over() -> None:
        try:
            confirm(batch_id=batch.pk, handed_at=NOW, carrier="USPS", actor=STAFF, now=LATER)
            said.append("done")
        except StateRefusal as refusal:
            said.append(refusal.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_over) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["batch.settled"] * 3 + ["done"]
    assert notice.case.events.filter(kind="notice.served").count() == notice.copies.count()
    assert notice.case.deadlines.filter(clock="records_mail").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_make_batches_at_once_get_different_pieces():
    a_sealed_notice()

    def collect() -> None:
        try:
            make_batch(actor=STAFF, now=NOW)
        except StateRefusal:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=collect) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    printed = NoticeCopy.objects.filter(state="printed")
    assert printed.count() == 4
    assert len(set(printed.values_list("batch", "piece"))) == 4


@pytest.mark.django_db
def test_a_bounced_mail_is_work_and_goes_out_again_on_paper_with_the_clock_of_paper():
    notice = a_sealed_notice()
    case = notice.case
    sent = notice.copies.get(role="claims_administrator")
    with pytest.raises(InputRefusal):
        came_back(copy_id=sent.pk, because=" ", actor=STAFF, now=LATER)
    came_back(copy_id=sent.pk, because="550 no such user", actor=STAFF, now=LATER)
    with pytest.raises(StateRefusal, match="is not out"):
        came_back(copy_id=sent.pk, because="again", actor=STAFF, now=LATER)
    again = reach_again(copy_id=sent.pk, method="mail", actor=STAFF, now=LATER)
    assert (again.state, again.method, again.replaces_id, again.answers) == ("to_print", "mail", sent.pk, True)
    with pytest.raises(StateRefusal, match="needs nothing"):
        reach_again(copy_id=sent.pk, actor=STAFF, now=LATER)
    batch = a_batch(now=LATER)
    confirm(batch_id=batch.pk, handed_at=LATER, carrier="USPS", actor=STAFF, now=LATER)
    running = case.deadlines.open().filter(clock__startswith="records").values_list("clock", flat=True)
    assert list(running) == ["records_mail"]
    assert case.deadlines.get(clock="noarfi").met_at == LATER


@pytest.mark.django_db
def test_a_held_copy_goes_out_when_the_address_is_there_or_is_let_be_for_a_reason():
    notice = a_sealed_notice(parties=parties(worker_attorney={"address": {}}, employer={"address": {}}))
    attorney, employer = notice.copies.get(role="worker_attorney"), notice.copies.get(role="employer")
    assert reach_again(copy_id=attorney.pk, actor=STAFF, now=LATER).state == "held"
    party = attorney.party
    for name, value in ADDRESS.items():
        setattr(party, name, value)
    party.save()
    gone = reach_again(copy_id=attorney.pk, actor=STAFF, now=LATER)
    assert (gone.state, gone.lines) == ("to_print", ["400 Harbor Way", "Oakland, CA 94607"])
    with pytest.raises(InputRefusal):
        let_be(copy_id=employer.pk, because="", actor=STAFF, now=LATER)
    assert let_be(copy_id=employer.pk, because="Dissolved", actor=STAFF, now=LATER).state == "cancelled"


def test_the_cut_off_is_the_next_hour_of_a_working_day():
    zone = ZoneInfo("America/Los_Angeles")
    friday = dt.datetime(2026, 11, 27, 15, 59, tzinfo=zone)
    assert cut_off(friday, hour="16:00", zone=zone) == friday.replace(hour=16, minute=0)
    assert cut_off(friday.replace(hour=16, minute=0), hour="16:00", zone=zone) == dt.datetime(
        2026, 11, 30, 16, tzinfo=zone
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine proves nothing here
@given(st.lists(st.integers(1, 60), max_size=40), st.integers(1, 200))
def test_a_batch_never_exceeds_its_pages_unless_one_piece_alone_does(sizes, limit):
    taken = pieces_that_fit(sizes, limit)
    assert (taken > 0) == bool(sizes)
    assert sum(sizes[:taken]) <= limit or taken == 1
    assert taken == len(sizes) or sum(sizes[: taken + 1]) > limit


def test_an_address_that_the_window_cannot_hold_is_refused():
    lines, size = window_lines(
        "Bartholomew Featherstonehaugh-Villanueva, Law Offices of the Central Valley", ["1 A", "B"]
    )
    assert (len(lines), size) == (4, 5)
    with pytest.raises(RenderingError, match="too long"):
        window_lines("word " * 90, ["1 A", "B"])


@pytest.mark.django_db
def test_past_determinations_and_their_cases_stay_out():
    assert not Case.objects.filter(imported=True, notices__isnull=False).exists()


@pytest.mark.django_db
def test_returned_paper_is_work_until_it_goes_out_again_and_its_first_service_stays_noted():
    notice = a_sealed_notice(parties=parties(claims_administrator={"serve_by": "mail"}))
    confirm(batch_id=a_batch().pk, handed_at=NOW, carrier="USPS", actor=STAFF, now=NOW)
    mailed = notice.copies.get(role="worker_attorney")
    assert not outbox_page.copies_of("back").exists()
    back = came_back(copy_id=mailed.pk, because="Moved, left no address", actor=STAFF, now=LATER)
    assert (back.state, back.served_at) == ("returned", NOW)
    assert [copy.pk for copy in outbox_page.copies_of("back")] == [mailed.pk]
    assert outbox_page.counts()["back"] == 1
    again = reach_again(copy_id=mailed.pk, actor=STAFF, now=LATER)
    assert (again.state, again.served_at) == ("to_print", None)
    assert outbox_page.counts()["back"] == 0
    confirm(batch_id=a_batch(now=LATER).pk, handed_at=LATER, carrier="UPS", actor=STAFF, now=LATER)
    proofs = notice.copies.filter(role="worker_attorney").order_by("position").values_list("proof", flat=True)
    assert ["USPS" in proofs[0], "UPS" in proofs[1]] == [True, True]


@pytest.mark.django_db
def test_an_unconfirmed_batch_alarms_from_its_cut_off_on_and_falls_silent_with_the_last_piece():
    a_sealed_notice()
    batch = a_batch()
    assert not outbox_page.alarm(now=batch.cut_off_at)
    late = batch.cut_off_at + dt.timedelta(seconds=1)
    assert outbox_page.alarm(now=late).batches == 1
    first, *rest = (copy.piece for copy in batch.copies.order_by("piece"))
    confirm(batch_id=batch.pk, handed_at=NOW, carrier="USPS", pieces=[first], actor=STAFF, now=late)
    assert outbox_page.alarm(now=late).batches == 1
    confirm(batch_id=batch.pk, handed_at=NOW, carrier="USPS", pieces=rest, actor=STAFF, now=late)
    assert not outbox_page.alarm(now=late)
