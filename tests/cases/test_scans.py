from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from cases.models import Arrival, Case, ScanBatch, ScannedApplication
from cases.services import arrivals, page_text, scans
from cases.services.cover_sheets import cover_sheets
from cases.services.page_range import open_pages
from common.actor import Actor
from common.errors import InputRefusal, RightRefusal, StateRefusal
from common.models import OutboxJob
from common.services import outbox
from tests.cases.pages import browser, intake_post
from tests.factories.application_forms import imr_form, scanned, stack
from tests.factories.cases import COORDINATOR, NOW, a_pdf

pytestmark = pytest.mark.django_db

_KINDS = (arrivals.CHECK_JOB, scans.SPLIT_JOB, scans.FORM_JOB)


def do_jobs(*kinds: str) -> None:
    while job := OutboxJob.objects.filter(done_at=None, kind__in=kinds or _KINDS).order_by("pk").first():
        with transaction.atomic():
            outbox.HANDLERS[job.kind](job)
        OutboxJob.objects.filter(pk=job.pk).update(done_at=NOW)


def put_in(content: bytes, **facts: object) -> ScanBatch:
    usual = {"name": "mail.pdf", "channel": "mail", "actor": COORDINATOR, "now": NOW}
    batch = scans.receive_scan(content=io.BytesIO(content), **{**usual, **facts})
    do_jobs()
    batch.refresh_from_db()
    return batch


def ranges(batch: ScanBatch) -> list[tuple[int, int]]:
    return [(one.first_page, one.last_page) for one in batch.applications.all()]


def test_a_scan_is_for_those_who_take_in_and_its_stamp_cannot_lie_ahead():
    with pytest.raises(RightRefusal):
        put_in(a_pdf(), actor=Actor(name="a", roles=frozenset({"auditor"})))
    with pytest.raises(InputRefusal, match="future"):
        put_in(a_pdf(), stamped_at=NOW + dt.timedelta(days=1))
    assert not Arrival.objects.exists()


def test_a_scan_that_is_no_pdf_is_refused_with_words_and_kept():
    batch = put_in(b"MZ nothing to read")
    assert batch.arrival.state == Arrival.State.REFUSED
    assert not batch.applications.exists()
    assert batch.arrival.problem in browser("coordinator").get("/cases/arrivals/").content.decode()


def test_one_file_is_split_at_the_sites_own_cover_sheets_also_when_they_were_scanned():
    paper = scanned(cover_sheets(1), dpi=100, turn=1.5)
    batch = put_in(stack(paper, imr_form(), a_pdf(), paper, imr_form(employee_name="Tomas Berrios")))
    assert batch.marks == {"1": "cover", "3": "blank", "4": "cover"}
    assert ranges(batch) == [(2, 2), (5, 5)]
    first, second = batch.applications.all()
    assert first.fields["worker-last_name"]["value"] == "Quinones"
    assert second.fields["worker-last_name"]["value"] == "Berrios"
    assert first.fields["claim-claim_number"]["confidence"] == 100
    assert batch.arrival.pages == 5


def test_a_typed_form_is_read_off_its_picture_with_places_and_confidence():
    batch = put_in(scanned(imr_form(), turn=0.4))
    fields = batch.applications.get().fields
    wanted = {
        "worker-first_name": "Ana M", "worker-birth_date": "03/09/1971", "claim-claim_number": "WC-2025-004417",
        "claim-injury_date": "02/03/2025", "parties-0-organization": "Golden Claims Services",
        "parties-1-last_name": "Okafor", "utilization_review-decision_date": "10/20/2026",
        "items-1-service": "Physical therapy, 12 visits", "application-signed": "yes",
    }  # fmt: skip
    assert {name: fields[name]["value"] for name in wanted} == wanted
    left, top, width, height = fields["claim-claim_number"]["box"]
    assert 0.5 < left < 0.9
    assert 0.1 < top < 0.3
    assert left + width < 1
    assert height < 0.05
    assert 0 < fields["worker-first_name"]["confidence"] <= 100


