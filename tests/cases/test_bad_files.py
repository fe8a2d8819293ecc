"""Each kind of bad file: recognized, explained with what to do, kept with the refusal, nothing half-done."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import zipfile
import zlib
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from cases.models import Arrival, Case, Document, Page
from cases.rules.filenames import clean_folder, clean_name
from cases.services import arrival_checks
from cases.services.arrival_checks import check, check_held_again
from cases.services.records import attach_document
from cases.services.virus_scan import ScannerAway
from common.errors import InputRefusal
from common.models import OutboxJob
from common.services import files
from tests.cases.test_arrivals import arrive
from tests.cases.test_duplicates import import_rows
from tests.factories.cases import COORDINATOR, NOW, a_pdf, exchange_row, make_case
from tests.factories.files import new_pdf, saved, scan, text_pdf

pytestmark = pytest.mark.django_db


def zip_bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"\0" * 10_000_000)
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A page whose content unpacks to 400 MB, packed twice."""
    pack = zlib.compressobj(9)
    once = b"".join(pack.compress(b"\0" * 10_000_000) for _ in range(40)) + pack.flush()
    pdf = new_pdf(["innocent"])
    bomb = pdf.make_stream(zlib.compress(once, 9))
    bomb.stream_dict.Filter = Array([Name.FlateDecode, Name.FlateDecode])
    pdf.pages[0].obj.Contents = bomb
    return saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def huge_picture_pdf() -> bytes:
    pdf = new_pdf(["innocent"])
    picture = pdf.make_stream(b"x")
    picture.stream_dict.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000))
    pdf.pages[0].obj.Resources.XObject = Dictionary(I=picture)
    return saved(pdf)


def huge_png() -> bytes:
    """A picture that says it has 60,000 by 60,000 pixels."""
    size = struct.pack(">II", 60_000, 60_000) + bytes([1, 0, 0, 0, 0])
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def with_script() -> bytes:
    pdf = new_pdf(["innocent"])
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    return saved(pdf)


def with_script_in_a_field() -> bytes:
    pdf = new_pdf(["innocent"])
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    link.A = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)"))
    pdf.pages[0].obj.Annots = Array([link])
    return saved(pdf)


def with_launch() -> bytes:
    pdf = new_pdf(["innocent"])
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F="calc.exe")
    return saved(pdf)


def with_attachment() -> bytes:
    pdf = new_pdf(["innocent"])
    pdf.attachments["tool.exe"] = b"MZ"
    return saved(pdf)


def with_password() -> bytes:
    return saved(new_pdf(["secret"]), encryption=pikepdf.Encryption(owner="o", user="u"))


def with_100_000_pages() -> bytes:
    """Written by hand: pages without content that share one parent."""
    count = 100_000
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode()]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * count
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + written + b"endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


