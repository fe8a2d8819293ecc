"""A document may be a range of pages of its stored file."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.models import Document
from common.services import files
from tests.cases.pages import browser
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


def marked_pdf(pages: int = 5, *, shared: bool = False) -> bytes:
    """A PDF whose page n carries the words `only page n`; shared: every page lists the pictures of all."""
    pdf = pikepdf.new()
    pictures = {}
    for number in range(1, pages + 1):
        picture = pikepdf.Stream(pdf, f"secret picture {number}".encode())
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        picture.BBox = [0, 0, 9, 9]
        pictures[f"/P{number}"] = pdf.make_indirect(picture)
    listed = pdf.make_indirect(
        pikepdf.Dictionary(XObject=pikepdf.Dictionary(**{k[1:]: v for k, v in pictures.items()}))
    )
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(200, 200))
        page.obj.Contents = pikepdf.Stream(pdf, f"% only page {number}\n/P{number} Do".encode())
        if shared:
            page.obj.Resources = listed
    out = io.BytesIO()
    pdf.save(out, static_id=True, compress_streams=False)
    return out.getvalue()


def a_range(first, last, *, content=None):
    case = make_case()
    file = files.store(content or marked_pdf(), content_type="application/pdf")
    return Document.objects.create(
        case=case, position=9, title="Sheets of Dr. Hale", kind="medical_report", file=file,
        first_page=first, last_page=last, pages=last - first + 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        {"first_page": 2, "last_page": None, "pages": 1},
        {"first_page": None, "last_page": 2, "pages": 2},
        {"first_page": 0, "last_page": 2, "pages": 3},
        {"first_page": 3, "last_page": 2, "pages": 0},
        {"first_page": 2, "last_page": 4, "pages": 5},
        {"first_page": 2, "last_page": 4, "pages": 3, "file": None},
        {"withdrawn_at": timezone.now()},
    ],
)
def test_a_range_that_is_no_range_is_refused_by_the_database(facts):
    document = a_range(1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**facts)
    Document.objects.filter(pk=document.pk).update(first_page=2, last_page=4, pages=3)


def test_a_range_is_served_alone_and_the_stored_whole_stays_as_it_is():
    document = a_range(2, 3, content=marked_pdf(shared=True))
    before = files.read(document.file)
    client, url = browser("coordinator"), f"/cases/{document.case.number}/records/{document.pk}/"
    served = b"".join(client.get(url).streaming_content)
    with pikepdf.open(io.BytesIO(served)) as part:
        texts = [page.Contents.read_bytes() for page in part.pages]
        everything = b"".join(one.read_bytes() for one in part.objects if isinstance(one, pikepdf.Stream))
    assert [b"only page 2" in texts[0], b"only page 3" in texts[1], len(texts)] == [True, True, 2]
    assert b"secret picture 2" in everything
    for other in (b"1", b"4", b"5"):
        assert b"only page " + other not in everything
        assert b"secret picture " + other not in everything
    again = client.get(url, headers={"Range": "bytes=10-29"})
    assert (again.status_code, b"".join(again.streaming_content)) == (206, served[10:30])
    assert again.headers["Content-Range"] == f"bytes 10-29/{len(served)}"
    assert files.read(document.file) == before
    assert hashlib.sha256(before).hexdigest() == document.file.sha256


def test_pages_that_the_file_does_not_have_are_said_to_be_missing():
    document = a_range(4, 9)
    answer = browser("coordinator").get(f"/cases/{document.case.number}/records/{document.pk}/")
    assert answer.status_code == 409
    assert "has 5 pages" in answer.content.decode()


def test_a_withdrawn_document_is_shown_nowhere_and_opens_to_nobody():
    document = a_range(1, 2)
    case, client = document.case, browser("coordinator")
    assert document.title in client.get(f"/cases/{case.number}/records/").content.decode()
    Document.objects.filter(pk=document.pk).update(withdrawn_at=timezone.now(), withdrawn_why="moved")
    assert document not in case.documents.all()
    assert client.get(f"/cases/{case.number}/records/{document.pk}/").status_code == 404
    assert "Sheets of Dr. Hale" not in client.get(f"/cases/{case.number}/records/").content.decode()
    assert Document.everything.get(pk=document.pk).file == document.file