def test_pages_are_cut_and_joined_by_hand_with_undo_until_they_are_taken_in():
    batch = put_in(a_pdf_with_words(4))
    assert ranges(batch) == [(1, 4)]
    with pytest.raises(StateRefusal, match="nothing to undo"):
        scans.undo(batch=batch, actor=COORDINATOR, now=NOW)
    with pytest.raises(InputRefusal, match="Nothing changes"):
        scans.cut(batch=batch, page=1, actor=COORDINATOR, now=NOW)
    scans.cut(batch=batch, page=3, actor=COORDINATOR, now=NOW)
    scans.cut(batch=batch, page=4, actor=COORDINATOR, now=NOW)
    assert ranges(batch) == [(1, 2), (3, 3), (4, 4)]
    scans.join(batch=batch, page=3, actor=COORDINATOR, now=NOW)
    assert ranges(batch) == [(1, 3), (4, 4)]
    for left in ([(1, 2), (3, 3), (4, 4)], [(1, 2), (3, 4)], [(1, 4)]):
        scans.undo(batch=batch, actor=COORDINATOR, now=NOW)
        assert ranges(batch) == left
    scans.set_aside(application=batch.applications.get(), actor=COORDINATOR, now=NOW)
    with pytest.raises(StateRefusal, match="stays so"):
        scans.cut(batch=batch, page=2, actor=COORDINATOR, now=NOW)
    scans.set_aside(application=batch.applications.get(), actor=COORDINATOR, now=NOW, back=True)
    scans.cut(batch=batch, page=2, actor=COORDINATOR, now=NOW)


def a_pdf_with_words(pages: int) -> bytes:
    from tests.factories.files import text_pdf

    return text_pdf(*(f"{'written ' * 30} page {number}" for number in range(pages)))


def test_a_scanned_application_is_taken_in_once_with_its_pages_as_the_form():
    stamp = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
    batch = put_in(stack(cover_sheets(1), imr_form(), a_pdf_with_words(1)), stamped_at=stamp, channel="fax")
    one = batch.applications.get()
    client, url = browser("coordinator"), f"/cases/arrivals/{batch.arrival_id}/applications/{one.pk}/"
    assert browser("auditor").get(url).status_code == 403
    page = client.get(url).content.decode()
    for typed in ("Quinones", "WC-2025-004417", "11/20/2026", "MRI of the lumbar spine", "Golden Claims Services"):
        assert typed in page
    kept = client.post(url, intake_post(**{"worker-last_name": "", "claim-claim_number": "CL-typed"}))
    assert kept.status_code == 422
    assert "CL-typed" in kept.content.decode()
    post = intake_post(**{"application-received_on": "11/20/2026", "application-channel": "fax"})
    case = Case.objects.get(number=client.post(url, post)["Location"].split("/")[2])
    form = case.documents.get(kind="application_form")
    assert (form.first_page, form.last_page, form.received_at) == (2, 3, stamp)
    with open_pages(form)[0] as handle, pikepdf.open(handle) as cut:
        assert len(cut.pages) == 2
    again = client.post(url, post)
    assert again["Location"] == case.get_absolute_url()
    assert Case.objects.count() == 1
    assert ScannedApplication.objects.get().case == case
    assert form.file.reading is not None
    assert page_text.TEXT_JOB in set(OutboxJob.objects.values_list("kind", flat=True))


def test_the_desk_pages_show_scans_and_change_them_by_htmx():
    client = browser("coordinator")
    assert "No scans yet" in client.get("/cases/arrivals/").content.decode()
    assert client.post("/cases/arrivals/", {}).status_code == 422
    upload = SimpleUploadedFile("day.pdf", a_pdf_with_words(3), content_type="application/pdf")
    assert client.post("/cases/arrivals/", {"file": upload, "channel": "fax", "stamped_on": ""}).status_code == 302
    do_jobs()
    batch = ScanBatch.objects.get()
    url = f"/cases/arrivals/{batch.arrival_id}/"
    assert "day.pdf" in client.get("/cases/arrivals/list/").content.decode()
    assert client.get(f"{url}pages/1/160/")["Content-Type"] == "image/webp"
    for wrong in ("pages/9/160/", "pages/1/161/", "applications/99/"):
        assert client.get(url + wrong).status_code == 404
    part = client.post(f"{url}cut/", {"page": "2"}, headers={"HX-Request": "true"})
    assert part.content.decode().count('class="begins"') == 2
    assert client.post(f"{url}cut/", {"page": "x"}, headers={"HX-Request": "true"}).status_code == 422
    assert client.post(f"{url}burn/", {"page": "2"}).status_code == 404
    assert client.post(f"{url}undo/", {}).content.decode().count('class="begins"') == 1
    for view in ("", "list/", "cover-sheets/"):
        assert browser("auditor").get(f"/cases/arrivals/{view}").status_code == 403


def test_cover_sheets_are_made_as_many_as_wanted():
    client = browser("coordinator")
    for wanted, count in (("3", 3), ("0", 1), ("many", 10)):
        made = client.get(f"/cases/arrivals/cover-sheets/?count={wanted}")
        assert made["Content-Type"] == "application/pdf"
        with pikepdf.open(io.BytesIO(made.content)) as pdf:
            assert len(pdf.pages) == count
