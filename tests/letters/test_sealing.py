from __future__ import annotations

import asyncio
import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.db import ProgrammingError, connection, transaction

from common.errors import InputRefusal, RuleRefusal, StateRefusal
from common.models import OutboxJob, StoredFile
from common.services import files, outbox
from letters.models import FrozenDocument, Letter, SealCertificate
from letters.services import sealing
from letters.services.loops import beside_any_loop
from letters.services.ordering import SEAL_JOB
from letters.services.seal_key import SealKey, certificate_expiry, seal_key, weakness_of
from letters.services.sealing import LetterNotGood, seal_letter
from letters.services.signing import sign_pdf
from letters.services.verification import verify_pdf
from letters.signals import letter_sealed
from tests.letters.conftest import NOW


@pytest.fixture
def heard():
    """Letters announced as sealed."""
    seen: list[int] = []

    def listen(sender, letter, **_):
        seen.append(letter.pk)

    letter_sealed.connect(listen)
    yield seen
    letter_sealed.disconnect(listen)


@pytest.fixture
def sealed(order, document):
    return seal_letter(letter_id=order(document).pk, now=NOW)


def make_key(private, *, name="Somebody else"):
    from pyhanko.sign.signers import SimpleSigner

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(NOW - dt.timedelta(days=900))
        .not_valid_after(NOW + dt.timedelta(days=900))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(private, hashes.SHA256())
    )
    content = serialization.pkcs12.serialize_key_and_certificates(
        b"seal", private, certificate, None, serialization.BestAvailableEncryption(b"secret")
    )
    return SealKey("pkcs12", SimpleSigner.load_pkcs12_data(content, [], b"secret"), certificate), content


# --- what is no sealed letter of ours --------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF\n"])
@pytest.mark.django_db
def test_a_file_that_is_no_pdf_is_not_good(content):
    found = verify_pdf(content)
    assert not found.good
    assert found.problems


def test_an_unsigned_letter_is_not_good(order, document):
    letter = order(document)
    from letters.services.rendering import render_letter

    found = verify_pdf(render_letter(frozen=letter.frozen, wording=letter.wording))
    assert not found.good
    assert not found.signed
    assert "no seal" in found.problems[0]


