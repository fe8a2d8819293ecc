"""Files in pieces over lines that break: tus 1.0 at the staff's door."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cases.models import Arrival, Upload
from cases.services import uploads
from cases.services.uploads import Said, Sender
from common.actor import Actor
from common.errors import InputRefusal, StateRefusal
from common.services import files
from tests.accounts.people import make_person, signed_in
from tests.factories.cases import NOW, make_case
from tests.factories.files import text_pdf

pytestmark = pytest.mark.django_db
TUS = {"Tus-Resumable": "1.0.0"}


def sender() -> Sender:
    return Sender(actor=Actor.of(make_person("coordinator")))


def describe(**facts: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in facts.items())


def create(browser, length, **facts):
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": describe(**{"filename": "report.pdf", **facts})}
    return browser.post("/cases/uploads/", content_type="application/octet-stream", headers=headers)


def patch(browser, url, offset, piece, **headers):
    return browser.patch(
        url, piece, content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(offset), **headers},
    )  # fmt: skip


def offset_of(browser, url) -> int:
    return int(browser.head(url, headers=TUS).headers["Upload-Offset"])


def piece_of(url) -> Path:
    return Path(settings.UPLOAD_FOLDER) / url.rstrip("/").rpartition("/")[2]


def test_a_file_comes_in_pieces_and_arrives_whole_with_its_last_byte(django_capture_on_commit_callbacks):
    case = make_case(state="records")
    browser, content = signed_in(make_person("coordinator")), text_pdf(*["a page of the report"] * 20)
    begun = create(browser, len(content), case=case.number, kind="medical_report", folder="box 1")
    url = begun.headers["Location"]
    assert (begun.status_code, offset_of(browser, url)) == (201, 0)
    first = patch(browser, url, 0, content[:1000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    assert not Arrival.objects.exists()
    assert piece_of(url).stat().st_size == 1000

    assert patch(browser, url, 500, content[500:]).status_code == 409
    assert patch(browser, url, 1000, content[1000:] + b"more").status_code == 413
    assert offset_of(browser, url) == 1000

    before = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        assert patch(browser, url, 1000, content[1000:]).status_code == 204
    arrival = Arrival.objects.get()
    assert before <= arrival.received_at <= timezone.now()
    assert (arrival.case, arrival.kind, arrival.folder, arrival.door) == (case, "medical_report", "box 1", "staff")
    assert arrival.sha256 == hashlib.sha256(content).hexdigest()
    assert files.read(arrival.sent) == content
    assert not piece_of(url).exists()
    assert patch(browser, url, len(content), b"x").status_code == 409
    assert offset_of(browser, url) == len(content)


def test_what_would_be_refused_however_well_it_came_is_refused_before_a_byte_is_sent():
    browser = signed_in(make_person("coordinator"))
    too_large = create(browser, 600 * 1024**2)
    assert too_large.status_code == 413
    assert "600 MB" in too_large.content.decode()
    assert "Split it" in too_large.content.decode()
    for length, facts, words in (
        (0, {}, "no bytes"),
        (10, {"filename": "virus.exe"}, "PDF"),
        (10, {"kind": "nonsense"}, "kind of record"),
        (10, {"from_role": "nobody"}, "sender"),
    ):
        refused = create(browser, length, **facts)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert not Upload.objects.exists()


def test_the_protocol_is_kept():
    browser, content = signed_in(make_person("coordinator")), b"%PDF-" + b"x" * 95
    assert browser.options("/cases/uploads/").headers["Tus-Version"] == "1.0.0"
    assert browser.post("/cases/uploads/").status_code == 412
    assert browser.get("/cases/uploads/", headers=TUS).status_code == 405
    url = create(browser, 100).headers["Location"]
    assert browser.patch(url, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"}).status_code == 415
    assert patch(browser, url, "x", b"x").status_code == 422
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    assert patch(browser, url, 0, content[:50], **{"Upload-Checksum": f"sha256 {wrong}"}).status_code == 460
    right = base64.b64encode(hashlib.sha256(content[:50]).digest()).decode()
    assert patch(browser, url, 0, content[:50], **{"Upload-Checksum": f"sha256 {right}"}).status_code == 204
    assert browser.delete(url, headers=TUS).status_code == 204
    assert browser.head(url, headers=TUS).status_code == 404
    bad = {**TUS, "Upload-Length": "5", "Upload-Metadata": "filename ???"}
    refused = browser.post("/cases/uploads/", content_type="application/octet-stream", headers=bad)
    assert refused.status_code == 422


def test_an_upload_is_its_senders_alone_and_only_staff_begin_one():
    url = create(signed_in(make_person("coordinator")), 100).headers["Location"]
    other = signed_in(make_person("coordinator"))
    assert other.head(url, headers=TUS).status_code == 404
    assert patch(other, url, 0, b"x").status_code == 404
    assert create(signed_in(make_person("auditor")), 100).status_code == 403


def test_names_with_paths_and_control_characters_are_cleaned():
    browser = signed_in(make_person("coordinator"))
    for name in ("../../etc/passwd.pdf", "C:\\x\\passwd.pdf", "pass\x00wd\r\n.pdf", "pass\u202ewd.pdf"):
        create(browser, 10, filename=name, folder="../../root/../box")
    assert set(Upload.objects.values_list("name", flat=True)) == {"passwd.pdf", "pass wd .pdf", "pass wd.pdf"}
    assert set(Upload.objects.values_list("folder", flat=True)) == {"root/box"}


def test_a_crash_between_the_disk_and_the_row_leaves_bytes_that_do_not_count():
    mine = sender()
    upload = uploads.begin(sender=mine, said=Said(name="a.pdf", length=8), door="staff", case=None, now=NOW)
    uploads.append(token=upload.token, sender=mine, offset=0, piece=io.BytesIO(b"%PDF"), now=NOW)
    with (Path(settings.UPLOAD_FOLDER) / upload.token).open("ab") as torn:
        torn.write(b"left from a crash")
    done = uploads.append(token=upload.token, sender=mine, offset=4, piece=io.BytesIO(b"-1.7"), now=NOW)
    assert files.read(done.arrival.sent) == b"%PDF-1.7"


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_send_the_same_piece_write_it_once():
    mine = sender()
    upload = uploads.begin(sender=mine, said=Said(name="a.pdf", length=100), door="staff", case=None, now=NOW)
    ready, answers = threading.Barrier(2), []

    def send() -> None:
        ready.wait()
        try:
            uploads.append(token=upload.token, sender=mine, offset=0, piece=io.BytesIO(b"x" * 60), now=NOW)
            answers.append("taken")
        except StateRefusal as refusal:
            answers.append(refusal.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["taken", "upload.offset"]
    upload.refresh_from_db()
    assert upload.offset == 60


def test_what_nobody_goes_on_with_is_swept_and_what_somebody_does_is_not():
    mine = sender()
    begun = [
        uploads.begin(sender=mine, said=Said(name="a.pdf", length=9), door="staff", case=None, now=NOW)
        for _ in range(2)
    ]
    for upload in begun:
        uploads.append(token=upload.token, sender=mine, offset=0, piece=io.BytesIO(b"%PDF"), now=NOW)
    later = NOW + dt.timedelta(days=2)
    uploads.append(token=begun[1].token, sender=mine, offset=4, piece=io.BytesIO(b"-"), now=later)
    assert uploads.sweep(now=NOW + dt.timedelta(days=3, hours=1)) == 1
    assert list(Upload.objects.values_list("pk", flat=True)) == [begun[1].pk]
    assert not (Path(settings.UPLOAD_FOLDER) / begun[0].token).exists()
    assert [one.pk for one in uploads.resumable(mine)] == [begun[1].pk]


def test_a_sender_has_a_limited_number_of_unfinished_uploads(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_OF_USER", 1)
    mine, said = sender(), Said(name="a.pdf", length=9)
    uploads.begin(sender=mine, said=said, door="staff", case=None, now=NOW)
    with pytest.raises(InputRefusal, match="unfinished"):
        uploads.begin(sender=mine, said=said, door="staff", case=None, now=NOW)