BAD = {
    "zip bomb": (zip_bomb, "arrival.kind", "Unpack it"),
    "a program": (lambda: b"MZ\x90\x00" + b"\0" * 100, "arrival.kind", "a program"),
    "no bytes": (lambda: b"", "arrival.empty", "empty"),
    "nonsense": (lambda: b"nothing of the kind", "arrival.kind", "no PDF"),
    "torn": (lambda: text_pdf("one")[:300], "arrival.damaged", "damaged"),
    "huge content": (pdf_bomb, "arrival.bomb", "unpacks to far more"),
    "huge picture in a PDF": (huge_picture_pdf, "arrival.bomb", "unpacks to far more"),
    "huge picture": (huge_png, "arrival.bomb", "unpacks to far more"),
    "torn picture": (lambda: scan("word")[:2000], "arrival.picture", "damaged picture"),
    "JavaScript": (with_script, "arrival.javascript", "Print it to a new PDF"),
    "JavaScript behind a link": (with_script_in_a_field, "arrival.javascript", "Print it to a new PDF"),
    "starts a program": (with_launch, "arrival.acts", "Print it to a new PDF"),
    "attachment": (with_attachment, "arrival.embedded", "other files packed into it"),
    "password": (with_password, "arrival.password", "without one"),
    "no pages": (lambda: a_pdf(0), "arrival.no_pages", "without pages"),
    "100,000 pages": (with_100_000_pages, "arrival.too_many_pages", "100,000 pages; a file may have 20,000"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_in_words_and_kept(kind):
    make, rule, words = BAD[kind]
    case, content = make_case(state="records"), make()
    before = case.documents.count()
    arrival = arrive(content, name="bad.pdf", case=case)
    assert (arrival.state, arrival.rule) == ("refused", rule)
    assert words in arrival.problem
    assert "“bad.pdf”" in arrival.problem
    assert files.read(arrival.sent) == content
    assert (arrival.file, case.documents.count(), Page.objects.count()) == (None, before, 0)


@pytest.mark.parametrize("kind", sorted(set(BAD) - {"torn picture", "huge picture"}))
def test_a_bad_file_filed_at_once_is_refused_as_well_and_nothing_is_kept(kind):
    make, rule, _ = BAD[kind]
    case, content = make_case(state="records"), make()
    before = case.documents.count()
    with pytest.raises(InputRefusal) as caught:
        attach_document(case=case, content=content, title="Report", kind="other", actor=COORDINATOR, now=NOW)
    assert caught.value.rule in {f"document.{rule.partition('.')[2]}", "document.pdf"}
    assert case.documents.count() == before
    assert not case.documents.exclude(file=None).exists()


def test_a_bad_file_named_in_a_feed_refuses_its_row_and_stops_no_other(tmp_path):
    (tmp_path / "bad.pdf").write_bytes(with_script())
    paper = {"title": "Report", "kind": "medical_report", "path": "bad.pdf"}
    rows = [exchange_row(documents=[paper]), exchange_row()]
    report = import_rows(tmp_path, *rows)
    assert [one["status"] for one in report] == ["rejected", "accepted"]
    assert "JavaScript" in str(report[0])
    assert Case.objects.count() == 1


def file_at_once(case: Case) -> Document:
    return attach_document(
        case=case, content=text_pdf("one"), title="Report", kind="other", actor=COORDINATOR, now=NOW
    )  # fmt: skip


def test_malware_is_not_filed_at_once_either(settings):
    case = make_case(state="records")
    with scanner(b"Eicar-Test-Signature FOUND") as (settings.CLAMAV, _):
        with pytest.raises(InputRefusal, match="Eicar-Test-Signature") as caught:
            file_at_once(case)
        assert caught.value.rule == "document.infected"
    settings.CLAMAV, settings.OPEN_UNSCANNED = "tcp://127.0.0.1:1", False  # nobody answers there
    with pytest.raises(InputRefusal, match="Drop it on the desk instead"):
        file_at_once(case)
    settings.OPEN_UNSCANNED = True
    assert file_at_once(case).pages == 1


def test_a_file_that_brings_its_reader_down_is_refused_and_the_worker_goes_on(monkeypatch):
    monkeypatch.setattr(arrival_checks, "_INSPECT_SECONDS", 0.01)
    arrival = arrive(text_pdf("one"))
    assert (arrival.state, arrival.rule) == ("refused", "arrival.too_hard")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\scan.pdf", "scan.pdf"),
        ("a\x00b\r\n.pdf", "a b .pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("..", "file without a name"),
        ("", "file without a name"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("café.pdf", "café.pdf"),
    ],
)
def test_names_lose_paths_and_control_characters(given, kept):
    assert clean_name(given) == kept


def test_folders_lose_steps_upwards():
    assert clean_folder("../..//box\x003/./CM26-0000012/") == "box 3/CM26-0000012"


# --- the virus scanner -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def scanner(verdict: bytes):
    """A daemon that speaks clamd's INSTREAM; gives what it was sent."""
    server, heard = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = server.accept()
                with line, line.makefile("rb") as said:
                    assert said.readline() == b"nINSTREAM\n"
                    content = b""
                    while size := struct.unpack("!L", said.read(4))[0]:
                        content += said.read(size)
                    heard.append(content)
                    line.sendall(b"stream: " + verdict + b"\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", heard
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def test_a_clean_file_is_filed_and_malware_is_locked_away(settings):
    content = text_pdf("one")
    with scanner(b"Eicar-Test-Signature FOUND") as (settings.CLAMAV, heard):
        arrival = arrive(content)
    assert heard == [content]
    assert (arrival.state, arrival.rule, arrival.scan) == ("refused", "arrival.infected", "infected")
    assert "Eicar-Test-Signature" in arrival.problem
    with scanner(b"OK") as (settings.CLAMAV, _):
        arrival = arrive(content)
    assert (arrival.state, arrival.scan) == ("unmatched", "clean")


def test_without_a_scanner_the_setting_decides_whether_a_file_may_be_opened(settings):
    settings.OPEN_UNSCANNED = False
    arrival = arrive(text_pdf("one"))
    assert (arrival.state, arrival.rule, Document.objects.filter(arrival=arrival).exists()) == (
        "held", "arrival.unscanned", False,
    )  # fmt: skip
    later = arrival.checked_at.replace(year=arrival.checked_at.year + 1)
    assert check_held_again(now=later) == 1
    assert OutboxJob.objects.filter(key__startswith=f"{arrival.pk}:").exists()
    with scanner(b"OK") as (settings.CLAMAV, _):
        check(arrival_id=arrival.pk)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.problem, arrival.scan) == ("unmatched", "", "clean")


def test_a_scanner_that_is_away_is_asked_again_where_files_need_a_scan(settings):
    settings.CLAMAV = "tcp://127.0.0.1:9"
    assert arrive(text_pdf("one")).scan == "unscanned"
    settings.OPEN_UNSCANNED = False
    with pytest.raises(ScannerAway):
        arrive(text_pdf("two"))
    assert Arrival.objects.filter(state="checking").count() == 1