@pytest.mark.parametrize("extra", [b"\n", b" ", b"%x\n", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_bytes_appended_after_sealing_are_found(sealed, extra):
    found = verify_pdf(files.read(sealed.file) + extra)
    assert not found.good
    assert not found.covers_entire_file


def test_a_changed_byte_anywhere_is_found(sealed):
    content = files.read(sealed.file)
    for place in range(200, len(content), len(content) // 25):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert not verify_pdf(changed).good, place
    assert not verify_pdf(content[:-200]).good


def test_an_incremental_change_of_a_field_or_page_is_found(sealed):
    import io

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(files.read(sealed.file)))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    found = verify_pdf(out.getvalue())
    assert not found.good
    assert not found.covers_entire_file


def test_a_seal_under_another_certificate_is_not_good(order, document):
    from letters.services.rendering import render_letter

    letter = order(document)
    other, _ = make_key(ec.generate_private_key(ec.SECP256R1()))
    found = verify_pdf(sign_pdf(pdf=render_letter(frozen=letter.frozen, wording=letter.wording), key=other))
    assert found.signed
    assert not found.certificate_known
    assert not found.good


# --- sealing ---------------------------------------------------------------------------------------------------------


def test_a_letter_that_fails_its_verification_is_not_issued(order, document, heard, monkeypatch):
    letter = order(document)
    sign = sealing.sign_pdf
    monkeypatch.setattr(sealing, "sign_pdf", lambda **given: sign(**given) + b"\n")
    with pytest.raises(LetterNotGood, match="entire file"):
        seal_letter(letter_id=letter.pk, now=NOW)
    letter.refresh_from_db()
    assert not letter.is_sealed
    assert letter.file is None
    assert not StoredFile.objects.exists()
    assert heard == []


def test_a_crash_between_rendering_and_storing_leaves_nothing_half(order, document, heard, monkeypatch):
    letter = order(document)

    def crash(*_, **__):
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(sealing.files, "store", crash)
        with pytest.raises(OSError, match="disk full"):
            seal_letter(letter_id=letter.pk, now=NOW)
    assert not Letter.objects.sealed().exists()
    assert heard == []
    assert seal_letter(letter_id=letter.pk, now=NOW).is_sealed
    assert heard == [letter.pk]


def test_a_listener_that_fails_undoes_the_sealing(order, document):
    letter = order(document)

    def refuse(**_):
        raise StateRefusal("case.state", "The case is withdrawn.")

    letter_sealed.connect(refuse)
    try:
        with pytest.raises(StateRefusal):
            seal_letter(letter_id=letter.pk, now=NOW)
    finally:
        letter_sealed.disconnect(refuse)
    assert not Letter.objects.sealed().exists()


def test_a_sealed_letter_is_good_and_says_what_made_it(sealed, heard, document):
    content = files.read(sealed.file)
    found = verify_pdf(content)
    assert found.problems == []
    assert found.good
    assert found.bottom_line
    assert found.covers_entire_file
    assert (found.pdf_ua, found.pdf_a) == (True, True)
    assert found.sha256 == sealed.pdf_sha256 == sealed.file.sha256
    assert found.content_sha256 == sealed.frozen.sha256
    assert (found.case_number, found.version) == (document["case_number"], 1)
    assert sealed.verification["good"] is True
    assert {"weasyprint", "pango", "harfbuzz", "pikepdf", "pyHanko"} <= set(sealed.libraries)
    assert not OutboxJob.objects.filter(kind=SEAL_JOB, done_at=None).exists()


def test_sealing_again_changes_nothing_and_announces_nothing(sealed, heard):
    again = seal_letter(letter_id=sealed.pk, now=NOW + dt.timedelta(days=1))
    assert (again.sealed_at, again.pdf_sha256) == (sealed.sealed_at, sealed.pdf_sha256)
    assert heard == []


def test_what_was_sealed_or_ordered_never_changes(sealed, order, document):
    waiting = order({**document, "version": 2})
    for change in ({"pdf_sha256": "0" * 64}, {"sealed_at": NOW}, {"verification": {}}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Letter.objects.filter(pk=sealed.pk).update(**change)
    for change in ({"key": "CM16-9999999"}, {"version": 9}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Letter.objects.filter(pk=waiting.pk).update(**change)
    for row in (sealed, waiting, sealed.frozen, SealCertificate.objects.get()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_the_same_version_is_ordered_once(order, document):
    order(document)
    with pytest.raises(StateRefusal, match="version 1"):
        order(document)


def test_a_fact_that_the_wording_prints_and_the_case_lacks_stops_the_order(order, document):
    with pytest.raises(RuleRefusal, match="injury_date"):
        order({**document, "injury_date": None})
    assert not Letter.objects.exists()


def test_a_character_that_no_letter_prints_stops_the_order(order, document):
    document["items"][0]["rationale"] = "pain \U0001f600"
    with pytest.raises(InputRefusal, match=r"items\[0\].rationale holds .*GRINNING FACE"):
        order(document)
    assert not Letter.objects.exists()


def test_the_frozen_text_is_canonical_and_hashed(order, document):
    frozen = order(document).frozen
    assert frozen == FrozenDocument.objects.get()
    assert frozen.content == document
    assert '"assigned_on":"2016-11-18","case_number"' in frozen.text


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_seal_at_once_make_one_letter_and_one_announcement(order, document, heard):
    letter = order(document)
    start = threading.Barrier(3)
    errors: list[BaseException] = []

    def work():
        try:
            start.wait()
            seal_letter(letter_id=letter.pk, now=NOW)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert heard == [letter.pk]
    assert StoredFile.objects.count() == 1


def test_signing_works_also_where_the_thread_runs_an_event_loop():
    async def inner():
        return "signed"

    async def outer():
        return beside_any_loop(lambda: asyncio.run(inner()))

    with ThreadPoolExecutor(max_workers=1) as fresh:  # the test's own thread may hold the browser's loop
        assert fresh.submit(beside_any_loop, lambda: asyncio.run(inner())).result() == "signed"
        assert fresh.submit(lambda: asyncio.run(outer())).result() == "signed"


@pytest.mark.django_db(transaction=True)
def test_the_outbox_job_seals_the_letter(order, document, heard):
    letter = order(document, to_worker=True)
    job = OutboxJob.objects.get(kind=SEAL_JOB, key=str(letter.pk))
    assert outbox.run(job.pk, now=NOW) is True
    letter.refresh_from_db()
    assert letter.is_sealed
    assert heard == [letter.pk]


# --- the key ---------------------------------------------------------------------------------------------------------


def test_weak_keys_are_refused():
    assert "2048" in str(weakness_of(make_key(rsa.generate_private_key(65537, 2048))[0].certificate))
    assert weakness_of(make_key(ec.generate_private_key(ec.SECP192R1()))[0].certificate) is not None
    assert weakness_of(make_key(rsa.generate_private_key(65537, 3072))[0].certificate) is None
    assert weakness_of(make_key(ec.generate_private_key(ec.SECP256R1()))[0].certificate) is None


@pytest.fixture
def fresh_key():
    seal_key.cache_clear()
    yield
    seal_key.cache_clear()


def test_the_development_key_is_made_once_even_by_several_at_once(settings, tmp_path, fresh_key):
    from letters.services.seal_key import _development_key

    found: list[str] = []
    start = threading.Barrier(4)

    def work():
        start.wait()
        found.append(_development_key(tmp_path / "seal").sha256)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / "seal").iterdir()] == ["development-seal.p12"]
    assert (tmp_path / "seal/development-seal.p12").stat().st_mode & 0o077 == 0
    settings.SEAL_DEVELOPMENT_FOLDER = tmp_path / "seal"
    assert certificate_expiry() > NOW


def test_letters_of_an_earlier_key_stay_good_under_a_new_one(order, document, settings, tmp_path, fresh_key):
    first = seal_letter(letter_id=order(document).pk, now=NOW)
    _, content = make_key(rsa.generate_private_key(65537, 3072), name="The organization")
    path = tmp_path / "seal.p12"
    path.write_bytes(content)
    settings.SEAL_PKCS12, settings.SEAL_PKCS12_PASSPHRASE = str(path), "secret"
    seal_key.cache_clear()
    second = seal_letter(letter_id=order({**document, "version": 2}, supersedes=first).pk, now=NOW)
    assert "The organization" in str(verify_pdf(files.read(second.file)).certificate)
    assert verify_pdf(files.read(first.file)).good
    assert verify_pdf(files.read(second.file)).good


def test_a_pkcs12_that_cannot_be_opened_says_which_setting(settings, tmp_path, fresh_key):
    from letters.services.seal_key import SealKeyError

    _, content = make_key(ec.generate_private_key(ec.SECP256R1()))
    path = tmp_path / "seal.p12"
    path.write_bytes(content)
    settings.SEAL_PKCS12, settings.SEAL_PKCS12_PASSPHRASE = str(path), "wrong"
    with pytest.raises(SealKeyError, match="SEAL_PKCS12_PASSPHRASE"):
        seal_key()
