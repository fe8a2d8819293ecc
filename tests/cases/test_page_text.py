"""Text of every page, its search, its pictures."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from cases.models import Case, Page, Reading
from cases.services import page_text
from cases.services.page_pictures import picture
from cases.services.page_search import hard_pages, search_case
from cases.services.records import attach_document
from common.errors import InputRefusal, StateRefusal
from common.models import OutboxJob
from common.services import files, outbox
from tests.factories.cases import COORDINATOR, NOW, a_pdf, make_case
from tests.factories.files import scan_pdf, text_pdf

pytestmark = pytest.mark.django_db


def read_everything() -> int:
    """Run the reading jobs until none is left; returns how many there were."""
    done = 0
    while job := OutboxJob.objects.filter(done_at=None, kind__in=[page_text.TEXT_JOB, page_text.OCR_JOB]).first():
        outbox.HANDLERS[job.kind](job)
        OutboxJob.objects.filter(pk=job.pk).update(done_at=NOW)
        done += 1
    return done


def file_with(content: bytes, case=None):
    case = case or make_case(state="records")
    return case, attach_document(
        case=case, content=content, title="Progress report", kind="medical_report", actor=COORDINATOR, now=NOW
    )


def test_filing_a_record_has_its_pages_read_in_batches_with_progress(monkeypatch):
    monkeypatch.setattr(page_text, "BATCH", 2)
    _, document = file_with(text_pdf(*(f"page number {number}" for number in range(1, 6))))
    reading = Reading.objects.get(file=document.file)
    assert reading.progress == "waiting to be read"
    page_text.read_batch(OutboxJob.objects.get(kind=page_text.TEXT_JOB))
    reading.refresh_from_db()
    assert reading.progress == "reading page 2 of 5"
    assert read_everything() == 3  # the first once more, which does no harm
    reading.refresh_from_db()
    assert (reading.progress, reading.read, reading.scans) == ("read", 5, 0)
    pages = Page.objects.filter(file=document.file).order_by("number").values_list("number", "text", "source")
    assert list(pages) == [(number, f"page number {number}", "born") for number in range(1, 6)]


def test_a_picture_of_a_page_is_read_by_ocr_and_its_words_are_found():
    case, document = file_with(scan_pdf("Magnetic resonance imaging\nof the lumbar spine\nshows stenosis at L4-5."))
    page_text.read_batch(OutboxJob.objects.get(kind=page_text.TEXT_JOB))
    reading = Reading.objects.get(file=document.file)
    assert reading.progress == "reading scanned page 0 of 1"
    assert not search_case(case=case, text="stenosis")
    read_everything()
    page = Page.objects.get(file=document.file)
    assert page.source == "ocr"
    assert page.confidence > 60
    [hit] = search_case(case=case, text="stenosis")
    assert (hit.document, hit.number) == (document, 1)
    assert "<mark>stenosis</mark>" in hit.snippet


def test_a_blank_page_is_blank_and_a_page_that_nobody_can_read_is_counted(monkeypatch):
    _, blank = file_with(a_pdf())
    monkeypatch.setattr(page_text, "_OCR_SECONDS", 0.001)
    _, hopeless = file_with(scan_pdf("scrawl"))
    read_everything()
    assert Page.objects.get(file=blank.file).source == "empty"
    reading = Reading.objects.get(file=hopeless.file)
    assert (reading.illegible, reading.progress) == (1, "1 of 1 pages hard to read")
    case = Case.objects.get(documents__file=hopeless.file)
    assert hard_pages(case) == [(hopeless, 1)]
    hopeless.withdrawn_at, hopeless.withdrawn_why = NOW, "moved"
    hopeless.save()
    assert hard_pages(case) == []


def test_the_search_finds_pages_of_the_case_alone_best_first_and_lets_no_markup_through():
    case, document = file_with(text_pdf("nothing here", "stenosis <script>alert(1)</script> stenosis", "of stenosis"))
    file_with(text_pdf("stenosis elsewhere"))
    read_everything()
    hits = search_case(case=case, text="stenosis")
    assert [(hit.document, hit.number) for hit in hits] == [(document, 2), (document, 3)]
    assert "<script>" not in hits[0].snippet
    assert search_case(case=case, text="  ") == []
    assert search_case(case=case, text='"nothing here"')[0].number == 1
    assert search_case(case=case, text="stenosis\x00 -nothing") != []


def test_the_search_asks_two_questions_however_many_pages(django_assert_num_queries):
    case = make_case(state="records")
    for rows in (1, 3, 30):
        file_with(text_pdf(*[f"pain of the lumbar spine {rows}" for page in range(rows)]), case)
        read_everything()
        with django_assert_num_queries(2):
            assert len(search_case(case=case, text=f"pain {rows}")) >= rows


def test_a_page_is_found_in_the_document_whose_range_holds_it():
    case, document = file_with(text_pdf("stenosis", "pain"))
    type(document).objects.filter(pk=document.pk).update(first_page=2, last_page=2, pages=1)
    read_everything()
    assert search_case(case=case, text="stenosis") == []
    assert search_case(case=case, text="pain")[0].number == 2


def test_a_page_is_drawn_once_and_kept():
    _, document = file_with(text_pdf("one"))
    for number in (0, 2):
        with pytest.raises((InputRefusal, StateRefusal)):
            picture(file=document.file, number=number, width=160)
    drawn = picture(file=document.file, number=1, width=150)
    assert Image.open(io.BytesIO(drawn)).size[0] == 160
    assert picture(file=document.file, number=1, width=150) == drawn


def test_a_file_that_cannot_be_read_says_so():
    stored = files.store(b"%PDF-1.7 torn", content_type="application/pdf")
    page_text.read_pages(file=stored, now=NOW)
    read_everything()
    assert Reading.objects.get(file=stored).progress == "the file cannot be read"
