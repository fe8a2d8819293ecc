"""What comes in is kept first and judged afterwards: received, checked, linked, unlinked."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.utils import timezone

from cases.models import Arrival, CaseEvent, Document, Reading
from cases.services import arrivals
from cases.services.arrival_checks import check
from cases.services.page_text import TEXT_JOB
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import files
from tests.factories.cases import COORDINATOR, NOW, make_case
from tests.factories.files import scan, text_pdf

pytestmark = pytest.mark.django_db


def arrive(content: bytes, name: str = "report.pdf", **facts) -> Arrival:
    """Received and checked."""
    usual = {"door": Arrival.Door.STAFF, "received_at": NOW, "actor": COORDINATOR}
    arrival = arrivals.receive(content=io.BytesIO(content), name=name, **{**usual, **facts})
    assert arrival.state == Arrival.State.CHECKING
    check(arrival_id=arrival.pk)
    arrival.refresh_from_db()
    return arrival


def test_a_file_without_a_case_waits_to_be_matched_and_its_pages_are_read():
    arrival = arrive(text_pdf("one", "two"), folder="box 3/../CM26-0000012")
    assert (arrival.state, arrival.pages, arrival.folder) == ("unmatched", 2, "box 3/CM26-0000012")
    assert OutboxJob.objects.filter(kind=TEXT_JOB, key=f"{arrival.file_id}:1").exists()


def test_a_scan_goes_to_the_intake_desk():
    assert arrive(text_pdf("one"), door=Arrival.Door.SCAN).state == "intake"


def test_a_file_for_a_case_becomes_its_record_received_when_its_last_byte_came():
    case = make_case(state="records")
    arrival = arrive(text_pdf("one", "two"), case=case, kind="imaging", title="MRI", from_role="claims_administrator")
    filed = case.documents.get(arrival=arrival)
    assert (arrival.state, filed.title, filed.kind, filed.pages) == ("linked", "MRI", "imaging", 2)
    assert (filed.received_at, filed.from_role) == (NOW, "claims_administrator")
    assert filed.file == arrival.sent
    assert CaseEvent.objects.filter(case=case, kind="record.added").exists()
    assert Reading.objects.filter(file=filed.file).exists()


def test_checking_twice_files_once():
    case = make_case(state="records")
    arrival = arrive(text_pdf("one"), case=case)
    check(arrival_id=arrival.pk)
    assert case.documents.filter(arrival=arrival).count() == 1


def test_a_past_determinations_case_takes_nothing_more_and_the_file_waits_with_the_word():
    case = make_case()
    type(case).objects.filter(pk=case.pk).update(imported=True)
    arrival = arrive(text_pdf("one"), case=case)
    assert (arrival.state, arrival.case, arrival.rule) == ("unmatched", None, "records.imported")
    assert "past determination" in arrival.problem


def test_linking_asks_for_the_right_a_state_and_a_sane_date_then_files_and_unlinking_takes_it_out_again():
    case, now = make_case(state="records"), timezone.now()
    arrival = arrive(text_pdf("one"))
    with pytest.raises(RightRefusal):
        arrivals.link(arrival=arrival, case=case, kind="other", actor=_auditor(), now=now)
    with pytest.raises(InputRefusal) as refused:
        arrivals.link(
            arrival=arrival, case=case, kind="other", actor=COORDINATOR, now=now, date=now.date() + dt.timedelta(2)
        )
    assert "date" in refused.value.fields
    before = case.documents.count()
    filed = arrivals.link(arrival=arrival, case=case, kind="medical_report", actor=COORDINATOR, now=now)
    assert (filed.title, filed.arrival, filed.received_at) == ("report.pdf", arrival, NOW)
    with pytest.raises(StateRefusal):
        arrivals.link(arrival=arrival, case=case, kind="other", actor=COORDINATOR, now=now)

    taken_out = arrivals.unlink(arrival=arrival, actor=COORDINATOR, now=now)
    assert (taken_out.state, taken_out.case) == ("unmatched", None)
    assert case.documents.count() == before
    assert Document.everything.filter(pk=filed.pk, withdrawn_at=now).exists()
    with pytest.raises(StateRefusal):
        arrivals.unlink(arrival=arrival, actor=COORDINATOR, now=now)
    assert arrivals.link(arrival=arrival, case=case, kind="other", actor=COORDINATOR, now=now).pk != filed.pk


def _auditor():
    from common.actor import Actor

    return Actor(name="auditor@example.org", roles=frozenset({"auditor"}))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_a_picture_becomes_a_pdf_and_the_picture_is_kept(form):
    picture = scan("Lumbar MRI", form=form)
    arrival = arrive(picture, name=f"mri.{form.lower()}")
    assert (arrival.state, arrival.pages) == ("unmatched", 1)
    assert files.read(arrival.sent) == picture
    assert files.read(arrival.file).startswith(b"%PDF-")
    assert arrival.file.content_type == "application/pdf"
